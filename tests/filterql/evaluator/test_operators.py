"""What each operator answers for each type of value: T is true, F false, U undefined."""

from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from segsync.filterql import parse
from segsync.filterql.evaluator.profile import Profile
from segsync.filterql.evaluator.program import Verdict, evaluate
from segsync.filterql.evaluator.values import Map, Slice, Strings, Value

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
VERDICTS = {"T": Verdict.TRUE, "F": Verdict.FALSE, "U": Verdict.UNDEFINED}

COUNTS = Map("int", MappingProxyType({"a": 5}))
DATES_BY_NAME = Map("time", MappingProxyType({"a": JUNE}))
OTHERS: dict[str, Value] = {
    "none": None,
    "five": 5,
    "half": 0.5,
    "yes": True,
    "text": "5",
    "texts": Strings(("5", "x")),
    "list": Slice((5, "x", None)),
    "counts": COUNTS,
    "dates_by_name": DATES_BY_NAME,
    "june": JUNE,
}


def verdict(condition: str, **values: Value) -> Verdict:
    return evaluate(parse(f"FILTER {condition}").filter, Profile(OTHERS | values), now=NOW)


MISSING_FIELD = [
    ("f = 5", "F"),
    ("f != 5", "T"),
    ("f != g", "F"),
    ("f > 5", "F"),
    ("NOT (f > 5)", "T"),
    ("f = NULL", "F"),
    ('f LIKE "x"', "F"),
    ('f CONTAINS "x"', "F"),
    ('f IN ("x")', "F"),
    ('f INTERSECTS ("x")', "F"),
    ("f BETWEEN 1 AND 2", "U"),
    ("f NOT BETWEEN 1 AND 2", "U"),
    ("EXISTS f", "F"),
    ("f", "U"),
    ("NOT f", "U"),
    ("f CONTAINS g", "U"),
    ("f LIKE g", "F"),
    ("f IN g", "U"),
    ("f + 1 = 2", "F"),
    ("yes OR f", "T"),
    ("f OR yes", "T"),
    ("f OR five = 6", "F"),
    ("f OR five", "F"),
    ("f OR g", "F"),
    ("yes AND f", "F"),
    ("f AND g", "U"),
    ("f && yes", "F"),
    ("text CONTAINS f", "U"),
    ("text LIKE f", "F"),
    ("text IN f", "F"),
    ("texts CONTAINS f", "U"),
    ("f - five > 0", "F"),
]


@pytest.mark.parametrize(("condition", "expected"), MISSING_FIELD)
def test_missing_field(condition: str, expected: str) -> None:
    assert verdict(condition) == VERDICTS[expected]


NULL = [
    ("none = 5", "F"),
    ("none = NULL", "T"),
    ("none != 5", "T"),
    ("none > 5", "U"),
    ('none LIKE "x"', "U"),
    ('none IN ("x")', "U"),
    ("none BETWEEN 1 AND 2", "U"),
    ("EXISTS none", "F"),
    ("none", "U"),
    ("none OR yes", "T"),
    ("none OR five", "F"),
    ("none && yes", "F"),
    ("none AND yes", "U"),
    ("yes OR none", "T"),
    ("yes = NULL", "F"),
    ("yes != NULL", "T"),
    ("yes > NULL", "U"),
    ("text = NULL", "F"),
    ("text != NULL", "T"),
    ("text > NULL", "U"),
    ("five = NULL", "U"),
]


@pytest.mark.parametrize(("condition", "expected"), NULL)
def test_null(condition: str, expected: str) -> None:
    assert verdict(condition) == VERDICTS[expected]


def test_an_empty_text_equals_null_and_exists() -> None:
    assert verdict("f = NULL", f="") is Verdict.TRUE
    assert verdict("f != NULL", f="") is Verdict.FALSE
    assert verdict("EXISTS f", f="") is Verdict.TRUE


