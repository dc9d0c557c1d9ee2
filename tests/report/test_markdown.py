import re
from collections.abc import Callable
from html import unescape

import pytest
from msgspec.structs import replace

from segsync.diagnostics import Location, error, warning
from segsync.outcome import Outcome, Result
from segsync.plan import Action, Blocked, Change, FieldChange, Kind, Plan, Refusal
from segsync.report.applied import apply_report
from segsync.report.drifted import drift_report
from segsync.report.facts import DriftFacts, RunFacts
from segsync.report.markdown import report_markdown
from segsync.report.planned import plan_report
from segsync.segment import Account, Definition, Group, Segment

Expected = Callable[[str], str]
_HOSTILE = "\x1b[2J\n\n</details> | `a` <img src=x> **b** @team\u202e owner/repo#1 [x](y) ``````"


def test_a_plan_has_a_table_and_details(plan: Plan, facts: RunFacts, expected: Expected) -> None:
    facts = replace(facts, digest="sha256:abc")
    assert report_markdown(plan_report(plan, facts)) == expected("plan.md")


def test_refusals_and_blocked_changes_come_first(
    refused_plan: Plan, facts: RunFacts, expected: Expected
) -> None:
    assert report_markdown(plan_report(refused_plan, facts)) == expected("refused.md")


def test_drift_has_the_same_form(
    plan: Plan, drift: DriftFacts, facts: RunFacts, expected: Expected
) -> None:
    facts = replace(facts, command="drift")
    assert report_markdown(drift_report(plan, drift, facts)) == expected("drift.md")


def test_the_title_counts_blocked_drift(refused_plan: Plan, facts: RunFacts) -> None:
    facts = replace(facts, command="drift")
    text = report_markdown(drift_report(refused_plan, DriftFacts(), facts))
    assert text.startswith("### segsync drift: 2 blocked, 1 extra\n")


def test_no_drift_is_named_in_the_title(unchanged_plan: Plan, facts: RunFacts) -> None:
    facts = replace(facts, command="drift")
    text = report_markdown(drift_report(unchanged_plan, DriftFacts(), facts))
    assert text.startswith("### segsync drift: none\n")


def test_an_apply_has_the_same_form(plan: Plan, facts: RunFacts, expected: Expected) -> None:
    facts = replace(facts, command="apply")
    outcomes = [
        Outcome(plan.changes[0], Result.APPLIED),
        Outcome(plan.changes[1], Result.FAILED, "HTTP 400: no such field", request_id="r2"),
        *(Outcome(each, Result.SKIPPED, "interrupted") for each in plan.changes[2:]),
    ]
    assert report_markdown(apply_report(plan, outcomes, facts)) == expected("apply.md")


def test_no_changes_make_a_short_comment(unchanged_plan: Plan, facts: RunFacts) -> None:
    assert report_markdown(plan_report(unchanged_plan, facts)) == (
        "### segsync plan: no changes\n\n"
        'account 1234 "Acme" \\(sandbox\\) · 43 managed of 1,097 live · 3 API calls · 0\\.4 s\n\n'
        "No changes\\. The account matches the files\\.\n\n"
        "\\(43 unchanged, 1,054 unmanaged\\)\n\n"
        "**Plan: 0 to create, 0 to update, 0 to rename, 0 to delete, 0 to adopt, 0 blocked.**\n"
    )


def _hostile_plan() -> Plan:
    segment = Segment(_HOSTILE, _HOSTILE, Definition(_HOSTILE), tags=frozenset({_HOSTILE}))
    changes = (
        Change(1, Kind.GROUP, Action.CREATE, _HOSTILE, None, None, Group(_HOSTILE, _HOSTILE)),
        Change(2, Kind.SEGMENT, Action.CREATE, _HOSTILE, None, None, segment, reason=_HOSTILE),
        Change(
            3,
            Kind.SEGMENT,
            Action.UPDATE,
            _HOSTILE,
            "i",
            segment,
            segment,
            fields=(
                FieldChange("definition", _HOSTILE, "FILTER visits > 1"),
                FieldChange("tags", (), (_HOSTILE,)),
            ),
            affects=(_HOSTILE,),
            exports=(_HOSTILE,),
            source=Location(_HOSTILE),
        ),
    )
    return Plan(
        Account(7, _HOSTILE),
        "segsync",
        changes,
        blocked=(Blocked(Kind.SEGMENT, Action.DELETE, _HOSTILE, "r", _HOSTILE, _HOSTILE),),
        refusals=(Refusal("r", _HOSTILE, _HOSTILE),),
        diagnostics=(error("code", _HOSTILE, detail=_HOSTILE, at=Location(_HOSTILE)),),
    )


