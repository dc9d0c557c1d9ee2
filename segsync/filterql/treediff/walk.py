"""Walks two trees side by side and finds what differs at which place.

What only one of them has is left as `Gone` and `Come`: whether it moved can only be told when the
whole of both trees is known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from segsync.filterql.nodes import In, Intersects, Node, Not
from segsync.filterql.treediff.edits import (
    Edit,
    List,
    as_written,
    bare,
    brief,
    heading,
    is_list,
    members,
    short,
    text,
)
from segsync.filterql.treediff.numbers import Numbers
from segsync.filterql.treediff.pairs import pairs, subject
from segsync.filterql.treediff.strength import strength


@dataclass(frozen=True, slots=True)
class Heading:
    """The word of a list in which something may differ; it is only shown if something does."""

    depth: int
    text: str


@dataclass(frozen=True, slots=True)
class Gone:
    """A member that its list, the `owner`, has lost; a whole filter is its own.

    `place` is equal for what was lost and gained by two versions of one list.
    """

    depth: int
    node: Node
    owner: Node
    place: int


@dataclass(frozen=True, slots=True)
class Come:
    """A member that a list, the `owner`, has gained; as in `Gone`."""

    depth: int
    node: Node
    owner: Node
    place: int


Found: TypeAlias = Edit | Heading | Gone | Come


@dataclass(frozen=True, slots=True)
class _Place:
    """Where both trees are: how deep, and below which NOTs.

    `sign` is 1, -1 below an odd number of them, or 0 where both trees have different ones.
    `ordered` says that the order of an AND counts, as it does below a NOT.
    """

    depth: int = 0
    sign: int = 1
    ordered: bool = False

    def inside(self, old: Node, new: Node) -> "_Place":
        """Return the place of the members of two lists."""
        negations = isinstance(old, Not) + isinstance(new, Not)
        sign = (self.sign, 0, -self.sign)[negations]
        return _Place(self.depth + 1, sign, ordered=self.ordered or negations == 2)  # noqa: PLR2004


class Walk:
    """A walk over two canonical trees."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._places = 0

    def compare(self, old: Node, new: Node) -> Iterator[Found]:
        """Yield what differs, from the outside to the inside."""
        yield from self._compare(old, new, _Place())

    def _compare(self, old: Node, new: Node, at: _Place) -> Iterator[Found]:
        if self._numbers.exact(old) == self._numbers.exact(new):
            return
        if isinstance(old, Not) != isinstance(new, Not) and self._same(bare(old), bare(new)):
            word = "negated" if isinstance(new, Not) else "no longer negated"
            yield Edit(at.depth, "changed", f"{word}: {text(new)}")
        elif is_list(old) and is_list(new):
            yield from self._lists(old, new, at)
        elif subject(old) is not None and subject(old) == subject(new):
            yield Edit(at.depth, "changed", _changed(old, new, at))
        else:
            yield from self._rest((old,), (new,), at.depth, (old, new))

    def _same(self, old: Node, new: Node) -> bool:
        return self._numbers.of(old) == self._numbers.of(new)

    def _lists(self, old: List, new: List, at: _Place) -> Iterator[Found]:
        """Compare two lists, of which one may also be a version of a member of the other."""
        depth = at.depth + 1
        if (inner := self._version(old, new)) is not None:
            yield Edit(at.depth, "added", heading(new))
            yield from self._kept(old, inner, replace(at, depth=depth))
            come = [member for member in members(new) if member is not inner]
            yield from self._rest((), come, depth, (old, new))
        elif (inner := self._version(new, old)) is not None:
            yield Edit(at.depth, "removed", heading(old))
            yield from self._kept(inner, new, replace(at, depth=depth))
            gone = [member for member in members(old) if member is not inner]
            yield from self._rest(gone, (), depth, (old, new))
        else:
            yield _heading(old, new, at.depth)
            inside = at.inside(old, new)
            if inside.ordered and self._is_order_of(old, new):
                yield Edit(depth, "changed", "the order of the conditions")
            yield from self._members(old, new, inside)

    def _version(self, node: List, around: List) -> List | None:
        """Return the member of a list that is rather a version of a node than the whole list is.

        It has the same word in front, as a list in a list of the same operator does not last, and
        more members in common.
        """
        if isinstance(around, Not):
            return None
        numbers = self._numbers.of
        own = set(map(numbers, members(node)))
        most = len(own.intersection(map(numbers, members(around))))
        found = None
        for member in members(around):
            if is_list(member) and heading(member) == heading(node):
                shared = len(own.intersection(map(numbers, members(member))))
                found, most = (member, shared) if shared > most else (found, most)
        return found

    def _kept(self, old: Node, new: Node, at: _Place) -> Iterator[Found]:
        """Compare what stays when a list around it comes or goes, and show it in any case."""
        if self._numbers.exact(old) == self._numbers.exact(new):
            yield Edit(at.depth, "context", short(new))
        else:
            yield from self._compare(old, new, at)

    def _is_order_of(self, old: List, new: List) -> bool:
        """Say whether two lists differ, but only in the order of their members."""
        numbers = self._numbers.exact
        return (
            heading(old) == heading(new)
            and numbers(old) != numbers(new)
            and set(map(numbers, members(old))) == set(map(numbers, members(new)))
        )

    def _members(self, old: List, new: List, at: _Place) -> Iterator[Found]:
        """Compare members: equal ones drop out, versions of one are paired, the rest may move."""
        numbers = self._numbers.exact
        kept = set(map(numbers, members(old))) & set(map(numbers, members(new)))
        gone = [member for member in members(old) if numbers(member) not in kept]
        come = [member for member in members(new) if numbers(member) not in kept]
        found = pairs(gone, come, self._numbers)
        for before, after in found:
            yield from self._compare(before, after, at)
        paired = {id(member) for pair in found for member in pair}
        gone = [member for member in gone if id(member) not in paired]
        come = [member for member in come if id(member) not in paired]
        yield from self._rest(gone, come, at.depth, (old, new))

    def _rest(
        self, gone: Sequence[Node], come: Sequence[Node], depth: int, owners: tuple[Node, Node]
    ) -> Iterator[Found]:
        self._places += 1
        yield from (Gone(depth, member, owners[0], self._places) for member in gone)
        yield from (Come(depth, member, owners[1], self._places) for member in come)


