import pytest

from segsync.diagnostics import (
    Location,
    Severity,
    did_you_mean,
    error,
    has_errors,
    sort_key,
    warning,
)

PLACE = Location("audiences/a.yaml", 3, 5)


def test_a_problem_is_shown_with_place_code_and_way_out() -> None:
    problem = error("unknown-key", 'unknown key "nmae"', detail='Did you mean "name"?', at=PLACE)
    assert str(problem) == (
        'audiences/a.yaml:3:5: error: unknown key "nmae" [unknown-key]\n    Did you mean "name"?'
    )


def test_a_problem_without_place_or_way_out_is_one_line() -> None:
    assert str(warning("old", "old syntax")) == "warning: old syntax [old]"


def test_only_an_error_stops_the_run() -> None:
    assert warning("w", "").severity is Severity.WARNING
    assert not has_errors([warning("w", "")])
    assert has_errors([warning("w", ""), error("e", "")])


def test_a_location_without_line_is_the_start_of_the_file() -> None:
    assert str(Location("a.yaml")) == "a.yaml:1:1"


def test_problems_are_shown_by_place_and_those_without_a_place_last() -> None:
    problems = [
        error("z", ""),
        error("b", "", at=Location("b.yaml", 1, 1)),
        error("y", "", at=Location("a.yaml", 10, 1)),
        error("x", "", at=Location("a.yaml", 9, 7)),
        error("a", "", at=Location("a.yaml", 9, 7)),
    ]
    assert [each.code for each in sorted(problems, key=sort_key)] == ["a", "x", "y", "b", "z"]


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("high_vlaue", 'Did you mean "high_value"?'),
        ("high_value_eu", 'Did you mean "high_value"?'),
        ("dormant", ""),
        ("", ""),
    ],
)
def test_the_closest_candidate_is_suggested_if_it_is_close(word: str, hint: str) -> None:
    assert did_you_mean(word, {"high_value", "lapsed"}) == hint
