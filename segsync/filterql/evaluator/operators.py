"""The operators between two values: what they answer depends on the types of both.

Each pair of types that knows some operator has a function; every other pair is undefined. The
infix AND and OR are operators too, and do not behave as the lists do (docs/filterql-evaluation.md).
"""

import operator as op
from collections.abc import Callable, Mapping
from datetime import datetime
from math import inf, isfinite, isnan, nan
from types import MappingProxyType, NoneType
from typing import Any

from segsync.filterql.evaluator.dates import moment
from segsync.filterql.evaluator.globs import like
from segsync.filterql.evaluator.values import (
    MISSING,
    TRUTHS,
    UNUSABLE,
    Map,
    Slice,
    Strings,
    Value,
    as_int,
    decimal_number,
    equal,
    float_of_text,
    items_of,
    seconds_of,
    text_of,
    whole_number,
    wrapped,
)

_Operate = Callable[[str, Any, Any, datetime], Value]

_COMPARE: Mapping[str, Callable[[float, float], bool]] = MappingProxyType(
    {"=": op.eq, "!=": op.ne, ">": op.gt, ">=": op.ge, "<": op.lt, "<=": op.le}
)
_ORDER = frozenset({">", ">=", "<", "<="})
_AMONG = frozenset({"in", "intersects"})
_ANDS = frozenset({"and", "&&"})
_ORS = frozenset({"or", "||"})
_SEARCH = _AMONG | {"contains", "like"}


def operate(operator: str, left: Value, right: Value, now: datetime) -> Value:
    """Return the result of the operator: a truth, a number, or that there is none.

    `operator` is one of `= != > >= < <= like contains in intersects + - * / %`, or of the infix
    `and && or ||`.
    """
    if left is MISSING or right is MISSING:
        known = _with_missing(operator, left, right)
        if known is not MISSING:
            return known
        left = None if left is MISSING else left
        right = None if right is MISSING else right
    found = _PAIRS.get((type(left), type(right))) or _LEFT.get(type(left))
    return MISSING if found is None else found(operator, left, right, now)


def _with_missing(operator: str, left: Value, right: Value) -> Value:
    """Answer what is certain when a side is missing; MISSING if the other side decides."""
    if operator in _ORDER or operator == "=":
        return False
    if left is MISSING and right is MISSING:
        return False if operator in _ORS | {"!=", "like"} else MISSING
    if operator == "!=":
        return True
    if operator in _AMONG | _ANDS or operator == "like":
        return False
    return False if operator == "contains" and left is MISSING else MISSING


def _null(operator: str, _left: None, right: Value, _now: datetime) -> Value:
    if operator == "=":
        return right is None
    if operator in _ORS:
        return right if isinstance(right, bool) else False
    return {"!=": True, "&&": False}.get(operator, MISSING)


def _whole_numbers(operator: str, left: int, right: int, _now: datetime) -> Value:
    compare = _COMPARE.get(operator)
    if compare is not None:
        return compare(left, right)
    if operator in {"/", "%"}:
        return _divided(operator, left, right)
    compute = {"+": op.add, "-": op.sub, "*": op.mul}.get(operator)
    return (
        _truths_of_numbers(operator, left, right)
        if compute is None
        else wrapped(compute(left, right))
    )


def _divided(operator: str, left: int, right: int) -> Value:
    """Divide towards zero, so that the remainder has the sign of the dividend."""
    if right == 0:
        return MISSING
    quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
    return wrapped(quotient if operator == "/" else left - quotient * right)


def _truths_of_numbers(operator: str, left: float, right: float) -> Value:
    """Take zero for false, which only these three operators do."""
    if operator in _ORS:
        return left != 0 or right != 0
    return left != 0 and right != 0 if operator == "&&" else MISSING


