"""What is wrong between the files and the account."""

from collections.abc import Iterable

from segsync.diagnostics import Location
from segsync.planning.check import check
from segsync.segment import DesiredSegment, LiveSegment
from tests.planning.build import desired_state, found, hex_id, live_state, wanted


def problems(desired: Iterable[DesiredSegment], live: Iterable[LiveSegment] = ()) -> list[str]:
    return [str(each) for each in check(desired_state(desired), live_state(live))]


def test_references_to_files_slugs_and_ids_are_fine() -> None:
    entry = wanted("user", f"FILTER AND (INCLUDE new, INCLUDE theirs, INCLUDE {hex_id('theirs')})")
    assert problems([entry, wanted("new")], [found("theirs", owned=False)]) == []


def test_a_missing_include_is_an_error_where_it_stands_with_the_nearest_name() -> None:
    entry = wanted(
        "user", "FILTER INCLUDE high_vlaue", references={"high_vlaue": Location("b.yaml", 7, 15)}
    )
    assert problems([entry], [found("high_value", owned=False)]) == [
        (
            "b.yaml:7:15: error: user includes high_vlaue,"
            " which is neither in the files nor in the account [include-missing]\n"
            '    Did you mean "high_value"?'
        )
    ]


def test_a_missing_include_behind_one_that_is_there_is_an_error_too() -> None:
    desired = desired_state([wanted("a", "FILTER AND (INCLUDE b, INCLUDE zzz)"), wanted("b")])
    assert [each.code for each in check(desired, live_state([]))] == ["include-missing"]


def test_a_cycle_of_ours_is_an_error_also_beside_one_of_others() -> None:
    desired = desired_state([wanted("a", "FILTER INCLUDE b"), wanted("b", "FILTER INCLUDE a")])
    ours = [found("a"), found("b")]
    theirs = [
        found("x", "FILTER INCLUDE y", owned=False),
        found("y", "FILTER INCLUDE x", owned=False),
    ]
    for live in ([*ours, *theirs], [*theirs, *ours]):
        assert [each.code for each in check(desired, live_state(live))] == ["include-cycle"]


def test_a_missing_include_without_a_near_name_says_what_to_do() -> None:
    assert problems([wanted("user", "FILTER AND (INCLUDE zzz, INCLUDE zzz)")]) == [
        (
            "audiences/a.yaml:3:5: error: user includes zzz,"
            " which is neither in the files nor in the account [include-missing]\n"
            "    Declare it in a file, or correct the name."
        )
    ]


def test_a_segment_is_not_suggested_to_itself() -> None:
    assert "Declare it" in problems([wanted("user", "FILTER INCLUDE users")])[0]


def test_an_include_in_another_case_is_missing() -> None:
    assert (
        'Did you mean "base"?'
        in problems([wanted("user", "FILTER INCLUDE Base")], [found("base")])[0]
    )


def test_an_include_of_an_id_that_is_not_there_is_missing() -> None:
    assert len(problems([wanted("user", f"FILTER INCLUDE {hex_id('gone')}")])) == 1


def test_an_include_of_a_slug_that_is_renamed_names_the_new_one() -> None:
    desired = [wanted("new", previously=("old",)), wanted("user", "FILTER INCLUDE old")]
    assert problems(desired, [found("old")]) == [
        (
            "audiences/a.yaml:3:5: error: user includes old, which is renamed to new"
            " [include-renamed]\n"
            "    Write INCLUDE new."
        )
    ]


def test_an_include_of_a_slug_that_goes_to_a_new_segment_is_fine() -> None:
    desired = [
        wanted("new", "FILTER x = 1", previously=("old",)),
        wanted("old", "FILTER y = 1"),
        wanted("user", "FILTER INCLUDE old"),
    ]
    assert problems(desired, [found("old", "FILTER x = 1")]) == []


