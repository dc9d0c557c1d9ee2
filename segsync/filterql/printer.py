"""Text of a tree, in the one form that the parser, the schema check and the index all accept.

Connectives are lists with commas, keywords are in capitals, strings are in double quotes, names are
back-ticked where they have to be, ids always. Reading the text again gives a tree with the same
canonical form.
"""

import re
from collections.abc import Sequence
from itertools import islice
from typing import TypeAlias

from segsync.filterql.includes import is_hex_id
from segsync.filterql.nodes import (
    MAX_SIZE,
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
    Statement,
    walk,
)
from segsync.filterql.tokens import RESERVED

Value: TypeAlias = Field | Literal | Call | Array | Arithmetic | Negative | MatchAll

_BARE = re.compile(r"[^\W\d_][\w/-]*+\Z")
_PLAIN_OPTION = re.compile(r"(?:-?+(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+|true|false)\Z")
_SPECIAL_START = re.compile(r"\*|`?match_all\b", re.IGNORECASE)


def print_filter(node: Node) -> str:
    """Return the filter on one line, as it stands after FILTER."""
    return _phrase(node, _print(node))


def print_statement(statement: Statement) -> str:
    """Return the statement on one line; its comment is left out."""
    return " ".join([f"FILTER {print_filter(statement.filter)}", *print_clauses(statement)])


def format_statement(statement: Statement, *, width: int = 88, indent: int = 2) -> str:
    """Return the statement for a file: comment, filter and clauses on their own lines.

    A list that is too long for the width has one member per line. Where that would make a statement
    longer than what is read, as deep nesting does, it is indented less, or not laid out at all.
    """
    comments = [f"-- {line.strip()}".rstrip() for line in statement.comment.splitlines()]
    clauses = print_clauses(statement)
    for step in (indent, 1, 0):
        text = _Layout(width, step).lines(statement.filter, 0, len("FILTER "))
        lines = [*comments, f"FILTER {_phrase(statement.filter, text)}", *clauses]
        formatted = "\n".join(lines)
        if len(formatted) <= MAX_SIZE:
            return formatted
    return "\n".join([*comments, f"FILTER {print_filter(statement.filter)}", *clauses])


def quote_string(text: str) -> str:
    """Return the string literal for a text.

    FilterQL has no way to write a string that ends in a backslash, or one with a NUL: those raise
    `ValueError`.
    """
    if text.endswith("\\"):
        message = "FilterQL cannot write a string that ends in a backslash"
        raise ValueError(message)
    if "\0" in text:
        message = "FilterQL cannot write a string with a NUL character"
        raise ValueError(message)
    return '"' + text.replace('"', '\\"') + '"'


def quote_name(name: str) -> str:
    """Return a name as it is, or back-ticked where it has to be."""
    return name if _is_bare(name) else _ticked(name)


def _phrase(node: Node, text: str) -> str:
    """Keep a star or a field match_all at the very start from meaning everybody."""
    if not isinstance(node, MatchAll) and _SPECIAL_START.match(text):
        return f"({text})"
    return text


def print_clauses(statement: Statement) -> list[str]:
    """Return what stands behind the filter: FROM, LIMIT, WITH and ALIAS, as far as they are set."""
    clauses = []
    if statement.table is not None:
        clauses.append(f"FROM {quote_name(statement.table)}")
    if statement.limit is not None:
        clauses.append(f"LIMIT {statement.limit}")
    if statement.options:
        pairs = [f"{quote_name(key)} = {_option(value)}" for key, value in statement.options]
        clauses.append(f"WITH {', '.join(pairs)}")
    if statement.alias is not None:
        clauses.append(f"ALIAS {quote_name(statement.alias)}")
    return clauses


def _option(value: str) -> str:
    """Write numbers and booleans bare; the reader keeps only their text."""
    return value if _PLAIN_OPTION.match(value) else quote_string(value)


def _print(node: Node) -> str:
    match node:
        case And(members):
            result = f"AND {_list(members)}"
        case Or(members):
            result = f"OR {_list(members)}"
        case Not(operand):
            result = _print_not(operand)
        case Comparison():
            result = _infix(node)
        case In() | Intersects() | Between():
            result = _predicate(node)
        case Exists(operand):
            result = f"EXISTS {_print(operand)}"
        case Include(reference):
            result = f"INCLUDE {_reference(reference)}"
        case _:
            result = _print_value(node)
    return result


def _print_value(node: Value) -> str:
    match node:
        case Field(left, right):
            result = _field(left, right)
        case Literal(kind, text):
            result = quote_string(text) if kind == "string" else text
        case Call(name, arguments):
            result = name + _list(arguments)
        case Array(items):
            # A zero is only read with a space, a comma or a parenthesis behind it.
            space = " " * (items[-1].text.lstrip("+-") == "0")
            result = "[" + ", ".join(map(_print, items)) + space + "]"
        case Arithmetic():
            result = _infix(node)
        case Negative(operand):
            result = f"- {_print(operand)}"
        case _:
            result = node.text
    return result


