"""Every rule that refuses: made to happen, its whole message compared with the page about it."""

import ast
import dataclasses
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from segsync.lock import Holder, exclusive
from segsync.plan import Limits, Plan
from segsync.planning.trust import unlisted
from segsync.report.facts import RunFacts
from segsync.report.planned import plan_report
from segsync.report.text import report_text
from segsync.sandbox.edits import edit_segment
from segsync.segment import Freeze, Job
from tests.cli.shell import FILES, SEED, SETTINGS, Ended, Shell
from tests.planning.build import (
    found,
    found_group,
    hex_id,
    live_state,
    plan_of,
    wanted,
    wanted_group,
)

_RULE = re.compile("[a-z]+(-[a-z]+)+")
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/refusals.md").read_text("utf-8")
JOB = Job("1", "Promo", "facebook", "running", frozenset({hex_id("a")}))
OTHERS = tuple(found(f"s{number}") for number in range(9))
WANTED = tuple(wanted(f"s{number}") for number in range(9))


def _list_disagrees() -> Plan:
    plan = plan_of([wanted("b")], [found("a"), found("b")])
    return replace(plan, refusals=unlisted(live_state([found("b")]), [found("a")]))


PLANS: dict[str, Callable[[], Plan]] = {
    "account-is-empty": lambda: plan_of([wanted("a")], []),
    "files-are-empty": lambda: plan_of([], [found("a")]),
    "too-many-deletes": lambda: plan_of(WANTED[:7], OTHERS, limits=Limits(min_existing=1)),
    "too-many-updates": lambda: plan_of(
        [*(wanted(f"s{number}", "FILTER visits > 9") for number in range(3)), *WANTED[3:]],
        OTHERS,
        limits=Limits(min_existing=1),
    ),
    "list-disagrees": _list_disagrees,
    "not-owned": lambda: plan_of([wanted("a", "FILTER x = 1")], [found("a", owned=False)]),
    "untouchable": lambda: plan_of(
        [wanted("all", "FILTER x = 1")], [found("all", untouchable="predefined by Lytics")]
    ),
    "table-is-fixed": lambda: plan_of([wanted("a", table="content")], [found("a")]),
    "unreadable-definition": lambda: plan_of(
        [wanted("a", name="New", ignore=["definition"])], [found("a", "FILTER AND (x = 1")]
    ),
    "frozen": lambda: plan_of(
        [wanted("a", "FILTER x = 1", freeze=Freeze(date(2027, 1, 2), "holiday campaign"))],
        [found("a")],
    ),
    "ambiguous-slug": lambda: plan_of([wanted("a")], [found("a", id="1"), found("a", id="2")]),
    "ambiguous-name": lambda: plan_of(
        [wanted("a")],
        [found("a")],
        groups=([wanted_group("G")], [found_group("G", id="1"), found_group("G", id="2")]),
    ),
    "unclear-rename": lambda: plan_of(
        [wanted("a", "FILTER y = 1", previously=("b",)), wanted("b", "FILTER y = 2")],
        [found("b")],
    ),
    "lost-rename": lambda: plan_of([wanted("new", name="Old")], [found("old")]),
    "protected": lambda: plan_of([wanted("b")], [found("a", protected=True), found("b")]),
    "prune-is-off": lambda: plan_of([wanted("b")], [found("a"), found("b")], prune=False),
    "half-renamed": lambda: plan_of([wanted("b")], [found("a__segsync_moving"), found("b")]),
    "in-use": lambda: plan_of([wanted("b")], [found("a"), found("b")], jobs=[JOB]),
    "included": lambda: plan_of(
        [wanted("b")], [found("a"), found("b"), found("user", "FILTER INCLUDE a", owned=False)]
    ),
    "dependant-cannot-follow": lambda: plan_of(
        [wanted("b", previously=("a",))],
        [found("a"), found("user", "FILTER INCLUDE a", owned=False)],
    ),
    "slug-taken": lambda: plan_of(
        [
            wanted("a", name="B", previously=("b",)),
            wanted("c", "FILTER x = 1", previously=("a",), freeze=Freeze(date(2027, 1, 2))),
        ],
        [found("a", "FILTER x = 1"), found("b")],
    ),
    "needs-blocked": lambda: plan_of(
        [
            wanted("a", "FILTER INCLUDE b"),
            wanted("b", freeze=Freeze(date(2027, 1, 2), "holiday campaign")),
        ],
        [found("c", owned=False)],
    ),
    "cycle": lambda: plan_of(
        [
            wanted("a", "FILTER INCLUDE b"),
            wanted("b", "FILTER visits > 9", freeze=Freeze(date(2027, 1, 2))),
        ],
        [found("a"), found("b", "FILTER INCLUDE a")],
    ),
    "group-in-use": lambda: plan_of(
        [wanted("a")],
        [found("a"), found("theirs", groups=["G"], owned=False)],
        groups=([], [found_group("G")]),
    ),
}


