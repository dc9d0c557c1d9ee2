"""The clauses around the filter."""

import pytest

from segsync.filterql import Field, FilterQLSyntaxError, Statement, parse

A = Field("a")


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("FILTER a", Statement(A)),
        ("filter a from User alias X-Y", Statement(A, table="User", alias="x-y")),
        ("FILTER a FROM `my table`", Statement(A, table="my table")),
        ("FILTER a FROM [b c] LIMIT 10", Statement(A, table="b c", limit=10)),
        ("FILTER a LIMIT 0", Statement(A)),
        ("FILTER a LIMIT -5", Statement(A)),
        ("FILTER a FROM 'x' ALIAS 5x", Statement(A, table="x", alias="5x")),
        (
            'FILTER a WITH n = 5, k = "a ""b""", p=false ALIAS q',
            Statement(A, options=(("n", "5"), ("k", 'a "b"'), ("p", "false")), alias="q"),
        ),
        (
            'FILTER a WITH {"x": 1, "y": "z"}',
            Statement(A, options=(("x", "1"), ("y", "z"))),
        ),
        ("-- one\n/* two */ # three\nFILTER a", Statement(A, comment=" one two  three")),
        ("FILTER a\n-- c\nFROM user // d\nALIAS z # e", Statement(A, table="user", alias="z")),
        ("FILTER a ; FILTER b", Statement(A)),
        ("FILTER a ALIAS x y", Statement(A, alias="x")),
    ],
)
def test_statements(text: str, statement: Statement) -> None:
    assert parse(text) == statement


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected FILTER"),
        ("SELECT a FROM user", "expected FILTER"),
        ("FILTERa", "expected FILTER"),
        ('FILTER a FROM "user"', "expected a name after FROM"),
        ("FILTER a FROM", "expected a name after FROM"),
        ("FILTER a ALIAS 55", "expected a name after ALIAS"),
        ("FILTER a LIMIT x", "expected a whole number after LIMIT"),
        ("FILTER a LIMIT 5.5", "expected a whole number after LIMIT"),
        ("FILTER a WITH n IS 5", "expected ="),
        ("FILTER a WITH n => 5", "expected a value"),
        ("FILTER a WITH {", "this is no JSON object"),
        ("FILTER a WITH " + '{"a":' * 5000, "this is no JSON object"),
        ("FILTER a ALIAS x FROM user", "expected the end of the statement"),
        ("FILTER a /* c", "expected the end of the filter, or FROM, LIMIT, WITH or ALIAS"),
        ("FILTER a FROM user content", "expected the end of the statement"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(FilterQLSyntaxError) as caught:
        parse(text)
    assert caught.value.message == message


def test_a_statement_has_at_most_64_kilobytes() -> None:
    assert parse("FILTER a" + " " * 65_528).filter == A
    with pytest.raises(FilterQLSyntaxError, match="at most 65536 characters long, not 65537"):
        parse("FILTER a" + " " * 65_529)
