"""What is plain, the parser reads, prints and includes the same: on plain texts and near ones.

And the server refuses nothing of it, which is why nobody looks.
"""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from segsync.filterql import Include, parse, print_filter, read_plain
from segsync.filterql.gates import gates
from segsync.filterql.nodes import walk

law = settings(deadline=None, max_examples=200)  # a busy machine breaks no law

_conditions = st.sampled_from(
    [
        "INCLUDE vip",
        "INCLUDE a-b",
        "EXISTS email",
        "EXISTS scores.momentum",
        "a = 1",
        'a.b != "x y"',
        "visits >= 0.5",
        'city LIKE "new*"',
        'tags CONTAINS "a, (b)"',
        'country IN ("us", "de")',
        "a INTERSECTS (1)",
        'country NOT IN ("us")',
        "n BETWEEN 3 AND 5",
        "n NOT BETWEEN 3 AND 5",
        # Not plain, or plain by a hair.
        "INCLUDE and",
        "INCLUDE 0f7a",
        "INCLUDE abcdefabcdefabcdefabcdef",
        "EXISTS not.a",
        "a.true = 1",
        "a = b",
        "a = -1",
        "a = 01",
        "a == 1",
        "_a = 1",
        "f(a) = 1",
        "match_all = 1",
        'a = "\\""',
        "a IN [1]",
        "a IN ()",
        "notable = 1",
        "AND (a = 1)",
    ]
)
_RESTS = [
    "",
    "\n",
    " FROM user",
    " ALIAS Abc",
    " FROM a-b ALIAS c\n",
    " FROM 0",
    ", a",
    " )",
    "-- x",
]
_spaces = st.sampled_from([" ", "\n", "\n  ", "", "  "])


@st.composite
def _lists(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    members = draw(st.lists(inner, min_size=1, max_size=4))
    text = draw(st.sampled_from(["AND (", "OR (", "and (", "AND("])) + draw(_spaces)
    for number, member in enumerate(members):
        text += ("," + draw(_spaces)) * (number > 0) + draw(
            st.sampled_from(["", "", "NOT ", "not "])
        )
        text += member
    return text + draw(_spaces) + ")"


_filters = st.recursive(_conditions, _lists, max_leaves=8)


def _agree(text: str) -> bool:
    """Compare the two readings of a text that is plain; return whether it is."""
    plain = read_plain(text)
    if plain is None:
        return False
    statement = parse(text)
    found = [each.reference for each in walk(statement.filter) if isinstance(each, Include)]
    references = dict.fromkeys(found)
    assert (plain.table, plain.alias) == (statement.table, statement.alias)
    assert (statement.limit, statement.options) == (None, ())
    assert plain.printed == print_filter(statement.filter)
    assert plain.includes == tuple(references)
    assert gates(statement, text).first is None
    return True


@law
@given(_filters, st.sampled_from(_RESTS))
def test_a_plain_text_is_read_as_the_parser_reads_it(text: str, rest: str) -> None:
    _agree(f"FILTER {text}{rest}")


@law
@given(_filters, st.randoms(use_true_random=False))
def test_a_text_one_slip_away_from_plain_is_read_as_the_parser_reads_it(
    text: str, source: random.Random
) -> None:
    place = source.randrange(len(text))
    slip = source.choice(["", *" \n\t,()\"'=<>!-*.[]`#;01aNé\0"])
    _agree(f"FILTER {text[:place]}{slip}{text[place + source.randrange(2) :]}")


def test_the_usual_spellings_are_plain() -> None:
    for text in (
        "FILTER INCLUDE a",
        "FILTER INCLUDE a FROM user ALIAS b",
        'FILTER AND (\n  INCLUDE a,\n  OR (\n    x.y > 1,\n    NOT b = "c"\n  )\n)\n',
        "FILTER NOT AND (EXISTS a, NOT n BETWEEN 1 AND 2, NOT INCLUDE b, INCLUDE b)",
    ):
        assert _agree(text)


def test_what_only_the_parser_can_read_is_not_plain() -> None:
    nested = "OR (a = 1, " * 22 + "a = 1" + ")" * 22
    for text in (
        "FILTER *",
        "FILTER AND (a = 1)",
        "FILTER AND (a = 1, b = 2,)",
        "FILTER AND (a = 1 b = 2)",
        "FILTER NOT a NOT IN (1)",
        "FILTER a = 1 FROM `user`",
        "FILTER a = 1 LIMIT 5",
        f"FILTER {nested}",
        f"FILTER AND (a = 1, b = {'1' * 1500})",
        "SELECT a",
    ):
        assert not _agree(text)
