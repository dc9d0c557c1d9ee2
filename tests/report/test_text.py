import os
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from segsync.diagnostics import Diagnostic, Location, Severity, error, warning
from segsync.errors import ExitCode
from segsync.outcome import Outcome, Result
from segsync.plan import AcceptedDifference, Action, Blocked, Change, Kind, Plan, Refusal
from segsync.report.applied import apply_report
from segsync.report.document import Report, Row, Section, Symbol
from segsync.report.drifted import drift_report
from segsync.report.facts import DriftFacts, RunFacts
from segsync.report.planned import plan_report
from segsync.report.text import diagnostics_text, outcome_line, report_text
from segsync.segment import Account, Definition, Group, Segment

Expected = Callable[[str], str]
_HOSTILE = "\x1b[2J::error::x\n| `a` <img src=x> **b** @team\u202e #1 ```"


def test_a_plan_shows_dangerous_things_first(
    plan: Plan, facts: RunFacts, expected: Expected
) -> None:
    assert report_text(plan_report(plan, facts), color=False) == expected("plan.txt")


def test_color_adds_nothing_but_escape_sequences(
    plan: Plan, facts: RunFacts, expected: Expected
) -> None:
    text = report_text(plan_report(plan, facts), color=True)
    assert text == expected("plan_color.txt")
    assert re.sub(r"\x1b\[[0-9;]*m", "", text) == expected("plan.txt")


def test_a_narrow_plan_breaks_between_words_only(
    plan: Plan, facts: RunFacts, expected: Expected
) -> None:
    text = report_text(plan_report(plan, facts), color=False, width=40)
    assert text == expected("plan_narrow.txt")
    assert sorted(text.split()) == sorted(expected("plan.txt").split())


def test_no_width_is_too_narrow(plan: Plan, facts: RunFacts, expected: Expected) -> None:
    text = report_text(plan_report(plan, facts), color=False, width=1)
    assert sorted(text.split()) == sorted(expected("plan.txt").split())


def test_a_refused_plan_says_why_and_what_would_help(
    refused_plan: Plan, facts: RunFacts, expected: Expected
) -> None:
    assert report_text(plan_report(refused_plan, facts), color=False) == expected("refused.txt")


def test_a_plan_without_changes_says_so(unchanged_plan: Plan, facts: RunFacts) -> None:
    assert report_text(plan_report(unchanged_plan, facts), color=False) == (
        'segsync plan · account 1234 "Acme" (sandbox) · 43 managed of 1,097 live · 3 API calls'
        " · 0.4 s\n"
        "\n"
        "No changes. The account matches the files.\n"
        "(43 unchanged, 1,054 unmanaged)\n"
        "\n"
        "Plan: 0 to create, 0 to update, 0 to rename, 0 to delete, 0 to adopt, 0 blocked.\n"
    )


def test_an_empty_account_has_a_plan_too(facts: RunFacts) -> None:
    plan = Plan(Account(7), "segsync", ())
    assert report_text(plan_report(plan, replace(facts, calls=1)), color=False) == (
        "segsync plan · account 7 (sandbox) · 0 managed of 0 live · 1 API call · 0.4 s\n"
        "\n"
        "No changes. The account matches the files.\n"
        "\n"
        "Plan: 0 to create, 0 to update, 0 to rename, 0 to delete, 0 to adopt, 0 blocked.\n"
    )


def test_blocked_changes_alone_can_be_skipped(facts: RunFacts) -> None:
    blocked = Blocked(Kind.SEGMENT, Action.UPDATE, "vip", "unowned", "not managed by segsync")
    plan = Plan(Account(7), "segsync", (), blocked=(blocked,), managed=1, live=1)
    assert report_text(plan_report(plan, facts), color=False) == (
        "segsync plan · account 7 (sandbox) · 1 managed of 1 live · 3 API calls · 0.4 s\n"
        "\n"
        "  ! vip  BLOCKED update: not managed by segsync\n"
        "\n"
        "An apply is refused while anything is blocked; --skip-blocked applies the rest.\n"
        "\n"
        "Plan: 0 to create, 0 to update, 0 to rename, 0 to delete, 0 to adopt, 1 blocked.\n"
    )


