"""What is taken for the objects of a run, when slugs and ids have moved since."""

from msgspec.structs import replace

from segsync.plan import Kind
from segsync.planning.undoing.effects import Net
from segsync.planning.undoing.present import Present
from segsync.segment import LiveSegment
from tests.planning.build import found, hex_id, live_state
from tests.planning.undoing.build import NEW_ID, ours


def renamed(old: str, new: str) -> Net:
    return Net(hex_id(old), Kind.SEGMENT, ours(old), ours(new))


def present(nets: list[Net], *live: LiveSegment) -> Present:
    return Present(nets, live_state(live), group_ids={})


def test_what_is_there_under_another_slug_has_no_heir() -> None:
    made = Net(hex_id("a"), Kind.SEGMENT, None, ours("a"))
    moved, other = found("z", id=hex_id("a")), found("a", id=NEW_ID)
    assert present([made], moved, other).heirs == {}
    assert list(present([made], other).heirs) == [hex_id("a")]


def test_what_was_deleted_is_known_again_by_its_includes_under_their_new_slugs() -> None:
    user = ours("user", "FILTER INCLUDE old")
    nets = [renamed("old", "new"), Net(hex_id("user"), Kind.SEGMENT, user, None)]
    again = found("user", "FILTER INCLUDE new", id=NEW_ID)
    target = found("new", id=hex_id("old"))
    assert list(present(nets, target, again).heirs) == [hex_id("user")]


def test_what_includes_a_segment_that_was_renamed_since_is_as_the_run_left_it() -> None:
    before = ours("user", "FILTER visits > 1")
    user = Net(
        hex_id("user"),
        Kind.SEGMENT,
        before,
        replace(before, definition=ours("x", "FILTER INCLUDE x").definition),
    )
    target = Net(hex_id("x"), Kind.SEGMENT, None, ours("x"))
    now = [
        found("y", id=hex_id("x")),
        found("user", "FILTER INCLUDE y"),
    ]
    there = present([user, target], *now)
    assert there.is_undone(user)
    assert not there.is_undone(target)
