"""Who includes whom in an account, at any distance, as trees in the order of reading."""

from collections.abc import Iterator, Mapping

from segsync.graph import reversed_edges
from segsync.inspection.portrait import Relative
from segsync.planning.identity import identities, references
from segsync.segment import Definition, LiveSegment, LiveState


class Lineage:
    """The INCLUDE graph of an account."""

    def __init__(self, live: LiveState) -> None:
        self._names = identities(live, {})
        self._by_id = {each.id: each for each in live.segments}
        self._written: dict[str, str] = {}
        self.includes: Mapping[str, tuple[str, ...]] = {
            each.id: self.targets(each.segment.definition) for each in live.segments
        }
        """What each segment includes directly, by id; what is missing is under no id."""
        self.included_by: Mapping[str, list[str]] = reversed_edges(self.includes)
        """What includes each segment directly, by id."""

    def targets(self, definition: Definition) -> tuple[str, ...]:
        """Return the ids of what a definition includes; what is missing gets an identity."""
        found = []
        for reference in references(definition, self._names.all):
            identity = self._names.live(reference)
            self._written.setdefault(identity, reference)
            found.append(identity)
        return tuple(dict.fromkeys(found))

    def name_of(self, reference: str) -> str | None:
        """Return the name of what a reference points at, if it is known."""
        found = self._by_id.get(self._names.live(reference))
        return found.segment.name if found else None

    def ancestors(self, definition: Definition) -> tuple[Relative, ...]:
        """Return everything that a definition includes."""
        return tuple(self._tree(self.targets(definition), self.includes))

    def dependants(self, segment_id: str) -> tuple[Relative, ...]:
        """Return everything that includes a segment."""
        edges = {
            each: sorted(found, key=lambda one: self._by_id[one].key)
            for each, found in self.included_by.items()
        }
        return tuple(self._tree(edges.get(segment_id, ()), edges))

    def _tree(
        self, start: tuple[str, ...] | list[str], edges: Mapping[str, tuple[str, ...] | list[str]]
    ) -> Iterator[Relative]:
        """Yield each node when it is first come to, then what lies behind it; later ones alone."""
        seen: set[str] = set()
        stack = [(each, 1) for each in reversed(start)]
        while stack:
            node, depth = stack.pop()
            # What has nothing behind it is no shorter when it is shown again.
            behind = edges.get(node, ())
            yield self._relative(node, depth, repeated=node in seen and bool(behind))
            if node not in seen:
                seen.add(node)
                stack.extend((each, depth + 1) for each in reversed(behind))

    def _relative(self, node: str, depth: int, *, repeated: bool) -> Relative:
        found = self._by_id.get(node)
        if found is None:
            return Relative(self._written[node], "", None, depth, remark="not in the account")
        return Relative(
            found.key, found.segment.name, found.id, depth, repeated, remark=_remark(found)
        )


def _remark(live: LiveSegment) -> str:
    if live.invalid_reason is not None:
        return f"invalid: {live.invalid_reason}" if live.invalid_reason else "invalid"
    return live.untouchable
