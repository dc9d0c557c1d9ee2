"""A cohort says about each profile what the evaluation of that profile says."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segsync.filterql import And, Comparison, Field, Include, Literal, Node, Not, Or, parse
from segsync.filterql.evaluator import Profile, evaluate
from segsync.filterql.evaluator.cohort import Cohort, Columns
from segsync.filterql.evaluator.values import MISSING, Map, Slice, Value
from tests.filterql.evaluator.test_laws import NOW, SEGMENTS, infixes, profiles, quick, trees

SOUND = {slug: tree for slug, tree in SEGMENTS.items() if slug != "cycle"}
combinations = st.recursive(
    trees | infixes,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=3,
)


def columns_of(people: Sequence[Profile]) -> Columns:
    names = {name for each in people for name in each.values}

    def column(name: str) -> list[Value] | None:
        if name not in names:
            return None
        return [each.values.get(name, MISSING) for each in people]

    return column


def cohort_of(*people: Mapping[str, Value]) -> Cohort:
    return Cohort(len(people), columns_of([Profile(each) for each in people]), now=NOW)


def verdicts(people: Cohort, text: str) -> list[bool | None]:
    return people.members(parse(f"FILTER {text}").filter).verdicts()


@settings(quick, max_examples=100)
@given(combinations, st.lists(profiles, max_size=6))
def test_a_cohort_says_what_evaluation_says_of_each(tree: Node, people: list[Profile]) -> None:
    cohort = Cohort(len(people), columns_of(people), now=NOW)
    included = {slug: cohort.members(each) for slug, each in SOUND.items()}
    found = cohort.members(tree, included)
    said = [evaluate(tree, each, now=NOW, include=SEGMENTS.get) for each in people]
    assert found.verdicts() == [each.match if each.defined else None for each in said]
    assert found.count == sum(each.match for each in said)
    assert found.positions() == [at for at, each in enumerate(said) if each.match]


def test_an_answer_is_kept_and_follows_what_is_included() -> None:
    people = cohort_of({"a": 1}, {"a": 5})
    tree = parse("FILTER INCLUDE s AND a > 3").filter
    everybody, nobody = people.members(parse("FILTER *").filter), people.members(Field("gone"))
    assert people.members(tree, {"s": everybody}).verdicts() == [False, True]
    assert people.members(tree, {"s": nobody}).verdicts() == [False, False]
    assert people.members(tree).verdicts() == [False, False]
    assert people.members(Not(Include("s")), {"s": nobody}).count == 2


def test_values_of_different_types_are_told_apart() -> None:
    people = cohort_of(
        {"a": 1},
        {"a": True},
        {"a": 1.0},
        {"a": "1"},
        {"a": Slice((1,))},
        {"a": Slice((True,))},
        {"a": Map("value", MappingProxyType({"1": 1}))},
        {"a": Map("int", MappingProxyType({"1": 1}))},
        {},
    )
    assert verdicts(people, "a = 1") == [True, None, True, True, None, None, None, None, False]
    found = verdicts(people, 'a IN ("t")')
    assert found == [False, None, False, False, False, True, False, False, False]


def test_more_values_than_a_byte_can_count_are_counted() -> None:
    people = cohort_of(*({"a": number, "b": number % 7} for number in range(1000)))
    assert people.members(parse("FILTER a >= 900").filter).count == 100
    assert people.members(parse("FILTER a = b").filter).count == 7


def test_a_key_is_found_in_a_field_of_its_own_or_in_a_map() -> None:
    table = Map("int", MappingProxyType({"k": 1}))
    people = cohort_of({"m": table}, {"m.k": 1}, {"m": table, "m.k": 2}, {"m": 1}, {})
    assert verdicts(people, "m.k = 1") == [True, True, False, False, False]


@pytest.mark.parametrize("text", ["*", "a = 1", "b = 1", "a = b", "len(5) = 0"])
def test_nobody_is_a_member_where_nobody_is(text: str) -> None:
    assert verdicts(cohort_of(), text) == []


def test_a_condition_without_a_field_is_the_same_for_everybody() -> None:
    people = cohort_of({}, {})
    same = Comparison("=", Literal("number", "1"), Literal("number", "1"))
    assert people.members(same).count == 2


numbers = st.integers(-5, 5) | st.integers(-(2**63), 2**63 - 1)
fractions = st.floats(-5, 5) | st.floats()
moments = st.integers(-120, 120).map(lambda hours: NOW + timedelta(hours=hours))
bounds = st.builds(
    Literal,
    st.sampled_from(["number", "string"]),
    st.sampled_from(["-1", "0", "2.5", "3", "1e300", "now-3d", "2026-06-14", "$4", "x", ""]),
) | st.sampled_from([Literal("boolean", "true"), Literal("null", "NULL"), Literal("star", "*")])


@quick
@given(
    st.one_of(*(st.lists(each | st.none(), max_size=12) for each in (numbers, fractions, moments))),
    st.sampled_from([">", ">=", "<", "<="]),
    bounds,
)
def test_a_field_that_is_held_against_a_value_is_asked_where_the_answer_turns(
    found: list[Value], operator: str, bound: Literal
) -> None:
    people = [Profile({} if each is None else {"a": each}) for each in found]
    tree = Comparison(operator, Field("a"), bound)
    said = [evaluate(tree, each, now=NOW) for each in people]
    cohort = Cohort(len(people), columns_of(people), now=NOW)
    assert cohort.members(tree).verdicts() == [
        each.match if each.defined else None for each in said
    ]


def test_a_column_is_read_once_for_all_conditions() -> None:
    asked: list[str] = []
    values = [float(number) for number in range(5_000)]

    def column(name: str) -> list[float]:
        asked.append(name)
        return values

    cohort = Cohort(len(values), column, now=NOW)
    for bound in range(0, 5_000, 100):
        tree = Comparison(">=", Field("a"), Literal("number", str(bound)))
        assert cohort.members(tree).count == 5_000 - bound
    assert asked == ["a"]


@pytest.mark.parametrize("odd", [float("nan"), "4", True])
def test_values_without_one_order_are_asked_one_by_one(odd: Value) -> None:
    people = [Profile({"a": each}) for each in (1.0, odd, 9.0, 3.0)]
    cohort = Cohort(len(people), columns_of(people), now=NOW)
    tree = Comparison(">", Field("a"), Literal("number", "2"))
    said = [evaluate(tree, each, now=NOW) for each in people]
    assert cohort.members(tree).verdicts() == [
        each.match if each.defined else None for each in said
    ]
