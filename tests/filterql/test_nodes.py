"""Trees as values."""

from segsync.filterql import (
    And,
    Array,
    Between,
    Comparison,
    Field,
    In,
    Include,
    Literal,
    Not,
    Or,
    parse,
)
from segsync.filterql.nodes import children, negated, walk

A, B = Field("a"), Field("b")


def test_spans_take_no_part_in_equality() -> None:
    assert Field("a", span=(1, 2)) == A
    assert hash(Field("a", span=(1, 2))) == hash(A)


def test_every_node_knows_where_it_was_read() -> None:
    text = 'FILTER AND (country = "US", NOT INCLUDE x) FROM user'
    statement = parse(text)
    spans = [text[slice(*node.span)] for node in walk(statement.filter)]
    assert spans == [
        'AND (country = "US", NOT INCLUDE x)',
        'country = "US"',
        "country",
        '"US"',
        "NOT INCLUDE x",
        "INCLUDE x",
    ]
    assert text[slice(*statement.filter_span)] == spans[0]


def test_children_are_the_direct_parts_in_writing_order() -> None:
    one = Literal("number", "1")
    assert children(In(A, (B, one))) == (A, B, one)
    assert children(Between(A, B, one)) == (A, B, one)
    assert children(Comparison("=", A, B)) == (A, B)
    assert children(Array((one,))) == (one,)
    assert children(Not(A)) == (A,)
    assert children(A) == ()


def test_two_nots_cancel_only_before_lists_between_and_include() -> None:
    for node in (And((A, B)), Or((A, B)), Between(A, A, B), Include("x")):
        assert negated(negated(node)) == node
    for other in (And((A, B), infix="and"), Comparison("=", A, B), A):
        assert negated(negated(other)) == Not(Not(other))
