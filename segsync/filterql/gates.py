"""The gates behind the parser: what the server refuses, and what the index cannot answer.

A statement that parses has passed the first gate. Two more follow, both observed in the reference
implementation:

    schema  the walk that checks fields when a segment is written: every comparison is *field
            operator something*, and nothing but comparisons, calls, INCLUDE and lists joins them
    index   the query that is made of it: beyond that, the right side is a plain value, IN and
            INTERSECTS have a list in parentheses, and only two functions exist

The server's own message for the first of these names the fields and not the cause.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

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
    Intersects,
    Literal,
    Negative,
    Node,
    Not,
    Or,
    Span,
    Statement,
)
from segsync.filterql.schema import Fields, unknown_fields, wrong_types


class Cause(StrEnum):
    """Why a gate refuses a part of a filter."""

    INFIX = "infix"
    NOT_BEFORE_CALL = "not-before-call"
    LEFT_SIDE = "left-side"
    STAR = "star"
    VALUE = "value"
    BARE_FIELD = "bare-field"
    FIELD_AS_VALUE = "field-as-value"
    NEGATIVE = "negative"
    NULL = "null"
    BOOLEAN = "boolean"
    CALCULATION = "calculation"
    LIST = "list"
    FUNCTION = "function"
    ARGUMENTS = "arguments"
    UNKNOWN_FIELD = "unknown-field"
    WRONG_TYPE = "wrong-type"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One part that a gate refuses: why, where, and in plain words."""

    cause: Cause
    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Gates:
    """What each gate refuses, in the order of the gate's own walk; the server names the first.

    `fields` is what only an account's fields show: unknown ones, which the server refuses, and
    conditions that their type never lets hold, which it does not.
    """

    schema: tuple[Refusal, ...] = ()
    index: tuple[Refusal, ...] = ()
    fields: tuple[Refusal, ...] = ()

    @property
    def first(self) -> Refusal | None:
        """The first refusal of the first gate that has one; None if all gates are passed."""
        return next(iter((*self.schema, *self.index, *self.fields)), None)


def gates(statement: Statement, text: str | None = None, *, fields: Fields | None = None) -> Gates:
    """Return what the gates refuse of a statement.

    With the `text` that it was read from, a reason can name single quotes; with the account's
    `fields`, names and types are checked too.
    """
    node = statement.filter
    return Gates(
        schema=tuple(_schema(node)),
        index=tuple(_index(node, text or "")),
        fields=() if fields is None else tuple(_fields(node, fields)),
    )


def _fields(node: Node, fields: Fields) -> Iterator[Refusal]:
    for span, reason in unknown_fields(node, fields):
        yield Refusal(Cause.UNKNOWN_FIELD, span, reason)
    for span, reason in wrong_types(node, fields):
        yield Refusal(Cause.WRONG_TYPE, span, reason)


def _schema(node: Node) -> Iterator[Refusal]:
    """Walk as the schema check does, which looks at left sides only."""
    match node:
        case And(members, infix) | Or(members, infix):
            if infix and not (len(members) == _PAIR and _is_name(members[0])):
                yield _infix(node)
            for member in members:
                yield from _schema(member)
        case Not(operand):
            yield from _schema(operand)
        case Comparison() | In() | Intersects() | Arithmetic():
            yield from _left_side(node.left)
        case Exists(operand) if not _is_name(operand):
            yield Refusal(Cause.LEFT_SIDE, operand.span, "EXISTS takes a field")
        case Literal("star"):
            yield Refusal(Cause.STAR, node.span, _STAR)
        case Literal(kind) if kind != "boolean":
            yield Refusal(Cause.VALUE, node.span, "a value alone is no condition")


def _index(node: Node, text: str) -> Iterator[Refusal]:
    """Walk as the writer of the index query does."""
    match node:
        case And(members, infix) | Or(members, infix):
            if infix:
                yield _infix(node)
            for member in members:
                yield from _index(member, text)
        case Not(operand):
            yield from _index(operand, text)
        case Comparison() | In() | Intersects() | Between():
            # The right side is only told where the left one is right.
            yield from tuple(_left_side(node.left)) or _right_side(node, text)
        case Exists(operand) if not _is_name(operand):
            yield Refusal(Cause.LEFT_SIDE, operand.span, "EXISTS takes a field")
        case Call():
            yield from _call(node)
        case _:
            yield from _single(node)


def _single(node: Node) -> Iterator[Refusal]:
    """Check what stands alone in the place of a condition."""
    match node:
        case Arithmetic():
            yield Refusal(Cause.CALCULATION, node.span, "a calculation is no condition")
        case Negative():
            yield Refusal(Cause.VALUE, node.span, "a value alone is no condition")
        case Field(left, right) if right is not None or left.lower() not in _EVERYBODY:
            yield Refusal(Cause.BARE_FIELD, node.span, "a field alone is no condition")
        case Literal("boolean", word) if word.lower() == "true":
            return
        case Literal(kind, word) if kind == "boolean" or word.lower() not in _EVERYBODY:
            yield Refusal(Cause.VALUE, node.span, "a value alone is no condition")


