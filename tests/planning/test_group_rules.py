"""Groups: before what uses them, after what leaves them."""

from segsync.plan import Allowances
from tests.planning.build import (
    found,
    found_group,
    plan_of,
    told,
    wanted,
    wanted_group,
    why,
)


def test_a_group_is_created_before_it_is_used_and_deleted_after_it_is_left() -> None:
    plan = plan_of(
        [wanted("a", groups=["New"])],
        [found("a", groups=["Old"])],
        groups=([wanted_group("New")], [found_group("Old")]),
    )
    assert told(plan) == ["create group New", "update a after 1", "delete group Old after 2"]


def test_a_group_goes_with_its_last_segment() -> None:
    plan = plan_of(
        [wanted("b")],
        [found("a", groups=["Old"]), found("b")],
        groups=([], [found_group("Old")]),
    )
    assert told(plan) == ["delete a", "delete group Old after 1"]


def test_a_protected_group_is_not_deleted() -> None:
    plan = plan_of(groups=([], [found_group("G", protected=True)]), allow=Allowances(empty=True))
    assert told(plan) == []
    assert why(plan) == ["delete G: protected: it is protected"]


def test_every_protected_group_is_told_also_after_one_that_stays() -> None:
    live = [found_group("Stays"), found_group("G", protected=True)]
    plan = plan_of(groups=([wanted_group("Stays", "New")], live))
    assert told(plan) == ["update group Stays"]
    assert why(plan) == ["delete G: protected: it is protected"]


def test_with_prune_off_group_deletes_are_told_and_hold_nothing() -> None:
    plan = plan_of([wanted("a")], [found("a")], groups=([], [found_group("G")]), prune=False)
    assert told(plan) == []
    assert why(plan) == ["delete G: prune-is-off: prune is off"]
    assert not plan.is_refused


def test_a_group_that_a_segment_would_stay_in_is_not_deleted() -> None:
    plan = plan_of(
        [wanted("a", name="New")],
        [found("a", groups=["G"], name="Old"), found("theirs", groups=["G"], owned=False)],
        groups=([], [found_group("G")]),
    )
    assert told(plan) == ["update a"]
    assert why(plan) == ["delete G: group-in-use: a, theirs would still be in it"]
    assert plan.blocked[0].way_out == "take them out of the group first"


def test_a_group_that_a_blocked_change_would_leave_is_not_deleted() -> None:
    plan = plan_of(
        [wanted("b")],
        [found("a", groups=["G"], protected=True), found("b")],
        groups=([], [found_group("G")]),
    )
    assert told(plan) == []
    assert why(plan) == [
        "delete a: protected: it is protected",
        "delete G: group-in-use: a would still be in it",
    ]


def test_a_group_is_in_use_by_its_id_too() -> None:
    plan = plan_of(
        [wanted("b")],
        [found("b"), found("theirs", groups=["id:77"], owned=False)],
        groups=([], [found_group("G", id="77")]),
    )
    assert why(plan) == ["delete G: group-in-use: theirs would still be in it"]


def test_what_needs_a_blocked_group_is_blocked() -> None:
    plan = plan_of(
        [wanted("a", groups=["New"]), wanted("b", groups=["Old"])],
        [found("b", groups=["Old"])],
        groups=([wanted_group("New", previously=("Old",))], [found_group("Old", owned=False)]),
    )
    assert told(plan) == []
    assert why(plan) == [
        "rename New: not-owned: the group Old that it would rename is not managed here",
        "create a: needs-blocked: it belongs to New, which will not be there",
    ]
    assert plan.blocked[1].way_out == "unblock the group first"


def test_a_segment_joins_a_renamed_group_after_the_rename() -> None:
    plan = plan_of(
        [wanted("a", groups=["New"])],
        [],
        groups=([wanted_group("New", previously=("Old",))], [found_group("Old")]),
    )
    assert told(plan) == ["rename group New from Old", "create a after 1"]
