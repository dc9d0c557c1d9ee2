"""What must hold of an account once an apply has brought it to what the files say."""

from collections.abc import Iterable

from segsync.filterql import same_meaning
from segsync.outcome import Outcome, Result
from segsync.segment import DesiredState
from tests.laws.worlds import Objects, World


def untouched(world: World) -> Objects:
    """Return what nobody has asked for: the predefined, the foreign, and the group of others.

    Where only groups say who is in them, a segment of ours leaves that group by a write to it.
    """
    found = {
        key: each
        for key, each in world.objects().items()
        if each.get("slug_name") in {"all", "foreign"} or each["name"] == "Shared"
    }
    with world.store.read() as state:
        is_written = state.switches.groups_only_by_group
    return {
        key: {**each, "updated": ""} if is_written and each["name"] == "Shared" else each
        for key, each in found.items()
    }


def assert_reached(world: World, desired: DesiredState) -> None:
    """Complain unless the account has what the files say, and nothing of ours beside."""
    live = world.client.live_state(tables={"content"})
    slugs = {each.id: each.key for each in live.segments}
    found = {each.key: each for each in live.segments if each.segment.owned}
    assert found.keys() == desired.segments.keys()
    for key, entry in desired.segments.items():
        assert found[key].invalid_reason is None
        has, wants = found[key].segment, entry.segment
        for name in entry.managed - {"definition"}:
            assert getattr(has, name) == getattr(wants, name), (key, name)
        left, right = has.definition.filter, wants.definition.filter
        assert left is not None
        assert right is not None
        assert same_meaning(left, right, lambda name: slugs.get(name, name))
    groups = {each.key: each.group for each in live.groups if each.group.owned}
    assert {key: each.group for key, each in desired.groups.items()} == groups


def failures(outcomes: Iterable[Outcome]) -> list[tuple[str, str]]:
    return [(each.change.key, each.reason) for each in outcomes if each.result is Result.FAILED]
