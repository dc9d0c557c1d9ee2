"""The canonical form: equal for two filters that mean the same by safe rewrites.

Safe are: one spelling per operator (`==` is `=`, `<>` is `!=`), no lists of one, no lists in lists
of the same operator, infix AND and OR as lists, no double NOT, no duplicate members, sorted members
and values, one spelling of everybody, map and key of a field taken apart.

Not safe, and not done (see docs/filterql.md, "Same meaning"): De Morgan, `>` for `NOT <=`,
IN for an OR of equalities, IN for INTERSECTS, 5 for "5", `!=` for `NOT =`.

Below a NOT more stays as it is, because NOT makes visible whether its operand is undefined, as
BETWEEN is for a missing field. AND keeps the order of its members: an undefined one ends an AND
that has not met a false one yet. An OR of one and the same member twice stays apart from that member,
because it is false where the member is undefined. An infix AND differs from a list in the same way;
it counts as equal all the same, since the server refuses the infix form (decision 0004).
"""

from collections.abc import Callable, Iterable

from segsync.filterql.nodes import (
    And,
    Arithmetic,
    Array,
    Between,
    Call,
    Comparison,
    Exists,
    Field,
    In,
    Include,
    Intersects,
    Literal,
    MatchAll,
    Negative,
    Node,
    Not,
    Or,
)

Resolve = Callable[[str], str]

_SAME_OPERATOR = {"==": "=", "<>": "!="}


def canonical(node: Node, resolve: Resolve | None = None) -> Node:
    """Return the canonical form, a tree that is equal for equal meanings.

    `resolve` maps the reference of an INCLUDE to its identity, so that the id and the slug of one
    segment become equal.
    """
    return _normal(node, resolve or str, in_order=False)


def same_meaning(a: Node, b: Node, resolve: Resolve | None = None) -> bool:
    """Say whether two filters are equal by safe rewrites; a False is no proof of difference."""
    return a == b or canonical(a, resolve) == canonical(b, resolve)


def _normal(node: Node, resolve: Resolve, *, in_order: bool) -> Node:
    result: Node
    match node:
        case And(members) | Or(members):
            result = _list(type(node), members, resolve, in_order=in_order)
        case Not(operand):
            result = _not(operand, resolve, in_order=in_order)
        case Include(reference):
            result = Include(resolve(reference))
        case Comparison(operator, left, right):
            same = _SAME_OPERATOR.get(operator, operator)
            result = Comparison(same, _part(left, resolve), _part(right, resolve))
        case In(left, values, listed) | Intersects(left, values, listed):
            parts = _sorted({_part(value, resolve) for value in values})
            result = type(node)(_part(left, resolve), parts, listed)
        case Between(left, low, high):
            result = Between(_part(left, resolve), _part(low, resolve), _part(high, resolve))
        case _:
            result = _small(node, resolve)
    return result


def _small(node: Node, resolve: Resolve) -> Node:
    result: Node
    match node:
        case Exists(operand):
            result = Exists(_part(operand, resolve))
        case Field(left, right):
            result = _field(left, right)
        case Literal(kind, text):
            result = Literal(kind, text.lower() if kind in {"boolean", "null"} else text)
        case Call(name, arguments):
            result = Call(name, tuple([_part(argument, resolve) for argument in arguments]))
        case Array(items):
            result = Array(tuple([Literal(item.kind, item.text) for item in items]))
        case Arithmetic(operator, left, right):
            result = Arithmetic(operator, _part(left, resolve), _part(right, resolve))
        case Negative(operand):
            result = Negative(_part(operand, resolve))
        case _:
            result = MatchAll()
    return result


def _part(node: Node, resolve: Resolve) -> Node:
    """Return the canonical form of a part whose undefined result can be seen."""
    return _normal(node, resolve, in_order=True)


def _list(
    kind: type[And | Or], members: tuple[Node, ...], resolve: Resolve, *, in_order: bool
) -> Node:
    """Flatten, drop duplicates and sort; the order of an OR never matters."""
    found: dict[Node, None] = {}
    for member in members:
        part = _normal(member, resolve, in_order=in_order)
        inner = part.members if isinstance(part, kind) else (part,)
        found.update(dict.fromkeys(inner))
    if len(found) == 1 and not (in_order and kind is Or):
        return next(iter(found))
    return kind(tuple(found) if in_order and kind is And else _sorted(found))


def _not(operand: Node, resolve: Resolve, *, in_order: bool) -> Node:
    """Cancel a NOT against another; what is below two of them is not below any."""
    inner = _normal(operand, resolve, in_order=True)
    if isinstance(inner, Not):
        return _normal(inner.operand, resolve, in_order=in_order)
    return Not(inner)


def _field(left: str, right: str | None) -> Field:
    """Split a name at its first dot, as the evaluation does with a name in one piece."""
    if right is None:
        name, _, key = left.partition(".")
        return Field(name, key) if name and key else Field(left)
    return Field(left, right) if right else Field(f"{left}.")


def _sorted(nodes: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(sorted(nodes, key=repr))
