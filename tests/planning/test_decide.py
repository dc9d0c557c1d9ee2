"""What happens to objects that no entry stands for, and to those that are not clear."""

from datetime import date

from segsync.plan import Action, Allowances, Kind
from segsync.segment import Freeze
from tests.planning.build import (
    HERE,
    desired_state,
    found,
    found_group,
    plan_of,
    told,
    wanted,
    wanted_group,
    why,
)


def test_what_is_removed_from_the_files_is_deleted_if_it_is_ours() -> None:
    plan = plan_of([wanted("a")], [found("a"), found("old"), found("theirs", owned=False)])
    assert told(plan) == ["delete old"]
    (change,) = plan.changes
    assert (change.reason, change.source) == ("removed from the files", None)
    assert (change.before, change.after) == (found("old").segment, None)
    assert (plan.unchanged, plan.unmanaged, plan.live) == (1, 1, 3)


def test_state_absent_asks_for_deletion() -> None:
    plan = plan_of([wanted("old", absent=True)], [found("old")])
    assert told(plan) == ["delete old"]
    assert (plan.changes[0].reason, plan.changes[0].source) == ("the file says state: absent", HERE)


def test_state_absent_of_what_is_not_there_is_done_already() -> None:
    plan = plan_of(
        [wanted("old", absent=True)],
        [found("a", owned=False)],
        groups=([wanted_group("Old", absent=True)], []),
    )
    assert (told(plan), why(plan), plan.unchanged) == ([], [], 0)


def test_state_absent_of_what_is_not_ours_is_blocked_whatever_the_flags() -> None:
    plan = plan_of(
        [wanted("a", absent=True, adopt=True)],
        [found("a", owned=False)],
        groups=([wanted_group("G", absent=True)], [found_group("G", owned=False)]),
        allow=Allowances(adopt=True),
    )
    assert told(plan) == []
    assert why(plan) == [
        "delete G: not-owned: it is not managed here",
        "delete a: not-owned: it is not managed here",
    ]
    assert plan.blocked[0].way_out == "adopt it first, with state: present and adopt: true"
    assert [(each.kind, each.source) for each in plan.blocked] == [
        (Kind.GROUP, HERE),
        (Kind.SEGMENT, HERE),
    ]
    assert plan.is_refused


def test_while_prune_is_off_state_absent_holds_nothing() -> None:
    plan = plan_of(
        [
            wanted("a", absent=True),
            wanted("ours", absent=True),
            wanted("cold", absent=True, freeze=Freeze(date(2999, 1, 1))),
        ],
        [found("a", owned=False), found("ours"), found("cold")],
        groups=([wanted_group("G", absent=True)], [found_group("G", owned=False)]),
        prune=False,
    )
    assert told(plan) == []
    assert sorted(why(plan)) == [
        "delete G: not-owned: it is not managed here",
        "delete a: not-owned: it is not managed here",
        "delete cold: prune-is-off: prune is off",
        "delete ours: prune-is-off: prune is off",
    ]
    assert not plan.is_refused


def test_groups_are_deleted_when_removed_or_absent_and_ours() -> None:
    plan = plan_of(
        groups=(
            [wanted_group("Absent", absent=True)],
            [found_group("Absent"), found_group("Removed"), found_group("Theirs", owned=False)],
        ),
        live=[found("a", owned=False)],
    )
    assert told(plan) == ["delete group Absent", "delete group Removed"]
    assert [each.reason for each in plan.changes] == [
        "the file says state: absent",
        "removed from the files",
    ]
    assert [each.source for each in plan.changes] == [HERE, None]
    assert plan.unmanaged == 2


def test_of_several_segments_with_one_slug_none_is_touched() -> None:
    live = [found("twin", id="1"), found("twin", "FILTER x = 1", id="2"), found("a")]
    plan = plan_of([wanted("twin"), wanted("new", previously=("a",))], live)
    assert told(plan) == ["rename new from a"]
    assert why(plan) == [
        "update twin: ambiguous-slug: the account has several segments with the slug twin",
        "delete twin: ambiguous-slug: the account has several segments with the slug twin",
    ]
    assert plan.blocked[0].way_out == "rename or delete all but one in the Lytics UI"
    assert [each.source for each in plan.blocked] == [HERE, None]


