"""The conversions that the language makes by itself."""

import math
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from segsync.filterql.evaluator.values import (
    MISSING,
    Map,
    Slice,
    Strings,
    Value,
    as_bool,
    as_float,
    as_int,
    equal,
    items_of,
    literal_number,
    text_of,
)

DATE = datetime(2020, 1, 1, tzinfo=UTC)
COUNTS = Map("int", MappingProxyType({"a": 1}))
DATES = Map("time", MappingProxyType({"a": DATE}))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5),
        ("-5", -5),
        ("1e3", 1000),
        ("0x1F", 31),
        ("5.5", 5.5),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", 2.0**63),
        ("1e999", None),
        ("five", None),
        ("\u0665", None),
    ],
)
def test_number_of_a_literal(text: str, number: float | None) -> None:
    assert literal_number(text) == number
    assert type(literal_number(text)) is type(number)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        (5.9, 5),
        (-5.9, -5),
        (1e300, None),
        (math.nan, None),
        ("5", 5),
        ("5.9", 5),
        ("$1,005", 1005),
        ("1.x", None),
        ("1e300.", None),
        ("", None),
        (True, None),
        (None, None),
        (DATE, 1577836800000),
        (Strings(("7", "8")), 7),
        (Slice((9,)), 9),
        (Slice(()), None),
        (COUNTS, None),
    ],
)
def test_as_a_whole_number(value: Value, number: int | None) -> None:
    assert as_int(value) == number


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5.0),
        (True, 1.0),
        ("5.5", 5.5),
        ("£5.5", 5.5),
        ("inf", math.inf),
        ("x", None),
        (DATE, 1577836800000.0),
        (Strings(("5",)), None),
    ],
)
def test_as_a_number(value: Value, number: float | None) -> None:
    assert as_float(value) == number


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        (False, False),
        ("t", True),
        ("FALSE", False),
        ("yes", None),
        (1, True),
        (0.5, False),
        (2, None),
        (None, None),
        (DATE, None),
    ],
)
def test_as_a_truth(value: Value, *, truth: bool | None) -> None:
    assert as_bool(value) is truth


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (True, "true"),
        (False, "false"),
        (5, "5"),
        (5.0, "5"),
        (5.25, "5.25"),
        (1e21, "1e+21"),
        (DATE, "1577836800000"),
        (Strings(("a", "b")), "a,b"),
        (Slice((1, None)), "1,"),
        (COUNTS, ""),
        (None, ""),
        (MISSING, ""),
    ],
)
def test_as_text(value: Value, text: str) -> None:
    assert text_of(value) == text


def test_lists_have_items_and_some_maps_have_their_keys() -> None:
    assert items_of(Strings(("a",))) == ("a",)
    assert items_of(Slice((1,))) == (1,)
    assert items_of(COUNTS) == ("a",)
    assert items_of(DATES) is None
    assert items_of("a") is None


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (None, None, True),
        (None, "a", False),
        ("a", None, False),
        ("5", 5, True),
        ("a", "b", False),
        (True, "true", True),
        (False, "no truth", True),
        (True, None, False),
        (5, "5", True),
        (0, "no number", True),
        (5, None, False),
        (5.5, "5.5", True),
        (5.5, None, False),
        (DATE, DATE, True),
        (COUNTS, DATES, False),
    ],
)
def test_members_of_lists_are_equal_by_the_type_of_the_first(
    a: Value, b: Value, *, same: bool
) -> None:
    assert equal(a, b) is same
