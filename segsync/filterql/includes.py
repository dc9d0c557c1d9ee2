"""References of a tree: to other segments, and to profile fields."""

import re
from collections.abc import Mapping
from dataclasses import replace

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
    Negative,
    Node,
    Not,
    Or,
    walk,
)

_HEX_ID = re.compile(r"(?:[0-9a-f]{24}|[0-9a-f]{32})\Z")


def includes(node: Node) -> tuple[Include, ...]:
    """Return every INCLUDE, depth first and left to right; duplicates and negated ones too."""
    return tuple(each for each in walk(node) if isinstance(each, Include))


def fields(node: Node) -> tuple[Field, ...]:
    """Return every field, depth first and left to right, duplicates too."""
    return tuple(each for each in walk(node) if isinstance(each, Field))


def is_hex_id(reference: str) -> bool:
    """Say whether a reference is an id, which differs between accounts, and no slug."""
    return _HEX_ID.match(reference) is not None


def replace_includes(node: Node, mapping: Mapping[str, str]) -> Node:
    """Return the tree with references renamed; those not in `mapping` stay as they are."""

    def renamed(each: Node) -> Node:
        return replace_includes(each, mapping)

    result: Node
    match node:
        case Include(reference):
            result = replace(node, reference=mapping.get(reference, reference))
        case And(members) | Or(members):
            result = replace(node, members=tuple(map(renamed, members)))
        case Call(arguments=arguments):
            result = replace(node, arguments=tuple(map(renamed, arguments)))
        case In(left, values) | Intersects(left, values):
            result = replace(node, left=renamed(left), values=tuple(map(renamed, values)))
        case Not(operand) | Exists(operand) | Negative(operand):
            result = replace(node, operand=renamed(operand))
        case Comparison(left=left, right=right) | Arithmetic(left=left, right=right):
            result = replace(node, left=renamed(left), right=renamed(right))
        case Between(left, low, high):
            result = replace(node, left=renamed(left), low=renamed(low), high=renamed(high))
        case _:
            result = node
    return result