def test_a_refusal_without_a_flag_names_none(facts: RunFacts) -> None:
    plan = Plan(Account(7), "segsync", (), refusals=(Refusal("r", "the list is empty", ""),))
    assert report_text(plan_report(plan, facts), color=False) == (
        "segsync plan · account 7 (sandbox) · 0 managed of 0 live · 3 API calls · 0.4 s\n"
        "\n"
        "! REFUSED: the list is empty\n"
        "\n"
        "An apply is refused as a whole: it would write nothing.\n"
        "\n"
        "Plan: 0 to create, 0 to update, 0 to rename, 0 to delete, 0 to adopt, 0 blocked.\n"
    )


def test_a_swap_says_that_a_slug_steps_aside(facts: RunFacts) -> None:
    one = Segment("a", "A", Definition("FILTER visits > 1"))
    aside = Change(1, Kind.SEGMENT, Action.RENAME, "b_1", "i1", one, one, bridge=True)
    into = Change(
        2,
        Kind.SEGMENT,
        Action.RENAME,
        "b",
        "i2",
        one,
        one,
        waits_for=frozenset({1}),
        previous_key="a",
    )
    plan = Plan(Account(7), "segsync", (aside, into), managed=2, live=2)
    assert report_text(plan_report(plan, facts), color=False) == (
        "segsync plan · account 7 (sandbox) · 2 managed of 2 live · 3 API calls · 0.4 s\n"
        "\n"
        "  > a -> b  rename\n"
        "      a slug that is in the way steps aside first\n"
        "\n"
        "Plan: 0 to create, 0 to update, 1 to rename, 0 to delete, 0 to adopt, 0 blocked.\n"
    )


def test_nothing_foreign_reaches_the_terminal_as_control(facts: RunFacts) -> None:
    change = Change(
        1,
        Kind.GROUP,
        Action.CREATE,
        _HOSTILE,
        None,
        None,
        Group(_HOSTILE, _HOSTILE),
        reason=_HOSTILE,
        affects=(_HOSTILE,),
        source=Location(_HOSTILE),
    )
    plan = Plan(
        Account(7, _HOSTILE),
        "segsync",
        (change,),
        blocked=(Blocked(Kind.SEGMENT, Action.DELETE, _HOSTILE, "r", _HOSTILE, _HOSTILE),),
        refusals=(Refusal("r", _HOSTILE, _HOSTILE),),
        diagnostics=(error("code", _HOSTILE, detail=_HOSTILE, at=Location(_HOSTILE)),),
    )
    text = report_text(plan_report(plan, facts), color=False)
    assert all(each.isprintable() for each in text.split("\n"))
    assert not re.search(r"^\s*::", text, re.MULTILINE)


def test_drift_is_told_from_the_files_to_the_account(
    plan: Plan, drift: DriftFacts, facts: RunFacts, expected: Expected
) -> None:
    text = report_text(drift_report(plan, drift, replace(facts, command="drift")), color=False)
    assert text == expected("drift.txt")


def test_no_drift_says_so(unchanged_plan: Plan, facts: RunFacts) -> None:
    facts = replace(facts, command="drift")
    assert report_text(drift_report(unchanged_plan, DriftFacts(), facts), color=False) == (
        'segsync drift · account 1234 "Acme" (sandbox) · 43 managed of 1,097 live · 3 API calls'
        " · 0.4 s\n"
        "\n"
        "No drift. The account matches the files.\n"
        "(43 unchanged, 1,054 unmanaged)\n"
        "\n"
        "Drift: 0 changed, 0 missing, 0 extra, 0 renamed, 0 unmarked, 0 blocked; 0 accepted,"
        " 0 invalid.\n"
    )


