import pytest
from msgspec.structs import replace

from segsync.plan import Allowances, Limits, Plan, Refusal, Sizing
from segsync.planning.size_rules import size_refusals
from segsync.segment import Guard
from tests.planning.build import found, plan_of, wanted

LIMIT = Limits(max_size_change=0.5)
GUARD = Guard(1000, 0.2)
NEW = [wanted("new")]
REDEFINED = ([wanted("a", "FILTER x > 2")], [found("a", "FILTER x > 1")])


def refused(plan: Plan, *sizes: Sizing, limits: Limits = LIMIT) -> list[tuple[str, str]]:
    return [
        (each.rule, each.reason)
        for each in size_refusals(replace(plan, sizes=sizes), limits, Allowances())
    ]


@pytest.mark.parametrize(
    ("sizing", "expected"),
    [
        (Sizing("a", 200, 100), []),
        (Sizing("a", 200, 300), []),
        (
            Sizing("a", 200, 99),
            [
                (
                    "size-change-too-large",
                    "a: 200 -> 99 profiles (-50.5%), and max_size_change is 50%",
                )
            ],
        ),
        (
            Sizing("a", 1200, 1801),
            [
                (
                    "size-change-too-large",
                    "a: 1,200 -> 1,801 profiles (+50.1%), and max_size_change is 50%",
                )
            ],
        ),
        (
            Sizing("a", 0, 1),
            [("size-change-too-large", "a: 0 -> 1 profiles, and max_size_change is 50%")],
        ),
        (Sizing("a", 0, 0), []),
        (
            Sizing("a", 1200, 0, guard=GUARD),
            [("size-falls-to-zero", "a: it has 1,200 profiles now, and would have none")],
        ),
        (
            Sizing("a", None, 0, unmeasured="HTTP 500"),
            [("size-falls-to-zero", "a: its new definition would have none")],
        ),
        (Sizing("a", 1250, 1000, guard=GUARD), []),
        (
            Sizing("a", 1250, 999, guard=GUARD),
            [
                (
                    "guard-min-size",
                    "a: 1,250 -> 999 profiles (-20.1%), and its guard says min_size: 1,000",
                ),
                (
                    "guard-max-shrink",
                    "a: 1,250 -> 999 profiles (-20.1%), and its guard says max_shrink: 20%",
                ),
            ],
        ),
        (
            Sizing("a", None, 900, unmeasured="HTTP 500", guard=Guard(1000)),
            [
                (
                    "size-not-measured",
                    "a: its guard cannot be judged without its size: HTTP 500",
                )
            ],
        ),
        (
            Sizing("a", 900, None),
            [
                (
                    "size-not-measured",
                    (
                        "a: max_size_change cannot be judged without its size:"
                        " the account did not say it"
                    ),
                )
            ],
        ),
    ],
)
def test_a_new_definition_is_held_against_guard_and_limit(
    sizing: Sizing, expected: list[tuple[str, str]]
) -> None:
    assert refused(plan_of(*REDEFINED), sizing) == expected


def test_the_flag_that_allows_it_names_the_segment() -> None:
    plan = replace(plan_of(*REDEFINED), sizes=(Sizing("a", 5, 0),))
    assert size_refusals(plan, Limits(), Allowances()) == (
        Refusal(
            "size-falls-to-zero",
            "a: it has 5 profiles now, and would have none",
            "--allow-size-change a",
        ),
    )
    assert size_refusals(plan, Limits(), Allowances(size_changes=("a",))) == ()
    assert size_refusals(plan, Limits(), Allowances(size_changes=("b",))) != ()


def test_without_guard_and_limit_what_was_not_measured_stops_nothing() -> None:
    sizes = (Sizing("a", 900, None, unmeasured="HTTP 500"), Sizing("b", 0, 7))
    assert refused(plan_of(*REDEFINED), *sizes, limits=Limits()) == []


def test_with_a_limit_a_plan_without_sizes_is_refused() -> None:
    assert refused(plan_of(*REDEFINED)) == [
        (
            "size-not-measured",
            "a: max_size_change cannot be judged without its size: nobody asked for it",
        )
    ]
    assert refused(plan_of(NEW, [])) == refused(plan_of(*REDEFINED), limits=Limits()) == []


def test_every_segment_that_breaks_a_rule_is_told() -> None:
    assert refused(plan_of(*REDEFINED), Sizing("a", 5, 0), Sizing("b", 7, 0)) == [
        ("size-falls-to-zero", "a: it has 5 profiles now, and would have none"),
        ("size-falls-to-zero", "b: it has 7 profiles now, and would have none"),
    ]


def test_a_least_size_can_be_judged_without_knowing_the_size_of_now() -> None:
    new_size = Sizing("b", None, 900, unmeasured="HTTP 500", guard=Guard(1000))
    assert refused(plan_of(*REDEFINED), Sizing("a", 5, 5), new_size) == [
        ("guard-min-size", "b: 900 profiles, and its guard says min_size: 1,000")
    ]


def test_a_new_segment_has_no_size_to_fall_from() -> None:
    plan = plan_of(NEW, [])
    assert refused(plan, Sizing("new", after=0)) == []
    assert refused(plan, Sizing("new", after=1000, guard=GUARD)) == []
    assert refused(plan, Sizing("new", after=12, guard=GUARD)) == [
        ("guard-min-size", "new: 12 profiles, and its guard says min_size: 1,000")
    ]
    assert refused(plan, Sizing("new", guard=GUARD, unmeasured="too slow")) == [
        ("size-not-measured", "new: its guard cannot be judged without its size: too slow")
    ]


def test_a_delete_is_judged_by_the_limits_of_deletes() -> None:
    assert refused(plan_of([], [found("gone")]), Sizing("gone", 5000, unmeasured="x")) == []


def test_a_guard_counts_where_only_an_ancestor_changes_and_the_limit_does_not() -> None:
    assert refused(plan_of(*REDEFINED), Sizing("a", 10, 10), Sizing("b", 5000, 1)) == []
    assert refused(
        plan_of(*REDEFINED),
        Sizing("a", 10, 10),
        Sizing("b", 5000, 1, guard=Guard(max_shrink=0.125)),
    ) == [
        (
            "guard-max-shrink",
            "b: 5,000 -> 1 profiles (-100.0%), and its guard says max_shrink: 12.5%",
        )
    ]
