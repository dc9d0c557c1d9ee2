"""Laws of evaluation that hold for every tree and every profile."""

from datetime import UTC, datetime
from types import MappingProxyType

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segsync.filterql import (
    And,
    Arithmetic,
    Array,
    Between,
    Call,
    Comparison,
    Exists,
    Field,
    In,
    Include,
    Intersects,
    Literal,
    Negative,
    Node,
    Not,
    Or,
    canonical,
)
from segsync.filterql.evaluator import Profile, Verdict, evaluate, trace
from segsync.filterql.evaluator.values import Map, Slice, Strings, Value
from segsync.filterql.nodes import negated

quick = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
"""Trees take long to make while the machine is busy, and nothing here is about time."""

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
SEGMENTS: dict[str, Node] = {
    "member": Exists(Field("a")),
    "undefined": Field("gone"),
    "cycle": Include("cycle"),
}

fields = st.sampled_from([*map(Field, ("a", "b", "m", "gone")), Field("m", "a")])
strings = st.builds(
    Literal,
    st.just("string"),
    st.sampled_from(["", "a", "5", "now-3d", "2026", "true", "a*", "[a"]),
)
numbers = st.builds(
    Literal, st.just("number"), st.sampled_from(["0", "5", "2.5", "1e300", "9223372036854775807"])
)
others = st.sampled_from(
    [Literal("boolean", "true"), Literal("null", "NULL"), Literal("star", "*")]
)
literals = strings | numbers | others
functions = st.sampled_from(["tolower", "len", "todate", "now", "eq", "timewindow", "unknown"])
calls = st.builds(Call, functions, st.lists(fields | literals, max_size=3).map(tuple))
sums = st.builds(Arithmetic, st.sampled_from("+-*/%"), fields | numbers, fields | numbers)
arrays = st.builds(Array, st.lists(strings | numbers, min_size=1, max_size=3).map(tuple))
operators = st.sampled_from(["=", "==", "!=", "<>", ">", ">=", "<", "<=", "like", "contains"])
signed = st.builds(Negative, fields | numbers)


# Composite, because hypothesis shows other strategies in full, and these would be too long.
@st.composite
def a_value(draw: st.DrawFn) -> Node:
    found: Node = draw(fields | literals | calls | sums | arrays | signed)
    return found


values = a_value()


@st.composite
def a_condition(draw: st.DrawFn) -> Node:
    several = st.lists(values, max_size=3).map(tuple)
    found: Node = draw(
        st.one_of(
            st.builds(Comparison, operators, values, values),
            st.builds(In, values, several),
            st.builds(In, values, st.tuples(values), st.just(value=False)),
            st.builds(Intersects, values, several),
            st.builds(Between, values, values, values),
            st.builds(Exists, values),
            st.builds(Include, st.sampled_from([*SEGMENTS, "missing"])),
            values,
        )
    )
    return found


def members(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[tuple[Node, ...]]:
    """Return the members of a list, also equal ones."""
    return st.lists(inner, min_size=2, max_size=3).map(tuple)


trees: st.SearchStrategy[Node] = st.recursive(
    a_condition(),
    lambda inner: st.one_of(
        st.builds(And, members(inner)),
        st.builds(Or, members(inner)),
        st.builds(negated, inner),
    ),
    max_leaves=4,
)
infixes = st.builds(And, members(trees), st.sampled_from(["and", "&&"])) | st.builds(
    Or, members(trees), st.sampled_from(["or", "||"])
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9),
    st.floats() | st.just(2.5),
    st.sampled_from(["", "a", "5", "$2.5", "true", "now-3d", "\0", "\\"]),
    st.datetimes(timezones=st.just(UTC)),
)
texts = st.lists(st.sampled_from(["a", "5"]), max_size=2).map(tuple)
maps = st.builds(
    Map,
    st.sampled_from(["int", "time", "value"]),
    st.dictionaries(st.just("a"), scalars).map(MappingProxyType),
)
found: st.SearchStrategy[Value] = (
    scalars | st.builds(Strings, texts) | st.builds(Slice, st.lists(scalars).map(tuple)) | maps
)
profiles = st.builds(Profile, st.dictionaries(st.sampled_from(["a", "b", "m", "m.a"]), found))


def orders(members: list[Node]) -> st.SearchStrategy[tuple[list[Node], list[Node]]]:
    return st.tuples(st.just(members), st.permutations(members))


def verdict(tree: Node, profile: Profile) -> Verdict:
    return evaluate(tree, profile, now=NOW, include=SEGMENTS.get)


@quick
@given(trees | infixes, profiles)
def test_no_tree_raises_on_any_profile(tree: Node, profile: Profile) -> None:
    assert verdict(tree, profile) in Verdict


@quick
@given(trees, profiles)
def test_the_canonical_form_has_the_same_members(tree: Node, profile: Profile) -> None:
    assert verdict(canonical(tree), profile).match == verdict(tree, profile).match


@quick
@given(trees | infixes, profiles)
def test_a_trace_says_what_the_evaluation_says(tree: Node, profile: Profile) -> None:
    why = trace(tree, profile, now=NOW, include=SEGMENTS.get)
    assert why.verdict is verdict(tree, profile)
    assert why.lines()[0][2:].startswith(why.verdict.value)


@quick
@given(trees | infixes, profiles)
def test_not_swaps_true_and_false_and_keeps_undefined(tree: Node, profile: Profile) -> None:
    swapped = {Verdict.TRUE: Verdict.FALSE, Verdict.FALSE: Verdict.TRUE}
    before = verdict(tree, profile)
    if not isinstance(tree, Include):
        assert verdict(Not(tree), profile) is swapped.get(before, Verdict.UNDEFINED)
        assert verdict(Not(Not(tree)), profile) is before


@quick
@given(st.lists(trees, max_size=4).flatmap(orders), profiles)
def test_the_order_of_members_changes_nobody_without_a_not(
    members: tuple[list[Node], list[Node]], profile: Profile
) -> None:
    for kind in (And, Or):
        before, after = (verdict(kind(tuple(order)), profile) for order in members)
        assert before.match == after.match
