"""The types of profile fields, and which conditions can hold on a field of each type."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeAlias

from segsync.filterql.nodes import (
    Between,
    Call,
    Comparison,
    Field,
    In,
    Intersects,
    Literal,
    Node,
    Span,
    walk,
)


class FieldType(StrEnum):
    """The type of a profile field, by its documented name; OTHER is one that nothing is said of."""

    TEXT = "string"
    FLAG = "bool"
    INTEGER = "int"
    NUMBER = "number"
    DATE = "date"
    TEXTS = "[]string"
    ORDERED_TEXTS = "ts[]string"
    DATES = "[]time"
    INTEGER_MAP = "map[string]int"
    NUMBER_MAP = "map[string]number"
    TEXT_MAP = "map[string]string"
    FLAG_MAP = "map[string]bool"
    DATE_MAP = "map[string]time"
    VALUE_MAP = "map[string]value"
    PLACE = "geolocation"
    TIME_BUCKETS = "[]timebucket"
    OTHER = "other"


Fields: TypeAlias = Mapping[str, FieldType]

_SYNONYMS = {
    "float": FieldType.NUMBER,
    "time": FieldType.DATE,
    "datetime": FieldType.DATE,
    "map[string]float": FieldType.NUMBER_MAP,
    "map[string]date": FieldType.DATE_MAP,
}

_VALUES = {
    FieldType.INTEGER_MAP: FieldType.INTEGER,
    FieldType.NUMBER_MAP: FieldType.NUMBER,
    FieldType.TEXT_MAP: FieldType.TEXT,
    FieldType.FLAG_MAP: FieldType.FLAG,
    FieldType.DATE_MAP: FieldType.DATE,
    FieldType.VALUE_MAP: FieldType.OTHER,
}
"""What one key of a map holds."""

_EQUALITY = frozenset({"=", "==", "!=", "<>"})
_ORDER = frozenset({">", ">=", "<", "<="})
_PATTERN = frozenset({"like", "contains"})
_MEMBERSHIP = frozenset({"in", "intersects"})
_ALL = _EQUALITY | _ORDER | _PATTERN | _MEMBERSHIP | {"between"}

_NUMERIC = _ALL - _PATTERN
_LISTED = _MEMBERSHIP | _PATTERN

# Documented per type, and widened by what the reference's evaluation answers: a condition is only
# called wrong if it cannot hold for any value.
_OPERATORS = {
    FieldType.TEXT: _ALL - {"between"},
    FieldType.FLAG: _EQUALITY,
    FieldType.INTEGER: _NUMERIC,
    FieldType.NUMBER: _NUMERIC,
    FieldType.DATE: _NUMERIC,
    FieldType.TEXTS: _LISTED,
    FieldType.ORDERED_TEXTS: _LISTED,
    FieldType.DATES: _ORDER | _EQUALITY,
    FieldType.PLACE: frozenset[str](),
    FieldType.TIME_BUCKETS: frozenset[str](),
    FieldType.OTHER: _ALL,
    **dict.fromkeys(_VALUES, _MEMBERSHIP),
}

_WAYS_OUT = {
    FieldType.TEXT: "text can be compared with =, LIKE, CONTAINS and IN",
    FieldType.FLAG: "write = true or = false",
    FieldType.INTEGER: "numbers can be compared with =, <, >, IN and BETWEEN",
    FieldType.NUMBER: "numbers can be compared with =, <, >, IN and BETWEEN",
    FieldType.DATE: 'dates can be compared with < and >, as in > "now-30d"',
    FieldType.TEXTS: 'it holds many values: write INTERSECTS ("a", "b")',
    FieldType.ORDERED_TEXTS: 'it holds many values: write INTERSECTS ("a", "b")',
    FieldType.DATES: "it holds many dates, which can be compared with < and >",
    FieldType.PLACE: 'write geodistance(field, "latitude,longitude", kilometers)',
    FieldType.TIME_BUCKETS: "write timewindow(field, times, days)",
    **dict.fromkeys(_VALUES, "it is a map: compare one key, as in field.key"),
}

_CALLS = {"timewindow": FieldType.TIME_BUCKETS, "geodistance": FieldType.PLACE}
_NUMERAL = re.compile(r"\s*[-+]?[$£€]?[\d,]*\.?\d+\s*\Z")
_MOST_GUESSES = 20
"""For how many names the nearest one is looked up, which takes a while in a large schema."""

_DIGIT = re.compile(r"[0-9]")


def field_type(name: str) -> FieldType:
    """Return the type that a schema calls so; OTHER for a name that is not documented."""
    plain = name.strip().lower()
    if plain in _SYNONYMS:
        return _SYNONYMS[plain]
    return FieldType(plain) if plain in set(FieldType) else FieldType.OTHER


def type_of(field: Field, fields: Fields) -> FieldType | None:
    """Return the type of a field, or of the key of a map; None if there is no such field.

    As in the reference, the whole name is looked up first, and then what is before the first dot.
    """
    name = field.left if field.right is None else f"{field.left}.{field.right}"
    if name in fields:
        return fields[name]
    for left in (field.left, name.partition(".")[0]):
        if left in fields:
            found = fields[left]
            return _VALUES.get(found, FieldType.OTHER)
    return None


def unknown_fields(node: Node, fields: Fields) -> Iterator[tuple[Span, str]]:
    """Yield where a field stands that the schema lacks, and in words which one may be meant."""
    meant: dict[str, str] = {}
    for each in walk(node):
        if isinstance(each, Field) and type_of(each, fields) is None:
            if each.left not in meant and len(meant) < _MOST_GUESSES:
                meant[each.left] = _nearest(each.left, fields)
            yield each.span, f'there is no field "{each.left}"{meant.get(each.left, "")}'


def _nearest(name: str, fields: Fields) -> str:
    close = get_close_matches(name, fields, n=1, cutoff=0.7)
    return f'; did you mean "{close[0]}"?' if close else ""


def wrong_types(node: Node, fields: Fields) -> Iterator[tuple[Span, str]]:
    """Yield where a condition stands that cannot hold on its field, and in words why."""
    for each in walk(node):
        reason = _wrong_call(each, fields) if isinstance(each, Call) else _wrong(each, fields)
        if reason:
            yield each.span, reason


def _wrong_call(call: Call, fields: Fields) -> str:
    wanted = _CALLS.get(call.name)
    match call.arguments:
        case (Field() as field, *_) if wanted is not None:
            found = type_of(field, fields)
            if found not in {None, FieldType.OTHER, wanted}:
                return (
                    f"{call.name} takes a field of type {wanted}, and {_called(field)} is {found}"
                )
    return ""


def _wrong(node: Node, fields: Fields) -> str:
    match node:
        case Comparison(operator, Field() as field, right):
            values: tuple[Node, ...] = (right,)
        case In(Field() as field, values):
            operator = "in"
        case Intersects(Field() as field, values):
            operator = "intersects"
        case Between(Field() as field, low, high):
            operator, values = "between", (low, high)
        case _:
            return ""
    found = type_of(field, fields)
    if found is None:
        return ""
    if operator not in _OPERATORS[found]:
        word = operator.upper()
        return f"{word} cannot hold on {_called(field)}, which is {found}; {_WAYS_OUT[found]}"
    return next(filter(None, (_wrong_value(field, found, operator, value) for value in values)), "")


def _wrong_value(field: Field, found: FieldType, operator: str, value: Node) -> str:
    """Say why a value can be compared with no value of the field."""
    if not isinstance(value, Literal) or value.kind not in {"string", "boolean", "number"}:
        return ""
    text, wrong = value.text, False
    if found in {FieldType.INTEGER, FieldType.NUMBER}:
        wrong = value.kind == "boolean" or not (value.kind == "number" or _NUMERAL.match(text))
    elif found is FieldType.DATE:
        wrong = value.kind == "boolean" or not _DIGIT.search(text)
    elif found is FieldType.FLAG:
        wrong = value.kind != "boolean"
    elif found is FieldType.TEXT and operator in _ORDER:
        wrong = value.kind != "number"
    if not wrong:
        return ""
    shown = f'"{text}"' if value.kind == "string" else text
    return f"{_called(field)} is {found} and cannot be compared with {shown}"


def _called(field: Field) -> str:
    name = field.left if field.right is None else f"{field.left}.{field.right}"
    return f'"{name}"'
