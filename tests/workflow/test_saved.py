from pathlib import Path

import pytest
from msgspec.structs import replace

from segsync import workflow
from segsync.errors import (
    InvalidInputError,
    StalePlanError,
    UnsafePlanError,
    WrongAccountError,
)
from segsync.plan import Allowances, Limits, Plan
from segsync.sandbox.edits import edit_segment
from segsync.sandbox.store import open_store
from segsync.segment import Account
from tests.cli.shell import FILES
from tests.workflow.repository import WISHES, Repository, saved


def test_a_saved_plan_comes_back_as_it_was(repository: Repository) -> None:
    repository.write(FILES.replace("visits > 2", "visits > 3"))
    plan = repository.planned().plan
    with repository.client() as client:
        file = saved(repository, plan)
        assert workflow.load_saved_plan(repository.settings, client, file, wishes=WISHES)[0] == plan


def test_a_saved_plan_must_fit_tag_account_and_state(repository: Repository) -> None:
    repository.write(FILES.replace("visits > 2", "visits > 3"))
    plan = repository.planned().plan
    with repository.client() as client:

        def load(changed: Plan) -> None:
            workflow.load_saved_plan(
                repository.settings, client, saved(repository, changed), wishes=WISHES
            )

        with pytest.raises(StalePlanError, match='tag "other"'):
            load(replace(plan, tag="other"))
        with pytest.raises(WrongAccountError, match="made for account 99"):
            load(replace(plan, account=Account(99, "Other")))
        store = open_store(repository.state)
        edit_segment(store, "active", name="Edited")
        store.close()
        with pytest.raises(StalePlanError, match="segment active was changed"):
            load(plan)


def test_a_saved_plan_that_segsync_cannot_have_made_is_refused(repository: Repository) -> None:
    repository.write(FILES.replace("visits > 2", "visits > 3"))
    plan = repository.planned().plan
    with repository.client() as client, pytest.raises(InvalidInputError) as caught:
        workflow.load_saved_plan(
            repository.settings,
            client,
            saved(repository, replace(plan, fingerprints={})),
            wishes=WISHES,
        )
    (problem,) = caught.value.diagnostics
    assert problem.code == "plan-inconsistent"
    assert problem.detail == (
        "change 1 (update active) is about something that the plan has not seen"
    )


def test_what_never_ends_is_no_plan(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segsync.workflow.saved._MOST_BYTES", 2**20)
    with repository.client() as client, pytest.raises(InvalidInputError) as caught:
        workflow.load_saved_plan(repository.settings, client, Path("/dev/zero"), wishes=WISHES)
    (problem,) = caught.value.diagnostics
    assert problem.code == "plan-too-large"
    assert problem.summary == "the file is larger than any plan: more than 1 MiB"


def test_a_plan_that_the_account_would_forbid_is_refused(repository: Repository) -> None:
    repository.write(FILES.partition("  - slug_name: buyers")[0])
    plan = repository.planned().plan
    settings = replace(repository.settings, prune=False)
    with repository.client() as client, pytest.raises(UnsafePlanError) as caught:
        workflow.load_saved_plan(settings, client, saved(repository, plan), wishes=WISHES)
    assert str(caught.value) == (
        "refused by a safety rule; nothing was written:\n"
        "  - segment buyers: delete is blocked: prune is off [prune-is-off]\n"
        "    set prune: true"
    )


def test_limits_are_those_of_now(repository: Repository) -> None:
    repository.write(FILES.partition("  - slug_name: buyers")[0])
    plan = repository.planned().plan
    assert plan.refusals == ()
    settings = replace(repository.settings, limits=Limits(max_deletes_count=0))
    with repository.client() as client:
        loaded, _ = workflow.load_saved_plan(
            settings, client, saved(repository, plan), wishes=WISHES
        )
    assert [(each.rule, each.allow) for each in loaded.refusals] == [
        ("too-many-deletes", "--allow-deletes 1")
    ]


THEIRS = """\
  - slug_name: foreign
    name: Foreign
    segment_ql: FILTER country = "DE"
"""


def refused(repository: Repository, plan: Plan) -> list[str]:
    """Return the rules that refuse a plan from a file."""
    file = saved(repository, plan)
    with repository.client() as client, pytest.raises(UnsafePlanError) as caught:
        workflow.load_saved_plan(repository.settings, client, file, wishes=WISHES)
    return [each.code for each in caught.value.diagnostics]


def test_a_saved_plan_takes_over_only_what_a_flag_or_the_files_allow(
    repository: Repository,
) -> None:
    repository.write(FILES + THEIRS)
    wishes = replace(WISHES, allow=Allowances(adopt=True))
    plan = repository.planned(wishes).plan
    with repository.client() as client:
        file = saved(repository, plan)
        assert workflow.load_saved_plan(repository.settings, client, file, wishes=WISHES)
    assert refused(repository, replace(plan, allowed=Allowances())) == ["not-owned"]
    settings = repository.root / "segsync.yaml"
    settings.write_text(f"{settings.read_text()}forbid: [adopt]\n")
    assert refused(repository, plan) == ["forbidden-flag"]
    repository.write(f"{FILES}{THEIRS}    adopt: true\n")
    with repository.client() as client:
        file = saved(repository, repository.planned().plan)
        assert workflow.load_saved_plan(repository.settings, client, file, wishes=WISHES)


def test_what_the_files_freeze_by_now_no_saved_plan_changes(repository: Repository) -> None:
    changed = FILES.replace("visits > 2", "visits > 3")
    repository.write(changed)
    plan = repository.planned().plan
    freeze = "    name: Active\n    freeze: {until: 2026-12-24}\n"
    repository.write(changed.replace("    name: Active\n", freeze))
    assert refused(repository, plan) == ["frozen"]


def test_files_that_cannot_be_read_allow_nothing_and_hold_nothing_else_back(
    repository: Repository,
) -> None:
    repository.write(f"{FILES.replace('visits > 2', 'visits > 3')}{THEIRS}    adopt: true\n")
    plan = repository.planned().plan
    repository.write("segments: [")
    assert refused(repository, plan) == ["not-owned"]
    repository.write(FILES.replace("visits > 2", "visits > 3"))
    plan = repository.planned().plan
    repository.write("segments: [")
    with repository.client() as client:
        file = saved(repository, plan)
        assert workflow.load_saved_plan(repository.settings, client, file, wishes=WISHES)
