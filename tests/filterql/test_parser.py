"""Trees of the operators, and what is refused between them."""

import pytest

from segsync.filterql import (
    And,
    Arithmetic,
    Between,
    Comparison,
    Exists,
    Field,
    FilterQLSyntaxError,
    In,
    Include,
    Intersects,
    Literal,
    MatchAll,
    Negative,
    Node,
    Not,
    Or,
    parse,
)

A, B, C, F = Field("a"), Field("b"), Field("c"), Field("f")
ONE, TWO, X = Literal("number", "1"), Literal("number", "2"), Literal("string", "x")
A1, B2 = Comparison("=", A, ONE), Comparison("=", B, TWO)

END = "expected the end of the filter, or FROM, LIMIT, WITH or ALIAS"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a = 1", A1),
        ("a == 1", Comparison("==", A, ONE)),
        ("a <> 1", Comparison("<>", A, ONE)),
        ('a Like "x"', Comparison("like", A, X)),
        ("a = 1 AND b = 2", And((A1, B2), infix="and")),
        ("a = 1 && b = 2 && a", And((A1, B2, A), infix="&&")),
        ("a = 1 OR b = 2 and c", Or((A1, And((B2, C), infix="and")), infix="or")),
        ("AND (a = 1, b = 2)", And((A1, B2))),
        ("AND (a = 1 b = 2)", And((A1, B2))),
        ("OR (\na = 1\n-- c\nb = 2,\n)", Or((A1, B2))),
        ("AND ()", And(())),
        ("AND (a = 1)", A1),
        ("NOT a = 1", Not(A1)),
        ("NOT (a = 1)", Not(A1)),
        ("NOT NOT INCLUDE x", Include("x")),
        ("NOT NOT a = 1", Not(Not(A1))),
        ("a NOT IN (1)", Not(In(A, (ONE,)))),
        ('a IN ("x" 1,)', In(A, (X, ONE))),
        ("a IN b", In(A, (B,), listed=False)),
        ('a IN "x"', In(A, (X,), listed=False)),
        ("a INTERSECTS (1)", Intersects(A, (ONE,))),
        ("a INTERSECTS b", Intersects(A, (B,), listed=False)),
        ("a NOT BETWEEN 1 AND 2", Not(Between(A, ONE, TWO))),
        ("a NOT = 1", Not(A1)),
        ("EXISTS a", Exists(A)),
        ("EXISTS a = 1", Comparison("=", Exists(A), ONE)),
        ("a IS NOT NULL", Comparison("!=", A, Literal("null", "NULL"))),
        ("1 < a < 2", Comparison("<", Comparison("<", ONE, A), TWO)),
        ("a + b * 2 = 1", Comparison("=", Arithmetic("+", A, Arithmetic("*", B, TWO)), ONE)),
        ("a = -1", Comparison("=", A, Negative(ONE))),
        ("*", MatchAll("*")),
        ("MATCH_ALL", MatchAll("match_all")),
        ("AND (*, a)", And((Literal("star", "*"), A))),
        ("\n(match_all)", Field("match_all")),
    ],
)
def test_trees(text: str, tree: Node) -> None:
    assert parse(f"FILTER {text}").filter == tree


@pytest.mark.parametrize(
    ("trap", "meaning"),
    [
        ("OR (a = 1 AND (b = 2))", "OR (a = 1, b = 2)"),
        ("OR (a = 1 AND (b = 2, c))", "OR (a = 1, AND (b = 2, c))"),
        ("AND (OR (c, a), a = 1 AND (b = 2))", "AND (OR (c, a), a = 1 AND b = 2)"),
        ("AND (EXISTS a NOT EXISTS b)", "AND (NOT EXISTS a, EXISTS b)"),
        ("AND (INCLUDE a NOT INCLUDE b)", "AND (NOT INCLUDE a, INCLUDE b)"),
        ("AND ((a = 1) NOT b = 2)", "AND (NOT (a = 1), b = 2)"),
        ("AND (a = 1 NOT INCLUDE b)", "AND (a = 1, NOT INCLUDE b)"),
    ],
)
def test_missing_commas_move_nots_and_lose_ands_as_in_the_reference(
    trap: str, meaning: str
) -> None:
    assert parse(f"FILTER {trap}") == parse(f"FILTER {meaning}")