def _numbers(operator: str, left: float, right: float, _now: datetime) -> Value:
    """Compare or compute; anything else panics in the reference and is undefined here."""
    left, right = float(left), float(right)
    compare = _COMPARE.get(operator)
    if compare is not None:
        return compare(left, right)
    if operator == "%":
        return _remainder(left, right)
    if operator == "/":
        return _quotient(left, right)
    compute = {"+": op.add, "-": op.sub, "*": op.mul}.get(operator)
    return _truths_of_numbers(operator, left, right) if compute is None else compute(left, right)


def _quotient(left: float, right: float) -> float:
    if right:
        return left / right
    return nan if isnan(left) or left == 0 else inf if left > 0 else -inf


def _remainder(left: float, right: float) -> Value:
    if isnan(left) or isnan(right):
        return nan
    if not isfinite(left) or not isfinite(right):
        return MISSING
    remainder = _divided("%", int(left), int(right))
    return float(remainder) if isinstance(remainder, int) else MISSING


def _whole_number_and_text(operator: str, left: int, right: str, now: datetime) -> Value:
    whole = whole_number(right)
    if whole is not None:
        return _whole_numbers(operator, left, whole, now)
    return _number_and_text(operator, left, right, now)


def _number_and_text(operator: str, left: float, right: str, now: datetime) -> Value:
    number = decimal_number(right)
    return MISSING if number is None else _numbers(operator, left, number, now)


def _whole_number_and_list(operator: str, left: int, right: Slice, _now: datetime) -> Value:
    if operator not in _AMONG:
        return MISSING
    return any(as_int(item) == left for item in right.items)


def _number_and_list(_operator: str, left: float, right: Slice, _now: datetime) -> Value:
    """Look the number up, whatever the operator."""
    return any(_as_plain_float(item) == left for item in right.items)


def _as_plain_float(item: Value) -> float | None:
    if isinstance(item, str):
        return float_of_text(item)
    return float(item) if type(item) in {int, float} else None  # type: ignore[arg-type]


def _truths(operator: str, left: bool, right: bool, _now: datetime) -> Value:  # noqa: FBT001
    if operator in _ANDS:
        return left and right
    if operator in _ORS:
        return left or right
    return _COMPARE[operator](left, right) if operator in {"=", "!="} else MISSING


def _truth_and_null(operator: str, left: bool, _right: None, _now: datetime) -> Value:  # noqa: FBT001
    known: dict[str, Value] = {"&&": False, "or": left, "||": left, "=": False, "!=": True}
    return known.get(operator, MISSING)


def _texts(operator: str, left: str, right: str, _now: datetime) -> Value:
    if operator == "=" or operator in _AMONG:
        return left == right
    if operator == "!=":
        return left != right
    return _found(operator, left, right)


def _found(operator: str, text: str, wanted: str) -> Value:
    """Search by CONTAINS or LIKE; no other operator knows texts."""
    if operator == "contains":
        return wanted in text
    fits = like(text, wanted) if operator == "like" else None
    return UNUSABLE if fits is None else fits


def _text_and_null(operator: str, left: str, _right: None, _now: datetime) -> Value:
    return {"=": left == "", "!=": left != ""}.get(operator, MISSING)


def _text_and_list(operator: str, left: str, right: Value, _now: datetime) -> Value:
    """Look the text up, or search it for any of the texts."""
    if operator not in _SEARCH:
        return MISSING
    texts = map(text_of, items_of(right) or ())
    if operator in _AMONG:
        return left in texts
    return any(_found(operator, left, text) is True for text in texts)


def _text_and_map(operator: str, left: str, right: Map, now: datetime) -> Value:
    if items_of(right) is not None:
        return _text_and_list(operator, left, right, now)
    return left in right.entries if operator in _AMONG else MISSING


def _text_and_truth(operator: str, left: str, right: bool, _now: datetime) -> Value:  # noqa: FBT001
    if left in TRUTHS and operator in {"=", "!="}:
        return _COMPARE[operator](TRUTHS[left], right)
    return False if operator in _SEARCH | _ANDS | _ORS | {"="} else MISSING