def _infix(node: And | Or) -> Refusal:
    word = "AND" if isinstance(node, And) else "OR"
    reason = f"{word} between conditions is taken for a comparison whose left side is no field"
    return Refusal(Cause.INFIX, node.span, reason)


def _left_side(left: Node) -> Iterator[Refusal]:
    """Check that a field stands left of an operator."""
    if isinstance(left, Not) and isinstance(left.operand, Call):
        reason = f"this NOT belongs to {left.operand.name}(...) only, and not to the comparison"
        yield Refusal(Cause.NOT_BEFORE_CALL, left.span, reason)
    elif not _is_name(left):
        yield Refusal(Cause.LEFT_SIDE, left.span, "a comparison starts with a field")


def _right_side(node: Comparison | In | Intersects | Between, text: str) -> Iterator[Refusal]:
    """Check that plain values stand right of an operator."""
    if isinstance(node, In | Intersects) and not node.listed:
        word = "IN" if isinstance(node, In) else "INTERSECTS"
        yield Refusal(Cause.LIST, node.values[0].span, f"{word} takes a list in parentheses")
        return
    for value in _values(node):
        if not _is_scalar(value):
            yield _bad_value(value, text)


def _values(node: Comparison | In | Intersects | Between) -> tuple[Node, ...]:
    """Return what has to be a plain value."""
    match node:
        case Comparison("like" | "contains", _, Field() | Literal("boolean")):
            # The index takes the name for the pattern, which is no error to it.
            return ()
        case Comparison(right=right):
            return (right,)
        case Between(_, low, high):
            return (low, high)
        case _:
            return node.values


def _bad_value(value: Node, text: str) -> Refusal:
    match value:
        case Field(left):
            quoted = text[value.span[0] : value.span[0] + 1] == "'"
            cause = Cause.FIELD_AS_VALUE
            reason = f"{left} is a field, and a field is compared with values only"
            reason = f"'{left}' is the field {left}: single quotes make names" if quoted else reason
        case Negative():
            cause = Cause.NEGATIVE
            reason = "the minus is an operator here, and no part of the number"
        case Literal(kind, word):
            cause = Cause.NULL if kind == "null" else Cause.BOOLEAN
            reason = f"{word} is no value to compare with"
        case Array():
            cause, reason = Cause.LIST, "a list in brackets cannot be indexed"
        case Call(name):
            cause, reason = Cause.FUNCTION, f"{name}(...) is no value to compare with"
        case _:
            cause, reason = Cause.CALCULATION, "the index cannot calculate"
    return Refusal(cause, value.span, reason)


def _call(call: Call) -> Iterator[Refusal]:
    if call.name not in _SIGNATURES:
        reason = f"the index has no function {call.name}, only timewindow and geodistance"
        yield Refusal(Cause.FUNCTION, call.span, reason)
        return
    match call.name, call.arguments:
        case ("timewindow", (name, Literal("number", count), Literal("number", days))):
            good = _is_name(name) and bool(_INTEGER.match(count) and _INTEGER.match(days))
        case ("geodistance", (name, Literal("string", place), Literal(kind, distance))):
            good = _is_name(name) and _is_place(place) and kind in {"number", "string"}
            good = good and _DECIMAL.match(distance) is not None
        case _:
            good = False
    if not good:
        yield Refusal(Cause.ARGUMENTS, call.span, f"write {_SIGNATURES[call.name]}")


def _is_place(text: str) -> bool:
    latitude, comma, longitude = text.partition(",")
    return bool(comma and _DECIMAL.match(latitude.strip()) and _DECIMAL.match(longitude.strip()))


def _is_name(node: Node) -> bool:
    """Say whether the reference sees a name here; TRUE and FALSE are names to it."""
    return isinstance(node, Field) or (isinstance(node, Literal) and node.kind == "boolean")


def _is_scalar(node: Node) -> bool:
    match node:
        case Literal("boolean", text) | Field(text, None):
            return text in _BOOLEANS
        case Literal(kind):
            return kind != "null"
        case _:
            return False


_PAIR = 2
_EVERYBODY = frozenset({"*", "match_all"})
_BOOLEANS = frozenset(
    {"t", "T", "true", "True", "TRUE", "f", "F", "false", "False", "FALSE"},
)
_SIGNATURES = {
    "timewindow": "timewindow(field, times, days) with whole numbers",
    "geodistance": 'geodistance(field, "latitude,longitude", kilometers)',
}
_INTEGER = re.compile(r"[0-9]+\Z|0x[0-9A-F]+\Z")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?\Z")
_STAR = "a star means everybody only right after FILTER"