def test_not_before_a_call_negates_the_call_only() -> None:
    tree = parse("FILTER NOT f(a) = 1").filter
    assert isinstance(tree, Comparison)
    assert isinstance(tree.left, Not)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a condition, but the filter ends here"),
        ("a AND", "expected a condition, but the filter ends here"),
        ("a = = 1", "expected a value or a condition, not ="),
        ("AND a = 1", "expected a list in parentheses after AND"),
        ("a = 1\nAND b = 2", "AND cannot stand here"),
        ("a = 1 b = 2", "expected the end of the filter, or FROM, LIMIT, WITH or ALIAS"),
        ("(a = 1", "expected a closing parenthesis"),
        ("(a = 1\nb)", "expected a closing parenthesis"),
        ("(\na = 1)", "a newline cannot stand here"),
        ("AND (a = 1", "expected a comma or the closing parenthesis of the list"),
        ("AND (a = 1, EXISTS b", "expected a comma or the closing parenthesis of the list"),
        ("a =", "expected a value, but the filter ends here"),
        ("AND (a = 1))", "expected the end of the filter, or FROM, LIMIT, WITH or ALIAS"),
        ("a IS NULL", "IS is only understood in IS NOT"),
        ("a IN -5", "expected a list after IN"),
        ('a INTERSECTS "x"', "expected a list after INTERSECTS"),
        ("a INTERSECTS true", "expected a list after INTERSECTS"),
        ("a BETWEEN 1 OR 2", "expected AND between the bounds of BETWEEN"),
        ("a IN (*, 1)", "expected a closing parenthesis"),
        ("a IN (b + 1)", "expected a closing parenthesis"),
        ("AND (a LIKE b = c)", "a condition cannot be compared"),
        ("a LIKE b + c", "expected the end of the statement"),
        ("AND (a LIKE b + c)", "expected a field, a value or a call"),
        ("- (a = 1)", "expected a field, a value or a call"),
        ("f(a b)", "expected a comma or the closing parenthesis of the call"),
        ('a IN ["x",]', "expected a string or a number"),
        ('a IN ["x" "y"]', "expected a comma or the closing bracket"),
        ("a = 1e999", "this number is too large"),
        ("[a`b] = 1", "a field name cannot contain a back-tick"),
        ("INCLUDE a.`b`", "a reference cannot contain a back-tick"),
        ('AND (a IN (1\n"x", *"y"))', None),
    ],
)
def test_what_is_refused(text: str, message: str | None) -> None:
    with pytest.raises(FilterQLSyntaxError) as caught:
        parse(f"FILTER {text}")
    assert message is None or caught.value.message == message


@pytest.mark.parametrize(
    "text",
    [
        "(" * 300 + "a" + ")" * 300,
        "AND (" * 300 + "a, b" + ")" * 300,
        "NOT " * 300 + "a",
        "1" + " + 1" * 300,
        "1" + " < 1" * 300,
        "f(" * 300 + "a" + ")" * 300,
        "AND (" * 10_000,
        "EXISTS " * 9_000,
    ],
)
def test_nesting_is_limited(text: str) -> None:
    with pytest.raises(FilterQLSyntaxError):
        parse(f"FILTER {text}")


def test_the_limit_of_the_nesting_is_stated() -> None:
    with pytest.raises(FilterQLSyntaxError, match="nested more than 200 levels deep"):
        parse("FILTER " + "NOT " * 300 + "a")
    with pytest.raises(FilterQLSyntaxError, match="nested more than 200 levels deep"):
        parse("FILTER 1" + " < 1" * 300)


def test_long_chains_of_and_are_one_node() -> None:
    tree = parse("FILTER a" + " AND a" * 1000).filter
    assert isinstance(tree, And)
    assert len(tree.members) == 1001


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("a EXISTS", "EXISTS stands in front of its field", "write EXISTS field"),
        ("EXISTS a b", END, "write AND (a = 1, b = 2)"),
        ("a = 1, b = 2", END, "write AND (a = 1, b = 2)"),
        ("a = 1 b = 2", END, "write AND (a = 1, b = 2)"),
        ("a = 1E5", END, "write numbers as 5, 0.5 or 1e5"),
        ("a = 1)", END, ""),
        ("!a", "an exclamation mark only stands in !=", "write NOT"),
        ('a LIKE "x" OR b = 1', "OR cannot stand here", "write OR (a = 1, b = 2)"),
        ("AND a = 1", "expected a list in parentheses after AND", "write AND (a = 1, b = 2)"),
        ('a FROM "user"', "expected a name after FROM", "back-tick the name"),
        ("a FROM 5", "expected a name after FROM", "back-tick a name of digits"),
    ],
)
def test_the_usual_mistake_has_a_hint(text: str, message: str, hint: str) -> None:
    with pytest.raises(FilterQLSyntaxError) as caught:
        parse(f"FILTER {text}")
    assert (caught.value.message, caught.value.hint) == (message, hint)
