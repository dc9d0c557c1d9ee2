"""What the lexer of the reference makes of text, and what it cannot read."""

import pytest

from segsync.filterql import FilterQLSyntaxError, parse
from segsync.filterql.lexer import read_filter


def kinds(text: str) -> list[str]:
    return [token.kind for token in read_filter(text, 0)[0]]


def test_newlines_are_tokens_only_where_a_condition_may_end() -> None:
    assert kinds("a =\n1\n,\nb") == [
        "identifier", "=", "number", "newline", ",", "newline", "identifier", "end",
    ]  # fmt: skip


def test_the_clause_ends_where_the_stack_is_empty() -> None:
    words, end = read_filter('a LIKE "x" AND b', 0)
    assert [token.text for token in words] == ["a", "LIKE", "x", ""]
    assert end == len('a LIKE "x"')


def test_identifiers_are_without_their_quotes() -> None:
    found = read_filter("`a b` = [c d] - 'e' + f.`g h`", 0)[0]
    named = [(token.text, token.quote) for token in found if token.kind == "identifier"]
    assert named == [("a b", "`"), ("c d", "["), ("e", "'"), ("f.`g h", "`")]


def test_escaped_quotes_are_taken_out_of_strings_and_nothing_else() -> None:
    text = r'a = "say ""hi"" \"you\" \n é"'
    assert read_filter(text, 0)[0][2].text == r'say "hi" "you" \n é'


@pytest.mark.parametrize(
    "text",
    [
        "a = NULL OR NOT b = 1",
        "AND (a IN (f(x), y), b INTERSECTS g(x))",
        "a INTERSECTS f(x)",
        "AND (x LIKE contains(a), contains(a, 1))",
        "a = NULL or b = 1 -- c",
        "a = @@b",
        "a = - (b)",
        "@@a = 1",
        "AND (a = 1 -- c\n # d\n , b = 2 // e\n)",
        "a = 1 -- c\nFROM user",
        "count(*) > 1",
        "AND (" + "a = 1," * 1100 + "b IN (1))",
        "a IN ('x', `y`, [z])",
        "a LIKE [\"x\", 'y', 0 ]",
        "a BETWEEN -1 AND -2",
        "a IS NOT NULL",
        "a LIKE (b)",
        "a = .5",
        "a BETWEEN 1 and 2 and include x",
    ],
)
def test_odd_text_is_read(text: str) -> None:
    parse(f"FILTER {text}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x > (y * 7)", "expected a closing parenthesis"),
        ("f(a = 1)", "expected a closing parenthesis"),
        ("EXISTS(a)", "EXISTS takes a field without parentheses"),
        ("a = not(b)", "NOT cannot stand here"),
        ("a = NOT (b = 1)", "expected a closing parenthesis"),
        ("a = NULL AND (b = 1)", "expected a closing parenthesis"),
        ("a = NOT b", "a condition cannot be compared"),
        ('INCLUDE "x"', "expected the slug or the id of a segment after INCLUDE"),
        (
            "INCLUDE 12",
            "expected the slug or the id of a segment after INCLUDE, not a number",
        ),
        ("a LIKE /", "expected a value"),
        ("a LIKE ['x']", "expected a string in double quotes"),
        ("_f(a)", "the name of a function starts with a letter"),
        ("`a", "this name has no closing `, or nothing in it"),
        ("INCLUDE [a", "this name has no closing ], or nothing in it"),
        ('a = "x', "this string has no closing quote"),
        ("a = 007", "expected a value"),
        ("a = 3d", "a duration is no value"),
        ("a = INCLUDE x", "a condition cannot be compared"),
        ("a = EXISTS x", "a condition cannot be compared"),
        ("a = as", "expected a value, but the filter ends here"),
        ("a LIKE (b", "expected a closing parenthesis"),
        ("a IN (b;", "expected a closing parenthesis"),
        ("f(from", "expected a closing parenthesis"),
        ("a IN ((1)", None),
        ("f(a ! b)", None),
        ("a , b", "expected the end of the filter, or FROM, LIMIT, WITH or ALIAS"),
        ("AND (a = 1,b = 2) ,c", None),
        ("! a = 1", None),
        ("AND (a = 1)FROM user", None),
        ("a = | b", "expected a value"),
        ("a = , b", None),
        ("a = 1E5", None),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, message: str | None) -> None:
    with pytest.raises(FilterQLSyntaxError) as caught:
        parse(f"FILTER {text}")
    assert message is None or caught.value.message == message