WHOLE_NUMBER = [
    ("f = 5", "T"),
    ("f == 5", "T"),
    ("f <> 5", "F"),
    ("f >= 5.5", "F"),
    ('f = "5"', "T"),
    ('f < "5.5"', "T"),
    ('f = "five"', "U"),
    ("f = yes", "U"),
    ("f = texts", "U"),
    ("f IN (1, 5)", "T"),
    ('f IN ("$5")', "T"),
    ("f IN (1, yes, 5.7)", "T"),
    ("f IN texts", "U"),
    ("f > list", "U"),
    ("f NOT IN (6)", "T"),
    ("f + 1 = 6", "T"),
    ("f - 1 = 4", "T"),
    ("f * 2 = 10", "T"),
    ("f / 2 = 2", "T"),
    ("f % 3 = 2", "T"),
    ("f / 0 = 1", "F"),
    ('f LIKE "5"', "U"),
    ("f CONTAINS 5", "U"),
    ('f LIKE "5.0"', "U"),
    ("f OR 0", "T"),
    ("0 OR 0", "F"),
    ("f && 1", "T"),
    ("f && 0", "F"),
    ("f AND 1", "U"),
    ("f BETWEEN 4 AND 6", "T"),
    ("f BETWEEN 5 AND 6", "F"),
    ("f NOT BETWEEN 5 AND 6", "T"),
    ("f BETWEEN 1.5 AND 5.6", "F"),
    ('f BETWEEN "1" AND "x"', "U"),
    ("f = -5", "F"),
    ("f > -5", "T"),
    ("f + 9223372036854775807 < 0", "T"),
    ("f = 0x5", "T"),
    ("f = 5e0", "T"),
]


@pytest.mark.parametrize(("condition", "expected"), WHOLE_NUMBER)
def test_whole_number(condition: str, expected: str) -> None:
    assert verdict(condition, f=5) == VERDICTS[expected]


def test_division_is_towards_zero() -> None:
    assert verdict("f / 2 = -2", f=-5) is Verdict.TRUE
    assert verdict("f % 2 = -1", f=-5) is Verdict.TRUE


NUMBER = [
    ("f = 5.5", "T"),
    ("f > 5", "T"),
    ('f = "5.5"', "T"),
    ('f > "5"', "T"),
    ('f = "x"', "U"),
    ("f = yes", "U"),
    ("f IN (5.5, 7)", "T"),
    ('f IN ("$5.5")', "T"),
    ("f IN (yes, 7)", "F"),
    ("f IN [5]", "F"),
    ('f LIKE "5.5"', "U"),
    ("f CONTAINS 5", "U"),
    ("f / 0 > 1", "T"),
    ("f / 0 = f", "F"),
    ("(0 - f) / 0 < 1", "T"),
    ("(f - f) / 0 = 0", "F"),
    ("f / 2 = 2.75", "T"),
    ("f % 3 = 2", "T"),
    ("f % 0 = 2", "F"),
    ("(f / 0) % 2 = 0", "F"),
    ("((f - f) / 0) % 2 != 0", "T"),
    ("f + 0.5 = 6", "T"),
    ("f OR 0", "T"),
    ("f BETWEEN 5 AND 6", "T"),
    ('f BETWEEN "5" AND "5.5"', "F"),
    ("f BETWEEN yes AND 6", "T"),
    ("f BETWEEN texts AND 6", "U"),
    ("f BETWEEN 5.0 AND june", "T"),
]


@pytest.mark.parametrize(("condition", "expected"), NUMBER)
def test_number(condition: str, expected: str) -> None:
    assert verdict(condition, f=5.5) == VERDICTS[expected]


TRUTH = [
    ("f", "T"),
    ("NOT f", "F"),
    ("f = true", "T"),
    ("f != false", "T"),
    ("f > false", "U"),
    ('f = "true"', "U"),
    ("f = 1", "U"),
    ("f IN (true)", "U"),
    ("f AND false", "F"),
    ("f && true", "T"),
    ("f OR false", "T"),
    ("f || false", "T"),
    ("f BETWEEN 0 AND 2", "U"),
]


