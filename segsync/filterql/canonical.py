"""The canonical form: equal for two filters that mean the same by safe rewrites.

Safe are: one spelling per operator (`==` is `=`, `<>` is `!=`), no lists of one, no lists in lists
of the same operator, infix AND and OR as lists, no double NOT, no duplicate members, sorted members
and values, one spelling of everybody, map and key of a field taken apart.

Not safe, and not done (see docs/filterql.md, "Same meaning"): De Morgan, `>` for `NOT <=`,
IN for an OR of equalities, IN for INTERSECTS, 5 for "5", `!=` for `NOT =`.

Below a NOT more stays as it is, because NOT makes visible whether its operand is undefined, as
BETWEEN is for a missing field. AND keeps the order of its members: an undefined one ends an AND
that has not met a false one yet. An OR of one and the same member twice stays apart from that
member, because it is false where the member is undefined. So does an AND of one INCLUDE twice,
because NOT INCLUDE holds where the segment is undefined, and the NOT of a list does not. An infix
AND or OR differs from a list where a member is undefined; it counts as equal all the same, since
the server refuses the infix form (decision 0004).
"""

from collections.abc import Callable

from segsync.filterql.nodes import (
    And,
    Arithmetic,
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
    Span,
)

Resolve = Callable[[str], str]

_SAME_OPERATOR = {"==": "=", "<>": "!="}


def canonical(node: Node, resolve: Resolve | None = None) -> Node:
    """Return the canonical form, a tree that is equal for equal meanings.

    `resolve` maps the reference of an INCLUDE to its identity, so that the id and the slug of one
    segment become equal. Each part keeps the span that it was read from, so that the order in
    which the author wrote the members is not lost.
    """
    return _Forms(resolve or str, _Keys()).of(node, in_order=False)


def same_meaning(a: Node, b: Node, resolve: Resolve | None = None) -> bool:
    """Say whether two filters are equal by safe rewrites; a False is no proof of difference."""
    return a == b or canonical(a, resolve) == canonical(b, resolve)


class _Keys:
    """Texts that are equal for equal canonical forms, by which members are told apart and sorted.

    That of a list or a NOT is put together from those of its parts and kept, because to write or
    hash all that is below each level takes a time that grows with the square of the depth.
    """

    def __init__(self) -> None:
        self._keys: dict[int, str] = {}
        self._kept: list[Node] = []

    def of(self, node: Node) -> str:
        """Return the key of a node; that of a list or a NOT has to be there."""
        return self._keys.get(id(node)) or self.keep(node, repr(node))

    def keep(self, node: Node, key: str) -> str:
        """Keep the key of a node, and the node, so that no other one gets its address."""
        self._kept.append(node)
        self._keys[id(node)] = key
        return key


class _Forms:
    """Makes canonical forms."""

    def __init__(self, resolve: Resolve, keys: _Keys) -> None:
        self._resolve = resolve
        self._keys = keys

    def of(self, node: Node, *, in_order: bool) -> Node:
        """Return the canonical form of a node; `in_order` below a NOT."""
        result: Node
        match node:
            case And(members) | Or(members):
                result = self._list(node, members, in_order=in_order)
            case Not(operand):
                result = self._not(node, operand, in_order=in_order)
            case Include(reference):
                result = Include(self._resolve(reference), span=node.span)
            case Comparison(operator, left, right):
                same = _SAME_OPERATOR.get(operator, operator)
                result = Comparison(same, self._part(left), self._part(right), span=node.span)
            case In(left, values, listed) | Intersects(left, values, listed):
                parts = {self._keys.of(part): part for part in map(self._part, reversed(values))}
                result = type(node)(self._part(left), _sorted(parts), listed, span=node.span)
            case Between(left, low, high):
                bounds = self._part(low), self._part(high)
                result = Between(self._part(left), *bounds, span=node.span)
            case _:
                result = self._small(node)
        return result

    def _small(self, node: Node) -> Node:
        result: Node
        match node:
            case Exists(operand):
                result = Exists(self._part(operand), span=node.span)
            case Field(left, right):
                result = _field(left, right, node.span)
            case Literal(kind, text):
                text = text.lower() if kind in {"boolean", "null"} else text
                result = Literal(kind, text, span=node.span)
            case Call(name, arguments):
                parts = tuple([self._part(argument) for argument in arguments])
                result = Call(name, parts, span=node.span)
            case Arithmetic(operator, left, right):
                sides = self._part(left), self._part(right)
                result = Arithmetic(operator, *sides, span=node.span)
            case Negative(operand):
                result = Negative(self._part(operand), span=node.span)
            case MatchAll():
                result = MatchAll(span=node.span)
            case _:
                result = node
        return result

    def _part(self, node: Node) -> Node:
        """Return the canonical form of a part whose undefined result can be seen."""
        return self.of(node, in_order=True)

    def _list(self, node: And | Or, members: tuple[Node, ...], *, in_order: bool) -> Node:
        """Flatten, drop duplicates and sort; the order of an OR never matters."""
        kind = type(node)
        found: dict[str, Node] = {}
        for member in members:
            part = self.of(member, in_order=in_order)
            for each in part.members if isinstance(part, kind) else (part,):
                found.setdefault(self._keys.of(each), each)
        only = next(iter(found.values())) if len(found) == 1 else None
        if only is not None and not (in_order and (kind is Or or _is_include(only))):
            return only
        keys = list(found) if in_order and kind is And else sorted(found)
        result = kind(tuple([found[key] for key in keys]), span=node.span)
        self._keys.keep(result, f"{kind.__name__}({', '.join(keys)})")
        return result

    def _not(self, node: Not, operand: Node, *, in_order: bool) -> Node:
        """Cancel a NOT against another; what is below two of them is not below any."""
        inner = self._part(operand)
        if isinstance(inner, Not):
            # Its references are resolved already, and only its lists have to be sorted.
            if in_order:
                return inner.operand
            return _Forms(str, self._keys).of(inner.operand, in_order=False)
        result = Not(inner, span=node.span)
        self._keys.keep(result, f"Not({self._keys.of(inner)})")
        return result


def _is_include(node: Node) -> bool:
    """Say whether a node is an INCLUDE, negated or not, which a NOT before it turns by itself."""
    return isinstance(node.operand if isinstance(node, Not) else node, Include)


def _field(left: str, right: str | None, span: Span) -> Field:
    """Split a name at its first dot, as the evaluation does with a name in one piece."""
    if right is None:
        name, _, key = left.partition(".")
        return Field(name, key, span=span) if name and key else Field(left, span=span)
    return Field(left, right, span=span) if right else Field(f"{left}.", span=span)


def _sorted(parts: dict[str, Node]) -> tuple[Node, ...]:
    return tuple([parts[key] for key in sorted(parts)])
