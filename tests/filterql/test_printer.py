"""The one form in which filters are written."""

import pytest

from segsync.filterql import (
    And,
    Comparison,
    Field,
    Include,
    Literal,
    MatchAll,
    Node,
    Statement,
    format_statement,
    parse,
    print_filter,
    print_statement,
    quote_string,
)
from segsync.filterql.nodes import MAX_SIZE

HEX = "0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a == 1 and b <> 2", "AND (a = 1, b <> 2)"),
        ("or (a, and(b, c))", "OR (a, AND (b, c))"),
        ('not a like "x"', 'NOT (a LIKE "x")'),
        ("not a in (1)", "a NOT IN (1)"),
        ("not a between 1 and 2", "a NOT BETWEEN 1 AND 2"),
        ("a = 1 AND NOT a = 1", "AND (a = 1, NOT (a = 1))"),
        ("NOT f(a) = 1", "(NOT f(a)) = 1"),
        ("NOT (f(a) = 1)", "NOT (f(a) = 1)"),
        ("NOT (1 < a < 2)", "NOT (1 < a < 2)"),
        ("NOT (a + b)", "NOT (a + b)"),
        ("NOT NOT f(a) NOT IN (1)", "NOT ((NOT f(a)) NOT IN (1))"),
        ("NOT NOT (f(a) IN (1))", "NOT (f(a) NOT IN (1))"),
        ("NOT (1 < a IN (2))", "NOT (1 < a IN (2))"),
        ("exists `a` ", "EXISTS a"),
        ("include slug", "INCLUDE slug"),
        (f"include {HEX}", f"INCLUDE `{HEX}`"),
        ("include from", "INCLUDE `from`"),
        ("_uid = 'x y'", "`_uid` = `x y`"),
        ("a.b.c = `d.e`", "a.`b.c` = `d.e`"),
        ("`x y`.`z` = a.", "`x y`.`z` = a."),
        ("`a`.`b`.`c` = 1", "`a`.`b`.`c` = 1"),
        ("`from` = TRUE", "`from` = TRUE"),
        ('a = "say ""hi"""', r'a = "say \"hi\""'),
        ('a = "*"', 'a = "*"'),
        ("a = -1", "a = - 1"),
        ("a IN [0 ]", "a IN [0 ]"),
        ('a IN ["x", 1]', 'a IN ["x", 1]'),
        ("a INTERSECTS b", "a INTERSECTS b"),
        ("(a + b) * 2 = 1", "(a + b) * 2 = 1"),
        ("a - (b - c) = 1", "a - (b - c) = 1"),
        ("f(a, 1)", "f(a, 1)"),
        ("AND (*)", "(*)"),
        ("(match_all)", "(`match_all`)"),
        ("* ", "*"),
        ("match_all", "match_all"),
        ("AND ()", "AND ()"),
    ],
)
def test_one_line(text: str, printed: str) -> None:
    assert print_filter(parse(f"FILTER {text}").filter) == printed
    assert print_filter(parse(f"FILTER {printed}").filter) == printed


def test_like_is_negated_in_parentheses() -> None:
    assert print_filter(parse('FILTER NOT a CONTAINS "x"').filter) == 'NOT (a CONTAINS "x")'


def test_everybody_stays_everybody() -> None:
    assert print_filter(MatchAll()) == "*"


def test_a_statement_on_one_line() -> None:
    text = (
        '-- why\nfilter a from `my table` limit 5 with n = 5, ok = true, v = 1.2.3, k="b" alias Z;'
    )
    assert print_statement(parse(text)) == (
        'FILTER a FROM `my table` LIMIT 5 WITH n = 5, ok = true, v = "1.2.3", k = "b" ALIAS z'
    )


def test_a_short_statement_is_laid_out_with_its_clauses_on_their_own_lines() -> None:
    statement = parse("-- one \n FILTER AND (a = 1, b = 2) FROM user ALIAS x")
    assert format_statement(statement) == ("-- one\nFILTER AND (a = 1, b = 2)\nFROM user\nALIAS x")


def test_long_lists_have_one_member_per_line() -> None:
    text = (
        'FILTER NOT AND (country IN ("Portland, OR", "Seattle, WA"), OR (visits > 5, EXISTS email)'
        ', city NOT INTERSECTS ("aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbb"), name = "a very long name '
        'indeed")'
    )
    assert format_statement(parse(text), width=40) == (
        "FILTER NOT AND (\n"
        "  country IN (\n"
        '    "Portland, OR",\n'
        '    "Seattle, WA"\n'
        "  ),\n"
        "  OR (visits > 5, EXISTS email),\n"
        "  city NOT INTERSECTS (\n"
        '    "aaaaaaaaaaaaaaaa",\n'
        '    "bbbbbbbbbbbbbb"\n'
        "  ),\n"
        '  name = "a very long name indeed"\n'
        ")"
    )
    assert format_statement(parse("FILTER OR (aaa = 1, bbb = 2)"), width=10, indent=4) == (
        "FILTER OR (\n    aaa = 1,\n    bbb = 2\n)"
    )


@pytest.mark.parametrize(
    ("text", "literal"), [("", '""'), ('a"b', r'"a\"b"'), ("a\\b", r'"a\b"'), ("é\n", '"é\n"')]
)
def test_strings_are_quoted(text: str, literal: str) -> None:
    assert quote_string(text) == literal


def test_strings_without_a_literal_are_refused() -> None:
    with pytest.raises(ValueError, match="ends in a backslash"):
        quote_string("a\\")
    with pytest.raises(ValueError, match="NUL"):
        quote_string("a\0b")


@pytest.mark.parametrize("node", [Field("a`b"), Field(""), Include("`")])
def test_names_that_cannot_be_written_are_refused(node: Node) -> None:
    with pytest.raises(ValueError, match="cannot write a name"):
        print_filter(node)


def test_a_key_that_is_empty_is_written_as_one_name() -> None:
    assert print_filter(Field("a b", "")) == "`a b.`"


def test_trees_that_were_built_are_printed_like_trees_that_were_read() -> None:
    tree = And((Comparison("=", Field("a"), Literal("string", "x")), Include("b")))
    assert print_statement(Statement(tree, alias="c")) == 'FILTER AND (a = "x", INCLUDE b) ALIAS c'


@pytest.mark.parametrize(("leaves", "indent"), [(0, " "), (10, ""), (30, ""), (36, None)])
def test_a_deep_statement_is_indented_less_so_that_it_can_still_be_read(
    leaves: int, indent: str | None
) -> None:
    filter_ = "z = 1"
    more = "".join(f", g{leaf} = 1" for leaf in range(leaves))
    for level in range(190):
        filter_ = f"{'OR' if level % 2 else 'AND'} (f{level} = 1, {filter_}{more})"
    if indent is None:
        # So long that not even the line breaks fit.
        filter_ = filter_.replace("z = 1", f"z = {'1' * (MAX_SIZE - len(filter_) - 6)}")
    statement = parse(f"FILTER {filter_}")
    formatted = format_statement(statement)
    broken = f"FILTER OR (\n{indent}f189 = 1,"
    assert formatted.startswith("FILTER OR (f189 = 1," if indent is None else broken)
    assert parse(formatted) == statement
