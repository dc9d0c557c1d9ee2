"""The order of changes, and what each waits for."""

from segsync.plan import FieldChange, Kind
from tests.planning.build import (
    HERE,
    found,
    found_group,
    hex_id,
    plan_of,
    told,
    wanted,
    wanted_group,
)


def test_a_segment_comes_after_what_it_includes() -> None:
    plan = plan_of(
        [wanted("leaf", "FILTER INCLUDE root"), wanted("root")], [found("x", owned=False)]
    )
    assert told(plan) == ["create root", "create leaf after 1"]


def test_a_change_waits_through_unchanged_segments_for_those_among_all_its_ancestors() -> None:
    """A drops B while B gains A through C, which does not change: A has to be first.

    In the other order, A -> B -> C -> A would be a cycle for a moment.
    """
    plan = plan_of(
        [
            wanted("b", "FILTER AND (x = 1, INCLUDE c)"),
            wanted("c", "FILTER INCLUDE a"),
            wanted("a", "FILTER y = 1"),
        ],
        [
            found("a", "FILTER INCLUDE b"),
            found("b", "FILTER x = 1"),
            found("c", "FILTER INCLUDE a"),
        ],
    )
    assert told(plan) == ["update a", "update b after 1"]


def test_independent_changes_wait_for_nothing() -> None:
    plan = plan_of([wanted("a", name="1"), wanted("b", name="2")], [found("a"), found("b")])
    assert told(plan) == ["update a", "update b"]


def test_deletes_come_last_dependants_first_and_groups_after_them() -> None:
    plan = plan_of(
        [wanted("new")],
        [
            found("root", groups=["G"]),
            found("leaf", "FILTER INCLUDE root"),
            found("user", "FILTER INCLUDE root"),
        ],
        groups=([], [found_group("G")]),
    )
    assert told(plan) == [
        "create new",
        "delete leaf",
        "delete user",
        "delete root after 2, 3",
        "delete group G after 4",
    ]


def test_a_delete_waits_for_the_change_that_stops_including_it() -> None:
    plan = plan_of(
        [wanted("user", "FILTER x = 1")], [found("old"), found("user", "FILTER INCLUDE old")]
    )
    assert told(plan) == ["update user", "delete old after 1"]


def test_groups_come_before_segments() -> None:
    plan = plan_of(
        [wanted("a", groups=["G"]), wanted("b")],
        [],
        groups=([wanted_group("Other"), wanted_group("G")], []),
    )
    assert told(plan) == [
        "create group Other",
        "create group G",
        "create a after 2",
        "create b",
    ]


def test_an_update_of_a_group_holds_up_nothing() -> None:
    plan = plan_of(
        [wanted("a", groups=["G"])],
        [],
        groups=([wanted_group("G", "new")], [found_group("G", "old")]),
    )
    assert told(plan) == ["update group G", "create a"]


def test_changes_are_numbered_from_one_in_their_order() -> None:
    plan = plan_of([wanted("leaf", "FILTER INCLUDE root"), wanted("root")], [])
    assert [each.number for each in plan.changes] == [1, 2]


def test_the_change_of_a_group_says_all_about_it() -> None:
    plan = plan_of(
        groups=([wanted_group("New", "text", previously=("Old",))], [found_group("Old")])
    )
    (change,) = plan.changes
    assert (change.kind, change.key, change.previous_key) == (Kind.GROUP, "New", "Old")
    assert change.id == hex_id("gOld")
    assert change.before == found_group("Old").group
    assert change.after == wanted_group("New", "text").group
    assert change.fields == (
        FieldChange("name", "Old", "New"),
        FieldChange("description", "", "text"),
    )
    assert change.source == HERE