def test_drift_that_a_rule_blocks_is_drift(
    refused_plan: Plan, facts: RunFacts, expected: Expected
) -> None:
    facts = replace(facts, command="drift")
    text = report_text(drift_report(refused_plan, DriftFacts(), facts), color=False)
    assert text == expected("drift_blocked.txt")


def _outcomes(plan: Plan) -> list[Outcome]:
    """Every kind of end; the change of number 3 is a bridge."""
    changes = {each.number: each for each in plan.changes}
    return [
        Outcome(changes[1], Result.APPLIED, id="g1", seconds=0.08),
        Outcome(
            changes[2],
            Result.APPLIED,
            note="a stray lapsed_90d_1 was removed again",
            id="n2",
            seconds=1.5,
        ),
        Outcome(changes[3], Result.FAILED, "HTTP 500: out of order", request_id="r3", seconds=0.3),
        Outcome(changes[4], Result.SKIPPED, "waits for win_back, which failed"),
        Outcome(changes[5], Result.FAILED, seconds=0.25),
        Outcome(changes[6], Result.APPLIED, seconds=0.1),
        Outcome(changes[7], Result.APPLIED, seconds=0.1),
        Outcome(changes[8], Result.SKIPPED, "no delete after a failure"),
        Outcome(changes[9], Result.APPLIED, seconds=0.1),
    ]


def test_an_apply_tells_failures_first_and_what_is_left(
    plan: Plan, facts: RunFacts, expected: Expected
) -> None:
    facts = replace(facts, command="apply")
    text = report_text(apply_report(plan, _outcomes(plan), facts), color=False)
    assert text == expected("apply.txt")


def test_an_apply_that_did_everything_is_short(plan: Plan, facts: RunFacts) -> None:
    facts = replace(facts, command="apply")
    done = [Outcome(each, Result.APPLIED) for each in plan.changes]
    assert report_text(apply_report(replace(plan, diagnostics=()), done, facts), color=False) == (
        'segsync apply · account 4242 "Fernwood (sandbox)" · 43 managed of 97 live · 3 API calls'
        " · 0.4 s\n"
        "\n"
        "Reevaluation requested: 1 segment.\n"
        "\n"
        "Applied: 2 created, 2 updated, 1 renamed, 1 deleted, 1 adopted; 0 failed, 0 skipped.\n"
    )


def test_an_interrupted_apply_tells_what_is_not_reevaluated(plan: Plan, facts: RunFacts) -> None:
    facts = replace(facts, command="apply")
    done = [Outcome(each, Result.APPLIED) for each in plan.changes[:-1]]
    assert report_text(apply_report(replace(plan, diagnostics=()), done, facts), color=False) == (
        'segsync apply · account 4242 "Fernwood (sandbox)" · 43 managed of 97 live · 3 API calls'
        " · 0.4 s\n"
        "\n"
        "Not reevaluated, nor by a later apply: high_value_us.\n"
        "\n"
        "Applied: 2 created, 2 updated, 1 renamed, 1 deleted, 1 adopted; 0 failed, 0 skipped.\n"
    )


@pytest.mark.parametrize(
    ("saved", "way_on"),
    [
        (False, "the same command finishes the job"),
        (True, "the command that made this plan makes one for the rest"),
    ],
)
def test_an_interrupted_apply_counts_what_never_began(
    plan: Plan, facts: RunFacts, way_on: str, *, saved: bool
) -> None:
    facts = replace(facts, command="apply", saved=saved)
    done = [Outcome(each, Result.APPLIED) for each in plan.changes[:-2]]
    text = report_text(apply_report(replace(plan, diagnostics=()), done, facts), color=False)
    assert f"\n1 change is left; {way_on}.\n" in text


def test_an_apply_that_the_token_was_not_good_enough_for_says_so(
    plan: Plan, facts: RunFacts
) -> None:
    outcomes = [
        Outcome(each, Result.FAILED, reason="forbidden", exit_code=ExitCode.AUTHENTICATION)
        for each in plan.changes
    ]
    text = report_text(apply_report(plan, outcomes, replace(facts, command="apply")), color=False)
    assert " left; with a token that may write, the same command finishes the job.\n" in text


