"""The JSON of the reference."""

from typing import Any

import pytest

from segsync.filterql import (
    And,
    Arithmetic,
    AstError,
    Comparison,
    Field,
    Include,
    Literal,
    MatchAll,
    Not,
    from_ast,
    parse,
    to_ast,
)

A, X = {"ident": "a"}, {"val": "x"}


@pytest.mark.parametrize(
    ("text", "ast"),
    [
        ("a == 5", {"op": "==", "args": [A, {"val": "5"}]}),
        ('a LIKE "x"', {"op": "like", "args": [A, X]}),
        ("AND (a, a, a)", {"op": "and", "args": [A, A, A]}),
        ("a OR a OR a", {"op": "or", "args": [{"op": "or", "args": [A, A]}, A]}),
        ("a && a", {"op": "&&", "args": [A, A]}),
        ("NOT INCLUDE a", {"op": "not", "args": [{"op": "include", "args": [A]}]}),
        ('a IN ("x")', {"op": "in", "args": [A, {"args": [X]}]}),
        ("a IN a", {"op": "in", "args": [A, A]}),
        ("a IN ()", {"op": "in", "args": [A, {}]}),
        ('a INTERSECTS ("x")', {"op": "intersects", "args": [A, {"args": [X]}]}),
        ('a IN ["x", 2.5, 1, 0x1F]', {"op": "in", "args": [A, {"val": "x,2.5,1,31"}]}),
        ('a IN [""]', {"op": "in", "args": [A, {}]}),
        ('a BETWEEN "x" AND "x"', {"op": "between", "args": [A, X, X]}),
        ("EXISTS a", {"op": "exists", "args": [A]}),
        ("f(a)", {"op": "expr", "args": [{"ident": "f"}, A]}),
        ("f()", {"op": "expr"}),
        ("a = -5", {"op": "=", "args": [A, {"op": "-", "args": [{"val": "5"}]}]}),
        ("a + a", {"op": "+", "args": [A, A]}),
        ("a.b", {"ident": "a.b"}),
        ("a = null", {"op": "=", "args": [A, {"val": "NULL"}]}),
        ('a = ""', {"op": "=", "args": [A, {}]}),
        ("*", {"ident": "*"}),
        ("AND (*)", {"val": "*"}),
        ("AND ()", {"op": "and"}),
    ],
)
def test_trees_are_written_as_the_reference_writes_them(text: str, ast: dict[str, Any]) -> None:
    assert to_ast(parse(f"FILTER {text}").filter) == ast


@pytest.mark.parametrize(
    ("ast", "tree"),
    [
        ({"op": "=", "args": [A, X]}, Comparison("=", Field("a"), Literal("string", "x"))),
        ({"op": "and", "args": [A]}, Field("a")),
        ({"op": "and", "args": [A, A]}, And((Field("a"), Field("a")))),
        ({"op": "not", "args": [{"op": "not", "args": [A]}]}, Not(Not(Field("a")))),
        ({"op": "include", "args": [{"seg": "s"}]}, Include("s")),
        ({"op": "%", "args": [A, A]}, Arithmetic("%", Field("a"), Field("a"))),
        ({"op": "*", "args": []}, MatchAll()),
        ({"op": "*"}, MatchAll()),
        ({"ident": "match_all"}, MatchAll("match_all")),
        ({"val": "true"}, Literal("boolean", "true")),
        ({"val": "TRUE"}, Literal("string", "TRUE")),
        ({"ident": "a.b c", "args": None}, Field("a", "b c")),
        ({"op": "not", "args": [{"ident": "*"}]}, Not(Field("*"))),
    ],
)
def test_trees_are_read(ast: object, tree: object) -> None:
    assert from_ast(ast) == tree


@pytest.mark.parametrize(
    "text",
    [
        'AND (a = "5", NOT OR (b LIKE "x*", EXISTS c.d), e IN ("x", "y"))',
        'f(a, "1") > "2"',
        'a BETWEEN "1" AND "2"',
        "a INTERSECTS b",
    ],
)
def test_json_reads_back(text: str) -> None:
    tree = parse(f"FILTER {text}").filter
    assert from_ast(to_ast(tree)) == tree


@pytest.mark.parametrize(
    ("ast", "message"),
    [
        (None, "expected an object"),
        ([], "expected an object"),
        ({}, "expected one of op, ident, val"),
        ({"x": 1}, "unknown key 'x'"),
        ({"val": 5}, "expected a string (at val)"),
        ({"args": "x"}, "expected a list (at args)"),
        ({"args": [A]}, "a list of values can only stand right of in and intersects"),
        ({"ident": "a`b"}, "a field name cannot contain a back-tick (at ident)"),
        ({"op": "AND", "args": [A]}, "operators are written in lower case: and (at op)"),
        ({"op": "", "args": [A]}, "unknown operator '' (at op)"),
        ({"op": "<>", "args": [A, A]}, "unknown operator '<>' (at op)"),
        ({"op": "="}, "= takes 2 arguments, not 0 (at args)"),
        ({"op": "-", "args": [A]}, "- takes 2 arguments, not 1 (at args)"),
        ({"op": "and", "args": []}, "and needs arguments (at args)"),
        ({"op": "include", "args": [X]}, 'include takes {"ident": reference} (at args.0)'),
        ({"op": "include", "args": ["x"]}, 'include takes {"ident": reference} (at args.0)'),
        ({"op": "expr", "args": [X]}, "expr starts with the name of a function (at args.0)"),
        (
            {"op": "not", "args": [{"op": "exists", "args": [{"val": True}]}]},
            "expected a string (at args.0.args.0.val)",
        ),
        (
            {"op": "in", "args": [A, {"args": [{}]}]},
            "expected one of op, ident, val (at args.1.args.0)",
        ),
    ],
)
def test_what_is_no_tree_is_refused_with_its_path(ast: object, message: str) -> None:
    with pytest.raises(AstError) as caught:
        from_ast(ast)
    assert str(caught.value) == message


def test_nesting_is_limited() -> None:
    ast: dict[str, Any] = A
    for _ in range(5000):
        ast = {"op": "not", "args": [ast]}
    with pytest.raises(AstError, match="nested more than 200 levels deep"):
        from_ast(ast)
