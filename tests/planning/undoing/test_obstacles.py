"""What cannot be made again, and what would come to include a stranger in its place."""

from msgspec.structs import replace

from segsync.plan import Kind
from segsync.planning.undoing.effects import Net
from segsync.planning.undoing.obstacles import Losses
from segsync.planning.undoing.present import Present
from segsync.segment import Group, LiveSegment
from tests.planning.build import found, hex_id, live_state
from tests.planning.undoing.build import NEW_ID, ours

AGAIN = "is there again, made by somebody else since the run"


def deleted(slug: str) -> Net:
    """Return what a run did that deleted a segment."""
    return Net(hex_id(slug), Kind.SEGMENT, ours(slug), None)


def losses(nets: list[Net], live: list[LiveSegment]) -> Losses:
    return Losses(Present(nets, live_state(live), group_ids={}))


def stranger(slug: str) -> LiveSegment:
    return found(slug, "FILTER visits > 99", owned=False, id="f" * 31 + slug)


def test_what_is_gone_can_be_made_again_where_its_place_is_free() -> None:
    assert losses([deleted("a")], []).obstacle(deleted("a")) == ""


def test_what_is_gone_cannot_be_made_again_beside_an_equal_one_that_is_not_ours() -> None:
    twin = found("a", owned=False, id=NEW_ID)
    assert losses([deleted("a")], [twin]).obstacle(deleted("a")) == AGAIN


def test_a_definition_that_names_what_is_lost_is_told_with_every_name() -> None:
    found_losses = losses([deleted("a"), deleted("b")], [stranger("a"), stranger("b")])
    both = ours("user", "FILTER AND (INCLUDE a, NOT INCLUDE b, INCLUDE c)")
    assert found_losses.told(both, None) == "included a and b, which cannot be made again"
    by_id = ours("user", f"FILTER INCLUDE {hex_id('a')}")
    assert found_losses.told(by_id, None) == (f"included {hex_id('a')}, which cannot be made again")
    assert found_losses.told(ours("user", "FILTER INCLUDE c"), None) == ""


def test_what_cannot_be_read_may_include_what_is_lost() -> None:
    odd = ours("odd", "FILTER AND (INCLUDE a")
    assert losses([deleted("a")], [stranger("a")]).told(odd, None) == (
        "included a, which cannot be made again"
    )


def test_a_definition_that_stays_and_a_group_include_nothing_in_vain() -> None:
    found_losses = losses([deleted("a")], [stranger("a")])
    user = ours("user", "FILTER INCLUDE a")
    assert found_losses.told(user, replace(user, name="New")) == ""
    assert found_losses.told(Group("G"), None) == ""
