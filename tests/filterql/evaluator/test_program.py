"""AND, OR, NOT and INCLUDE over what is true, false and undefined."""

from datetime import UTC, datetime

import pytest

from segsync.filterql import And, Comparison, Field, Literal, Node, Not, parse
from segsync.filterql.evaluator import Profile, Verdict, compile_filter, evaluate

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
NOBODY = Profile({})
VERDICTS = {"T": Verdict.TRUE, "F": Verdict.FALSE, "U": Verdict.UNDEFINED}
SEGMENTS = {
    "all": "*",
    "yes": "true",
    "no": "false",
    "undef": "nope BETWEEN 1 AND 2",
    "no_truth": "5",
    "nested": "AND (INCLUDE yes, NOT INCLUDE no)",
    "cycle": "OR (true, INCLUDE back)",
    "back": "INCLUDE cycle",
    "to_cycle": "OR (true, INCLUDE cycle)",
    "to_missing": "OR (true, INCLUDE gone)",
}


def include(reference: str) -> Node | None:
    return parse(f"FILTER {SEGMENTS[reference]}").filter if reference in SEGMENTS else None


def verdict(condition: str) -> Verdict:
    return evaluate(parse(f"FILTER {condition}").filter, NOBODY, now=NOW, include=include)


CONDITIONS = {"T": "true", "F": "false", "U": "nope"}

LISTS = [
    ("AND", "TT", "T"), ("AND", "TF", "F"), ("AND", "FU", "F"), ("AND", "UF", "U"),
    ("AND", "TU", "U"), ("NOT AND", "FU", "T"), ("NOT AND", "UF", "U"), ("NOT AND", "TT", "F"),
    ("OR", "FF", "F"), ("OR", "FT", "T"), ("OR", "UT", "T"), ("OR", "UU", "F"),
    ("NOT OR", "UU", "T"), ("NOT OR", "UF", "T"), ("NOT OR", "UT", "F"),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "members", "expected"), LISTS)
def test_lists(operator: str, members: str, expected: str) -> None:
    listed = ", ".join(CONDITIONS[member] for member in members)
    assert verdict(f"{operator} ({listed})") == VERDICTS[expected]


INFIX = [
    ("AND", "TT", "T"), ("AND", "UT", "F"), ("AND", "TU", "F"), ("AND", "UU", "U"),
    ("AND", "UUT", "F"), ("&&", "TF", "F"), ("OR", "UT", "T"), ("OR", "UU", "F"), ("||", "FU", "F"),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "members", "expected"), INFIX)
def test_infix_takes_undefined_for_false(operator: str, members: str, expected: str) -> None:
    text = f" {operator} ".join(CONDITIONS[member] for member in members)
    assert verdict(text) == VERDICTS[expected]


INCLUDES = [
    ("INCLUDE all", "T"),
    ("NOT INCLUDE all", "F"),
    ("INCLUDE yes", "T"),
    ("INCLUDE no", "F"),
    ("NOT INCLUDE no", "T"),
    ("INCLUDE undef", "U"),
    ("NOT INCLUDE undef", "T"),
    ("INCLUDE no_truth", "U"),
    ("INCLUDE nested", "T"),
    ("INCLUDE gone", "U"),
    ("NOT INCLUDE gone", "U"),
    ("INCLUDE cycle", "U"),
    ("NOT INCLUDE cycle", "U"),
    ("INCLUDE to_cycle", "U"),
    ("NOT INCLUDE to_missing", "U"),
    ("OR (INCLUDE gone, true)", "T"),
    ("AND (INCLUDE nested, INCLUDE yes, INCLUDE nested)", "T"),
]


@pytest.mark.parametrize(("condition", "expected"), INCLUDES)
def test_include(condition: str, expected: str) -> None:
    assert verdict(condition) == VERDICTS[expected]


def test_without_a_lookup_every_include_is_undefined() -> None:
    assert evaluate(parse("FILTER NOT INCLUDE yes").filter, NOBODY, now=NOW) is Verdict.UNDEFINED


VALUES = [
    ("AND (match_all, true)", "U"),
    ("OR (*, true)", "T"),
    ("*", "T"),
    ("match_all", "T"),
    ("AND ()", "T"),
    ("OR ()", "F"),
    ("NULL", "U"),
    ("5", "U"),
    ('"true"', "U"),
    ("TRUE", "T"),
    ("unknown(a)", "U"),
    ('tolower("A") = "a"', "T"),
    ('tolower(nope) = "a"', "F"),
    ("tolower() = 1", "F"),
    ("1 = -nope", "F"),
    ("EXISTS tolower(nope)", "F"),
    ('len("x") IN [1, 2]', "T"),
    ('"x" IN ["x"]', "T"),
    ("5 IN (nope)", "F"),
]


@pytest.mark.parametrize(("condition", "expected"), VALUES)
def test_values_and_calls(condition: str, expected: str) -> None:
    assert verdict(condition) == VERDICTS[expected]


def test_only_true_matches_and_undefined_is_not_defined() -> None:
    assert [(found.match, found.defined) for found in Verdict] == [
        (True, True),
        (False, True),
        (False, False),
    ]


def test_a_compiled_filter_answers_for_profile_after_profile() -> None:
    check = compile_filter(parse("FILTER AND (a > 1, INCLUDE s)").filter, now=NOW, include=small)
    found = [check(Profile({"a": value})) for value in (1, 2, 3)]
    assert found == [Verdict.FALSE, Verdict.TRUE, Verdict.FALSE]


def small(_reference: str) -> Node:
    return parse("FILTER a < 3").filter


def test_the_highest_tree_that_is_read_is_evaluated() -> None:
    assert verdict("NOT " * 198 + "a = 1") is Verdict.FALSE
    assert verdict("AND (" * 190 + "true" + ", true)" * 190) is Verdict.TRUE


def test_a_tree_that_is_too_high_is_undefined() -> None:
    tree: Node = Comparison("=", Field("a"), Literal("number", "1"))
    for _ in range(300):
        tree = Not(tree)
    assert evaluate(tree, NOBODY, now=NOW) is Verdict.UNDEFINED


def test_a_long_chain_of_includes_is_no_deep_call() -> None:
    def following(reference: str) -> Node:
        number = int(reference)
        return parse(f"FILTER INCLUDE `{number + 1}`" if number < 3000 else "FILTER *").filter

    start = parse("FILTER INCLUDE `0`").filter
    assert evaluate(start, NOBODY, now=NOW, include=following) is Verdict.TRUE


def test_segments_that_include_each_other_twice_are_evaluated_once() -> None:
    def twice(reference: str) -> Node:
        name = f"INCLUDE `{int(reference) + 1}`"
        return parse(
            f"FILTER AND ({name}, NOT NOT {name})" if reference != "90" else "FILTER *"
        ).filter

    start = parse("FILTER INCLUDE `0`").filter
    assert evaluate(start, NOBODY, now=NOW, include=twice) is Verdict.TRUE


def test_a_number_that_is_none_is_undefined() -> None:
    assert evaluate(And((Literal("number", "x"),)), NOBODY, now=NOW) is Verdict.UNDEFINED
