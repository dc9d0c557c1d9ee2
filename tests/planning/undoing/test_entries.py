"""What should be there again, and which object each entry stands for."""

from msgspec.structs import replace

from segsync.planning.matching import matching_of
from segsync.planning.undoing.entries import Entries
from segsync.planning.undoing.values import names_of
from segsync.segment import Definition, DesiredGroup, DesiredSegment, DesiredState, Group
from tests.planning.build import found, found_group, live_state, segment
from tests.planning.undoing.build import NOTHING, RUN


def entries() -> Entries:
    return Entries(RUN, references={"x": "y"}, group_names={"New": "Old"})


def test_what_is_owned_stays_as_it_is_and_nothing_else_has_an_entry() -> None:
    a, g = found("a"), found_group("G")
    foreign, theirs = found("f", owned=False), found_group("F", owned=False)
    made = entries()
    for each in (a, g, foreign, theirs):
        made.keep(each)
    assert made.desired == DesiredState(
        {"a": DesiredSegment(a.segment, NOTHING, RUN)}, {"G": DesiredGroup(g.group, NOTHING, RUN)}
    )
    live = live_state([a, foreign], [g, theirs])
    assert made.matching(live) == (
        matching_of({"a": a}, live.segments),
        matching_of({"G": g}, live.groups),
    )


def test_an_entry_stands_for_the_object_that_it_was_made_for_under_any_key() -> None:
    made = entries()
    a, g = found("a"), found_group("G")
    made.put(segment("b"), a, managed=frozenset({"name"}))
    made.put(Group("H"), g, managed=frozenset({"description"}), absent=True)
    made.put(segment("c"), None, absent=True)
    made.put(Group("I"), None)
    segments, groups = made.matching(live_state([a], [g]))
    assert (segments.pairs, segments.others) == ({"b": a, "c": None}, ())
    assert (groups.pairs, groups.others) == ({"H": g, "I": None}, ())
    assert made.desired == DesiredState(
        {
            "b": DesiredSegment(segment("b"), frozenset({"name"}), RUN),
            "c": DesiredSegment(segment("c"), NOTHING, RUN, absent=True),
        },
        {
            "H": DesiredGroup(Group("H"), frozenset({"description"}), RUN, absent=True),
            "I": DesiredGroup(Group("I"), NOTHING, RUN),
        },
    )


def test_what_comes_back_includes_what_is_there_and_is_in_groups_by_their_old_names() -> None:
    user = segment("a", "FILTER INCLUDE x", groups=["New", "Other"])
    made = entries()
    made.put(user, None, managed=names_of(user))
    comes = replace(
        user, definition=Definition("FILTER INCLUDE y"), groups=frozenset({"Old", "Other"})
    )
    assert made.desired.segments["a"].segment == comes


def test_what_stays_keeps_its_definition_to_the_letter() -> None:
    user = segment("a", "FILTER INCLUDE x", groups=["New"])
    made = entries()
    made.put(user, None)
    assert made.desired.segments["a"].segment == replace(user, groups=frozenset({"Old"}))
