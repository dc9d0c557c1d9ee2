"""Profiles from typed JSON and from plain values with declared types."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from segsync.filterql.evaluator.profile import read_profile, typed_profile
from segsync.filterql.evaluator.values import Map, Slice, Strings, Value

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)

READ: list[tuple[object, Value]] = [
    ("a", "a"),
    (5, 5),
    (5.5, 5.5),
    (True, True),
    (None, None),
    ({"$number": 5}, 5.0),
    ({"$time": "2026-06-01"}, JUNE),
    ({"$time": "now-14d"}, datetime(2026, 6, 1, 12, tzinfo=UTC)),
    ({"$times": ["2026-06-01"]}, Slice((JUNE,))),
    ({"$slice": []}, Slice(())),
    ({"$slice": ["a"]}, Slice(("a",))),
    (["a", "b"], Strings(("a", "b"))),
    (["a", 5, True], Slice(("a", 5, True))),
    ([{"$number": 5}], Slice((5.0,))),
    ([], Slice(())),
]

READ_MAPS = [
    ({"$mapint": {"a": 5}}, "int", {"a": 5}),
    ({"$mapnumber": {"a": 5}}, "number", {"a": 5.0}),
    ({"$mapstring": {"a": "x"}}, "string", {"a": "x"}),
    ({"$mapbool": {"a": True}}, "bool", {"a": True}),
    ({"$maptime": {"a": "2026-06-01"}}, "time", {"a": JUNE}),
    ({"a": 5, "b": "x"}, "value", {"a": 5, "b": "x"}),
    ({}, "value", {}),
]


@pytest.mark.parametrize(("content", "value"), READ)
def test_typed_json(content: object, value: Value) -> None:
    found = read_profile({"f": content}, now=NOW).values["f"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("content", "kind", "entries"), READ_MAPS)
def test_maps_in_typed_json(content: object, kind: str, entries: dict[str, Value]) -> None:
    found = read_profile({"f": content}, now=NOW).values["f"]
    assert isinstance(found, Map)
    assert (found.kind, found.entries) == (kind, entries)


def test_an_unknown_type_in_json_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^f: \$date is no type of a profile$"):
        read_profile({"f": {"$date": "x"}}, now=NOW)


DECLARED: list[tuple[str, object, Value]] = [
    ("string", "05", "05"),
    ("string", None, None),
    ("int", 5, 5),
    ("number", 5, 5.0),
    ("bool", False, False),
    ("date", "now", NOW),
    ("date", "2026-06-01", JUNE),
    ("date", date(2026, 6, 1), JUNE),
    ("date", datetime(2026, 6, 1), JUNE),  # noqa: DTZ001  # YAML has dates without a zone
    ("date", datetime(2026, 6, 1, 2, tzinfo=timezone(timedelta(hours=2))), JUNE),
    ("date", 1780272000, JUNE),
    ("[]string", ["a"], Strings(("a",))),
    ("[]string", [], Strings(())),
    ("ts[]string", ["a"], Strings(("a",))),
    ("[]time", ["2026-06-01"], Slice((JUNE,))),
]


@pytest.mark.parametrize(("declared", "value", "expected"), DECLARED)
def test_declared_type(declared: str, value: object, expected: Value) -> None:
    found = typed_profile({"f": value}, {"f": declared}, now=NOW).values["f"]
    assert found == expected
    assert type(found) is type(expected)


def test_declared_map() -> None:
    values = {"f": {"a": 1}, "g": {"a": ["x"], "b": date(2026, 6, 1)}}
    schema = {"f": "map[string]number", "g": "map[string]value"}
    found = typed_profile(values, schema, now=NOW).values
    assert found["f"] == Map("number", {"a": 1.0})
    assert found["g"] == Map("value", {"a": Strings(("x",)), "b": JUNE})


REFUSED: list[tuple[str, object, str]] = [
    ("string", 5, "f: 5 is not text; put it in quotes"),
    ("int", "5", "f: '5' is not a whole number of 64 bits"),
    ("int", True, "f: True is not a whole number of 64 bits"),
    ("int", 2**63, "f: 9223372036854775808 is not a whole number of 64 bits"),
    ("number", "x" * 60, f"f: '{'x' * 39}... is not a number"),
    ("number", 10**400, f"f: 1{'0' * 39}... is not a number"),
    ("number", True, "f: True is not a number"),
    ("bool", 1, "f: 1 is not true or false"),
    ("date", "soon", "f: 'soon' is not a date, such as 2026-01-31 or now-3d"),
    ("date", "now-3000y", "f: 'now-3000y' is not a date, such as 2026-01-31 or now-3d"),
    ("date", True, "f: True is not a date, such as 2026-01-31 or now-3d"),
    ("date", [], "f: [] is not a date, such as 2026-01-31 or now-3d"),
    ("[]string", "a", "f: 'a' is not a list"),
    ("[]string", [5], "f: 5 is not text; put it in quotes"),
    ("map[string]int", [], "f: [] is not a map"),
    ("map[string]int", {"a": "x"}, "f.a: 'x' is not a whole number of 64 bits"),
    ("map[string]int", {1: 1}, "f: 1 is not text; put it in quotes"),
    (
        "integer",
        5,
        (
            "f: integer is no type; use one of string, int, number, bool, date, []string, []time, "
            "ts[]string, map[string]int, map[string]number, map[string]string, map[string]bool, "
            "map[string]time, map[string]value"
        ),
    ),
]


@pytest.mark.parametrize(("declared", "value", "message"), REFUSED)
def test_a_value_that_does_not_fit_its_type_is_refused(
    declared: str, value: object, message: str
) -> None:
    with pytest.raises(ValueError, match="f") as caught:
        typed_profile({"f": value}, {"f": declared}, now=NOW)
    assert str(caught.value) == message


def test_a_field_without_a_type_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^f: the field has no type; declare it in the schema$"):
        typed_profile({"f": 5}, {}, now=NOW)