def test_an_apply_without_changes_says_whether_the_account_matches(
    unchanged_plan: Plan, facts: RunFacts
) -> None:
    blocked = Blocked(Kind.SEGMENT, Action.UPDATE, "vip", "unowned", "not managed by segsync")
    applied = "Applied: 0 created, 0 updated, 0 renamed, 0 deleted, 0 adopted; 0 failed, 0 skipped."
    text = report_text(apply_report(unchanged_plan, (), facts), color=False)
    assert text.endswith(f"\n\nNo changes. The account matches the files.\n\n{applied}\n")
    text = report_text(
        apply_report(replace(unchanged_plan, blocked=(blocked,)), (), facts), color=False
    )
    assert text.endswith(
        f"\n\n  ! vip  BLOCKED update: not managed by segsync\n\nNothing to apply.\n\n{applied}\n"
    )


def test_progress_is_one_plain_line_for_each_change(plan: Plan) -> None:
    lines = [
        outcome_line(each, done=done, total=12, color=False)
        for done, each in enumerate(_outcomes(plan), 1)
    ]
    assert "".join(lines) == (
        '[ 1/12] created   group "Campaigns"   0.08 s\n'
        "[ 2/12] created   lapsed_90d   1.50 s   a stray lapsed_90d_1 was removed again\n"
        "[ 3/12] FAILED    win_back   0.30 s\n"
        "        HTTP 500: out of order [request r3]\n"
        "[ 4/12] skipped   dormant   waits for win_back, which failed\n"
        "[ 5/12] FAILED    high_value_us   0.25 s\n"
        "        no reason given\n"
        "[ 6/12] updated   cart_left   0.10 s\n"
        "[ 7/12] adopted   twin   0.10 s\n"
        "[ 8/12] skipped   old_promo   no delete after a failure\n"
        "[ 9/12] requested  high_value_us   0.10 s\n"
    )


def test_a_bridge_that_was_applied_is_no_update(plan: Plan) -> None:
    bridge = Outcome(plan.changes[2], Result.APPLIED, seconds=0.2)
    assert outcome_line(bridge, done=1, total=1, color=True) == (
        "[1/1] \x1b[33mprepared\x1b[0m  win_back   0.20 s\n"
    )


def test_progress_shows_a_hostile_reason_harmlessly(plan: Plan) -> None:
    failed = Outcome(plan.changes[0], Result.FAILED, "::error::\x1b[2J\nPlan: 0 to create")
    assert outcome_line(failed, done=1, total=1, color=True) == (
        '[1/1] \x1b[1;31mFAILED  \x1b[0m  group "Campaigns"   0.00 s\n'
        "      \\u{3a}:error::\\u{1b}[2J\\nPlan: 0 to create\n"
    )


_PROBLEMS = (
    warning("no-place", "the token expires soon"),
    error(
        "unknown-key",
        'unknown key "nmae"',
        detail='Did you mean "name"?\nThe keys are in the docs.',
        at=Location("b.yaml", 2, 3),
    ),
    error("bad", "wrong \x1b[2J", at=Location("a.yaml", 10, 1)),
    Diagnostic(Severity.INFO, "hint", "could be shorter", location=Location("a.yaml", 9, 1)),
)


def test_diagnostics_are_sorted_by_place_and_counted() -> None:
    assert diagnostics_text(_PROBLEMS, color=False, files=14) == (
        "a.yaml:9:1: info: could be shorter [hint]\n"
        "a.yaml:10:1: error: wrong \\u{1b}[2J [bad]\n"
        'b.yaml:2:3: error: unknown key "nmae" [unknown-key]\n'
        '    Did you mean "name"?\n'
        "    The keys are in the docs.\n"
        "warning: the token expires soon [no-place]\n"
        "\n"
        "2 errors, 1 warning, 1 note in 14 files.\n"
    )


