"""Whether a condition that changed lets more people through than before, or fewer.

A condition with a higher lower bound is fulfilled by fewer. AND and OR pass that on, and NOT turns
it round; what is undefined counts as between false and true, so it changes nothing about this.
"""

import re
from decimal import Decimal
from typing import TypeAlias

from segsync.filterql.datemath import DATE_MATH, amount
from segsync.filterql.nodes import Between, Call, Comparison, Literal, Node

_Point: TypeAlias = tuple[str, Decimal, Decimal]
"""A place on a line: which line, and the lowest and the highest that it can be there."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
# Nobody writes longer numbers, and to read them takes the square of their length.
_LONGEST = 20

# The operators on each side; 1 leaves the bound itself out.
_LOWER = {">": 1, ">=": 0}
_UPPER = {"<": 1, "<=": 0}

_DAY = 86_400
# How many seconds a unit has at least and at most, as months and years differ.
_SECONDS = {
    "y": (365 * _DAY, 366 * _DAY),
    "M": (28 * _DAY, 31 * _DAY),
    "w": (7 * _DAY, 7 * _DAY),
    "d": (_DAY, _DAY),
    "h": (3600, 3600),
    "m": (60, 60),
    "s": (1, 1),
}


def strength(old: Node, new: Node, *, sign: int) -> str:
    """Return in words whether the new condition is looser or tighter, or nothing if none can tell.

    `sign` is -1 for a condition below a NOT, 1 for one that is not.
    """
    tighter = _tighter(old, new)
    if not tighter:
        return ""
    window = _window(old, new)
    if window:
        word = "narrowed" if tighter > 0 else "widened"
        return f"{'excluded ' * (sign < 0)}window {word} from {window}"
    return "tightened" if tighter * sign > 0 else "loosened"


def _tighter(old: Node, new: Node) -> int | None:
    """Return 1 if fewer fulfill the new condition itself, -1 if more, 0 or None if unknown."""
    match old, new:
        case Comparison(one, _, before), Comparison(other, _, after):
            return _tighter_comparison((one, before), (other, after))
        case Between(_, low, high), Between(_, new_low, new_high):
            return _both(_order(low, new_low), _order(new_high, high))
        case Call("timewindow", (_, times, days)), Call("timewindow", (_, new_times, new_days)):
            return _both(_order(times, new_times), _order(new_days, days))
        case Call("geodistance", (_, place, far)), Call("geodistance", (_, there, new_far)):
            return _order(new_far, far) if place == there else None
    return None


def _tighter_comparison(old: tuple[str, Node], new: tuple[str, Node]) -> int | None:
    """Compare two bounds on the same side; of equal ones, the one that is left out is tighter."""
    (one, before), (other, after) = old, new
    for bounds, way in ((_LOWER, 1), (_UPPER, -1)):
        if one in bounds and other in bounds:
            order = _order(before, after)
            if order is None:
                return None
            return order * way or bounds[other] - bounds[one]
    return None


def _both(one: int | None, other: int | None) -> int | None:
    """Return the way that both go, where one of them may stay."""
    if one is None or other is None or one * other < 0:
        return None
    return one or other


def _order(before: Node, after: Node) -> int | None:
    """Return 1 if the later value is surely more, -1 if less, 0 if equal, None if nobody knows."""
    if before == after:
        return 0
    old, new = _point(before), _point(after)
    if old is None or new is None or old[0] != new[0]:
        return None
    if new[1] > old[2]:
        return 1
    if new[2] < old[1]:
        return -1
    return 0 if old[1:] == new[1:] and old[1] == old[2] else None


def _point(value: Node) -> _Point | None:
    match value:
        case Literal("number", text) if not text.startswith("0x") and len(text) < _LONGEST:
            number = Decimal(text)
            return ("number", number, number)
        case Literal("string", text) if found := DATE_MATH.match(text):
            return _moment(*found.groups()) if len(text) < _LONGEST else None
        case Literal("string", text) if _DATE.match(text):
            day = Decimal(text.replace("-", ""))
            return ("date", day, day)
    return None


def _moment(sign: str, number: str, unit: str) -> _Point:
    """Return how many seconds after now a moment lies."""
    shortest, longest = (Decimal(number) * seconds for seconds in _SECONDS[unit])
    return ("now", -longest, -shortest) if sign == "-" else ("now", shortest, longest)


def _window(old: Node, new: Node) -> str:
    """Return the lengths of two windows that end now, as in "30 to 60 days", or nothing."""
    match old, new:
        case Comparison(one, _, Literal(text=before)), Comparison(other, _, Literal(text=after)):
            if one != other or one not in _LOWER:
                return ""
            start, end = DATE_MATH.match(before), DATE_MATH.match(after)
            if start is None or end is None or start[1] != "-" or end[1] != "-":
                return ""
            return _lengths(start[2], start[3], end[2], end[3])
        case (
            Call("timewindow", (_, times, Literal(text=before))),
            Call("timewindow", (_, same, Literal(text=after))),
        ) if times == same:
            return _lengths(before, "d", after, "d")
    return ""


def _lengths(number: str, unit: str, new_number: str, new_unit: str) -> str:
    end = amount(new_number, new_unit)
    return f"{number if unit == new_unit else amount(number, unit)} to {end}"