def _on_screen(plan: Plan) -> str:
    """Return what a terminal shows of why the plan is refused."""
    facts = RunFacts("plan", "prod", 3, 0.4)
    text = report_text(plan_report(plan, facts), color=False, width=100)
    blocks = [each.strip("\n") for each in text.split("\n\n")]
    told = [
        each for each in blocks if each.startswith("!") or re.search(r"BLOCKED|held back", each)
    ]
    return "\n\n".join(told)


def _wrong_account(shell: Shell) -> Ended:
    shell.write("segsync.yaml", SETTINGS.replace('"sandbox:"', '"sandbox:", aid: 99'))
    return shell("plan")


def _forbidden_flag(shell: Shell) -> Ended:
    shell.write("segsync.yaml", f"{SETTINGS}forbid: [allow-empty]\n")
    return shell("plan --allow-empty")


def _mass_absence(shell: Shell) -> Ended:
    limits = "limits: {min_existing: 1}\n"
    shell.write("segsync.yaml", f"{SETTINGS}{limits}")
    assert shell("plan").code == 0
    shell.seed(dataclasses.replace(SEED, segments=SEED.segments[2:]))
    return shell("plan")


def _locked(shell: Shell) -> Ended:
    holder = Holder(4242, "ann@laptop", "2026-11-23T10:00:00+00:00", "apply")
    origin = f"sandbox:{shell.state_file}"
    with exclusive(shell.root / ".segsync", holder, origin=origin, aid=1234):
        return shell("apply --auto-approve")


def _changed_since_run(shell: Shell) -> Ended:
    shell.audiences(FILES.replace("visits > 2", "visits > 3"))
    assert shell("apply --auto-approve").code == 0
    with shell.store() as store:
        edit_segment(store, "active", name="Theirs")
    (run,) = (each.stem for each in (shell.root / ".segsync/journal").glob("*.jsonl"))
    ended = shell(f"rollback {run} --out plan.json")
    blocks = [each for each in ended.out.split("\n\n") if "BLOCKED" in each]
    return Ended(ended.code, "", "\n\n".join(blocks))


def _stale(shell: Shell) -> Ended:
    shell.audiences(FILES.replace("visits > 2", "visits > 3"))
    assert shell("plan --out plan.json").code == 0
    with shell.store() as store:
        edit_segment(store, "active", name="Theirs")
    return shell("apply plan.json")


COMMANDS: dict[str, tuple[int, Callable[[Shell], Ended]]] = {
    "mass-absence": (6, _mass_absence),
    "forbidden-flag": (6, _forbidden_flag),
    "changed-since-run": (6, _changed_since_run),
    "locked": (6, _locked),
    "wrong-account": (4, _wrong_account),
    "stale-plan": (8, _stale),
}


def _on_page(rule: str) -> str:
    """Return the message that the page shows for a rule."""
    match = re.search(
        rf"^### {re.escape(rule)}\n.*?^```\n(.*?)\n```$", PAGE, re.MULTILINE | re.DOTALL
    )
    assert match, f"docs/refusals.md has no message for {rule}"
    return match[1]


@pytest.mark.parametrize("rule", PLANS)
def test_a_rule_says_on_the_screen_what_the_page_says(rule: str) -> None:
    plan = PLANS[rule]()
    rules = [*(each.rule for each in plan.refusals), *(each.rule for each in plan.blocked)]
    assert rule in rules
    assert _on_screen(plan) == _on_page(rule)
    assert plan.is_refused or rule == "prune-is-off"


@pytest.mark.parametrize("rule", COMMANDS)
def test_a_command_that_is_refused_says_what_the_page_says(shell: Shell, rule: str) -> None:
    code, happen = COMMANDS[rule]
    ended = happen(shell)
    told = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", "2026-11-23T10:00:00+00:00", ended.err)
    told = re.sub(r"\d{8}T\d{9}Z-[0-9a-f]{6}", "20261123T100000000Z-3f9a1c", told)
    assert (ended.code, told.strip("\n")) == (code, _on_page(rule))


def test_the_page_lists_these_rules_and_no_others() -> None:
    listed = re.findall(r"^### (.+)$", PAGE, re.MULTILINE)
    assert sorted(listed) == sorted([*PLANS, *COMMANDS])


def test_no_rule_of_the_planner_is_missing() -> None:
    """Look for the ids in the calls that make what is blocked or refused."""
    found_ids = set()
    for module in sorted((ROOT / "segsync/planning").glob("*.py")):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            name = getattr(getattr(node, "func", None), "id", "")
            if isinstance(node, ast.Call) and name in {"forbid", "blocked", "Blocked", "Refusal"}:
                words = [each.value for each in node.args if isinstance(each, ast.Constant)]
                found_ids |= {
                    each for each in words if re.fullmatch(r"[a-z]+(-[a-z]+)+", str(each))
                }
    assert found_ids <= {*PLANS, *COMMANDS}
