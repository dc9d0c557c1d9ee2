"""A model of an account that is exact about names: nothing may dangle, no cycle may close."""

from msgspec.structs import replace

from segsync.filterql import includes
from segsync.graph import find_cycles
from segsync.plan import Action, Change, Kind
from segsync.segment import Group, LiveGroup, LiveSegment, LiveState, Segment
from tests.planning.build import hex_id


class ModelAccount:
    """Applies changes one at a time and complains when a state is unsound."""

    def __init__(self, live: LiveState) -> None:
        self.live = live
        self.segments = {each.id: each for each in live.segments}
        self.groups = {each.id: each for each in live.groups}
        self.made = 0

    def apply(self, change: Change) -> None:
        if change.kind is Kind.GROUP:
            self._apply_group(change)
        elif change.action is Action.DELETE:
            assert change.before == self.segments.pop(change.id or "").segment
        elif change.action is not Action.REEVALUATE:
            self._write(change)
        self.complain_if_unsound()

    def _write(self, change: Change) -> None:
        assert isinstance(change.after, Segment)
        if change.id is None:
            self.made += 1
            new = LiveSegment(hex_id(f"n{self.made}{change.key}"), change.after)
            self.segments[new.id] = new
            return
        now = self.segments[change.id]
        assert change.before == now.segment, "the plan expects another state at this point"
        assert change.after != now.segment, "a write that changes nothing"
        self.segments[change.id] = replace(now, segment=change.after)

    def _apply_group(self, change: Change) -> None:
        if change.action is Action.DELETE:
            gone = self.groups.pop(change.id or "")
            assert change.before == gone.group
            return
        assert isinstance(change.after, Group)
        if change.id is None:
            self.made += 1
            new = LiveGroup(hex_id(f"g{self.made}{change.key}"), change.after)
            self.groups[new.id] = new
            return
        self.groups[change.id] = replace(self.groups[change.id], group=change.after)
        if change.previous_key:
            self._rename_in_segments(change.previous_key, change.key)

    def _rename_in_segments(self, old: str, new: str) -> None:
        for identity, each in self.segments.items():
            names = frozenset(new if name == old else name for name in each.segment.groups)
            self.segments[identity] = replace(each, segment=replace(each.segment, groups=names))

    def complain_if_unsound(self) -> None:
        slugs = {each.key: each.id for each in self.segments.values()}
        assert len(slugs) == len(self.segments), "two segments have one slug"
        names = {each.key for each in self.groups.values()}
        edges: dict[str, list[str]] = {}
        for each in self.segments.values():
            tree = each.segment.definition.filter
            assert tree is not None
            edges[each.id] = []
            for include in includes(tree):
                target = slugs.get(include.reference, include.reference)
                assert target in self.segments, f"{each.key} includes {include.reference}: dangling"
                edges[each.id].append(target)
            assert each.segment.groups <= names, f"{each.key} is in a group that is not there"
        assert not find_cycles(edges), "a cycle"

    def state(self) -> LiveState:
        return replace(
            self.live,
            segments=tuple(self.segments.values()),
            groups=tuple(self.groups.values()),
        )
