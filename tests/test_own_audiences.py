"""This repository's own audiences against the account that a fresh clone meets."""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from segsync import workflow
from segsync.api.client import Client
from segsync.applier import apply_plan
from segsync.config import Settings, read_settings
from segsync.outcome import Result
from segsync.plan import Action, Plan

ROOT = Path(__file__).parents[1]


def settings_in(folder: Path, account: str) -> Settings:
    return read_settings(folder / "segsync.yaml", account=account, environ={}, cwd=folder)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    shutil.copy(ROOT / "segsync.yaml", tmp_path)
    shutil.copytree(ROOT / "audiences", tmp_path / "audiences")
    return settings_in(tmp_path, "sandbox")


@pytest.fixture
def client(settings: Settings) -> Iterator[Client]:
    with workflow.open_client(settings) as opened:
        yield opened


def plan_of(settings: Settings, client: Client) -> Plan:
    return workflow.make_plan(settings, client, workflow.Wishes(today=date(2026, 12, 1))).plan


def keys_by_action(plan: Plan) -> dict[Action, list[str]]:
    keys: dict[Action, list[str]] = defaultdict(list)
    for change in plan.changes:
        if change.is_counted:
            keys[change.action].append(change.key)
    return {action: sorted(found) for action, found in keys.items()}


@pytest.mark.parametrize("account", ["prod", "sandbox"])
def test_the_files_are_right_for_every_account(account: str) -> None:
    loaded = workflow.read_files(settings_in(ROOT, account), lint=True)

    assert [str(each) for each in loaded.diagnostics] == []


@pytest.mark.parametrize("account", ["prod", "sandbox"])
def test_every_audience_has_a_test_that_passes(account: str) -> None:
    run = workflow.run_tests(settings_in(ROOT, account))

    assert [str(each) for each in run.diagnostics] == []
    assert [(each.slug, each.profile) for each in run.failures] == []
    assert run.untested == ()
    assert run.undecided == ()


def test_the_first_plan_shows_every_action(settings: Settings, client: Client) -> None:
    plan = plan_of(settings, client)

    assert keys_by_action(plan) == {
        Action.CREATE: [
            "Winter Campaigns",
            "boot_fit_event_portland",
            "loyalty_points_migration",
            "retargeting_cart",
            "winter_sale_early_access",
            "winter_ski_tuneup_pnw",
        ],
        Action.UPDATE: [
            "high_value_customers",
            "hikers",
            "skiers",
            "tent_researchers",
        ],
        Action.RENAME: ["lapsed_customers"],
        Action.ADOPT: ["climbers", "content_trail_guides", "promoters"],
        Action.DELETE: ["summer_clearance_2025"],
        Action.REEVALUATE: ["high_value_customers"],
    }


def test_nothing_in_the_first_plan_is_blocked_or_refused(
    settings: Settings, client: Client
) -> None:
    plan = plan_of(settings, client)

    assert (plan.blocked, plan.refusals, plan.diagnostics) == ((), (), ())


def test_one_apply_brings_the_account_in_line(settings: Settings, client: Client) -> None:
    outcomes = list(apply_plan(plan_of(settings, client), client, known_ids=()))

    assert [each for each in outcomes if each.result is not Result.APPLIED] == []
    assert plan_of(settings, client).changes == ()