def test_diagnostics_are_colored_by_severity() -> None:
    assert diagnostics_text(_PROBLEMS[:1], color=True) == (
        "\x1b[33mwarning\x1b[0m: the token expires soon [no-place]\n\n\x1b[1m1 warning.\x1b[0m\n"
    )


@pytest.mark.parametrize(
    ("files", "text"), [(1, "No problems in 1 file.\n"), (None, "No problems.\n")]
)
def test_no_diagnostics_say_so(files: int | None, text: str) -> None:
    assert diagnostics_text((), color=False, files=files) == text


def test_importing_the_text_report_imports_nothing_heavy() -> None:
    heavy = {"pydantic", "deepdiff", "httpx", "yaml", "click", "html", "difflib"}
    code = f"import sys, segsync.report.text;print(sorted({heavy!r} & set(sys.modules)))"
    # Where this suite is measured, coverage would start in the child and import modules of its own.
    unmeasured = {name: each for name, each in os.environ.items() if "COVERAGE" not in name}
    done = subprocess.run(  # noqa: S603 - this interpreter, and code from above
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=unmeasured
    )
    assert done.stdout == "[]\n"


def test_differences_that_are_accepted_are_left_and_told(facts: RunFacts) -> None:
    accepted = (
        AcceptedDifference("vip", ("name", "tags"), "2026-12-31", "agency edits"),
        AcceptedDifference("news", ("tags",), "2027-01-31"),
    )
    assert report_text(
        plan_report(Plan(Account(7), "segsync", (), accepted=accepted), facts), color=False
    ) == (
        "segsync plan · account 7 (sandbox) · 0 managed of 0 live · 3 API calls · 0.4 s\n"
        "\n"
        "No changes. The account matches the files.\n"
        "Accepted drift of vip in name, tags until 2026-12-31: agency edits.\n"
        "Accepted drift of news in tags until 2027-01-31.\n"
        "\n"
        "Plan: 0 to create, 0 to update, 0 to rename, 0 to delete, 0 to adopt, 0 blocked.\n"
    )


def test_dependants_that_only_follow_a_rename_are_folded_under_it(facts: RunFacts) -> None:
    one = Segment("a", "A", Definition("FILTER visits > 1"))
    rename = Change(1, Kind.SEGMENT, Action.RENAME, "b", "i0", one, one, previous_key="a")

    def follower(number: int) -> Change:
        key = f"user_{number}"
        return Change(
            number,
            Kind.SEGMENT,
            Action.UPDATE,
            key,
            key,
            one,
            one,
            follows=("b",),
            reason="follows",
        )

    def shown(followers: int) -> str:
        changes = (rename, *map(follower, range(2, 2 + followers)))
        plan = Plan(Account(7), "segsync", changes)
        return report_text(plan_report(plan, facts), color=False).split("\n\n", 1)[1]

    total = "Plan: 0 to create, 0 to update, 1 to rename, 0 to delete, 0 to adopt, 0 blocked.\n"
    assert shown(1) == f"  > a -> b  rename\n      1 dependant follows: user_2\n\n{total}"
    assert shown(4) == (
        "  > a -> b  rename\n"
        "      4 dependants follow: user_2, user_3, user_4 and 1 more\n"
        f"\n{total}"
    )


WIDE = """\
segsync plan · account 1 "株式会社さくら"
(prod) · 0 managed of 0 live

  · 夏の会員  equal
  · winter    equal: 冬の会員 冬の会員
              冬の会員

Total.
"""


def test_wide_characters_take_two_columns() -> None:
    header = ("segsync plan", 'account 1 "株式会社さくら" (prod)', "0 managed of 0 live")
    rows = (
        Row(Symbol.FACT, "夏の会員", "equal"),
        Row(Symbol.FACT, "winter", "equal: 冬の会員 冬の会員 冬の会員"),
    )
    report = Report("", header, (), (Section("", rows),), (), (), "Total.")
    assert report_text(report, color=False, width=42) == WIDE
