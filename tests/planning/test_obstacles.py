"""How rules work together."""

from segsync.segment import Job
from tests.planning.build import (
    found,
    found_group,
    hex_id,
    plan_of,
    told,
    wanted,
    wanted_group,
    why,
)


def test_of_several_reasons_the_first_rule_tells_its_own() -> None:
    live = [found("a", protected=True), found("user", "FILTER INCLUDE a", owned=False)]
    job = Job("1", "Promo", "export", "running", frozenset({hex_id("a")}))
    plan = plan_of([wanted("b")], [*live, found("b")], jobs=[job])
    assert why(plan) == ["delete a: protected: it is protected"]


def test_what_is_blocked_blocks_what_leans_on_it_over_kinds() -> None:
    """A job keeps a segment; it keeps what it includes, and the group that it is in."""
    live = [found("root"), found("leaf", "FILTER INCLUDE root", groups=["G"]), found("b")]
    job = Job("1", "Promo", "export", "running", frozenset({hex_id("leaf")}))
    plan = plan_of([wanted("b")], live, jobs=[job], groups=((), [found_group("G")]))
    assert told(plan) == []
    assert why(plan) == [
        'delete leaf: in-use: used by 1 active job: export "Promo"',
        "delete root: included: still included by leaf",
        "delete G: group-in-use: leaf would still be in it",
    ]


def test_independent_changes_go_on() -> None:
    plan = plan_of(
        [wanted("a", name="New"), wanted("b", name="New")], [found("a"), found("b", owned=False)]
    )
    assert told(plan) == ["update a"]
    assert [each.key for each in plan.blocked] == ["b"]


def test_new_groups_are_made_whatever_else_is_blocked() -> None:
    live = [found("old", protected=True), found("a", owned=False)]
    plan = plan_of([], live, groups=([wanted_group("New")], []))
    assert told(plan) == ["create group New"]
    assert why(plan) == ["delete old: protected: it is protected"]
