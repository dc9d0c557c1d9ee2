"""Which conditions the profiles of the tests decide, and which way."""

from segsync.audience_tests import coverage
from segsync.suite import Condition
from tests.audience_tests.documents import checked, definitions

HEAD = """\
schema: {orders: int, visits: int, last_visit: date, country: string}
profiles:
  ann: {orders: 2, visits: 9}
  bob: {orders: 2, visits: 1, last_visit: 2025-12-31}
  cat: {orders: 0, visits: 9}
  eve: {orders: 1, country: FR}
expect:
"""


def covered(expected: str, *slugs: str) -> list[tuple[str, str, bool, bool]]:
    found = coverage(checked(f"{HEAD}{expected}", *slugs), definitions())
    return [(each.slug, each.text, each.holds, each.fails) for each in found]


def test_a_condition_counts_when_the_verdict_hangs_on_it() -> None:
    assert covered("  fans: {in: [ann]}\n") == [
        ("fans", "INCLUDE buyers", True, False),
        ("fans", "visits > 5", True, False),
        ("fans", 'last_visit > "now-30d"', False, False),
    ]


def test_both_ways_are_told_apart() -> None:
    assert covered("  fans: {in: [ann, bob], out: [cat]}\n") == [
        ("fans", "INCLUDE buyers", True, True),
        ("fans", "visits > 5", True, False),
        ("fans", 'last_visit > "now-30d"', True, False),
    ]


def test_what_an_include_says_is_credited_to_the_included_audience() -> None:
    found = covered("  fans: {in: [ann], out: [cat]}\n  buyers: {in: [ann]}\n")

    assert ("buyers", "orders >= 1", True, True) in found


def test_an_audience_that_is_included_twice_counts_once() -> None:
    assert covered("  regulars: {in: [ann], out: [cat]}\n  buyers: {in: [ann]}\n") == [
        ("regulars", "INCLUDE fans", True, True),
        ("regulars", "INCLUDE buyers", True, False),
        ("buyers", "orders >= 1", True, True),
    ]


def test_only_audiences_with_a_test_are_looked_at() -> None:
    expected = "  fans: {in: [ann]}\n  germans: {out: [eve]}\n"

    assert covered(expected, "germans") == [("germans", 'country = "DE"', False, True)]


def test_not_is_looked_through() -> None:
    assert covered("  others: {in: [eve]}\n") == [("others", "INCLUDE germans", False, True)]


def test_what_is_the_same_for_everybody_cannot_be_missed() -> None:
    everybody = definitions({"all_of_them": "AND (*, orders > 1)"})
    checks = checked(f"{HEAD}  buyers: {{in: [ann]}}\n")

    assert coverage((), everybody) == ()
    assert coverage(checks, definitions({"buyers": "AND (*, orders > 1)"})) == (
        Condition("buyers", "orders > 1"),
    )


def test_a_segment_from_outside_has_no_conditions_here() -> None:
    document = f"{HEAD}  mailable: {{in: [ann]}}\nincludes: {{ly_known_email: visits > 1}}\n"
    found = coverage(checked(document), definitions())

    assert [(each.slug, each.text) for each in found] == [
        ("mailable", "INCLUDE ly_known_email"),
        ("mailable", "INCLUDE buyers"),
    ]
