"""Dates as texts and numbers: date math such as `now-3d`, and almost any way to write a date.

Dates are whole seconds since 1970. Without a time zone they are in UTC; the abbreviation of a zone
(`MST`) is read and means UTC too, as in the reference.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from segsync.filterql.datemath import DATE_MATH
from segsync.filterql.evaluator.values import Strings, Value, seconds_of

_DAY = 86_400
_CYCLE_YEARS = 400
_CYCLE_DAYS = 146_097
"""The calendar repeats itself after this many years and days."""

_FIRST = date(1970, 1, 1).toordinal()
_EARLIEST_YEAR, _LATEST_YEAR = 1800, 2120
"""A number that would be a date of another year is no date."""

_MOST_DIGITS = 9
"""A date that is further away from now is none that anybody means."""

_UNIT_SECONDS = {"h": 3600, "m": 60, "s": 1}
_UNIT_DAYS = {"d": 1, "w": 7}
_DIGITS = re.compile(r"[0-9]+")
_SCIENTIFIC = re.compile(r"[0-9]\.[0-9]+e\+?[0-9]{1,2}")
_FRACTION = {10: 1, 13: 10**3, 16: 10**6, 19: 10**9}
"""How many parts a second has in a number of this many digits."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = (
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day),? +"
)
_YEAR = r"(?P<year>[0-9]{4})"
_ANY_YEAR = r"'?(?P<year>[0-9]{4}|[0-9]{2})"
_TWO = r"[0-9]{1,2}"
_DAYS = rf"(?P<day>{_TWO})(?:st|nd|rd|th)?"
_CLOCK = (
    rf"(?P<hour>{_TWO}):(?P<minute>[0-9]{{2}})(?::(?P<second>[0-9]{{2}})(?:[.,:][0-9]+)?)?"
    r"(?: ?(?P<half>[ap]m))?"
)
_OFFSET = r"(?P<sign>[+-])(?P<offset_hour>[0-9]{2}):?(?P<offset_minute>[0-9]{2})?"
_ZONE = rf" ?(?:z|[a-z]{{3,4}})? ?(?:{_OFFSET})?(?: (?:\+[0-9]{{2}}|[a-z]{{3,4}}))?(?: ?\([^)]*\))?"
_TIME = rf"(?:{_CLOCK}(?:{_ZONE})?(?: m=\S+)?)"
_COMPACT_DAY = r"(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
_COMPACT_CLOCK = r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        rf"{_YEAR}-(?P<month>{_TWO})(?:-(?P<day>{_TWO})(?:(?:T| +|, ?){_TIME})?)?",
        rf"{_YEAR}-(?P<month>{_TWO})-(?P<day>{_TWO})(?:Z|{_OFFSET})",
        rf"{_YEAR}/(?P<month>{_TWO})/(?P<day>{_TWO})(?: +{_TIME})?",
        rf"{_YEAR}\.(?P<month>{_TWO})(?:\.(?P<day>{_TWO}))?(?: +{_TIME})?",
        rf"{_YEAR}年(?P<month>{_TWO})月(?P<day>{_TWO})日(?: +{_TIME})?",
        rf"(?P<month>{_TWO})/(?P<day>{_TWO})/{_ANY_YEAR}(?:,? +{_TIME})?",
        rf"(?P<month>{_TWO})\.(?P<day>{_TWO})\.{_ANY_YEAR}(?: +{_TIME})?",
        rf"(?P<month>{_TWO})\.[0-9]+",
        rf"{_YEAR}-{_MONTH}-(?P<day>{_TWO})",
        rf"(?:{_WEEKDAY})?{_DAYS}[ -]{_MONTH}[ -]{_ANY_YEAR}(?:,? +(?:at +)?{_TIME})?",
        rf"(?P<day>{_TWO})/{_MONTH}/{_ANY_YEAR}(?:[: ]{_TIME})?",
        rf"(?:{_WEEKDAY})?{_MONTH} +{_DAYS},? +{_ANY_YEAR}(?:,? +(?:at +)?{_TIME})?",
        rf"(?:{_WEEKDAY})?{_MONTH} +{_DAYS} +{_CLOCK}(?:{_ZONE})? +(?P<year>[0-9]{{4}})",
        rf"(?P<year>[0-9]{{2}}){_COMPACT_DAY} {_CLOCK}",
        rf"{_YEAR}{_COMPACT_DAY}(?:{_COMPACT_CLOCK})?",
        rf"{_YEAR}",
    )
)
"""The ways to write a date, the month before the day where only the order tells them apart."""

