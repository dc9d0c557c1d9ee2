"""Which parts of a filter are the same: a number for each, equal for equal conditions.

A condition counts by its canonical form, a list by the numbers of its members; so a whole filter
is numbered in one walk, where comparing canonical forms level by level would cost a walk each.
"""

from segsync.filterql.canonical import canonical
from segsync.filterql.nodes import And, Node, Not, Or

Key = tuple[object, ...]


class Sameness:
    """The numbers of a tree; those of parts that are no condition of their own are left out."""

    def __init__(self, root: Node) -> None:
        self._known: dict[Key, int] = {}
        self._numbers: dict[int, int] = {}
        self._members: dict[int, frozenset[int]] = {}
        self._operands: dict[int, int] = {}
        self._number(root)

    def of(self, node: Node) -> int:
        """Return the number of a condition of the tree."""
        return self._numbers[id(node)]

    def members(self, node: Node) -> frozenset[int]:
        """Return the numbers of the members of a list."""
        return self._members[id(node)]

    def operand(self, node: Not) -> int:
        """Return the number of what a NOT negates."""
        return self._operands[id(node)]

    def _number(self, node: Node) -> int:
        match node:
            case And(members) | Or(members):
                numbers = [self._number(member) for member in members]
                self._members[id(node)] = frozenset(numbers)
                # The order of an AND can be seen through a NOT above it (see canonical).
                ordered = tuple(numbers if isinstance(node, And) else sorted(numbers))
                key: Key = (type(node), ordered)
            case Not(operand):
                number = self._number(operand)
                self._operands[id(node)] = number
                key = (Not, number)
            case _:
                key = (canonical(node),)
        number = self._known.setdefault(key, len(self._known))
        self._numbers[id(node)] = number
        return number
