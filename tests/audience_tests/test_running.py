"""Expectations are held against definitions."""

from datetime import UTC, datetime

from segsync.audience_tests import choose
from segsync.diagnostics import Location
from tests.audience_tests.documents import checked, definitions

DOCUMENT = """\
schema: {orders: int, visits: int, last_visit: date, country: string}
profiles:
  ann: {orders: 2, visits: 1, last_visit: 2025-12-31, country: DE}
  bob: {orders: 0, visits: 9}
expect:
  fans: {in: [ann, bob]}
  others: {in: [bob], out: [ann]}
"""


def test_each_expectation_is_met_or_not_through_includes() -> None:
    assert [(each.slug, each.profile, each.passed) for each in checked(DOCUMENT)] == [
        ("fans", "ann", True),
        ("fans", "bob", False),
        ("others", "bob", True),
        ("others", "ann", True),
    ]


def test_a_failure_says_why_and_where_it_was_expected() -> None:
    failed = checked(DOCUMENT)[1]

    assert (failed.expected, failed.is_member) == (True, False)
    assert failed.source == Location("tests/a.yaml", 6, 20)
    assert failed.trace.lines() == (
        "  false      AND",
        "    false      INCLUDE buyers",
        ">     false      orders >= 1  (orders is 0)",
        "    true       OR",
        "      true       visits > 5  (visits is 9)",
        '      false      last_visit > "now-30d"  (last_visit has no value)',
    )


def test_only_the_chosen_audiences_are_tested() -> None:
    assert [each.slug for each in checked(DOCUMENT, "others")] == ["others", "others"]


def test_dates_count_from_the_moment_of_the_suite() -> None:
    later = datetime(2026, 3, 1, tzinfo=UTC)

    assert [each.passed for each in checked(DOCUMENT, "fans", now=later)] == [False, False]


def test_patterns_choose_audiences_in_the_order_of_the_files() -> None:
    assert choose(definitions(), ("others", "*ers")) == (("buyers", "others"), ())
    assert choose(definitions(), ()) == (
        ("buyers", "fans", "germans", "others", "mailable", "regulars"),
        (),
    )


def test_a_pattern_that_fits_nothing_is_told() -> None:
    chosen, problems = choose(definitions(), ("fan", "x*", "fans"))

    assert chosen == ("fans",)
    assert [str(each) for each in problems] == [
        'error: no audience is called "fan" [unknown-audience]\n    Did you mean "fans"?',
        'error: no audience is called "x*" [unknown-audience]',
    ]
