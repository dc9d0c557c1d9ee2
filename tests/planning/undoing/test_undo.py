"""What undoes a run: what is put back, what stands in the way, and what a person is told."""

import pytest
from msgspec.structs import replace

from segsync.plan import Action, Kind
from segsync.planning.matching import aside_slugs
from segsync.planning.undoing.values import names_of
from segsync.segment import DesiredGroup, DesiredSegment, Group, LiveGroup, Segment
from tests.planning.build import found, found_group, hex_id
from tests.planning.undoing.build import (
    CHANGED,
    NEW_ID,
    NOTHING,
    RUN,
    back,
    blocked,
    did,
    info,
    made_again,
    our_group,
    ours,
    pairs,
    stays,
    there,
    undone,
)


def test_what_was_changed_becomes_what_it_was_and_the_rest_stays() -> None:
    before = ours("a", "FILTER visits > 1", name="Old", owned=False)
    after = ours("a", "FILTER visits > 1", name="New")
    other, foreign = found("b"), found("f", owned=False)
    result = undone([did(before, after)], [there(after, ""), other, foreign])
    assert result.desired.segments == {"a": back(before, "name"), "b": stays(other.segment)}
    assert pairs(result) == {"a": hex_id("a"), "b": other.id}
    assert result.matched.others == (foreign,)
    assert (result.conflicts, result.notes) == ((), ())


def test_a_group_becomes_what_it_was() -> None:
    before, after = Group("G", "Old"), our_group("G", "New")
    result = undone([did(before, after)], groups=[LiveGroup(hex_id("gG"), after)])
    wanted = DesiredGroup(our_group("G", "Old"), frozenset({"description"}), RUN)
    assert result.desired.groups == {"G": wanted}
    assert pairs(result) == {"G": hex_id("gG")}
    assert (result.conflicts, result.notes) == ((), ())


def test_what_was_made_is_to_go() -> None:
    made, group = ours("a"), our_group("G")
    result = undone(
        [did(None, made), did(None, group)],
        [there(made, "")],
        [LiveGroup(hex_id("gG"), group)],
    )
    assert result.desired.segments == {"a": DesiredSegment(made, NOTHING, RUN, absent=True)}
    assert result.desired.groups == {"G": DesiredGroup(group, NOTHING, RUN, absent=True)}
    assert pairs(result) == {"a": hex_id("a"), "G": hex_id("gG")}
    assert (result.conflicts, result.notes) == ((), ())


def test_what_was_made_and_is_gone_needs_nothing() -> None:
    result = undone([did(None, ours("a"))])
    assert result == undone([])
    assert result.desired.segments == {}


def test_what_was_deleted_is_made_again_and_its_new_id_told() -> None:
    gone, group = ours("a", owned=False), Group("G", "For us")
    result = undone([did(gone, None), did(group, None)])
    assert result.desired.segments == {"a": back(gone, *names_of(gone))}
    managed = frozenset({"name", "description", "protected"})
    assert result.desired.groups == {"G": DesiredGroup(our_group("G", "For us"), managed, RUN)}
    assert pairs(result) == {"a": None, "G": None}
    assert result.notes == (
        made_again("segment", "a", hex_id("a")),
        made_again("group", "G", hex_id("gG")),
    )
    assert result.conflicts == ()


def test_what_comes_back_includes_what_is_made_again_by_its_slug() -> None:
    by_id = ours("user", f"FILTER INCLUDE {hex_id('a')}")
    after = ours("user")
    result = undone([did(by_id, after), did(ours("a"), None)], [there(after, "")])
    assert result.desired.segments["user"] == back(ours("user", "FILTER INCLUDE a"), "definition")


def test_what_comes_back_includes_what_is_still_there_by_its_id() -> None:
    by_id, after = ours("user", f"FILTER INCLUDE `{hex_id('a')}`"), ours("user")
    moved = ours("moved", name="A")
    result = undone(
        [did(by_id, after), did(ours("a"), None)], [there(after, ""), there(moved, hex_id("a"))]
    )
    assert result.desired.segments["user"] == back(by_id, "definition")


def test_what_was_renamed_gets_its_old_slug_back() -> None:
    before, after = ours("old"), ours("new", name="Old")
    result = undone([did(before, after)], [there(after, hex_id("old"))])
    assert result.desired.segments == {"old": back(before)}
    assert pairs(result) == {"old": hex_id("old")}
    assert (result.conflicts, result.notes) == ((), ())