def _text_and_number(operator: str, left: str, right: float, now: datetime) -> Value:
    number = float_of_text(left)
    return _numbers(operator, nan if number is None else number, right, now)


def _text_and_date(operator: str, left: str, right: datetime, now: datetime) -> Value:
    seconds = moment(left, now)
    compare = _COMPARE.get(operator)
    return MISSING if seconds is None or compare is None else compare(seconds, seconds_of(right))


def _date(operator: str, left: datetime, right: Value, now: datetime) -> Value:
    seconds = moment(right, now)
    compare = _COMPARE.get(operator)
    return MISSING if seconds is None or compare is None else compare(seconds_of(left), seconds)


def _map(operator: str, left: Map, right: Value, _now: datetime) -> Value:
    wanted = items_of(right)
    if wanted is None or operator not in _AMONG:
        return MISSING
    return any(text_of(key) in left.entries for key in wanted)


def _list_of_texts(operator: str, left: Strings, right: Value, _now: datetime) -> Value:
    if operator == "=" or operator in _ANDS | _ORS:
        return False
    if operator in _AMONG and isinstance(right, (Slice, Strings)):
        wanted = frozenset(map(text_of, right.items))
        return any(item in wanted for item in left.items)
    if isinstance(right, str) or (isinstance(right, bool) and operator == "contains"):
        return _any_found(operator, left, text_of(right))
    return MISSING


def _list(operator: str, left: Slice, right: Value, now: datetime) -> Value:
    if operator in _COMPARE:
        return _any_date(operator, left, right, now)
    if operator in _ANDS | _ORS:
        return False
    if operator in _AMONG:
        return _any_common(left, right)
    if isinstance(right, str):
        return _any_found(operator, left, right)
    if type(right) is int and operator == "contains":
        return any(as_int(item) == right for item in left.items)
    return MISSING


def _any_found(operator: str, left: Strings | Slice, wanted: str) -> Value:
    if operator not in {"contains", "like"}:
        return MISSING
    return any(_found(operator, text_of(item), wanted) is True for item in left.items)


def _any_common(left: Slice, right: Value) -> Value:
    if isinstance(right, Strings):
        return any(text_of(item) in right.items for item in left.items)
    if isinstance(right, Slice):
        return any(equal(item, wanted) for item in left.items for wanted in right.items)
    return MISSING


def _any_date(operator: str, left: Slice, right: Value, now: datetime) -> Value:
    """Compare a list of dates, of which one has to fit; no other list can be compared."""
    if not left.items:
        return False
    if not isinstance(left.items[0], datetime):
        return MISSING
    seconds = moment(right, now)
    if seconds is None:
        return MISSING
    for item in left.items:
        if not isinstance(item, datetime):
            return MISSING
        if _COMPARE[operator](seconds_of(item), seconds):
            return True
    return False


_PAIRS: Mapping[tuple[type, type], _Operate] = MappingProxyType(
    {
        (int, int): _whole_numbers,
        (int, float): _numbers,
        (int, str): _whole_number_and_text,
        (int, Slice): _whole_number_and_list,
        (float, int): _numbers,
        (float, float): _numbers,
        (float, str): _number_and_text,
        (float, Slice): _number_and_list,
        (bool, bool): _truths,
        (bool, NoneType): _truth_and_null,
        (str, str): _texts,
        (str, NoneType): _text_and_null,
        (str, Strings): _text_and_list,
        (str, Slice): _text_and_list,
        (str, Map): _text_and_map,
        (str, bool): _text_and_truth,
        (str, int): _text_and_number,
        (str, float): _text_and_number,
        (str, datetime): _text_and_date,
    }
)
_LEFT: Mapping[type, _Operate] = MappingProxyType(
    {NoneType: _null, datetime: _date, Map: _map, Strings: _list_of_texts, Slice: _list}
)
