"""FilterQL and ASTs in files: what they become, and where exactly they are wrong."""

import pytest

from segsync.diagnostics import Location
from tests.loader.conftest import Repository


def with_ql(ql: str, *keys: str) -> str:
    """Return a file with one segment whose definition is the given YAML, on line 4."""
    lines = ["segments:", "  - slug_name: buyers", "    name: Buyers", f"    segment_ql: {ql}"]
    return "\n".join((*lines, *(f"    {key}" for key in keys))) + "\n"


@pytest.mark.parametrize(
    ("ql", "text"),
    [
        ("'*'", "FILTER *"),
        ("FILTER *", "FILTER *"),
        ("filter *", "filter *"),
        ("|\n      AND (\n        a = 1\n      )", "FILTER AND (\n  a = 1\n)\n"),
        ("|\n      -- why\n      FILTER a = 1", "-- why\nFILTER a = 1\n"),
        ("|\n      # why\n      a = 1", "FILTER # why\na = 1\n"),
        ("|\n      /* why */ FILTER a = 1", "/* why */ FILTER a = 1\n"),
        ("filtered = 1", "FILTER filtered = 1"),
        ("filter.x = 1", "FILTER filter.x = 1"),
        ("FILTER a = 1 FROM user ALIAS Buyers", "FILTER a = 1 FROM user ALIAS Buyers"),
    ],
)
def test_the_text_begins_with_filter_and_is_the_author_s(
    repository: Repository, ql: str, text: str
) -> None:
    found = repository.segment(with_ql(ql))

    assert found.segment.definition.text == text
    assert found.segment.definition.statement is not None


def test_the_table_is_taken_from_from_and_then_managed(repository: Repository) -> None:
    found = repository.segment(with_ql("FILTER a = 1 FROM content"))

    assert found.segment.table == "content"
    assert "table" in found.managed


def test_a_clause_that_agrees_is_fine(repository: Repository) -> None:
    found = repository.segment(with_ql("a = 1 FROM content ALIAS buyers", "table: content"))

    assert found.segment.table == "content"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            with_ql("a = 1 FROM content", "table: user"),
            (
                '4:23: error: FROM says "content", but the table is "user" [from-differs]\n'
                "    Remove one."
            ),
        ),
        (
            with_ql("|\n      a = 1\n      ALIAS sellers"),
            (
                '6:7: error: ALIAS says "sellers", but slug_name is "buyers" [alias-differs]\n'
                "    Remove the ALIAS; a segment is renamed with previously."
            ),
        ),
        (
            with_ql("a = 1 LIMIT 10"),
            (
                "4:23: error: LIMIT has no place in the definition of a segment [limit]\n"
                "    Remove it."
            ),
        ),
        (
            with_ql("a = 1 WITH public = true"),
            (
                "4:23: error: WITH has no place in a file: it would set properties behind its back"
                " [with]\n    Use the keys of the file instead."
            ),
        ),
        (
            with_ql("|\n      AND (\n        a = 1,\n        b >\n      )"),
            "8:7: error: expected a value or a condition, not ) [filterql-syntax]\n    )\n^",
        ),
    ],
)
def test_what_is_wrong_is_told_at_the_clause(
    repository: Repository, text: str, expected: str
) -> None:
    found = repository.told(text)

    assert [each.splitlines()[0] for each in found] == [expected.splitlines()[0]]
    assert found == [expected] or "filterql-syntax" in expected


@pytest.mark.parametrize(
    ("ql", "line", "column"),
    [
        ("|\n      AND (\n        a = 1,\n        b = 'x\n      )", 7, 13),
        (">\n      AND (\n        a = 1,\n        b = 'x\n      )", 7, 13),
        ("a = 'x", 4, 21),
        ('"a = \'x"', 4, 22),
        ("'a = ''x'", 4, 22),
        ('"a\\x20= \'x"', 4, 25),
        ('"a = 1 \\\n      AND b = \'x"', 5, 15),
        ("|\n      a = ${long} AND b = 'x", 5, 27),
        ("FILTER a = ${long} AND b = 'x", 4, 44),
    ],
)
def test_a_syntax_error_is_told_at_its_character_in_the_file(
    repository: Repository, ql: str, line: int, column: int
) -> None:
    loaded = repository.load(with_ql(ql), variables={"long": "a much longer value"})

    assert [each.code for each in loaded.diagnostics] == ["filterql-syntax"]
    assert loaded.diagnostics[0].location == Location("audiences/a.yaml", line, column)