def test_nothing_foreign_is_interpreted(facts: RunFacts) -> None:
    text = report_markdown(plan_report(_hostile_plan(), facts))
    assert all(each.isprintable() for each in text.split("\n"))
    fences = re.findall(r"^(`{3,})diff\n(.*?)\n\1$", text, re.MULTILINE | re.DOTALL)
    assert len(fences) == 3
    for fence, inside in fences:
        assert fence not in inside
        assert all(line[0] in "+-! " for line in inside.split("\n"))
    outside = re.sub(r"^(`{3,})diff\n.*?\n\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    assert "<img" not in outside
    # GitHub looks for these in the rendered text.
    assert "@team" not in unescape(outside)
    assert "repo#1" not in unescape(outside)
    assert "**b**" not in re.sub(r"<summary>.*</summary>", "", outside)
    # Inside of a summary, which is HTML, Markdown is not read.
    assert "[x]" not in re.sub(r"<summary>.*</summary>", "", outside)
    assert outside.count("</details>") == 3
    rows = [each for each in outside.split("\n") if each.startswith("| `")]
    assert [each.count("|") for each in rows] == [5, 5, 5]


def _large_plan(changes: int, blocked: int = 0) -> Plan:
    def definition(size: int) -> str:
        return f"FILTER AND ({', '.join(f'field_{each} > {each}' for each in range(size))})"

    def segment(number: int) -> Segment:
        return Segment(f"s{number:04}", f"S{number}", Definition(definition(number % 9 + 2)))

    return Plan(
        Account(7),
        "segsync",
        tuple(
            Change(
                number,
                Kind.SEGMENT,
                Action.CREATE,
                f"s{number:04}",
                None,
                None,
                segment(number),
                reason="not in the account",
                source=Location("audiences/all.yaml", number),
            )
            for number in range(1, changes + 1)
        ),
        blocked=tuple(
            Blocked(Kind.SEGMENT, Action.DELETE, f"b{each:04}", "used", "used by an export")
            for each in range(blocked)
        ),
        diagnostics=(warning("w", "a warning"),),
        live=changes,
    )


@pytest.mark.parametrize("changes", [10, 300, 400, 2000])
def test_a_comment_never_exceeds_its_budget(changes: int, facts: RunFacts) -> None:
    text = report_markdown(plan_report(_large_plan(changes, blocked=20), facts))
    assert len(text) <= 60_000
    assert text.count("BLOCKED delete") == 20
    assert text.endswith(
        f"**Plan: {changes} to create, 0 to update, 0 to rename, 0 to delete, 0 to adopt,"
        " 20 blocked.**\n"
    )
    assert text.count("<details>") == text.count("</details>")
    assert text.count("```") == 2 * text.count("<details>")


def test_details_are_left_out_before_rows(facts: RunFacts) -> None:
    plan = _large_plan(300)
    text = report_markdown(plan_report(plan, facts))
    assert text.count("| `+` |") == 300
    dropped = 300 - text.count("<details>")
    assert 0 < dropped < 300
    assert (
        "_Left out to stay within the size of a comment: the details of "
        f"{dropped} of the changes. The text and JSON reports have everything._" in text
    )


def test_even_a_thousand_blocked_changes_fit(facts: RunFacts) -> None:
    text = report_markdown(plan_report(_large_plan(1, blocked=2000), facts))
    assert len(text) <= 60_000
    assert "points that need attention" in text
    assert "2000 blocked.**" in text
