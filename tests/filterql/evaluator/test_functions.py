"""The functions that a filter can call."""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest

from segsync.filterql.evaluator.functions import function
from segsync.filterql.evaluator.values import MISSING, Map, Slice, Strings, Value

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
ALL = Map("number", MappingProxyType({"a": 1.0, "b": 2.0}))
FLAGS = Map("bool", MappingProxyType({"a": True}))


def call(name: str, *arguments: Value) -> Value:
    found = function(name)
    assert found is not None
    return found(arguments, NOW)


CALLS: list[tuple[str, tuple[Value, ...], Value]] = [
    ("tolower", ("ABC",), "abc"),
    ("ToLower", (Strings(("ABC", "x")),), "abc"),
    ("tolower", (Slice(()),), MISSING),
    ("tolower", (None,), MISSING),
    ("tolower", (ALL,), MISSING),
    ("string.lowercase", (5,), "5"),
    ("string.uppercase", ("é",), "É"),
    ("len", ("é",), 2),
    ("len", (Strings(("a",)),), 1),
    ("len", (Slice((1, 2)),), 2),
    ("len", (ALL,), 2),
    ("len", (FLAGS,), MISSING),
    ("len", (5,), 0),
    ("len", (None,), MISSING),
    ("contains", ("abc", "b"), True),
    ("contains", ("abc", "x"), False),
    ("contains", ("abc", ""), MISSING),
    ("contains", (None, "b"), False),
    ("contains", ("abc", None), False),
    ("hasprefix", ("abc", "ab"), True),
    ("hasprefix", ("abc", ""), MISSING),
    ("hassuffix", ("abc", "bc"), True),
    ("hassuffix", (None, "bc"), False),
    ("toint", ("5.9",), 5),
    ("toint", ("x",), MISSING),
    ("tonumber", ("5.9",), 5.9),
    ("tobool", ("T",), True),
    ("tobool", ("x",), MISSING),
    ("tostring", (5,), "5"),
    ("tostring", (None,), ""),
    ("todate", ("2026-06-01",), datetime(2026, 6, 1, tzinfo=UTC)),
    ("todate", (NOW,), NOW),
    ("todate", ("x",), MISSING),
    ("todate", ("now-3000y",), MISSING),
    ("todate", ("2026-06-01", "x"), MISSING),
    ("now", (), NOW),
    ("daysago", (NOW - timedelta(days=2, hours=3),), 2),
    ("daysago", ("x",), MISSING),
    ("gt", (5, "4"), True),
    ("ge", (5, 5), True),
    ("lt", (5, "x"), MISSING),
    ("le", ("nan", 5), MISSING),
    ("eq", ("5", 5), True),
    ("ne", ("5", 5), False),
    ("not", (False,), True),
    ("not", ("x",), MISSING),
    ("exists", ("",), True),
    ("exists", (None,), False),
    ("email", ("Ann <Ann@Example.com>",), "ann@example.com"),
    ("email", ("no address",), MISSING),
    ("emaildomain", ("Ann@Example.com",), "example.com"),
    ("emaildomain", ("no address",), MISSING),
    ("host", ("https://www.Example.com/a?b",), "www.example.com"),
    ("host", ("user@example.com",), "example.com"),
    ("host", ("http://[bad",), MISSING),
    ("domain", ("www.example.com/a",), "example.com"),
    ("domain", ("www.example.co.uk",), "example.co.uk"),
    ("domain", ("co.uk",), MISSING),
    ("domain", ("localhost",), MISSING),
    ("domain", ("",), MISSING),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), CALLS)
def test_call(name: str, arguments: tuple[Value, ...], expected: Value) -> None:
    found = call(name, *arguments)
    assert found == expected
    assert type(found) is type(expected)


def test_an_unknown_name_is_no_function() -> None:
    assert function("hasprefixes") is None


def test_timewindow_counts_the_dates_of_the_last_days() -> None:
    dates = Slice(tuple(NOW - timedelta(days=days) for days in (-1, 0, 3, 6, 7, 40)))
    assert call("timewindow", dates, 3, 7) is True
    assert call("timewindow", dates, 4, 7) is False
    assert call("timewindow", dates, 4, 30) is True
    assert call("timewindow", NOW, 1, 7) is True
    assert call("timewindow", 5, 1, 7) is MISSING
    assert call("timewindow", dates, "x", 7) is MISSING
    assert call("timewindow", dates, 1, None) is MISSING


def test_geodistance_is_on_a_sphere() -> None:
    oslo, bergen = "59.91, 10.75", "60.39,5.32"  # 305 km
    assert call("geodistance", oslo, bergen, 310) is True
    assert call("geodistance", oslo, bergen, 300) is False
    assert call("geodistance", "nowhere", bergen, 300) is MISSING
    assert call("geodistance", oslo, 5, 300) is MISSING
    assert call("geodistance", oslo, bergen, "far") is MISSING