def test_a_syntax_error_shows_the_line_and_the_way_out(repository: Repository) -> None:
    loaded = repository.load(with_ql("a = 'x"))

    detail = loaded.diagnostics[0].detail.split("\n")
    assert detail[:2] == ["a = 'x", "    ^^"]
    assert all(each.startswith("hint: ") for each in detail[2:])


@pytest.mark.parametrize("last", [")", "  timewindow(visits, 5, 7) -- a call\n      )"])
def test_every_include_is_known_with_its_first_place(repository: Repository, last: str) -> None:
    lines = ["|", "AND (", "  INCLUDE all,", "  NOT INCLUDE ly_x,", "  INCLUDE all,", last]
    text = with_ql("\n      ".join(lines))

    references = repository.segment(text).references
    assert references == {
        "all": Location("audiences/a.yaml", 6, 9),
        "ly_x": Location("audiences/a.yaml", 7, 13),
    }
    assert "vip" not in references


def test_variables_become_literals(repository: Repository) -> None:
    found = repository.segment(with_ql("AND (a > ${n}, b = ${t})"), n="5", t='x" OR "y')

    assert found.segment.definition.text == 'FILTER AND (a > 5, b = "x\\" OR \\"y")'


def test_undefined_variables_are_told_at_their_place(repository: Repository) -> None:
    assert repository.told(with_ql("|\n      a > ${nope} AND\n        b = ${also}")) == [
        (
            '5:11: error: the variable "nope" is not defined [variable]\n'
            "    Define it under vars of the account, or set SEGSYNC_VAR_NOPE."
        ),
        (
            '6:13: error: the variable "also" is not defined [variable]\n'
            "    Define it under vars of the account, or set SEGSYNC_VAR_ALSO."
        ),
    ]


AST = """\
segments:
  - slug_name: buyers
    name: Buyers
    ast:
      op: and
      args:
        - op: include
          args: [{ident: all}]
        - op: ">"
          args: [{ident: orders}, {val: "REPLACED"}]
"""


def test_an_ast_becomes_filterql(repository: Repository) -> None:
    found = repository.segment(AST.replace("REPLACED", "${n}"), n="5")

    assert found.segment.definition.text == 'FILTER AND (INCLUDE all, orders > "5")'
    assert found.references == {"all": Location("audiences/a.yaml", 5, 7)}
    assert "definition" in found.managed


def test_an_ast_that_is_wrong_is_told_at_the_wrong_part(repository: Repository) -> None:
    loaded = repository.load(AST.replace('op: ">"', "op: wat"))

    assert [each.code for each in loaded.diagnostics] == ["ast"]
    at = loaded.diagnostics[0].location
    assert at is not None
    assert at.line in {9, 10}


def test_an_ast_that_filterql_cannot_say_is_told(repository: Repository) -> None:
    loaded = repository.load(AST.replace("REPLACED", "x\\\\"))

    assert [each.code for each in loaded.diagnostics] == ["ast"]


def test_an_ast_that_is_too_long_for_filterql_is_told(repository: Repository) -> None:
    member = '{op: "=", args: [{ident: a_rather_long_field_name}, {val: "and a value"}]}'
    text = (
        AST.split("      op:", maxsplit=1)[0]
        + "      op: or\n      args:\n"
        + f"        - {member}\n" * 2_000
    )

    (found,) = repository.told(text)
    assert found.startswith("5:7: error: this tree cannot be written as FilterQL: ")


def test_a_blank_that_is_none_is_told_outside_quotes(repository: Repository) -> None:
    assert repository.told(
        with_ql("|\n      AND (\n        a\xa0= 1,\n        b =\xa02\n      )")
    ) == [
        (
            "6:10: warning: a no-break space (U+00A0) stands here, which looks like a blank"
            " [no-break-space]\n"
            "    Write a blank; other programs may take it for a part of the name."
        )
    ]
    assert repository.told(with_ql("'a == \"x\xa0y\" -- \xa0'")) == []