@pytest.mark.parametrize(("condition", "expected"), TRUTH)
def test_truth(condition: str, expected: str) -> None:
    assert verdict(condition, f=True) == VERDICTS[expected]


TEXT = [
    ('f = "abc"', "T"),
    ('f = "ABC"', "F"),
    ('f != "abc"', "F"),
    ('f > "abb"', "U"),
    ('f LIKE "a*"', "T"),
    ('f LIKE "%c"', "T"),
    ('f LIKE "b"', "F"),
    ('f LIKE "[a"', "U"),
    ('f LIKE ["x", "a*"]', "T"),
    ('f LIKE ["x"]', "F"),
    ('f CONTAINS "b"', "T"),
    ('f CONTAINS ["x", "b"]', "T"),
    ("f CONTAINS 5", "U"),
    ("f CONTAINS yes", "F"),
    ('f IN ("abc", "x")', "T"),
    ('f IN "abc"', "T"),
    ("f IN texts", "F"),
    ("f IN (g, f)", "T"),
    ("f = texts", "U"),
    ("f = 5", "F"),
    ("f != 5", "T"),
    ("f = true", "F"),
    ("f != true", "U"),
    ("f = dates_by_name", "U"),
    ("f = june", "U"),
    ("f BETWEEN 1 AND 2", "U"),
    ("f AND true", "F"),
    ("f", "U"),
]


@pytest.mark.parametrize(("condition", "expected"), TEXT)
def test_text(condition: str, expected: str) -> None:
    assert verdict(condition, f="abc") == VERDICTS[expected]


def test_a_text_can_be_a_number_a_truth_a_date_and_a_key() -> None:
    assert verdict("f > 5", f="$1,005") is Verdict.TRUE
    assert verdict("f = true", f="T") is Verdict.TRUE
    assert verdict("f != true", f="0") is Verdict.TRUE
    assert verdict('"2026-06-01" = june') is Verdict.TRUE
    assert verdict('"now-1d" > june') is Verdict.TRUE
    assert verdict('"now-1d" CONTAINS june') is Verdict.UNDEFINED
    assert verdict('"a" IN dates_by_name') is Verdict.TRUE
    assert verdict('"b" IN dates_by_name') is Verdict.FALSE
    assert verdict('"a" IN counts') is Verdict.TRUE
    assert verdict('"xax" CONTAINS counts') is Verdict.TRUE


DATE = [
    ('f = "2026-06-01"', "T"),
    ('f > "now-30d"', "T"),
    ('f < "now"', "U"),
    ('f < "tomorrow"', "U"),
    ("f > 2025", "T"),
    ("f > 1700000000", "T"),
    ("f > 5", "U"),
    ("f > 5.5", "U"),
    ("f > 1.7e9", "T"),
    ("f = yes", "U"),
    ("f = june", "T"),
    ("f > texts", "U"),
    ('f LIKE "2026*"', "U"),
    ('f IN ("2026-06-01")', "U"),
    ('f BETWEEN "2026-05-31" AND "now"', "U"),
    ('f BETWEEN "2026-05-31" AND "now-1d"', "T"),
    ('f BETWEEN "2026-06-01" AND "now-1d"', "F"),
    ("EXISTS f", "T"),
    ("1 > -f", "T"),
]


@pytest.mark.parametrize(("condition", "expected"), DATE)
def test_date(condition: str, expected: str) -> None:
    assert verdict(condition, f=JUNE) == VERDICTS[expected]