def _heading(old: List, new: List, depth: int) -> Found:
    if heading(old) == heading(new):
        return Heading(depth, heading(new))
    return Edit(depth, "changed", f"{heading(old)}  ->  {brief(new) if depth else heading(new)}")


def _changed(old: Node, new: Node, at: _Place) -> str:
    """Return how a condition has changed; of the new one, only what is not as in the old one."""
    negated = isinstance(new, Not)
    if isinstance(old, Not) != negated:
        return _arrow(old, new)
    match bare(old), bare(new):
        case (In(_, before, True), In(left, after, True)):
            return f"{text(left)} {'NOT ' * negated}IN: {_came_and_went(before, after)}"
        case (Intersects(_, before, True), Intersects(left, after, True)):
            return f"{text(left)} {'NOT ' * negated}INTERSECTS: {_came_and_went(before, after)}"
    note = strength(bare(old), bare(new), sign=-at.sign if negated else at.sign) if at.sign else ""
    return f"{_arrow(old, new)}  ({note})" if note else _arrow(old, new)


def _arrow(old: Node, new: Node) -> str:
    before, after = text(old), text(new)
    about = f"{text(subject(new) or new)} "
    return f"{before}  ->  {after.removeprefix(about) if before.startswith(about) else after}"


def _came_and_went(before: Sequence[Node], after: Sequence[Node]) -> str:
    came, went = set(after) - set(before), set(before) - set(after)
    signed = [f"+{text(value)}" for value in as_written(after) if value in came]
    signed += [f"-{text(value)}" for value in as_written(before) if value in went]
    return " ".join(signed)
