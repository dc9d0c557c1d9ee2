"""Rules about members of a list beside which a wider or a narrower one stands."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from segsync.filterql.canonical import canonical
from segsync.filterql.lint.extremes import point
from segsync.filterql.lint.findings import Hit, Hits
from segsync.filterql.lint.source import Source
from segsync.filterql.nodes import And, Comparison, Field, In, Intersects, Literal, Node, Or

_SIDES = {">": 1, ">=": 1, "<": -1, "<=": -1}

_Key: TypeAlias = tuple[object, ...]
_Width: TypeAlias = tuple[float, bool]
"""How much a bound lets through: the more, the wider; and whether the bound itself is in."""


def widths(source: Source) -> Hits:
    """Find members that say nothing, as in `a > 5 OR a > 3` and `a IN ("x") OR a IN ("x", "y")`."""
    for node in source.nodes:
        if isinstance(node, And | Or):
            for member in (*_bounds(node), *_sets(node)):
                wider = "wider" if isinstance(node, Or) else "narrower"
                rule = f"redundant-{'or' if isinstance(node, Or) else 'and'}-member"
                message = f"this says nothing: a {wider} condition on the field stands in the list"
                yield Hit(rule, member.span, message)


def _bounds(node: And | Or) -> Iterator[Node]:
    """Yield the comparisons beside a wider one on the same side, in an AND a narrower one."""
    groups: dict[_Key, list[tuple[_Width, Node]]] = defaultdict(list)
    for member in node.members:
        match member:
            case Comparison(operator, Field() as field, Literal() as value) if operator in _SIDES:
                place, side = point(value), _SIDES[operator]
                if place is not None:
                    width = (-side * place[1], operator.endswith("="))
                    groups[canonical(field), side, place[0]].append((width, member))
    best = max if isinstance(node, Or) else min
    for group in groups.values():
        deciding = best(width for width, _ in group)
        yield from (member for width, member in group if width != deciding)


def _sets(node: And | Or) -> Iterator[Node]:
    """Yield the lists within the longest one on the field, in an AND those around the shortest."""
    groups: dict[_Key, list[tuple[frozenset[Node], Node]]] = defaultdict(list)
    for member in node.members:
        match member:
            case In(Field() as field, values, True) | Intersects(Field() as field, values, True):
                if _are_literals(values):
                    found = frozenset(map(canonical, values))
                    groups[canonical(field), type(member)].append((found, member))
    for group in groups.values():
        if isinstance(node, Or):
            longest = max((values for values, _ in group), key=len)
            yield from (member for values, member in group if values < longest)
        else:
            shortest = min((values for values, _ in group), key=len)
            yield from (member for values, member in group if values > shortest)


def _are_literals(values: Sequence[Node]) -> bool:
    return bool(values) and all(isinstance(each, Literal) for each in values)
