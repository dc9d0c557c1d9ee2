"""What means the same, and what does not."""

import pytest

from segsync.filterql import (
    And,
    Field,
    Include,
    Not,
    Or,
    canonical,
    from_ast,
    parse,
    same_meaning,
    to_ast,
)
from segsync.filterql.nodes import walk

SAME = [
    ("a = 1", "a == 1"),
    ("a != 1", "a <> 1"),
    ("AND (a, b)", "a AND b"),
    ("AND (a, b)", "b && a"),
    ("OR (a, b)", "(b or a)"),
    ("AND (a, AND (b, c))", "AND (c, b, a, a)"),
    ("OR (a, OR (b))", "OR (a, b)"),
    ("AND (a, AND (a))", "a"),
    ("NOT NOT a = 1", "a = 1"),
    ("NOT NOT AND (b, a)", "AND (a, b)"),
    ("NOT (NOT (a AND b))", "AND (b, a)"),
    ("OR (x, NOT NOT (a AND b), AND (b, a))", "OR (AND (a, b), x)"),
    ("a NOT IN (1, 2)", "NOT (a IN (2, 1, 1))"),
    ("a INTERSECTS (1, 2)", "a intersects (2, 1)"),
    ("a BETWEEN 1 AND 2", "`a` between 1 and 2"),
    ("a = TRUE", "a = true"),
    ("a = NULL", "a = null"),
    ("*", "match_all"),
    ("a.b.c", "`a.b.c`"),
    ("a.", "`a.`"),
    ("NOT OR (a, b)", "NOT OR (b, a)"),
    ("EXISTS [a]", "EXISTS a"),
    ('f(a, ["x"]) = 1', 'f(`a`, ["x"]) = 1'),
    ("a + 1 = -1", "`a` + 1 == - 1"),
    ("OR (a, a)", "a"),
    ("NOT AND (a)", "NOT a"),
    ("NOT (NOT (b AND a))", "AND (a, b)"),
    ("`a.b` BETWEEN `c.d` AND `e.f`", "a.b BETWEEN c.d AND e.f"),
    ("EXISTS `a.b`", "EXISTS a.b"),
    ("f(`a.b`) = 1", "f(a.b) = 1"),
    ("`a.b` + `c.d` = -`e.f`", "a.b + c.d = -e.f"),
]

