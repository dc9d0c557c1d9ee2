"""What the files define, as audience tests need it."""

from segsync.audience_tests.definitions import of_files, of_trees
from segsync.diagnostics import Location
from segsync.filterql import parse
from segsync.segment import Definition, DesiredSegment, DesiredState, Segment


def declared(slug: str, text: str, *, absent: bool = False) -> DesiredSegment:
    segment = Segment(slug, slug, Definition(text))
    return DesiredSegment(segment, frozenset(), Location("a.yaml"), absent=absent)


def test_definitions_keep_the_order_of_the_files_and_leave_out_what_is_to_go() -> None:
    segments = (
        declared("b", "FILTER x.y = 1"),
        declared("gone", "FILTER *", absent=True),
        declared("a", "FILTER AND (INCLUDE b, NOT INCLUDE c, INCLUDE b, EXISTS `k.l`)"),
        declared("opaque", "FILTER ((("),
    )
    found = of_files(DesiredState({each.key: each for each in segments}, {}))

    assert list(found.trees) == ["b", "a"]
    assert found.edges == {"b": (), "a": ("b", "c")}
    assert found.fields == {"x.y", "x", "k.l", "k"}


def test_what_a_test_describes_is_added() -> None:
    files = of_trees({"a": parse("FILTER INCLUDE b").filter})
    both = files.with_outside({"b": parse("FILTER x = 1").filter})

    assert list(both.trees) == ["a", "b"]
    assert both.edges == {"a": ("b",), "b": ()}
    assert both.fields == {"x"}
