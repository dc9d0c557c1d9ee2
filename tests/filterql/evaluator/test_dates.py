"""Dates as people write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from segsync.filterql.evaluator.dates import date_of_seconds, date_of_text, moment
from segsync.filterql.evaluator.values import Strings, Value, seconds_of

NOW = datetime(2024, 1, 31, 12, 30, 15, 999, tzinfo=UTC)

MATH = [
    ("now-1s", "2024-01-31 12:30:14"),
    ("now-30m", "2024-01-31 12:00:15"),
    ("now+2h", "2024-01-31 14:30:15"),
    ("now-1d", "2024-01-30 12:30:15"),
    ("now-1w", "2024-01-24 12:30:15"),
    ("now+1M", "2024-03-02 12:30:15"),
    ("now-1M", "2023-12-31 12:30:15"),
    ("now-13M", "2022-12-31 12:30:15"),
    ("now+1y", "2025-01-31 12:30:15"),
    ("now3d", "2024-02-03 12:30:15"),
    ("now+0000000003d", "2024-02-03 12:30:15"),
]


@pytest.mark.parametrize(("text", "expected"), MATH)
def test_date_math(text: str, expected: str) -> None:
    assert date_of_text(text, NOW) == seconds_of(datetime.fromisoformat(f"{expected}+00:00"))


def test_a_year_from_a_leap_day_is_the_first_of_march() -> None:
    leap_day = datetime(2024, 2, 29, tzinfo=UTC)
    assert date_of_text("now-1y", leap_day) == seconds_of(datetime(2023, 3, 1, tzinfo=UTC))


def test_date_math_counts_in_utc() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=13)))
    assert date_of_text("now-1M", elsewhere) == date_of_text("now-1M", NOW)


NO_DATE = [
    "now", "NOW-1d", "now-1D", "now- 1d", "now/d", "now-1.5d", "now--1d", "now-1234567890d", "",
    "abc", "5", "12345", "2024-13-01", "2024-02-30", "2024-01-01 25:00", "31/12/2024",
    "x" * 65, "2024-01-15X",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_DATE)
def test_no_date(text: str) -> None:
    assert date_of_text(text, NOW) is None


WRITTEN = [
    ("2014", "2014-01-01 00:00:00"),
    ("2014-04", "2014-04-01 00:00:00"),
    ("2014-04-26", "2014-04-26 00:00:00"),
    ("2020-07-20+08:00", "2020-07-19 16:00:00"),
    ("2014-04-26 17:24", "2014-04-26 17:24:00"),
    ("2014-04-26 17:24:37.318", "2014-04-26 17:24:37"),
    ("2014-04-26 05:24:37 PM", "2014-04-26 17:24:37"),
    ("2014-04-26 12:24:37 am", "2014-04-26 00:24:37"),
    ("2014-04-26 13:13:43 +0800", "2014-04-26 05:13:43"),
    ("2012-08-03 18:31:59.257000000 +0000 UTC", "2012-08-03 18:31:59"),
    ("2009-08-12T22:15:09Z", "2009-08-12 22:15:09"),
    ("2009-08-12T22:15:09-07:00", "2009-08-13 05:15:09"),
    ("2019-05-29T08:41-04", "2019-05-29 12:41:00"),
    ("2014/3/31", "2014-03-31 00:00:00"),
    ("3/31/2014 22:05", "2014-03-31 22:05:00"),
    ("08/21/71", "1971-08-21 00:00:00"),
    ("8/1/14", "2014-08-01 00:00:00"),
    ("03.31.2014", "2014-03-31 00:00:00"),
    ("2014.03.30", "2014-03-30 00:00:00"),
    ("May 8, 2009 5:57:51 PM", "2009-05-08 17:57:51"),
    ("October 7th, 1970", "1970-10-07 00:00:00"),
    ("Mon Jan  2 15:04:05 MST 2006", "2006-01-02 15:04:05"),
    ("Mon, 02 Jan 2006 15:04:05 -0700", "2006-01-02 22:04:05"),
    ("12 Feb 2006, 19:17", "2006-02-12 19:17:00"),
    ("2013-Feb-03", "2013-02-03 00:00:00"),
    ("06/Jan/2008:15:04:05 -0700", "2008-01-06 22:04:05"),
    ("2014年04月08日", "2014-04-08 00:00:00"),
    ("20140601", "2014-06-01 00:00:00"),
    ("20140722105203", "2014-07-22 10:52:03"),
    ("171113 14:14:20", "2017-11-13 14:14:20"),
    ("1332151919", "2012-03-19 10:11:59"),
    ("1384216367189", "2013-11-12 00:32:47"),
    ("1384216367111222", "2013-11-12 00:32:47"),
    ("1384216367111222333", "2013-11-12 00:32:47"),
    ("1.332151919e+09", "2012-03-19 10:11:59"),
]


@pytest.mark.parametrize(("text", "expected"), WRITTEN)
def test_written_date(text: str, expected: str) -> None:
    assert date_of_text(text, NOW) == seconds_of(datetime.fromisoformat(f"{expected}+00:00"))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (NOW, True),
        ("now-1d", True),
        (Strings(("2014", "x")), True),
        (Strings(()), False),
        (2014, True),
        (1332151919, True),
        (1332151919.0, True),
        (1332151919.5, False),
        (9999, False),
        (5, False),
        (True, False),
        (None, False),
    ],
)
def test_values_that_are_dates(value: Value, *, found: bool) -> None:
    assert (moment(value, NOW) is not None) is found


def test_dates_before_the_first_year_compare_and_have_no_calendar() -> None:
    seconds = date_of_text("now-3000y", NOW)
    assert seconds is not None
    assert seconds < seconds_of(datetime(1, 1, 1, tzinfo=UTC))
    assert date_of_seconds(seconds) is None
    assert date_of_seconds(0) == datetime(1970, 1, 1, tzinfo=UTC)
