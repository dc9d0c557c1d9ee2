"""The tree of a FilterQL filter: small frozen values, equal when they say the same thing.

A `span` is the part of the text that a node was read from, in characters; it takes no part in
equality or hash, so a tree read from text equals the same tree built by hand.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from typing import Literal as OneOf

Span: TypeAlias = tuple[int, int]

NOWHERE: Span = (0, 0)
"""The span of a node that was built and not read."""


@dataclass(frozen=True, slots=True)
class And:
    """All members hold. `infix` is "" for the list `AND (a, b)`, and "and" or "&&" for `a AND b`.

    The server refuses the infix form although the parser reads it, so it has to stay visible.
    """

    members: "tuple[Node, ...]"
    infix: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Or:
    """One member holds. `infix` is "" for the list `OR (a, b)`, and "or" or "||" for `a OR b`."""

    members: "tuple[Node, ...]"
    infix: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Not:
    """The operand does not hold; written before it, or as in `a NOT IN (...)`."""

    operand: "Node"
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right`, with one of `= == != <> > >= < <= like contains`."""

    operator: str
    left: "Node"
    right: "Node"
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class In:
    """`left IN (values)`; not `listed` when the one value stands bare, as in `left IN field`."""

    left: "Node"
    values: "tuple[Node, ...]"
    listed: bool = True
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Intersects:
    """`left INTERSECTS (values)`; not `listed` when the one value stands bare."""

    left: "Node"
    values: "tuple[Node, ...]"
    listed: bool = True
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Between:
    """`left BETWEEN low AND high`, which excludes both ends."""

    left: "Node"
    low: "Node"
    high: "Node"
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Exists:
    """`EXISTS operand`: the field has a value."""

    operand: "Node"
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Include:
    """`INCLUDE reference`: membership in another segment, by slug or id, exactly as written."""

    reference: str
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`, as in `timewindow(visits, 5, 7)`."""

    name: str
    arguments: "tuple[Node, ...]"
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Field:
    """A profile field; for a map field, `left` is the map and `right` the key."""

    left: str
    right: str | None = None
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Literal:
    """A value. `text` is the content of a string, and verbatim for every other kind.

    The kind "star" is a bare `*` anywhere but right after FILTER: the reference reads it as a
    value, not as "everybody".
    """

    kind: OneOf["string", "number", "boolean", "null", "star"]
    text: str
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Array:
    """`[1, "x"]`: the bracketed list that IN, LIKE and CONTAINS accept."""

    items: tuple[Literal, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left operator right`, with one of `+ - * / %`; the index cannot answer it."""

    operator: str
    left: "Node"
    right: "Node"
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Negative:
    """`- operand`, which is also what a negative number is; the index cannot answer it."""

    operand: "Node"
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class MatchAll:
    """`FILTER *` or `FILTER match_all`: everybody."""

    text: OneOf["*", "match_all"] = "*"
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


Node: TypeAlias = (
    And
    | Or
    | Not
    | Comparison
    | In
    | Intersects
    | Between
    | Exists
    | Include
    | Call
    | Field
    | Literal
    | Array
    | Arithmetic
    | Negative
    | MatchAll
)


MAX_SIZE = 64 * 1024
"""The longest statement that is read, in characters."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A whole `FILTER` statement; only `filter` decides who is a member."""

    filter: Node
    table: str | None = None
    limit: int | None = None
    options: tuple[tuple[str, str], ...] = ()
    alias: str | None = None
    comment: str = ""
    filter_span: Span = field(default=NOWHERE, compare=False, repr=False)


def children(node: Node) -> tuple[Node, ...]:
    """Return the direct parts of a node, in the order in which they are written."""
    parts = _PARTS.get(type(node))
    return parts(node) if parts else ()


# A lookup by type, because trees are walked for every segment of an account.
_PARTS: dict[type, Callable[[Any], tuple[Node, ...]]] = {
    And: lambda node: node.members,
    Or: lambda node: node.members,
    Call: lambda node: node.arguments,
    Array: lambda node: node.items,
    Not: lambda node: (node.operand,),
    Exists: lambda node: (node.operand,),
    Negative: lambda node: (node.operand,),
    Comparison: lambda node: (node.left, node.right),
    Arithmetic: lambda node: (node.left, node.right),
    In: lambda node: (node.left, *node.values),
    Intersects: lambda node: (node.left, *node.values),
    Between: lambda node: (node.left, node.low, node.high),
}


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it, depth first and left to right."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        parts = children(current)
        if parts:
            waiting.extend(reversed(parts))


def negated(node: Node, span: Span = NOWHERE) -> Node:
    """Return NOT `node`, cancelling it against a NOT where the reference does.

    Lists, BETWEEN and INCLUDE carry a flag there that a second NOT clears again; comparisons and
    EXISTS keep both (docs/filterql.md, "NOT").
    """
    if isinstance(node, Not) and is_negatable(node.operand):
        return node.operand
    return Not(node, span=span)


def is_negatable(node: Node) -> bool:
    """Say whether NOT in front of the node is a flag on it rather than a node of its own."""
    return isinstance(node, (Between, Include)) or (isinstance(node, (And, Or)) and not node.infix)
