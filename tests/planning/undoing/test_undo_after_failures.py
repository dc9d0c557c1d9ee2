"""What changes that failed have left is a conflict, and what they left alone is not."""

from msgspec.structs import replace

from segsync.plan import Action, Change, Kind
from segsync.planning.undoing.effects import Effect
from tests.planning.build import found, found_group, hex_id
from tests.planning.undoing.build import (
    CHANGED,
    NEW_ID,
    back,
    blocked,
    did,
    our_group,
    ours,
    stays,
    there,
    undone,
)

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


def test_a_reevaluation_that_failed_is_not_blamed_for_what_somebody_changed_since() -> None:
    before, after = ours("a", name="Old"), ours("a")
    theirs = replace(after, description="By hand")
    reevaluated = Change(2, Kind.SEGMENT, Action.REEVALUATE, "a", hex_id("a"), after, after)
    doubtful = [Effect(reevaluated, hex_id("a"))]
    result = undone([did(before, after)], [there(theirs, "")], doubtful=doubtful)
    assert result.conflicts == (blocked("a", CHANGED),)
