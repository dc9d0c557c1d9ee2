"""What a run has done to each object, all of its changes taken together."""

from msgspec.structs import replace

from segsync.plan import Action, Change, Kind
from segsync.planning.undoing.effects import Effect, Net, nets
from segsync.segment import Group
from tests.planning.build import segment

A, B, G = segment("a"), segment("b"), Group("G")
NEW = replace(A, name="New")


def effect(identity: str, change: Change) -> Effect:
    return Effect(change, identity)


def test_changes_of_one_object_are_taken_together_from_the_first_to_the_last() -> None:
    aside, renamed = replace(A, slug="a__aside"), replace(NEW, slug="z")
    found = nets(
        [
            effect("1", Change(1, Kind.SEGMENT, Action.RENAME, "a__aside", "1", A, aside)),
            effect("2", Change(2, Kind.SEGMENT, Action.CREATE, "b", None, None, B)),
            effect("1", Change(3, Kind.SEGMENT, Action.RENAME, "z", "1", aside, renamed)),
            effect("3", Change(4, Kind.GROUP, Action.DELETE, "G", "3", G, None)),
        ]
    )
    assert list(found) == [
        Net("1", Kind.SEGMENT, A, renamed),
        Net("2", Kind.SEGMENT, None, B),
        Net("3", Kind.GROUP, G, None),
    ]


def test_a_reevaluation_changes_nothing() -> None:
    again = effect("1", Change(2, Kind.SEGMENT, Action.REEVALUATE, "a", "1", NEW, NEW))
    update = effect("1", Change(1, Kind.SEGMENT, Action.UPDATE, "a", "1", A, NEW))
    assert list(nets([again])) == []
    assert list(nets([update, again])) == [Net("1", Kind.SEGMENT, A, NEW)]


def test_the_key_is_the_one_from_before_the_run() -> None:
    assert Net("1", Kind.SEGMENT, A, replace(A, slug="z")).key == "a"
    assert Net("1", Kind.SEGMENT, None, B).key == "b"
    assert Net("1", Kind.GROUP, G, None).key == "G"


def test_what_a_run_made_and_removed_has_no_key() -> None:
    assert Net("1", Kind.SEGMENT, None, None).key == ""
