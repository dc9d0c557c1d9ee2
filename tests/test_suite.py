from datetime import UTC, datetime, timedelta, timezone

import pytest

from segsync.diagnostics import Location, error, warning
from segsync.filterql import parse
from segsync.filterql.evaluator import read_profile, trace
from segsync.suite import DEFAULT_NOW, Check, Condition, SuiteRun, read_moment

EAST = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T12:30:00Z", datetime(2026, 1, 31, 12, 30, tzinfo=UTC)),
        ("2026-01-31t12:30:00+09:00", datetime(2026, 1, 31, 12, 30, tzinfo=EAST)),
        ("2026-01-31T12:30:00", None),
        ("2026-02-30", None),
        ("now", None),
    ],
)
def test_a_moment_is_a_day_or_a_time_with_its_zone(text: str, moment: datetime | None) -> None:
    assert read_moment(text) == moment


def check(slug: str, *, expected: bool, visits: int = 9) -> Check:
    profile = read_profile({"visits": visits}, now=DEFAULT_NOW)
    found = trace(parse("FILTER visits > 5").filter, profile, now=DEFAULT_NOW)
    return Check(slug, "ann", expected, found, Location("a.yaml"))


def test_a_run_knows_what_failed_and_what_nobody_tested() -> None:
    good, bad = check("a", expected=True), check("b", expected=False)
    conditions = (Condition("a", "x"), Condition("a", "y", holds=True), Condition("b", "z"))
    run = SuiteRun("prod", 1, ("a", "b", "c"), (good, bad), conditions)

    assert run.failures == (bad,)
    assert run.untested == ("c",)
    assert run.undecided == (conditions[0], conditions[2])
    assert not run.is_good
    assert SuiteRun("prod", 1, ("a",), (good,)).is_good


def test_a_run_with_errors_is_refused_and_one_with_warnings_is_not() -> None:
    assert not SuiteRun("prod", 1, diagnostics=(error("x", "y"),)).is_good
    assert SuiteRun("prod", 1, diagnostics=(warning("x", "y"),)).is_good
