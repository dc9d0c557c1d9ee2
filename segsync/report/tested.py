"""The report on audience tests: what failed and why, and what no test looks at; as text or JSON."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from msgspec import to_builtins

from segsync.diagnostics import Severity
from segsync.filterql import print_filter
from segsync.filterql.evaluator import Trace
from segsync.report.document import Line, Report, Row, Section, Symbol
from segsync.report.page import Page
from segsync.report.rows import place
from segsync.report.words import counted, listed
from segsync.suite import Check, Condition, SuiteRun

FORMAT_VERSION = 1

_SIDES = {True: "in", False: "out"}
_DECIDING = 3
_NO_TESTS = "There are no tests. Write them in a folder tests below the audiences."
_MORE = "--coverage lists what no test looks at."


def suite_text(run: SuiteRun, *, color: bool, coverage: bool = False, width: int = 100) -> str:
    """Return the report for people; the last line is `Tests: …`."""
    return Page(width, color).report(suite_report(run, coverage=coverage))


def suite_json(run: SuiteRun) -> str:
    """Return the report for programs, which docs/audience-tests.md describes."""
    document = {
        "format_version": FORMAT_VERSION,
        "account": run.account,
        "files": run.files,
        "passed": len(run.checks) - len(run.failures),
        "failed": len(run.failures),
        "audiences": len(run.audiences),
        "without_test": run.untested,
        "tests": [_test(each) for each in run.checks],
        "conditions": [_condition(each) for each in run.conditions],
        "diagnostics": [to_builtins(each) for each in run.diagnostics],
    }
    return json.dumps(document, indent=2) + "\n"


def suite_report(run: SuiteRun, *, coverage: bool) -> Report:
    """Return the report, failures first; `coverage` adds what no test looks at."""
    failed = Section("", tuple(_failure(each) for each in run.failures))
    sections = (failed, *(_coverage(run) if coverage else ()))
    return Report(
        title=f"{len(run.failures)} failed" if run.failures else "all passed",
        header=("segsync test", f"account {run.account}", counted(run.files, "file")),
        alerts=(),
        sections=tuple(each for each in sections if each.rows),
        notes=tuple(_notes(run, coverage=coverage)),
        diagnostics=run.diagnostics,
        total=f"Tests: {_total(run)}.",
    )


def verdict_in_words(check: Check) -> str:
    """Return what was expected of a profile and what it is instead."""
    return f"{check.profile} should be {_SIDES[check.expected]}, and is {_SIDES[check.is_member]}"


def deciding(check: Check) -> str:
    """Return the conditions that decided, with the values that were found for them."""
    return listed([_said(each) for each in check.trace.conditions()], shown=_DECIDING, comma="; ")


def _said(condition: Trace) -> str:
    return f"{print_filter(condition.node)} ({', '.join(condition.found)})"


def _failure(check: Check) -> Row:
    return Row(
        symbol=Symbol.BLOCKED,
        label=check.slug,
        what=verdict_in_words(check),
        lines=tuple(Line(each) for each in check.trace.lines()),
        remarks=(f"decided by {deciding(check)}",),
        place=place(check.source),
    )


def _notes(run: SuiteRun, *, coverage: bool) -> Iterator[str]:
    if run.is_refused:
        return
    if not run.checks:
        yield _NO_TESTS
    elif not coverage and (run.untested or any(_one_way(each) for each in run.conditions)):
        yield _MORE


def _total(run: SuiteRun) -> str:
    if run.is_refused:
        errors = sum(each.severity is Severity.ERROR for each in run.diagnostics)
        return f"not run, because of {counted(errors, 'error')}"
    failed, untested = len(run.failures), len(run.untested)
    return (
        f"{len(run.checks) - failed:,} passed, {failed:,} failed;"
        f" {counted(len(run.audiences), 'audience')},"
        f" {len(run.audiences) - untested:,} tested, {untested:,} without a test;"
        f" {counted(len(run.undecided), 'condition')} that no profile decides"
    )


def _coverage(run: SuiteRun) -> tuple[Section, ...]:
    one_way = tuple(each for each in run.conditions if each.is_decided and _one_way(each))
    return (
        Section(
            "Audiences without a test",
            tuple(Row(Symbol.UPDATE, each, "no test") for each in run.untested),
        ),
        Section("Conditions that no profile decides", tuple(_rows(run.undecided))),
        Section("Conditions that decide one way only", tuple(_rows(one_way))),
    )


def _rows(conditions: tuple[Condition, ...]) -> Iterator[Row]:
    """Yield one row for each audience, with its conditions below."""
    for slug, group in groupby(conditions, key=lambda each: each.slug):
        found = tuple(group)
        what = counted(len(found), "condition")
        yield Row(Symbol.UPDATE, slug, what, tuple(Line(_seen(each)) for each in found))


def _one_way(condition: Condition) -> bool:
    return not (condition.holds and condition.fails)


def _seen(condition: Condition) -> str:
    """Return the condition, and what no profile shows of it."""
    if not condition.is_decided:
        return condition.text
    return f"{condition.text}  (never {'fails' if condition.holds else 'holds'})"


def _condition(condition: Condition) -> dict[str, Any]:
    return {
        "audience": condition.slug,
        "condition": condition.text,
        "holds": condition.holds,
        "fails": condition.fails,
    }


def _test(check: Check) -> dict[str, Any]:
    return {
        "audience": check.slug,
        "profile": check.profile,
        "expected": _SIDES[check.expected],
        "actual": _SIDES[check.is_member],
        "verdict": check.trace.verdict.value,
        "passed": check.passed,
        "location": to_builtins(check.source),
        "decided_by": [
            {"condition": print_filter(each.node), "found": each.found}
            for each in check.trace.conditions()
        ],
        "trace": check.trace.lines(),
    }
