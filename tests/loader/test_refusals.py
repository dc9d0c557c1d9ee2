"""Definitions that an apply would fail by are errors of the files."""

import pytest

from tests.loader.conftest import Repository
from tests.loader.test_definitions import with_ql


@pytest.mark.parametrize(
    ("ql", "expected"),
    [
        (
            "city = 'US'",
            (
                "4:24: error: 'US' is the field US: single quotes make names"
                " [field-compared-with-field]\n    Put text in double quotes."
            ),
        ),
        (
            "FILTER last_order_date > now-30d",
            (
                "4:42: error: now-30d is a field, and a field is compared with values only"
                " [field-compared-with-field]\n    Put text in double quotes."
            ),
        ),
        (
            "today(x)",
            (
                "4:17: error: the index has no function today, only timewindow and geodistance"
                " [function-not-indexed]\n    Compare a field with a value."
            ),
        ),
        (
            "a = 1 AND b = 2",
            (
                "4:17: error: AND between conditions is refused when the segment is saved"
                " [infix-chain]\n    Write AND (a = 1, b = 2)."
            ),
        ),
        (
            "|\n      AND (\n        a = ${v} AND b = 2,\n        c = 3\n      )",
            (
                "6:9: error: AND between conditions is refused when the segment is saved"
                " [infix-chain]\n    Write AND (a = 1, b = 2)."
            ),
        ),
        (
            "balance > -5",
            (
                "4:27: error: the minus is an operator here, and no part of the number"
                ' [negative-number]\n    Put the number in quotes: "-1".'
            ),
        ),
        (
            "FILTER a = 1 FROM user ; DROP",
            (
                "4:41: error: everything after the semicolon is ignored [trailing-junk]\n"
                "    Delete it."
            ),
        ),
        (
            "FILTER a = 1 FROM user }",
            "4:40: error: a single character at the end is ignored [trailing-junk]\n    Delete it.",
        ),
    ],
)
def test_what_the_server_refuses_or_drops_is_told_at_its_place(
    repository: Repository, ql: str, expected: str
) -> None:
    assert repository.told(with_ql(ql), v="1") == [expected]


@pytest.mark.parametrize(
    "ql",
    [
        "'*'",
        "(a = 1)",
        "FILTER a == 1 FROM user",
        "FILTER a == 1 FROM user;",
        "|\n      a == 1 -- why; and how\n",
        "timewindow(visits, 5, 7)",
    ],
)
def test_what_the_server_takes_passes(repository: Repository, ql: str) -> None:
    assert repository.told(with_ql(ql)) == []


def test_a_fix_that_would_fill_the_screen_is_told_in_words(repository: Repository) -> None:
    chain = " OR ".join(f"a_field = {number}" for number in range(9))

    assert repository.told(with_ql(chain)) == [
        (
            "4:17: error: OR between conditions is refused when the segment is saved"
            " [infix-chain]\n    Write a list: AND (a = 1, b = 2)."
        )
    ]


def test_every_wrong_part_is_told_at_once(repository: Repository) -> None:
    text = with_ql("|\n      AND (\n        a = 'x',\n        f(y),\n        b = 2\n      )")

    assert [each.partition(" ")[0] for each in repository.told(text)] == ["6:13:", "7:9:"]


def test_an_ast_is_held_to_the_same(repository: Repository) -> None:
    text = """\
        segments:
          - slug_name: buyers
            name: Buyers
            ast: {op: "=", args: [{ident: city}, {ident: country}]}
        """

    assert repository.told(text) == [
        (
            "4:10: error: country is a field, and a field is compared with values only"
            " [field-compared-with-field]\n    Put text in double quotes."
        )
    ]