@pytest.mark.parametrize("aside", aside_slugs("old"))
def test_what_waits_under_a_slug_of_passage_goes_the_rest_of_the_way(aside: str) -> None:
    before, after = ours("old"), ours("new", name="Old")
    waiting = replace(after, slug=aside)
    result = undone([did(before, after)], [there(waiting, hex_id("old"))])
    assert result.desired.segments == {"old": back(before)}
    assert (result.conflicts, result.notes) == ((), ())
    theirs = replace(waiting, name="By hand")
    result = undone([did(before, after)], [there(theirs, hex_id("old"))])
    assert result.desired.segments == {aside: stays(theirs)}
    assert result.conflicts == (blocked(aside, CHANGED),)


def test_what_somebody_renamed_since_is_a_conflict() -> None:
    before, after = ours("old"), ours("new", name="Old")
    theirs = replace(after, slug="theirs")
    result = undone([did(before, after)], [there(theirs, hex_id("old"))])
    assert result.desired.segments == {"theirs": stays(theirs)}
    assert result.conflicts == (blocked("theirs", CHANGED),)


def test_a_group_gets_its_old_name_back_and_what_comes_back_is_in_it_by_that() -> None:
    before, after = our_group("Old"), our_group("New", "More")
    # The plan of the run speaks of the group by its new name, before the run as well.
    user, now = ours("user", name="U", groups=["New"]), ours("user", groups=["New"])
    result = undone(
        [did(before, after), did(user, now)],
        [there(now, "")],
        [LiveGroup(hex_id("gOld"), after)],
        group_ids={"New": hex_id("gOld")},
    )
    assert result.desired.groups == {"Old": DesiredGroup(before, frozenset({"description"}), RUN)}
    assert result.desired.segments == {
        "user": back(replace(user, groups=frozenset({"Old"})), "name")
    }


def test_the_ids_of_groups_tell_that_one_was_renamed_since() -> None:
    before, after = ours("a", name="Old", groups=["G"]), ours("a", groups=["G"])
    now = replace(after, groups=frozenset({"Theirs"}))
    theirs = found_group("Theirs", id="1")
    result = undone([did(before, after)], [there(now, "")], [theirs], group_ids={"G": "1"})
    assert result.conflicts == ()
    assert result.desired.segments == {"a": back(replace(before, groups=now.groups), "name")}
    assert [each.reason for each in undone([did(before, after)], [there(now, "")]).conflicts] == [
        CHANGED
    ]


def test_what_is_as_it_was_is_left_and_an_adoption_is_told() -> None:
    undone_already, after = ours("a", name="Old"), ours("a")
    adopted = ours("b", owned=False)
    result = undone(
        [did(undone_already, after), did(adopted, ours("b"))],
        [there(undone_already, ""), there(ours("b"), "")],
    )
    assert result.desired.segments == {"a": stays(undone_already), "b": stays(ours("b"))}
    told = "b was taken over by the run, and stays managed here"
    assert (result.conflicts, result.notes) == ((), (info("stays-managed", told),))


def test_an_adoption_that_was_given_up_since_is_not_told() -> None:
    adopted = ours("a", owned=False)
    result = undone([did(adopted, ours("a"))], [there(adopted, "")])
    assert (result.desired.segments, result.notes) == ({}, ())


@pytest.mark.parametrize(
    ("before", "after", "action"),
    [
        (ours("a", name="Old"), ours("a"), Action.UPDATE),
        (None, ours("a"), Action.DELETE),
    ],
)
def test_what_somebody_changed_since_is_a_conflict_and_stays(
    before: Segment | None, after: Segment, action: Action
) -> None:
    theirs = replace(after, description="By hand")
    result = undone([did(before, after)], [there(theirs, "")])
    assert result.desired.segments == {"a": stays(theirs)}
    assert result.conflicts == (blocked("a", CHANGED, action=action),)
    assert result.notes == ()


def test_what_is_there_although_the_run_deleted_it_is_a_conflict_where_it_differs() -> None:
    before = ours("a", name="Old")
    kept = undone([did(before, None)], [there(before, "")])
    assert (kept.desired.segments, kept.conflicts) == ({"a": stays(before)}, ())
    theirs = undone([did(before, None)], [there(ours("a"), "")])
    assert theirs.desired.segments == {"a": stays(ours("a"))}
    assert theirs.conflicts == (blocked("a", CHANGED, action=Action.CREATE),)


def test_what_somebody_deleted_since_is_a_conflict_under_its_old_key() -> None:
    result = undone([did(ours("old"), ours("new", name="Old"))])
    assert result.desired.segments == {}
    deleted = "it was deleted by somebody else since the run"
    assert result.conflicts == (blocked("old", deleted),)


def test_what_somebody_made_in_the_place_of_what_was_deleted_is_a_conflict() -> None:
    theirs = found("a", "FILTER visits > 99", id=NEW_ID)
    result = undone([did(ours("a"), None)], [theirs])
    assert result.desired.segments == {"a": stays(theirs.segment)}
    again = "it is there again, made by somebody else since the run"
    assert result.conflicts == (blocked("a", again, action=Action.CREATE),)
    assert result.notes == ()