def test_an_include_of_what_the_plan_would_delete_is_left_to_the_plan() -> None:
    assert problems([wanted("user", "FILTER INCLUDE old")], [found("old")]) == []


def test_an_entry_with_state_absent_is_not_looked_into() -> None:
    assert problems([wanted("user", "FILTER INCLUDE zzz", absent=True)]) == []


def test_a_definition_that_is_left_to_the_ui_is_not_looked_into_once_it_is_there() -> None:
    entry = wanted("user", "FILTER AND (INCLUDE zzz, INCLUDE user)", ignore=["definition"])
    assert problems([entry], [found("user")]) == []
    assert len(problems([entry])) == 2


def test_a_cycle_within_the_files_is_an_error() -> None:
    desired = [wanted("a", "FILTER INCLUDE b"), wanted("b", "FILTER INCLUDE a")]
    assert problems(desired) == [
        (
            "audiences/a.yaml:3:5: error: the INCLUDEs go round in a circle: a -> b -> a"
            " [include-cycle]\n"
            "    Remove one of these INCLUDEs; Lytics cannot evaluate a cycle."
        )
    ]


def test_a_segment_that_includes_itself_is_a_cycle() -> None:
    assert "a -> a" in problems([wanted("a", "FILTER INCLUDE a")])[0]


def test_a_cycle_through_live_segments_is_an_error() -> None:
    live = [
        found("theirs", f"FILTER INCLUDE {hex_id('a')}", owned=False),
        found("a", "FILTER x = 1"),
    ]
    assert "a -> theirs -> a" in problems([wanted("a", "FILTER INCLUDE theirs")], live)[0]


def test_a_cycle_through_a_live_include_that_leads_nowhere_yet_is_an_error() -> None:
    live = [found("theirs", "FILTER INCLUDE new", owned=False)]
    assert "new -> theirs -> new" in problems([wanted("new", "FILTER INCLUDE theirs")], live)[0]


def test_a_cycle_under_new_slugs_is_shown_in_the_new_slugs() -> None:
    desired = [
        wanted("new", "FILTER INCLUDE b", previously=("old",)),
        wanted("b", "FILTER INCLUDE new"),
    ]
    live = [found("old"), found("b", "FILTER INCLUDE old")]
    assert "new -> b -> new" in problems(desired, live)[0]


def test_a_cycle_of_others_alone_is_not_ours_to_judge() -> None:
    live = [
        found("x", "FILTER INCLUDE y", owned=False),
        found("y", "FILTER INCLUDE x", owned=False),
    ]
    assert problems([wanted("a", "FILTER INCLUDE x")], live) == []


def test_a_cycle_that_the_files_remove_is_none() -> None:
    live = [found("a", "FILTER INCLUDE b"), found("b", "FILTER INCLUDE a")]
    assert problems([wanted("a"), wanted("b", "FILTER INCLUDE a")], live) == []


def chain(length: int) -> list[DesiredSegment]:
    """Return segments of which each but the first includes the one before it."""
    return [wanted("s0"), *(wanted(f"s{n}", f"FILTER INCLUDE s{n - 1}") for n in range(1, length))]


def test_a_chain_of_includes_may_be_as_deep_as_the_engine_follows() -> None:
    assert problems(chain(101)) == []


def test_a_deeper_chain_is_an_error_where_it_becomes_too_deep() -> None:
    assert problems(chain(150)) == [
        (
            "audiences/a.yaml:3:5: error: s101 includes more than 100 segments deep"
            " [include-depth]\n"
            "    Shorten the chain of INCLUDEs; Lytics follows them no further."
        )
    ]


def test_a_chain_may_lead_on_through_live_segments() -> None:
    live = [found(each.key, each.segment.definition.text, owned=False) for each in chain(150)]
    assert problems([], live) == []
    assert problems([wanted("mine", "FILTER INCLUDE s99")], live) == []
    assert len(problems([wanted("mine", "FILTER INCLUDE s149")], live)) == 1