def test_of_several_segments_with_one_slug_none_is_renamed() -> None:
    live = [found("twin", id="1"), found("twin", id="2")]
    plan = plan_of([wanted("new", previously=("twin",))], live)
    assert told(plan) == []
    assert why(plan) == [
        "update new: ambiguous-slug: the account has several segments with the slug twin",
        "delete twin: ambiguous-slug: the account has several segments with the slug twin",
    ]


def test_of_several_groups_with_one_name_none_is_touched_or_joined() -> None:
    twins = [found_group("G", id="1"), found_group("G", id="2")]
    plan = plan_of([wanted("a", groups=["G"])], [], groups=([wanted_group("G")], twins))
    assert told(plan) == []
    assert why(plan) == [
        "update G: ambiguous-name: the account has several groups with the name G",
        "delete G: ambiguous-name: the account has several groups with the name G",
        "create a: needs-blocked: it belongs to G, which will not be there",
    ]
    assert [each.kind for each in plan.blocked] == [Kind.GROUP, Kind.GROUP, Kind.SEGMENT]
    assert plan.group_ids == {}


def test_of_several_groups_with_one_name_none_is_renamed() -> None:
    twins = [found_group("G", id="1"), found_group("G", id="2")]
    plan = plan_of(groups=([wanted_group("New", previously=("G",))], twins))
    assert told(plan) == []
    assert why(plan) == [
        "update New: ambiguous-name: the account has several groups with the name G",
        "delete G: ambiguous-name: the account has several groups with the name G",
    ]


def test_what_a_blocked_entry_may_have_been_is_not_deleted() -> None:
    """Somebody else took the new slug; the old segment waits until that is settled."""
    plan = plan_of(
        [wanted("new", previously=("old",))],
        [found("old"), found("new", "FILTER x = 1", owned=False)],
        groups=(
            [wanted_group("New", "text", previously=("Old",))],
            [found_group("Old"), found_group("New", owned=False)],
        ),
    )
    assert told(plan) == []
    assert [each for each in why(plan) if each.startswith("delete")] == [
        "delete Old: needs-blocked: it may be what New was before, which is blocked",
        "delete old: needs-blocked: it may be what new was before, which is blocked",
    ]
    assert plan.blocked[-1].way_out == "unblock new first"
    kinds = {each.key: each.kind for each in plan.blocked if each.action is Action.DELETE}
    assert kinds == {"Old": Kind.GROUP, "old": Kind.SEGMENT}


def test_what_is_blocked_still_includes_what_it_includes_in_the_account() -> None:
    plan = plan_of(
        [wanted("a", "FILTER x = 1"), wanted("b", "FILTER x = 1")],
        [
            found("one"),
            found("two"),
            found("a", "FILTER INCLUDE one", owned=False),
            found("b", "FILTER INCLUDE two", owned=False),
        ],
    )
    assert told(plan) == []
    assert why(plan)[2:] == [
        "delete one: included: still included by a",
        "delete two: included: still included by b",
    ]


def test_a_renamed_group_makes_no_difference_in_its_segments() -> None:
    live = [found("a", groups=["Old", "Other"]), found("theirs", groups=["Old"], owned=False)]
    entry = wanted("a", groups=["New", "Other"])
    plan = plan_of(
        [entry],
        live,
        groups=(
            [wanted_group("New", previously=("Old",)), wanted_group("Other")],
            [found_group("Old"), found_group("Other")],
        ),
    )
    assert told(plan) == ["rename group New from Old"]
    assert plan.unchanged == 2
    assert plan.group_ids["New"] == plan.group_ids["Old"]


def test_the_builders_hold_what_they_are_given() -> None:
    state = desired_state([wanted("a")], [wanted_group("G")])
    assert (set(state.segments), set(state.groups)) == ({"a"}, {"G"})
