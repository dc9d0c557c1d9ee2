"""What a difference consists of, and how its parts are written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, TypeGuard

from segsync.filterql.nodes import And, In, Intersects, Node, Not, Or
from segsync.filterql.printer import print_filter

List: TypeAlias = And | Or | Not
"""A list of members, or the NOT of one."""

_SHORT = 72
_BRIEF = 40


@dataclass(frozen=True, slots=True)
class Edit:
    """One line of a difference; `context` names what the deeper lines below it are inside of."""

    depth: int
    kind: Literal["context", "added", "removed", "changed", "moved"]
    text: str


def bare(node: Node) -> Node:
    """Return what a NOT negates, or the node itself."""
    return node.operand if isinstance(node, Not) else node


def is_list(node: Node) -> TypeGuard[List]:
    """Say whether a node joins conditions, negated or not."""
    return isinstance(bare(node), (And, Or))


def members(node: Node) -> tuple[Node, ...]:
    """Return what a list joins, in the order of its author; a condition joins nothing."""
    inner = bare(node)
    return as_written(inner.members) if isinstance(inner, (And, Or)) else ()


def heading(node: Node) -> str:
    """Return the word in front of a list: AND, OR, NOT AND or NOT OR."""
    word = "AND" if isinstance(bare(node), And) else "OR"
    return f"NOT {word}" if isinstance(node, Not) else word


def text(node: Node) -> str:
    """Return a node as text, its lists in the order of their author."""
    return print_filter(_written(node))


def short(node: Node) -> str:
    """Return enough of a node to know it again."""
    return _cut(text(node), _SHORT)


def brief(node: Node, *, without: Node | None = None) -> str:
    """Return enough of a list to tell which one it is: its first condition that is not left out."""
    conditions = (each for each in members(node) if each is not without and not is_list(each))
    first = next(conditions, None)
    return f"{heading(node)} ({f'{_cut(text(first), _BRIEF)}, ' if first else ''}…)"


def _cut(shown: str, longest: int) -> str:
    return shown if len(shown) <= longest else f"{shown[:longest]}…"


def as_written(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return nodes in the order of their places in the text, if they are from one."""
    return tuple(sorted(nodes, key=lambda node: node.span))


def _written(node: Node) -> Node:
    match node:
        case And(inner) | Or(inner):
            return replace(node, members=tuple(map(_written, as_written(inner))))
        case Not(operand):
            return Not(_written(operand))
        case In(_, values) | Intersects(_, values):
            return replace(node, values=as_written(values))
        case _:
            return node
