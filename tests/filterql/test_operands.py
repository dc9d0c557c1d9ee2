"""Names, values and calls."""

import pytest

from segsync.filterql import Array, Call, Field, Literal, parse
from segsync.filterql.operands import field_parts


@pytest.mark.parametrize(
    ("name", "quote", "parts"),
    [
        ("a", "", ("a", None)),
        ("a.b", "", ("a", "b")),
        ("a.b.c", "", ("a", "b.c")),
        (".a", "", (".a", None)),
        ("a.", "", ("a", "")),
        ("a.b", "`", ("a.b", None)),
        ("a`.`b.c", "`", ("a", "b.c")),
        ("a.`b c", "`", ("a", "b c")),
        ("a].[b", "[", ("a", "b[")),
        ("a b", "[", ("a b", None)),
        ("a.b", "'", ("'a", "b'")),
        ("a b", "'", ("a b", None)),
    ],
)
def test_names_split_as_the_reference_splits_them(
    name: str, quote: str, parts: tuple[str, str | None]
) -> None:
    assert field_parts(name, quote) == parts


@pytest.mark.parametrize(
    ("text", "operand"),
    [
        ("`x y`", Field("x y")),
        ("'x y'", Field("x y")),
        ("a.`b c`", Field("a", "b c")),
        ("`a`.`b`.`c`", Field("a", "b`.`c")),
        ("True", Literal("boolean", "True")),
        ("null", Literal("null", "null")),
        ('"*"', Literal("string", "*")),
        ("f()", Call("f", ())),
        ("f(a, 1,)", Call("f", (Field("a"), Literal("number", "1")))),
        ("f(*)", Call("f", (Literal("star", "*"),))),
    ],
)
def test_operands(text: str, operand: object) -> None:
    assert parse(f"FILTER {text}").filter == operand


def test_arrays() -> None:
    tree = parse('FILTER ["x", 1, -2.5]').filter
    assert tree == Array(
        (Literal("string", "x"), Literal("number", "1"), Literal("number", "-2.5"))
    )
