"""Values, fields and dates in the words of a person."""

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from segsync.filterql.datemath import DATE_MATH, UNITS, amount
from segsync.filterql.nodes import Field, Literal, Node
from segsync.filterql.printer import print_filter

Names: TypeAlias = Callable[[str], str | None]
"""Gives the name of a segment by its slug or id, if it is known."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?\Z", re.DOTALL)


def value(node: Node) -> str:
    """Return a value, a field or whatever else stands beside an operator."""
    match node:
        case Field():
            return field(node)
        case Literal("string", text):
            return moment(text) or f'"{text}"'
        case Literal("null"):
            return "nothing"
        case Literal("boolean", text):
            return text.lower()
        case _:
            return print_filter(node)


def field(node: Node) -> str:
    """Return the name of a field, or what stands in its place."""
    if isinstance(node, Field):
        return node.left if node.right is None else f"{node.left}.{node.right}"
    return value(node)


def listed(nodes: Sequence[Node]) -> str:
    """Return values with commas, and an "or" before the last one; "no values" if there are none."""
    words = [value(node) for node in nodes]
    if len(words) < 2:  # noqa: PLR2004
        return "".join(words) or "no values"
    return f"{', '.join(words[:-1])} or {words[-1]}"


def moment(text: str) -> str:
    """Return a date relative to now, as in "30 days ago", or nothing."""
    found = DATE_MATH.match(text)
    if found is None:
        return ""
    sign, number, unit = found.groups()
    if number == "0":
        return "now"
    return f"{amount(number, unit)} {'ago' if sign == '-' else 'from now'}"


def is_date(node: Node) -> bool:
    """Say whether a value can only be meant as a date."""
    return isinstance(node, Literal) and (
        moment(node.text) != "" or (node.kind == "string" and _DATE.match(node.text) is not None)
    )


def window(operator: str, node: Node) -> str:
    """Return a window that ends now or starts now, as in "within the last 30 days", or nothing."""
    found = DATE_MATH.match(node.text) if isinstance(node, Literal) else None
    if found is None or found[2] == "0":
        return ""
    sign, number, unit = found.groups()
    after = operator in {">", ">="}
    length = amount(number, unit)
    if sign == "-":
        return f"within the last {_short(number, unit)}" if after else f"more than {length} ago"
    return f"more than {length} from now" if after else f"earlier than {length} from now"


def _short(number: str, unit: str) -> str:
    """Return "day" for 1 day, as it stands after "the last"."""
    return UNITS[unit] if number == "1" else amount(number, unit)


def segment(reference: str, names: Names) -> str:
    """Return the name of a segment and its reference, or the reference alone."""
    name = names(reference)
    return f'"{name}" ({reference})' if name else f'"{reference}"'
