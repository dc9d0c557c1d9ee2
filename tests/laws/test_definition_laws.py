"""What is sent for a definition means the same, and has the table and the slug that are meant."""

from hypothesis import given
from hypothesis import strategies as st

from segsync.filterql import (
    Node,
    Statement,
    canonical,
    format_statement,
    includes,
    parse,
    print_statement,
)
from segsync.segment import Definition
from tests.laws.test_filterql_laws import trees

statements = st.builds(
    Statement,
    filter=trees,
    table=st.sampled_from([None, "user", "content"]),
    limit=st.sampled_from([None, 5]),
    options=st.just(()),
    alias=st.sampled_from([None, "vip", "other"]),
    comment=st.sampled_from(["", "why it is so"]),
)
written = statements.flatmap(
    lambda each: st.sampled_from([print_statement(each), format_statement(each)])
)


@given(written, st.booleans())
def test_what_is_sent_has_the_clauses_and_the_meaning(text: str, verbatim: bool) -> None:  # noqa: FBT001
    sent = parse(Definition(text, verbatim=verbatim).with_clauses("content", "vip"))
    assert (sent.table, sent.alias) == ("content", "vip")
    assert _meaning(sent.filter) == _meaning(parse(text).filter)


@given(written)
def test_the_text_of_the_account_is_sent_back_as_its_author_wrote_it(text: str) -> None:
    sent = Definition(text, verbatim=True).with_clauses("content", "vip")
    assert sent.startswith(text[: parse(text).filter_span[1]])


@given(written, st.booleans())
def test_repointing_changes_references_and_nothing_else(text: str, verbatim: bool) -> None:  # noqa: FBT001
    tree = parse(text).filter
    new = {each.reference: f"{each.reference} new" for each in includes(tree)}
    definition = Definition(text, verbatim=verbatim).repointed(new)
    assert definition.filter is not None
    assert definition.verbatim == verbatim
    assert [each.reference for each in includes(definition.filter)] == [
        new[each.reference] for each in includes(tree)
    ]
    back = definition.repointed({value: key for key, value in new.items()})
    assert back.filter is not None
    assert _meaning(back.filter) == _meaning(tree)


def test_a_definition_that_cannot_be_read_is_sent_as_it_is() -> None:
    definition = Definition("FILTER a IS NULL", verbatim=True)
    assert definition.with_clauses("content", "vip") == "FILTER a IS NULL"
    assert definition.repointed({"a": "b"}) == definition


def test_a_filter_that_ends_in_a_comment_gets_its_clauses_on_a_line_of_their_own() -> None:
    definition = Definition("FILTER AND (a = 1, INCLUDE b) -- for Jonas", verbatim=True)
    assert definition.with_clauses("user", "vip") == (
        "FILTER AND (a = 1, INCLUDE b) -- for Jonas\nFROM user ALIAS vip"
    )


def _meaning(node: Node) -> Node:
    return canonical(node)