_LONGEST = 64
_NOON = 12
_PIVOT = 69
"""A year of two digits is of the last century from here on."""


def moment(value: Value, now: datetime) -> int | None:
    """Return the seconds since 1970 that a value stands for, or None if it is no date."""
    if isinstance(value, datetime):
        return seconds_of(value)
    if isinstance(value, str):
        return date_of_text(value, now)
    if isinstance(value, Strings) and value.items:
        return date_of_text(value.items[0], now)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return _date_of_number(value)


@lru_cache(maxsize=4096)
def date_of_text(text: str, now: datetime) -> int | None:
    """Return the seconds since 1970 of a date as text or date math, or None."""
    found = DATE_MATH.match(text)
    if found is not None:
        if len(found[2]) > _MOST_DIGITS:
            return None
        return _shifted(now.astimezone(UTC), int(found[1] + found[2]), found[3])
    if len(text) > _LONGEST:
        return None
    if _SCIENTIFIC.fullmatch(text):
        text = str(int(float(text)))
    if len(text) in _FRACTION and _DIGITS.fullmatch(text):
        return int(text) // _FRACTION[len(text)]
    return next(filter(_is_found, (_written(form.fullmatch(text)) for form in _FORMS)), None)


def date_of_seconds(seconds: int) -> datetime | None:
    """Return the date, or None where Python's calendar has none (year 1 to 9999)."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _date_of_number(number: float) -> int | None:
    """Read a number of seconds, of milliseconds, or of the digits of a date."""
    text = str(number) if isinstance(number, int) else f"{number:.0f}"
    seconds = date_of_text(text, datetime(1970, 1, 1, tzinfo=UTC))
    earliest, latest = _seconds(_EARLIEST_YEAR, 1, 1), _seconds(_LATEST_YEAR + 1, 1, 1)
    whole = isinstance(number, int) or number.is_integer()
    return seconds if whole and seconds is not None and earliest <= seconds < latest else None


def _shifted(now: datetime, count: int, unit: str) -> int:
    """Move by the calendar for years, months, weeks and days: 31 January + 1 M is 3 March."""
    if unit in _UNIT_SECONDS:
        return seconds_of(now) + count * _UNIT_SECONDS[unit]
    years = count if unit == "y" else 0
    months = count if unit == "M" else 0
    midnight = _seconds(now.year + years, now.month + months, now.day)
    clock = now.hour * 3600 + now.minute * 60 + now.second
    return midnight + clock + count * _UNIT_DAYS.get(unit, 0) * _DAY


def _written(found: "re.Match[str] | None") -> int | None:
    """Return the seconds of a date in one of the forms, or None if there is no such date."""
    if found is None:
        return None
    parts = {name: part.lower() for name, part in found.groupdict().items() if part}
    year = _year(parts.get("year", "0"))
    month = _MONTHS.index(parts["name"][:3]) + 1 if "name" in parts else int(parts.get("month", 1))
    day = int(parts.get("day", 1))
    hour, minute, second = (int(parts.get(name, 0)) for name in ("hour", "minute", "second"))
    if "half" in parts:
        hour = hour % _NOON + (_NOON if parts["half"] == "pm" else 0)
    try:
        datetime(year % _CYCLE_YEARS + _CYCLE_YEARS, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return _seconds(year, month, day) + hour * 3600 + minute * 60 + second - _offset(parts)


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 2:  # noqa: PLR2004
        year += 1900 if year >= _PIVOT else 2000
    return year


def _offset(parts: dict[str, str]) -> int:
    """Return how many seconds the zone is ahead of UTC."""
    minutes = int(parts.get("offset_hour", 0)) * 60 + int(parts.get("offset_minute", 0))
    return minutes * (-60 if parts.get("sign") == "-" else 60)


def _seconds(year: int, month: int, day: int) -> int:
    """Return the seconds of a midnight; months and days past their end run over."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    cycles, in_cycle = divmod(year, _CYCLE_YEARS)
    first = date(in_cycle + _CYCLE_YEARS, month, 1).toordinal()
    return (first + (cycles - 1) * _CYCLE_DAYS + day - 1 - _FIRST) * _DAY


def _is_found(seconds: int | None) -> bool:
    return seconds is not None