def _list(members: Sequence[Node]) -> str:
    return "(" + ", ".join(map(_print, members)) + ")"


def _print_not(operand: Node) -> str:
    """Put the NOT where it cannot be read as part of something else.

    In front of a call it would bind to the call only, so what can start with one stands in
    parentheses.
    """
    match operand:
        case In() | Intersects() | Between() if not isinstance(operand.left, Comparison):
            return _predicate(operand, "NOT ")
        case Comparison() | Arithmetic() | In() | Intersects() | Between():
            return f"NOT ({_print(operand)})"
        case Not(In() | Intersects() | Between()):
            return f"NOT ({_print(operand)})"
        case _:
            return f"NOT {_print(operand)}"


def _infix(node: Comparison | Arithmetic) -> str:
    operator = "=" if node.operator == "==" else node.operator
    left, right = _left(node.left), _print(node.right)
    if isinstance(node, Arithmetic):
        left = f"({left})" if _binding(node.left) < _binding(node) else left
        right = f"({right})" if _binding(node.right) <= _binding(node) else right
    return f"{left} {operator.upper()} {right}"


def _left(node: Node) -> str:
    """Keep a NOT before a call from spreading to the comparison, or from seeming to."""
    return f"({_print(node)})" if isinstance(node, Not) else _print(node)


def _binding(node: Node) -> int:
    """Return how tight a value binds; what is no calculation binds tightest."""
    if isinstance(node, Arithmetic):
        return 1 if node.operator in {"+", "-"} else 2
    return 3


def _predicate(node: In | Intersects | Between, negation: str = "") -> str:
    left = f"{_left(node.left)} {negation}"
    if isinstance(node, Between):
        return f"{left}BETWEEN {_print(node.low)} AND {_print(node.high)}"
    values = _list(node.values) if node.listed else _print(node.values[0])
    return f"{left}{_keyword(node)} {values}"


def _keyword(node: In | Intersects) -> str:
    return "IN" if isinstance(node, In) else "INTERSECTS"


def _field(left: str, right: str | None) -> str:
    """Write both parts quoted as soon as the first one has to be, or the second is joined."""
    if right is None:
        return quote_name(left)
    if not right:
        return f"{left}." if _is_bare(left) else quote_name(f"{left}.")
    if _is_bare(left) and "`" not in right:
        return f"{left}.{quote_name(right)}"
    return f"{_ticked(left)}.{_ticked(right)}"


def _reference(reference: str) -> str:
    return _ticked(reference) if is_hex_id(reference) else quote_name(reference)


def _is_bare(name: str) -> bool:
    return _BARE.match(name) is not None and name.lower() not in RESERVED


def _ticked(name: str) -> str:
    """Put back-ticks around a name; two that are joined by a dot may also stand inside."""
    if not name or "`" in name.replace("`.`", ""):
        message = "FilterQL cannot write a name that is empty or contains a back-tick"
        raise ValueError(message)
    return f"`{name}`"


class _Layout:
    """Breaks lists over lines when they do not fit."""

    def __init__(self, width: int, indent: int) -> None:
        self._width = width
        self._indent = indent

    def lines(self, node: Node, depth: int, used: int) -> str:
        """Return the text of a node that starts after `used` characters of its line."""
        room = self._width - used
        if room > 0 and _has_at_most(room, node):
            text = _print(node)
            if len(text) <= room:
                return text
        return self._split(node, depth) or _print(node)

    def _split(self, node: Node, depth: int) -> str:
        """Return the node over several lines, or "" if it has no list to split."""
        text = ""
        match node:
            case And(members):
                text = f"AND {self._broken(members, depth)}"
            case Or(members):
                text = f"OR {self._broken(members, depth)}"
            case Not(And() | Or() as operand):
                text = f"NOT {self._split(operand, depth)}"
            case In(left, values, True) | Intersects(left, values, True):
                text = f"{_left(left)} {_keyword(node)} {self._broken(values, depth)}"
            case Not(
                In(Field() as left, values, True)
                | Intersects(Field() as left, values, True) as plain
            ):
                text = f"{_print(left)} NOT {_keyword(plain)} {self._broken(values, depth)}"
        return text

    def _broken(self, members: Sequence[Node], depth: int) -> str:
        space = " " * (self._indent * (depth + 1))
        parts = [f"{space}{self.lines(member, depth + 1, len(space) + 1)}" for member in members]
        return "(\n" + ",\n".join(parts) + "\n" + " " * (self._indent * depth) + ")"


def _has_at_most(count: int, node: Node) -> bool:
    """Say whether a tree has no more nodes than this: one with more has more characters as well."""
    return next(islice(walk(node), count, None), None) is None
