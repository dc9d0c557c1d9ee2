"""What differs between two segments or groups, and how they are said in other words."""

import pytest
from msgspec.structs import replace

from segsync.plan import Managed
from segsync.planning.identity import identities
from segsync.planning.undoing.values import differing, in_groups, names_of, repointed, value_of
from segsync.segment import Definition, Group
from tests.planning.build import found, found_group, hex_id, live_state, segment

A, G = segment("a"), Group("G")
NAMES = identities(live_state([found("x")]), {})


def test_what_can_be_written_is_told_of_a_live_object_of_either_kind() -> None:
    assert (value_of(found("a", owned=False)), value_of(found_group("G", owned=False))) == (A, G)


def test_all_fields_count_but_the_mark_of_ownership() -> None:
    assert names_of(G) == {"name", "description", "protected"}
    assert names_of(A) == set(A.__struct_fields__) - {"owned"}


@pytest.mark.parametrize(
    ("one", "other", "fields"),
    [
        (A, replace(A, owned=True), set()),
        (A, replace(A, name="New", protected=True), {"name", "protected"}),
        (A, segment("a", "FILTER visits > 6"), {"definition"}),
        (A, segment("a", "FILTER  visits > 5"), set()),
        (segment("a", "FILTER INCLUDE x"), segment("a", f"FILTER INCLUDE {hex_id('x')}"), set()),
        (
            segment("a", f"FILTER INCLUDE {hex_id('x')}", name="New"),
            segment("a", "FILTER INCLUDE x", description="New"),
            {"name", "description"},
        ),
        (segment("a", "FILTER INCLUDE x"), segment("a", "FILTER INCLUDE y"), {"definition"}),
        (G, Group("G", "New", owned=True), {"description"}),
    ],
)
def test_fields_differ_by_value_and_definitions_by_meaning(
    one: Managed, other: Managed, fields: set[str]
) -> None:
    assert differing(one, other, NAMES) == differing(other, one, NAMES) == fields


def test_includes_are_said_in_another_way_and_groups_have_none() -> None:
    user = segment("a", "FILTER AND (INCLUDE x, INCLUDE y)")
    there = replace(user, definition=Definition("FILTER AND (INCLUDE z, INCLUDE y)"))
    assert repointed(user, {"x": "z"}) == there
    assert repointed(user, {}) is user
    assert repointed(G, {"x": "z"}) is G


def test_a_segment_says_other_names_of_its_groups_and_keeps_the_rest() -> None:
    member = segment("a", groups=["G", "H"])
    assert in_groups(member, {"G": "N"}) == replace(member, groups=frozenset({"N", "H"}))
    assert in_groups(G, {"G": "N"}) is G
    assert in_groups(None, {"G": "N"}) is None
