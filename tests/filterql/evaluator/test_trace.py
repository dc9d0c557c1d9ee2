"""Why a filter says what it says."""

from datetime import UTC, datetime

import pytest

from segsync.filterql import Node, parse
from segsync.filterql.evaluator import Profile, Trace, read_profile, trace
from segsync.filterql.evaluator.operators import operate
from segsync.filterql.evaluator.values import Value

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
SEGMENTS = {
    "vip": 'AND (tolower(country) = "de", NOT channels CONTAINS "eb")',
    "broken": "INCLUDE gone",
}
ANN = read_profile(
    {
        "country": "US",
        "last_visit": {"$time": "now-40d"},
        "channels": ["web", "app"],
        "scores": {"$mapnumber": {"a": 1.5}},
        "visits": 5,
        "plan": None,
        "notes": "x" * 200,
    },
    now=NOW,
)


EXPECTED = """\
  false      AND
    true       country = "US"  (country is "US")
    true       OR
      false      last_visit > "now-30d"  (last_visit is 2026-05-06T12:00:00Z)
      false      INCLUDE vip
        false      AND
          false      tolower(country) = "de"  (country is "US")
          false      NOT
            true       channels CONTAINS "eb"  (channels is ["web", "app"])
      true       NOT
        false      INCLUDE vip  (as above)
      undefined  INCLUDE gone  (no such segment, or it includes itself or one that is missing)
    true       scores.a > 1  (scores.a is 1.5)
>   false      plan = "gold"  (plan is null)
    false      AND
      true       channels INTERSECTS ("app")  (channels is ["web", "app"])
      false      visits > email  (visits is 5, email has no value)
      undefined  (*)  (the same for everybody)"""


def include(reference: str) -> Node | None:
    return parse(f"FILTER {SEGMENTS[reference]}").filter if reference in SEGMENTS else None


def of(condition: str, profile: Profile = ANN) -> Trace:
    return trace(parse(f"FILTER {condition}").filter, profile, now=NOW, include=include)


def test_shows_every_condition_its_values_and_what_decided() -> None:
    condition = """AND (
        country = "US",
        OR (last_visit > "now-30d", INCLUDE vip, NOT INCLUDE vip, INCLUDE gone),
        scores.a > 1, plan = "gold", AND (channels INTERSECTS ("app"), visits > email, *)
    )"""
    assert "\n".join(of(condition).lines()) == EXPECTED


def decided_by(condition: str) -> list[str]:
    return [line.strip() for found in of(condition).conditions() for line in found.found]


def test_all_members_decide_an_and_that_is_true_and_an_or_that_is_false() -> None:
    both = ['country is "US"', "visits is 5"]
    assert decided_by('AND (country = "US", visits = 5)') == both
    assert decided_by('OR (country = "DE", visits = 6)') == both


def test_the_first_fitting_member_decides_otherwise() -> None:
    assert decided_by('AND (country = "US", visits = 6, country = "DE")') == ["visits is 5"]
    assert decided_by('OR (country = "DE", visits = 5, country = "US")') == ["visits is 5"]
    assert decided_by("AND (email BETWEEN 1 AND 2, visits = 6)") == ["email has no value"]


def test_a_segment_that_is_included_decides_by_its_conditions() -> None:
    assert decided_by("NOT INCLUDE vip") == ['country is "US"']


def test_a_segment_that_cannot_be_evaluated_says_so() -> None:
    message = "no such segment, or it includes itself or one that is missing"
    assert decided_by("INCLUDE broken") == [message]


def test_long_values_are_cut() -> None:
    shown = "notes is " + '"' + "x" * 119 + "..."
    assert of('notes = "y"').lines() == (f'> false      notes = "y"  ({shown})',)


def test_maps_and_truths_are_shown_as_in_json() -> None:
    profile = read_profile({"m": {"$mapbool": {"a b": True}}}, now=NOW)
    assert of('m INTERSECTS ("a b")', profile).lines() == (
        '> true       m INTERSECTS ("a b")  (m is {"a b": true})',
    )


def test_segments_included_again_and_again_are_shown_once() -> None:
    def twice(reference: str) -> Node:
        name = f"INCLUDE `{int(reference) + 1}`"
        return parse(f"FILTER OR ({name}, {name})" if reference != "60" else "FILTER a = 1").filter

    found = trace(parse("FILTER INCLUDE `0`").filter, ANN, now=NOW, include=twice)
    assert len(found.lines()) == 1 + 60 * 3 + 1
    assert [step.found for step in found.conditions()] == [("a has no value",)]


def test_each_condition_is_evaluated_once_however_deep_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evaluated = []

    def counted(operator: str, left: Value, right: Value, now: datetime) -> Value:
        evaluated.append(left)
        return operate(operator, left, right, now)

    monkeypatch.setattr("segsync.filterql.evaluator.compiler.operate", counted)
    filter_ = "visits = 0"
    for level in range(150):
        filter_ = f"{'OR' if level % 2 else 'AND'} (visits = {level + 1}, {filter_})"
    found = trace(parse(f"FILTER {filter_}").filter, ANN, now=NOW)
    assert len(found.lines()) == 301
    assert len(evaluated) == 151
