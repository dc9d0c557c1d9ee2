"""Which of the members that one list lost turned up in another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from segsync.filterql.nodes import Node
from segsync.filterql.treediff.edits import is_list, members
from segsync.filterql.treediff.numbers import Numbers
from segsync.filterql.treediff.walk import Come, Gone


@dataclass(eq=False, slots=True)
class Part:
    """Something that is gone or has come, as a whole or as a part of a list that is or has.

    `owner` is the list that it was a member of, `twin` where it went or came from, and `size` how
    many conditions it has.
    """

    node: Node
    place: int
    owner: Node
    above: "Part | None" = None
    parts: "list[Part]" = field(default_factory=list)
    twin: "Part | None" = None
    size: int = 1

    def walk(self) -> "Iterator[Part]":
        """Yield the part and all its parts."""
        yield self
        for part in self.parts:
            yield from part.walk()

    @property
    def has_moved(self) -> bool:
        """Say whether this, or a list that it is a part of, has a twin."""
        part: Part | None = self
        while part is not None and part.twin is None:
            part = part.above
        return part is not None

    @property
    def stays(self) -> bool:
        """Say whether only a list around it has come or gone."""
        twin = self.twin
        return (
            twin is not None
            and self.place == twin.place
            and (self.above is None) != (twin.above is None)
        )


def part_of(found: Gone | Come) -> Part:
    """Return what was found, with all its parts."""
    return _part(found.node, found.place, found.owner)


def _part(node: Node, place: int, owner: Node, above: Part | None = None) -> Part:
    part = Part(node, place, owner, above)
    if is_list(node):
        part.parts = [_part(member, place, node, part) for member in members(node)]
        part.size = sum(each.size for each in part.parts)
    return part


def join(gone: Iterable[Part], come: Iterable[Part], numbers: Numbers) -> None:
    """Give what moved its twin: the largest parts first, so that a list moves as a whole."""
    free: dict[int, list[Part]] = {}
    for part in (each for whole in gone for each in whole.walk()):
        free.setdefault(numbers.of(part.node), []).append(part)
    for queue in free.values():
        queue.reverse()
    arrived = [each for whole in come for each in whole.walk()]
    for part in sorted(arrived, key=lambda each: -each.size):
        candidates = free.get(numbers.of(part.node), [])
        while candidates and candidates[-1].has_moved:
            candidates.pop()
        if candidates and not part.has_moved:
            part.twin = candidates.pop()
            part.twin.twin = part