def test_what_would_include_a_segment_that_is_lost_is_a_conflict() -> None:
    user, now = ours("user", "FILTER INCLUDE a"), ours("user")
    theirs = found("a", "FILTER visits > 99", id=NEW_ID)
    result = undone([did(user, now), did(ours("a"), None)], [there(now, ""), theirs])
    lost = "it included a, which cannot be made again"
    assert result.conflicts[0] == blocked("user", lost)
    assert result.desired.segments["user"] == stays(now)


def test_a_definition_that_the_run_did_not_change_is_no_conflict() -> None:
    user = ours("user", "FILTER INCLUDE a", name="Old")
    now = replace(user, name="User")
    theirs = found("a", "FILTER visits > 99", id=NEW_ID)
    result = undone([did(user, now), did(ours("a"), None)], [there(now, ""), theirs])
    assert [each.key for each in result.conflicts] == ["a"]
    assert result.desired.segments["user"] == back(user, "name")


def test_what_has_its_old_slug_now_is_never_taken_for_what_was_renamed() -> None:
    before, after = ours("old"), ours("new", name="Old")
    theirs = found("old", "FILTER visits > 99", id=NEW_ID)
    result = undone([did(before, after)], [there(after, hex_id("old")), theirs])
    place = 'it cannot be called "old" again: another segment has taken that place'
    assert result.conflicts == (blocked("new", place),)
    assert result.desired.segments == {"new": stays(after), "old": stays(theirs.segment)}
    assert pairs(result) == {"new": hex_id("old"), "old": NEW_ID}


def test_what_the_run_made_in_an_old_place_goes_first() -> None:
    before, after = our_group("Old"), our_group("New")
    filler = our_group("Old", "Filler")
    result = undone(
        [did(before, after), did(None, filler, NEW_ID)],
        groups=[LiveGroup(hex_id("gOld"), after), LiveGroup(NEW_ID, filler)],
    )
    way_out = (
        "the run itself made that one: --skip-blocked removes it, and the same rollback once more"
        " renames"
    )
    place = 'it cannot be called "Old" again: another group has taken that place'
    assert result.conflicts == (blocked("New", place, kind=Kind.GROUP, way_out=way_out),)
    assert result.desired.groups == {
        "New": DesiredGroup(after, NOTHING, RUN),
        "Old": DesiredGroup(filler, NOTHING, RUN, absent=True),
    }


def test_what_comes_back_includes_what_stays_renamed_by_its_new_slug() -> None:
    user, now = ours("user", "FILTER INCLUDE old"), ours("user")
    before, after = ours("old"), ours("new", name="Old")
    theirs = found("old", "FILTER visits > 99", id=NEW_ID)
    result = undone(
        [did(before, after), did(user, now)],
        [there(after, hex_id("old")), theirs, there(now, "")],
    )
    assert result.desired.segments["user"] == back(ours("user", "FILTER INCLUDE new"), "definition")


def test_members_stay_in_a_group_that_stays_renamed() -> None:
    before, after = our_group("Old"), our_group("New")
    user, now = ours("user", name="U", groups=["New"]), ours("user", groups=["New"])
    result = undone(
        [did(before, after), did(user, now)],
        [there(now, "")],
        [LiveGroup(hex_id("gOld"), after), found_group("Old", id=NEW_ID)],
        group_ids={"New": hex_id("gOld")},
    )
    assert result.desired.segments == {"user": back(user, "name")}


def test_what_was_made_again_since_is_taken_for_what_was_there() -> None:
    before, after = ours("a", name="Old"), ours("a")
    result = undone([did(before, after)], [there(after, NEW_ID)])
    assert result.desired.segments == {"a": back(before, "name")}
    assert pairs(result) == {"a": NEW_ID}
    told = "a was deleted and made again since the run; the new one counts"
    assert (result.conflicts, result.notes) == ((), (info("made-again", told),))


def test_what_comes_back_includes_what_was_made_again_by_its_new_id() -> None:
    by_id, now = ours("user", f"FILTER INCLUDE {hex_id('a')}"), ours("user")
    before, after = ours("a", name="Old"), ours("a")
    result = undone([did(by_id, now), did(before, after)], [there(now, ""), there(after, NEW_ID)])
    assert result.desired.segments["user"] == back(
        ours("user", f"FILTER INCLUDE `{NEW_ID}`"), "definition"
    )


def test_what_the_run_deleted_and_is_there_again_needs_nothing_and_no_word() -> None:
    result = undone([did(ours("a"), None)], [there(ours("a"), NEW_ID)])
    assert result.desired.segments == {"a": stays(ours("a"))}
    assert (result.conflicts, result.notes) == ((), ())