DIFFERENT = [
    ("a = 5", 'a = "5"'),
    ("a > 1", "NOT (a <= 1)"),
    ("a != 1", "NOT (a = 1)"),
    ("a IN (1, 2)", "OR (a = 1, a = 2)"),
    ("a IN (1)", "a INTERSECTS (1)"),
    ("a IN (b)", "a IN b"),
    ("NOT AND (a, b)", "OR (NOT a, NOT b)"),
    ("NOT AND (a, b)", "NOT AND (b, a)"),
    ("NOT OR (AND (a, b), c)", "NOT OR (AND (b, a), c)"),
    ("NOT OR (NOT (NOT (a AND b)), c)", "NOT OR (NOT (NOT (b AND a)), c)"),
    ("AND (a, b)", "OR (a, b)"),
    ("f(a, b)", "f(b, a)"),
    ("a = b", "b = a"),
    ("INCLUDE a", "INCLUDE A"),
    ("`x.y`.`z`", "x.`y.z`"),
    ("'a.b'", "a.b"),
    ("*", "AND (*)"),
    ("a = 0.5", "a = .5"),
    ("a > 1", "a < 1"),
    ("a BETWEEN 1 AND 2", "b BETWEEN 1 AND 2"),
    ("a BETWEEN 1 AND 2", "a BETWEEN 0 AND 2"),
    ("a BETWEEN 1 AND 2", "a BETWEEN 1 AND 3"),
    ("OR (NOT a, NOT b)", "NOT a"),
    ("OR (AND (a, b), AND (c, d))", "AND (a, b)"),
    ('a = "B"', 'a = "b"'),
    ("EXISTS a", "EXISTS b"),
    ("f(a) = 1", "g(a) = 1"),
    ('f(["x"]) = 1', 'f(["y"]) = 1'),
    ("f(a) = 1", "f(b) = 1"),
    ("a + 1 = 2", "a - 1 = 2"),
    ("a + 1 = 2", "b + 1 = 2"),
    ("a + 1 = 2", "a + 2 = 2"),
    ("a = -b", "a = -c"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_same_meaning(a: str, b: str) -> None:
    assert same_meaning(parse(f"FILTER {a}").filter, parse(f"FILTER {b}").filter)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_different_or_not_safely_the_same(a: str, b: str) -> None:
    assert not same_meaning(parse(f"FILTER {a}").filter, parse(f"FILTER {b}").filter)


def test_includes_are_compared_by_identity() -> None:
    a = parse("FILTER AND (INCLUDE slug, b)").filter
    b = parse("FILTER AND (b, INCLUDE `0123456789abcdef01234567`)").filter
    ids = {"slug": "0123456789abcdef01234567"}
    assert not same_meaning(a, b)
    assert same_meaning(a, b, lambda reference: ids.get(reference, reference))
    assert same_meaning(b, a, lambda reference: ids.get(reference, reference))


def test_a_member_written_twice_swallows_no_other() -> None:
    """The second one is dropped, and what comes later may get its place in memory."""
    form = canonical(parse("FILTER OR (INCLUDE a, INCLUDE a, INCLUDE b, INCLUDE c)").filter)
    assert form == Or((Include("a"), Include("b"), Include("c")))


def test_the_canonical_form_has_no_infix() -> None:
    form = canonical(parse("FILTER b AND (a OR c)").filter)
    assert form == And((Field("b"), Or((Field("a"), Field("c")))))


def test_the_canonical_form_knows_where_each_part_was_first_written() -> None:
    text = "FILTER AND (b IN (2, 1, 2), NOT OR (d, c), a.b == 1, a.b = 1)"
    written = {text[slice(*each.span)] for each in walk(canonical(parse(text).filter))}
    lists = {text.removeprefix("FILTER "), "NOT OR (d, c)", "OR (d, c)", "b IN (2, 1, 2)"}
    assert written == lists | {"a.b == 1", "a.b", "1", "2", "b", "c", "d"}


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("EXISTS `a.b`", {"EXISTS `a.b`", "`a.b`"}),
        ("`a.` = f(b)", {"`a.` = f(b)", "`a.`", "f(b)", "b"}),
        ("a. = -b", {"a. = -b", "a.", "-b", "b"}),
        ("a + 1 > 2", {"a + 1 > 2", "a + 1", "a", "1", "2"}),
        ("NOT (NOT a = 1)", {"a = 1", "a", "1"}),
        ("INCLUDE b", {"INCLUDE b"}),
        ("a BETWEEN 1 AND 2", {"a BETWEEN 1 AND 2", "a", "1", "2"}),
        ("*", {"*"}),
    ],
)
def test_each_kind_of_part_keeps_the_place_where_it_was_written(text: str, spans: set[str]) -> None:
    form = canonical(parse(f"FILTER {text}").filter)
    assert {f"FILTER {text}"[slice(*each.span)] for each in walk(form)} == spans


def test_references_are_resolved_once() -> None:
    form = canonical(parse("FILTER NOT NOT (INCLUDE a AND INCLUDE b)").filter, "{}!".format)
    assert form == And((Include("a!"), Include("b!")))


def test_a_filter_means_the_same_after_a_trip_through_json() -> None:
    tree = parse('FILTER OR (a.b = "x", NOT INCLUDE c, d IN ("y", "z"))').filter
    assert same_meaning(tree, from_ast(to_ast(tree)))


def test_below_a_not_an_or_of_twins_is_not_its_member() -> None:
    """With x undefined the OR is false, so its NOT holds; NOT x stays undefined."""
    twins = parse("FILTER NOT OR (x BETWEEN 1 AND 2, x BETWEEN 1 AND 2)").filter
    alone = parse("FILTER NOT x BETWEEN 1 AND 2").filter
    assert not same_meaning(twins, alone)
    assert canonical(canonical(twins)) == canonical(twins)


@pytest.mark.parametrize("twin", ["INCLUDE s", "NOT INCLUDE s"])
def test_below_a_not_an_and_of_twin_includes_is_not_the_include(twin: str) -> None:
    """With s undefined NOT INCLUDE s holds; the AND is undefined, and so is its NOT."""
    twins = parse(f"FILTER NOT AND ({twin}, {twin})").filter
    alone = parse(f"FILTER NOT ({twin})").filter
    assert not same_meaning(twins, alone)
    assert canonical(canonical(twins)) == canonical(twins)
    assert same_meaning(parse(f"FILTER AND ({twin}, {twin})").filter, Not(alone))
