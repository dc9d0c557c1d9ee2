"""What undoes a run: what is put back, what stands in the way, and what a person is told."""

from collections.abc import Mapping, Sequence

import pytest
from msgspec.structs import replace

from segsync.diagnostics import Diagnostic, Location, Severity
from segsync.plan import Action, Blocked, Change, Kind
from segsync.planning.matching import aside_slugs
from segsync.planning.undoing.effects import Effect
from segsync.planning.undoing.undo import Undoing, undo
from segsync.planning.undoing.values import Managed, key_of, kind_of, names_of
from segsync.segment import (
    DesiredGroup,
    DesiredSegment,
    Group,
    LiveGroup,
    LiveSegment,
    LiveState,
    Segment,
)
from tests.planning.build import found, found_group, hex_id, live_state, segment

RUN = Location(".segsync/journal/run.jsonl")
NOTHING: frozenset[str] = frozenset()
BY_HAND = "change it by hand, or leave it as it is with --skip-blocked"
CHANGED = "it was changed by somebody else since the run"
NEW_ID = "f" * 32


def ours(slug: str, ql: str = "FILTER visits > 5", **values: object) -> Segment:
    return segment(slug, ql, **{"owned": True, **values})


def our_group(name: str, description: str = "") -> Group:
    return Group(name, description, owned=True)


def action_of(before: Managed | None, after: Managed | None) -> Action:
    if before is None:
        return Action.CREATE
    if after is None:
        return Action.DELETE
    return Action.UPDATE if key_of(before) == key_of(after) else Action.RENAME


def did(before: Managed | None, after: Managed | None, identity: str | None = None) -> Effect:
    """Return a change of a run; the id is that of the first key, as `found` makes it."""
    value = before or after
    assert value is not None
    key, kind = key_of(after or value), kind_of(value)
    made_up = hex_id(key_of(value) if kind is Kind.SEGMENT else f"g{key_of(value)}")
    known = made_up if identity is None else identity
    return Effect(Change(1, kind, action_of(before, after), key, known, before, after), known)


def there(value: Segment, identity: str) -> LiveSegment:
    return LiveSegment(identity or hex_id(value.slug), value)


def undone(
    effects: Sequence[Effect],
    segments: Sequence[LiveSegment] = (),
    groups: Sequence[LiveGroup] = (),
    *,
    doubtful: Sequence[Effect] = (),
    group_ids: Mapping[str, str] | None = None,
) -> Undoing:
    live: LiveState = live_state(segments, groups)
    return undo(effects, live, source=RUN, doubtful=doubtful, group_ids=group_ids)


def stays(value: Segment) -> DesiredSegment:
    """Return the entry of what is owned and left alone."""
    return DesiredSegment(value, NOTHING, RUN)


def back(value: Segment, *managed: str) -> DesiredSegment:
    """Return the entry of what becomes what it was, in these fields and by its slug."""
    return DesiredSegment(replace(value, owned=True), frozenset(managed), RUN)


def blocked(
    key: str,
    what: str,
    *,
    action: Action = Action.UPDATE,
    kind: Kind = Kind.SEGMENT,
    way_out: str = BY_HAND,
) -> Blocked:
    """Return the conflict about a segment, unless another kind is given."""
    return Blocked(kind, action, key, "changed-since-run", what, way_out, source=RUN)


def info(code: str, summary: str) -> Diagnostic:
    return Diagnostic(Severity.INFO, code, summary, location=RUN)


def made_again(kind: str, key: str, identity: str) -> Diagnostic:
    summary = (
        f"{kind} {key} is made again with a new id: exports and whatever else knows the old one,"
        f" {identity}, do not follow"
    )
    return Diagnostic(Severity.WARNING, "new-id", summary, location=RUN)


def pairs(result: Undoing) -> dict[str, str | None]:
    """Return the ids of what the entries stand for, by key."""
    both = {**result.matched.pairs, **result.matched_groups.pairs}
    return {key: each.id if each else None for key, each in both.items()}


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


UNFINISHED = "it is not as before the run, which did not finish the {} of it"


def test_what_a_failed_update_left_half_done_is_a_conflict() -> None:
    before, after = ours("a", name="Old"), ours("a")
    half = replace(before, description="Half")
    result = undone([], [there(half, "")], doubtful=[did(before, after)])
    assert result.desired.segments == {"a": stays(half)}
    assert result.conflicts == (blocked("a", UNFINISHED.format("update")),)


