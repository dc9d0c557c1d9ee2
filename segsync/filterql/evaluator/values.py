"""The values of a profile, and the conversions between them that the language makes by itself.

A text is a `str`, a whole number an `int` (64 bits, as in the reference), a number a `float`, a
truth a `bool`, a date a `datetime` with a time zone, and JSON's null is `None`. Lists of texts,
other lists and maps have classes of their own, because each compares in its own way.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from types import MappingProxyType
from typing import Literal as OneOf
from typing import TypeAlias

MapKind: TypeAlias = OneOf["int", "number", "string", "bool", "time", "value"]


class Absent(Enum):
    """What a condition may find instead of a value."""

    MISSING = "missing"
    """No such field or key, or a condition that is undefined."""

    UNUSABLE = "unusable"
    """The result of an operator that does not know texts, such as `"a" > "b"`."""


MISSING = Absent.MISSING
UNUSABLE = Absent.UNUSABLE


@dataclass(frozen=True, slots=True)
class Strings:
    """A list of texts: the field types `[]string` and `ts[]string`."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """A list of anything else, dates and the empty list of no type included."""

    items: "tuple[Value, ...]"


@dataclass(frozen=True, slots=True)
class Map:
    """A map field; `kind` is the declared type of its values."""

    kind: MapKind
    entries: "Mapping[str, Value]"


Value: TypeAlias = "str | int | float | bool | datetime | Strings | Slice | Map | Absent | None"

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_MILLISECOND = timedelta(milliseconds=1)

TRUTHS: Mapping[str, bool] = MappingProxyType(
    dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True)
    | dict.fromkeys(("0", "f", "F", "FALSE", "false", "False"), False)
)
"""The texts that are read as a truth."""

_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SPECIAL = re.compile(r"[+-]?inf(?:inity)?|nan", re.IGNORECASE)
_HEXADECIMAL = re.compile(r"0x[0-9A-Fa-f]{1,15}")
_MONEY = str.maketrans("", "", "$,£€ ")
_LIMIT = 2**63


def fits(number: int) -> bool:
    """Say whether the number is a whole number of 64 bits."""
    return -_LIMIT <= number < _LIMIT


def wrapped(number: int) -> int:
    """Return the number as 64 bits hold it after an overflow."""
    return (number + _LIMIT) % (2 * _LIMIT) - _LIMIT


def seconds_of(date: datetime) -> int:
    """Return whole seconds since 1970, which is how dates are compared."""
    return (date - EPOCH) // _SECOND


def milliseconds_of(date: datetime) -> int:
    """Return whole milliseconds since 1970, the number that stands for a date."""
    return (date - EPOCH) // _MILLISECOND


def whole_number(text: str) -> int | None:
    """Read a decimal whole number of 64 bits, and nothing else."""
    if _WHOLE.fullmatch(text) is None:
        return None
    number = int(text)
    return number if fits(number) else None


def decimal_number(text: str) -> float | None:
    """Read a decimal number; too large is no number, "inf" and "nan" are."""
    if _DECIMAL.fullmatch(text) is not None:
        number = float(text)
        return None if math.isinf(number) else number
    return float(text) if _SPECIAL.fullmatch(text) else None


def literal_number(text: str) -> int | float | None:
    """Return the number that a literal stands for; a whole one is an `int`, as in `1e3`."""
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    whole = whole_number(text)
    if whole is not None:
        return whole
    number = decimal_number(text)
    if number is not None and number.is_integer() and fits(int(number)):
        return int(number)
    return number


def float_of_text(text: str) -> float | None:
    """Read a number, if need be without currency signs, commas and blanks."""
    number = decimal_number(text)
    return decimal_number(text.translate(_MONEY)) if number is None else number


def as_float(value: Value) -> float | None:
    """Return the value as a number, or None if it is none."""
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, str):
        return float_of_text(value)
    return float(milliseconds_of(value)) if isinstance(value, datetime) else None


def as_int(value: Value) -> int | None:
    """Return the value as a whole number, cut off at the point, or None if it is none."""
    result: int | None = None
    match value:
        case bool():
            pass
        case int():
            result = value
        case float():
            result = _cut(value)
        case str():
            result = _int_of_text(value)
        case datetime():
            result = milliseconds_of(value)
        case Strings(items) | Slice(items) if items:
            result = as_int(items[0])
        case _:
            pass
    return result


def as_bool(value: Value) -> bool | None:
    """Return the value as a truth, or None if it is none."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return TRUTHS.get(value)
    whole = as_int(value) if isinstance(value, (int, float)) else None
    return bool(whole) if whole in {0, 1} else None


def text_of(value: Value) -> str:
    """Return the value as text: a date as milliseconds, a list with commas, a map as nothing."""
    result = ""
    match value:
        case str():
            result = value
        case bool():
            result = "true" if value else "false"
        case int():
            result = str(value)
        case float():
            result = _float_text(value)
        case datetime():
            result = str(milliseconds_of(value))
        case Strings(items) | Slice(items):
            result = ",".join(map(text_of, items))
        case _:
            pass
    return result


def items_of(value: Value) -> "tuple[Value, ...] | None":
    """Return the items of a list or the keys of a map; maps of dates and of anything have none."""
    if isinstance(value, (Strings, Slice)):
        return value.items
    if isinstance(value, Map) and value.kind not in {"time", "value"}:
        return tuple(value.entries)
    return None


def equal(a: Value, b: Value) -> bool:
    """Say whether two members of lists are equal; the type of the first decides how."""
    result: object = False
    match a:
        case None:
            result = b is None
        case str():
            result = b is not None and a == text_of(b)
        case bool():
            result = b is not None and a == (as_bool(b) or False)
        case int():
            result = b is not None and a == (as_int(b) or 0)
        case float():
            result = a == as_float(b)
        case _:
            result = a == b
    return bool(result)


def _int_of_text(text: str) -> int | None:
    found = _int_of_plain_text(text)
    return _int_of_plain_text(text.translate(_MONEY)) if found is None else found


def _int_of_plain_text(text: str) -> int | None:
    if "." not in text:
        return whole_number(text)
    number = decimal_number(text)
    return None if number is None else _cut(number)


def _cut(number: float) -> int | None:
    if not math.isfinite(number):
        return None
    whole = int(number)
    return whole if fits(whole) else None


def _float_text(number: float) -> str:
    """Write a number as the reference does: an exponent from 1e21 up and below 1e-4."""
    if number.is_integer() and abs(number) < 1e21:  # noqa: PLR2004
        return str(int(number))
    return repr(number)