LIST_OF_TEXTS = [
    ('f = "a"', "F"),
    ('f != "a"', "U"),
    ('f > "a"', "U"),
    ('f INTERSECTS ("a", "z")', "T"),
    ('f IN ("z")', "F"),
    ("f INTERSECTS f", "T"),
    ("f IN none", "U"),
    ("f IN counts", "U"),
    ('f CONTAINS "b"', "T"),
    ("f CONTAINS yes", "F"),
    ("f CONTAINS 5", "U"),
    ('f LIKE "b*"', "T"),
    ("f LIKE yes", "U"),
    ("f AND yes", "F"),
    ("EXISTS f", "T"),
]


@pytest.mark.parametrize(("condition", "expected"), LIST_OF_TEXTS)
def test_list_of_texts(condition: str, expected: str) -> None:
    assert verdict(condition, f=Strings(("a", "bc"))) == VERDICTS[expected]


LIST = [
    ("f = 5", "U"),
    ("f INTERSECTS (5)", "T"),
    ('f IN ("abc")', "T"),
    ("f IN (true)", "T"),
    ("f IN [5]", "T"),
    ("f IN texts", "T"),
    ("f IN none", "U"),
    ("f IN counts", "U"),
    ("f IN (7)", "F"),
    ('f CONTAINS "b"', "T"),
    ("f CONTAINS 5", "T"),
    ("f CONTAINS 6", "F"),
    ("f CONTAINS yes", "U"),
    ('f LIKE "*c"', "T"),
    ('f LIKE "c"', "F"),
    ("f LIKE 5", "U"),
    ("f + 1 = 2", "F"),
    ("f OR yes", "F"),
]


@pytest.mark.parametrize(("condition", "expected"), LIST)
def test_list_of_anything(condition: str, expected: str) -> None:
    assert verdict(condition, f=Slice(("abc", 5, True))) == VERDICTS[expected]


LIST_OF_DATES = [
    ('f > "now-1y"', "T"),
    ('f < "2020-01-01"', "F"),
    ('f != "2020-01-01"', "T"),
    ('f > "soon"', "U"),
    ('f INTERSECTS ("x")', "F"),
    ("f INTERSECTS (june)", "T"),
]


@pytest.mark.parametrize(("condition", "expected"), LIST_OF_DATES)
def test_list_of_dates(condition: str, expected: str) -> None:
    dates = Slice((datetime(2024, 1, 1, tzinfo=UTC), JUNE))
    assert verdict(condition, f=dates) == VERDICTS[expected]


def test_empty_and_mixed_lists_of_dates() -> None:
    assert verdict('f > "now-1y"', f=Slice(())) is Verdict.FALSE
    assert verdict('f > "now-1d"', f=Slice((JUNE, "x"))) is Verdict.UNDEFINED


MAP = [
    ('f IN ("a", "z")', "T"),
    ('f INTERSECTS ("z")', "F"),
    ("f IN texts", "F"),
    ('f IN "a"', "U"),
    ("f = 5", "U"),
    ('f CONTAINS "a"', "U"),
    ('f LIKE ["a"]', "U"),
    ("f.a = 5", "T"),
    ("`f.a` = 5", "T"),
    ("`f`.`a` > 4", "T"),
    ("f.b = 5", "F"),
    ("f.b != 5", "T"),
    ("EXISTS f.a", "T"),
    ("EXISTS f.b", "F"),
    ("five.a = 5", "F"),
]


@pytest.mark.parametrize(("condition", "expected"), MAP)
def test_map(condition: str, expected: str) -> None:
    assert verdict(condition, f=COUNTS) == VERDICTS[expected]


def test_a_field_whose_name_has_a_dot_comes_before_a_key() -> None:
    values: dict[str, Value] = {"f.a": 1, "f": COUNTS}
    assert verdict("f.a = 1", **values) is Verdict.TRUE


def test_what_no_operator_answers_is_unusable_as_a_value_too() -> None:
    assert verdict('("a" > "b") = true') is Verdict.UNDEFINED
    assert verdict('("a" > "b") OR yes') is Verdict.UNDEFINED
    assert verdict('none OR ("a" > "b")') is Verdict.FALSE
