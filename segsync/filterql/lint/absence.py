"""The rule about negated conditions, which also hold for everybody without a value."""

from collections import Counter

from segsync.filterql.canonical import canonical
from segsync.filterql.lint.findings import Hit, Hits
from segsync.filterql.lint.source import Source
from segsync.filterql.nodes import (
    And,
    Between,
    Comparison,
    Exists,
    Field,
    In,
    Intersects,
    Literal,
    Node,
    Not,
    Or,
)

_UNEQUAL = frozenset({"!=", "<>"})


def absence(source: Source) -> Hits:
    """Find negations on fields of which nothing else in the same AND asks for a value."""
    yield from _Walk().hits(source.filter, negated=False)


class _Walk:
    """A walk that knows which fields have a value wherever it is."""

    def __init__(self) -> None:
        self._present: Counter[Node] = Counter()

    def hits(self, node: Node, *, negated: bool) -> Hits:
        """Yield the negations in a part of the filter."""
        match node:
            case And(members) | Or(members):
                yield from self._list(node, members, negated=negated)
            case Not(operand):
                yield from self.hits(operand, negated=not negated)
            case Comparison(operator, Field() as field, right):
                if (operator in _UNEQUAL) != negated and not _is_null(right):
                    yield from self._hit(node, field)
            case In(Field() as field) | Intersects(Field() as field):
                if negated:
                    yield from self._hit(node, field)

    def _list(self, node: And | Or, members: tuple[Node, ...], *, negated: bool) -> Hits:
        """Walk a list; what an AND asks for, or a negated OR denies, holds for all its members."""
        together = isinstance(node, Or) if negated else isinstance(node, And)
        asked = [_asked(member, negated=negated) for member in members] if together else []
        present = Counter(field for field in asked if field is not None)
        self._present.update(present)
        for member in members:
            yield from self.hits(member, negated=negated)
        self._present.subtract(present)

    def _hit(self, node: Node, field: Field) -> Hits:
        if self._present[canonical(field)] <= 0:
            name = field.left if field.right is None else f"{field.left}.{field.right}"
            message = f"this also holds for everybody without {name}"
            yield Hit("not-over-missing-field", node.span, message)


def _asked(member: Node, *, negated: bool) -> Node | None:
    """Return the field that has a value wherever this member holds."""
    while isinstance(member, Not):
        member, negated = member.operand, not negated
    match member:
        case Exists(Field() as field):
            return None if negated else canonical(field)
        case Between(Field() as field):
            return canonical(field)
        case Comparison(operator, Field() as field):
            return canonical(field) if (operator in _UNEQUAL) == negated else None
        case In(Field() as field) | Intersects(Field() as field):
            return None if negated else canonical(field)
        case _:
            return None


def _is_null(node: Node) -> bool:
    return isinstance(node, Literal) and node.kind == "null"
