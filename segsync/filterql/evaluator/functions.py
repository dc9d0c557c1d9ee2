"""The functions that a filter can call; any other name or number of arguments is undefined.

`timewindow`, `geodistance` and `daysago` are the server's own: what they do is documented in words
only, and how they read a sample profile is assumed (docs/filterql-evaluation.md).
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from urllib.parse import urlsplit

from segsync.filterql.evaluator.dates import date_of_seconds, moment
from segsync.filterql.evaluator.operators import operate
from segsync.filterql.evaluator.values import (
    MISSING,
    Absent,
    Map,
    Slice,
    Strings,
    Value,
    as_bool,
    as_float,
    as_int,
    equal,
    items_of,
    text_of,
)

Arguments = Sequence[Value]
_Compute = Callable[[Arguments, datetime], Value]

_DAY = 86_400
_EARTH_RADIUS_KM = 6371.0
_PLACE = re.compile(r"\s*(-?[0-9]{1,3}(?:\.[0-9]+)?)\s*,\s*(-?[0-9]{1,3}(?:\.[0-9]+)?)\s*")
_ADDRESS = re.compile(r"(?:.*<)?([^\s<>@]+@([^\s<>@]+))>?\s*", re.DOTALL)
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})
_LABELS_OF_A_DOMAIN = 2


@dataclass(frozen=True, slots=True)
class Function:
    """What a name does, and how many arguments it takes; a missing one arrives as null."""

    compute: _Compute
    arguments: int

    def __call__(self, arguments: Arguments, now: datetime) -> Value:
        """Return the result, or MISSING if the arguments do not fit."""
        return self.compute(arguments, now) if len(arguments) == self.arguments else MISSING


def function(name: str) -> Function | None:
    """Return the function of this name, in any case, or None."""
    return _FUNCTIONS.get(name.lower())


def _text(value: Value) -> str | None:
    """Return a scalar as text, of a list the first member; None if there is no such thing."""
    items = value.items if isinstance(value, (Strings, Slice)) else None
    if items is not None:
        return text_of(items[0]) if items else None
    return None if value is None or isinstance(value, (Map, Absent)) else text_of(value)


def _of_text(compute: Callable[[str], Value]) -> _Compute:
    """Apply to the text of the only argument; undefined without one."""

    def call(arguments: Arguments, _now: datetime) -> Value:
        text = _text(arguments[0])
        return MISSING if text is None else compute(text)

    return call


def _length(arguments: Arguments, _now: datetime) -> Value:
    """Return the bytes of a text, the members of a list or map, and 0 for other values."""
    value = arguments[0]
    if isinstance(value, str):
        return len(value.encode(errors="surrogatepass"))
    if isinstance(value, (Strings, Slice)):
        return len(value.items)
    if isinstance(value, Map):
        return MISSING if value.kind in {"bool", "time"} else len(value.entries)
    return MISSING if value is None or isinstance(value, Absent) else 0


def _contains(arguments: Arguments, _now: datetime) -> Value:
    text, part = map(_text, arguments)
    if text is None or part is None:
        return False
    return part in text if text and part else MISSING


def _affix(test: Callable[[str, str], bool]) -> _Compute:
    def call(arguments: Arguments, _now: datetime) -> Value:
        part = text_of(arguments[1])
        return test(text_of(arguments[0]), part) if part else MISSING

    return call


def _converted(convert: Callable[[Value], int | float | bool | None]) -> _Compute:
    def call(arguments: Arguments, _now: datetime) -> Value:
        value = convert(arguments[0])
        return MISSING if value is None else value

    return call


def _to_string(arguments: Arguments, _now: datetime) -> Value:
    return text_of(arguments[0])


def _to_date(arguments: Arguments, now: datetime) -> Value:
    value = arguments[0]
    if isinstance(value, datetime):
        return value
    seconds = moment(_text(value), now)
    return (None if seconds is None else date_of_seconds(seconds)) or MISSING


def _days_ago(arguments: Arguments, now: datetime) -> Value:
    seconds, today = moment(arguments[0], now), moment(now, now)
    return MISSING if seconds is None or today is None else (today - seconds) // _DAY


def _now(_arguments: Arguments, now: datetime) -> Value:
    return now


def _comparison(operator: str) -> _Compute:
    """Compare as numbers, as the functions `gt`, `ge`, `lt` and `le` do."""

    def call(arguments: Arguments, now: datetime) -> Value:
        left, right = map(as_float, arguments)
        if left is None or right is None or math.isnan(left) or math.isnan(right):
            return MISSING
        return operate(operator, left, right, now)

    return call


def _eq(arguments: Arguments, _now: datetime) -> Value:
    return equal(arguments[0], arguments[1])


def _ne(arguments: Arguments, _now: datetime) -> Value:
    return not equal(arguments[0], arguments[1])


def _not(arguments: Arguments, _now: datetime) -> Value:
    truth = as_bool(arguments[0])
    return MISSING if truth is None else not truth


def _exists(arguments: Arguments, _now: datetime) -> Value:
    return arguments[0] is not None


def _email(text: str) -> Value:
    found = _ADDRESS.fullmatch(text)
    return MISSING if found is None else found[1].lower()


def _email_domain(text: str) -> Value:
    found = _ADDRESS.fullmatch(text)
    return MISSING if found is None else found[2].lower()


def _host(text: str) -> str | None:
    """Return the host of an address, which may lack its scheme."""
    address = text.lower()
    try:
        host = urlsplit(address if address.startswith("http") else f"http://{address}").netloc
    except ValueError:
        return None
    return host.rpartition("@")[2] or None


def _host_of(text: str) -> Value:
    return _host(text) or MISSING


def _domain(text: str) -> Value:
    """Return the registered part of the host, by a rule of thumb for `co.uk` and the like."""
    host = _host(text)
    labels = host.split(".") if host else []
    if len(labels) < _LABELS_OF_A_DOMAIN or "" in labels:
        return MISSING
    country_code = 2
    if len(labels[-1]) == country_code and labels[-2] in _SECOND_LEVEL:
        return ".".join(labels[-3:]) if len(labels) > _LABELS_OF_A_DOMAIN else MISSING
    return ".".join(labels[-2:])


def _time_window(arguments: Arguments, now: datetime) -> Value:
    """Say whether at least so many of the dates are within the last so many days."""
    dates, count, days = arguments
    threshold, window = as_int(count), as_int(days)
    if isinstance(dates, datetime):
        dates = Slice((dates,))
    items = items_of(dates)
    today = moment(now, now)
    if items is None or threshold is None or window is None or today is None:
        return MISSING
    found = [moment(item, now) for item in items]
    return sum(s is not None and 0 <= today - s < window * _DAY for s in found) >= threshold


def _geo_distance(arguments: Arguments, _now: datetime) -> Value:
    """Say whether a place ("latitude,longitude") is at most so many kilometers from another."""
    here, there, distance = _place(arguments[0]), _place(arguments[1]), as_float(arguments[2])
    if here is None or there is None or distance is None:
        return MISSING
    return _kilometers(here, there) <= distance


def _place(value: Value) -> tuple[float, float] | None:
    found = _PLACE.fullmatch(value) if isinstance(value, str) else None
    return None if found is None else (math.radians(float(found[1])), math.radians(float(found[2])))


def _kilometers(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Return the distance on a sphere."""
    latitudes = math.sin((there[0] - here[0]) / 2) ** 2
    longitudes = math.sin((there[1] - here[1]) / 2) ** 2
    share = latitudes + math.cos(here[0]) * math.cos(there[0]) * longitudes
    return 2 * _EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, share)))


_FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "char_length": Function(_length, 1),
        "contains": Function(_contains, 2),
        "daysago": Function(_days_ago, 1),
        "domain": Function(_of_text(_domain), 1),
        "email": Function(_of_text(_email), 1),
        "emaildomain": Function(_of_text(_email_domain), 1),
        "eq": Function(_eq, 2),
        "exists": Function(_exists, 1),
        "ge": Function(_comparison(">="), 2),
        "geodistance": Function(_geo_distance, 3),
        "gt": Function(_comparison(">"), 2),
        "hasprefix": Function(_affix(str.startswith), 2),
        "hassuffix": Function(_affix(str.endswith), 2),
        "host": Function(_of_text(_host_of), 1),
        "le": Function(_comparison("<="), 2),
        "len": Function(_length, 1),
        "lt": Function(_comparison("<"), 2),
        "ne": Function(_ne, 2),
        "not": Function(_not, 1),
        "now": Function(_now, 0),
        "string.lowercase": Function(_of_text(str.lower), 1),
        "string.uppercase": Function(_of_text(str.upper), 1),
        "timewindow": Function(_time_window, 3),
        "tobool": Function(_converted(as_bool), 1),
        "todate": Function(_to_date, 1),
        "toint": Function(_converted(as_int), 1),
        "tolower": Function(_of_text(str.lower), 1),
        "tonumber": Function(_converted(as_float), 1),
        "tostring": Function(_to_string, 1),
    }
)