def test_what_a_failed_create_left_is_found_by_its_key() -> None:
    result = undone(
        [],
        [there(ours("a"), "")],
        [found_group("G")],
        doubtful=[did(None, ours("a"), ""), did(None, our_group("G"), "")],
    )
    made = UNFINISHED.format("create")
    assert result.conflicts == (
        blocked("a", made, action=Action.DELETE),
        blocked("G", made, action=Action.DELETE, kind=Kind.GROUP),
    )


def test_what_a_failed_create_left_beside_a_rename_is_a_conflict() -> None:
    renamed = did(ours("old"), ours("new", name="Old"))
    now = [there(ours("new", name="Old"), hex_id("old")), found("a")]
    result = undone([renamed], now, doubtful=[did(None, ours("a"), "")])
    assert result.conflicts == (blocked("a", UNFINISHED.format("create"), action=Action.DELETE),)
    assert result.desired.segments == {"old": back(ours("old")), "a": stays(ours("a"))}


def test_what_a_failed_rename_left_is_known_by_its_id() -> None:
    change = did(ours("old"), ours("new", name="Old"))
    result = undone([], [there(ours("aside"), hex_id("old"))], doubtful=[change])
    assert result.conflicts == (blocked("aside", UNFINISHED.format("rename")),)


def test_a_failed_delete_that_took_effect_in_another_way_is_a_conflict() -> None:
    before = ours("a", name="Old")
    result = undone([], [there(ours("a"), "")], doubtful=[did(before, None)])
    assert result.conflicts == (blocked("a", UNFINISHED.format("delete"), action=Action.CREATE),)


def test_what_failed_and_left_nothing_is_passed_over() -> None:
    before, after = ours("a", name="Old"), ours("a")
    reevaluated = Change(2, Kind.SEGMENT, Action.REEVALUATE, "b", hex_id("b"), before, before)
    left = undone(
        [],
        [there(before, ""), found("b")],
        doubtful=[
            did(before, after),
            did(None, ours("never"), ""),
            Effect(reevaluated, hex_id("b")),
        ],
    )
    assert left.conflicts == ()
    assert left.desired.segments.keys() == {"a", "b"}


def test_what_failed_and_is_as_before_is_known_in_groups_that_were_renamed_since() -> None:
    # The plan of the run speaks of the group by its new name, before the run as well.
    before, after = ours("a", name="Old", groups=["New"]), ours("a", groups=["New"])
    now, group = replace(before, groups=frozenset({"Back"})), found_group("Back", id="1")
    failed = [did(before, after)]
    result = undone([], [there(now, "")], [group], doubtful=failed, group_ids={"New": "1"})
    assert result.conflicts == ()
    result = undone([], [there(now, "")], [group], doubtful=failed)
    assert result.conflicts == (blocked("a", UNFINISHED.format("update")),)


def test_what_failed_and_is_as_before_is_known_by_its_includes_under_new_slugs() -> None:
    user, after = ours("user", "FILTER INCLUDE old"), ours("user")
    target = did(ours("old"), ours("new", name="Old"))
    now = [there(ours("new", name="Old"), hex_id("old")), found("user", "FILTER INCLUDE new")]
    assert undone([target], now, doubtful=[did(user, after)]).conflicts == ()


def test_what_failed_after_another_change_of_it_is_told_once_and_as_unfinished() -> None:
    before, after, last = ours("a", name="Old"), ours("a"), ours("a", name="Last")
    half = replace(after, description="Half")
    result = undone([did(before, after)], [there(half, "")], doubtful=[did(after, last)])
    assert result.conflicts == (blocked("a", UNFINISHED.format("update")),)


def test_each_change_that_failed_is_told() -> None:
    one, two = ours("a", name="Old"), ours("b", name="Old")
    half = [there(replace(each, description="Half"), "") for each in (one, two)]
    reevaluated = Change(2, Kind.SEGMENT, Action.REEVALUATE, "z", hex_id("z"), one, one)
    doubtful = [Effect(reevaluated, hex_id("z")), did(one, ours("a")), did(two, ours("b"))]
    assert [each.key for each in undone([], half, doubtful=doubtful).conflicts] == ["a", "b"]


def test_what_failed_on_what_was_made_again_since_is_not_doubted_once_more() -> None:
    before, after, last = ours("a", name="Old"), ours("a"), ours("a", name="Last")
    result = undone([did(before, after)], [there(after, NEW_ID)], doubtful=[did(before, last)])
    assert result.conflicts == ()
