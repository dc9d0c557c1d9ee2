"""Which parts of two trees are the same: a number for each, equal for equal parts."""

from typing import TypeAlias

from segsync.filterql.nodes import And, Node, Not, Or

_Key: TypeAlias = tuple[object, ...]


class Numbers:
    """The numbers of the conditions and lists of canonical trees, given in one walk of each."""

    def __init__(self, *roots: Node) -> None:
        self._known: dict[_Key, int] = {}
        self._numbers: dict[int, tuple[int, int]] = {}
        for root in roots:
            self._number(root)

    def exact(self, node: Node) -> int:
        """Return a number that is equal for equal nodes."""
        return self._numbers[id(node)][0]

    def of(self, node: Node) -> int:
        """Return a number that is equal for nodes that differ at most in the order of members.

        Below a NOT the order of an AND is part of a canonical form, and elsewhere it is not.
        """
        return self._numbers[id(node)][1]

    def _number(self, node: Node) -> tuple[int, int]:
        exact: _Key
        loose: _Key
        match node:
            case And(members) | Or(members):
                numbers = [self._number(member) for member in members]
                exact = (type(node), *(number for number, _ in numbers))
                loose = (type(node), frozenset(number for _, number in numbers))
            case Not(operand):
                one, other = self._number(operand)
                exact, loose = (Not, one), (Not, other)
            case _:
                exact = loose = (node,)
        pair = self._numbers[id(node)] = (self._known_as(exact), self._known_as(loose))
        return pair

    def _known_as(self, key: _Key) -> int:
        return self._known.setdefault(key, len(self._known))
