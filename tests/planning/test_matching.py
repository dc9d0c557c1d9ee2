"""Which live object an entry stands for, above all when slugs wander."""

from itertools import permutations

import pytest

from segsync.plan import Action, Kind
from segsync.planning.matching import (
    STEP_ASIDE,
    aside_slug,
    aside_slugs,
    match_groups,
    match_segments,
)
from segsync.segment import DesiredSegment, LiveSegment
from tests.planning.build import (
    HERE,
    desired_state,
    found,
    found_group,
    hex_id,
    plan_of,
    told,
    wanted,
    wanted_group,
    why,
)

X, Y, Z = "FILTER x = 1", "FILTER y = 1", "FILTER z = 1"


def stands_for(desired: list[DesiredSegment], live: list[LiveSegment]) -> dict[str, str | None]:
    pairs = match_segments(desired_state(desired).segments, live).pairs
    return {slug: each.key if each else None for slug, each in pairs.items()}


def unclear(desired: list[DesiredSegment], live: list[LiveSegment]) -> set[str]:
    return set(match_segments(desired_state(desired).segments, live).undecided)


def test_a_slug_names_a_segment_exactly() -> None:
    live = [found("a"), found("B")]
    assert stands_for([wanted("a"), wanted("b")], live) == {"a": "a", "b": None}


def test_a_previous_slug_is_followed_to_the_first_that_is_there() -> None:
    entry = wanted("new", previously=("oldest", "older", "old"))
    assert stands_for([entry], [found("old"), found("older")]) == {"new": "older"}


def test_a_previous_slug_of_something_absent_is_not_followed() -> None:
    assert stands_for([wanted("new", previously=("old",), absent=True)], [found("old")]) == {
        "new": None
    }


def test_an_entry_for_the_old_slug_with_state_absent_gives_way() -> None:
    desired = [wanted("new", previously=("old",)), wanted("old", absent=True)]
    assert stands_for(desired, [found("old")]) == {"new": "old", "old": None}


def test_a_rename_that_was_done_stays_done() -> None:
    entry = wanted("new", Y, previously=("old",))
    live = [found("new", X), found("old", Y)]
    assert stands_for([entry], live) == {"new": "new"}
    assert unclear([entry], live) == set()


def test_an_entry_with_state_absent_takes_no_place_over() -> None:
    desired = [
        wanted("new", Y, previously=("old",)),
        wanted("gone", X, previously=("new",), absent=True),
    ]
    live = [found("new", X), found("old", Y)]
    assert stands_for(desired, live) == {"new": "new", "gone": None}
    assert unclear(desired, live) == set()


def test_the_slug_of_a_renamed_segment_may_go_to_a_new_one() -> None:
    desired = [wanted("new", X, previously=("old",)), wanted("old", Y)]
    assert stands_for(desired, [found("old", X)]) == {"new": "old", "old": None}


def test_a_new_segment_beside_the_one_that_keeps_its_slug_is_new() -> None:
    desired = [wanted("new", X, previously=("old",)), wanted("old", Y)]
    assert stands_for(desired, [found("old", Y)]) == {"new": None, "old": "old"}


@pytest.mark.parametrize(("name", "mine"), [("New", "old"), ("Old", None)])
def test_where_both_definitions_fit_the_name_tells(name: str, mine: str | None) -> None:
    desired = [wanted("new", X, previously=("old",)), wanted("old", X)]
    assert stands_for(desired, [found("old", X, name=name)])["new"] == mine


def test_where_nothing_tells_both_are_blocked() -> None:
    desired = [wanted("new", X, previously=("old",)), wanted("old", Y)]
    plan = plan_of(desired, [found("old", Z)])
    assert told(plan) == []
    assert why(plan) == [
        (
            "rename new: unclear-rename: the files say that it was old before,"
            " and the live old does not tell which of the two it is"
        ),
        (
            "rename old: unclear-rename: the files say that new was old before,"
            " and the live old does not tell which of the two it is"
        ),
    ]
    assert plan.blocked[0].way_out == (
        "rename in one pull request and change definitions in the next;"
        " after a rename, remove previously"
    )
    assert [(each.kind, each.source) for each in plan.blocked] == [(Kind.SEGMENT, HERE)] * 2


def test_where_both_fit_and_the_names_do_not_tell_both_are_blocked() -> None:
    desired = [wanted("new", X, previously=("old",)), wanted("old", X)]
    assert unclear(desired, [found("old", X, name="Third")]) == {"new", "old"}


SWAP = [wanted("a", X, previously=("b",)), wanted("b", Y, previously=("a",))]
CHAIN = [wanted("b", X, previously=("a",)), wanted("c", Y, previously=("b",))]


def test_a_swap_keeps_the_ids_with_the_definitions() -> None:
    live = [found("a", Y), found("b", X)]
    assert stands_for(SWAP, live) == {"a": "b", "b": "a"}


def test_a_swap_that_was_done_stays_done() -> None:
    assert stands_for(SWAP, [found("a", X), found("b", Y)]) == {"a": "a", "b": "b"}


def test_after_a_swap_a_definition_may_change_although_previously_is_left_over() -> None:
    plan = plan_of(SWAP, [found("a", Z), found("b", Y)])
    assert (told(plan), why(plan)) == (["update a"], [])


def test_a_swap_with_a_change_of_a_definition_is_not_guessed() -> None:
    live = [found("a", Z, name="Third"), found("b", X)]
    assert unclear(SWAP, live) == {"a", "b"}
    plan = plan_of(SWAP, live)
    assert told(plan) == []
    assert [each.rule for each in plan.blocked] == ["unclear-rename"] * 2


def test_a_claim_that_would_push_out_a_segment_that_stays_is_not_guessed() -> None:
    """Live b has the definition of a; but live a, by its name, has no other place."""
    assert unclear(SWAP, [found("a", Z), found("b", X)]) == {"a", "b"}


def test_a_claim_is_nothing_where_nobody_says_to_have_left() -> None:
    desired = [wanted("a", X, previously=("b",)), wanted("b", Z)]
    assert stands_for(desired, [found("a", Y), found("b", X)]) == {"a": "a", "b": "b"}


def test_hex_ids_and_slugs_of_includes_do_not_hide_a_swap() -> None:
    one, other = "FILTER AND (x = 1, INCLUDE base)", "FILTER AND (y = 1, INCLUDE base)"
    desired = [wanted("a", one, previously=("b",)), wanted("b", other, previously=("a",))]
    live = [
        found("base", owned=False),
        found("a", other.replace("base", hex_id("base"))),
        found("b", one.replace("base", hex_id("base"))),
    ]
    assert stands_for(desired, live) == {"a": "b", "b": "a"}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("mine", "other", "stands"),
    [("base2", "base", "user"), ("base", "base2", None)],
)
def test_an_include_means_the_segment_that_will_have_the_slug(
    mine: str, other: str, stands: str | None, *, turned: bool
) -> None:
    """Live user includes what is to be base2; an INCLUDE base in the files means a new one."""
    desired = [
        wanted("base2", X, previously=("base",)),
        wanted("base", Y),
        wanted("user2", f"FILTER INCLUDE {mine}", previously=("user",)),
        wanted("user", f"FILTER INCLUDE {other}"),
    ]
    desired = desired[::-1] if turned else desired
    live = [found("base", X), found("user", "FILTER INCLUDE base", name="Third")]
    assert unclear(desired, live) == set()
    assert stands_for(desired, live)["user2"] == stands


@pytest.mark.parametrize("turned", [False, True])
def test_includes_that_go_round_over_old_and_new_slugs_are_still_told_apart(
    *, turned: bool
) -> None:
    desired = [
        wanted("a2", "FILTER INCLUDE b2", previously=("a",)),
        wanted("b2", "FILTER AND (x = 1, INCLUDE a)", previously=("b",)),
        wanted("a", Y),
    ]
    live = [found("a", "FILTER INCLUDE b", name="Third"), found("b", X)]
    matched = stands_for(desired[::-1] if turned else desired, live)
    assert matched == {"a2": "a", "b2": "b", "a": None}


def test_what_cannot_be_read_fits_when_it_is_written_alike() -> None:
    opaque = "FILTER AND ("
    desired = [wanted("new", opaque, previously=("old",)), wanted("old", Y)]
    assert stands_for(desired, [found("old", opaque)]) == {"new": "old", "old": None}


def test_a_chain_keeps_the_ids() -> None:
    assert stands_for(CHAIN, [found("a", X), found("b", Y)]) == {"b": "a", "c": "b"}


def test_a_chain_that_was_done_stays_done() -> None:
    assert stands_for(CHAIN, [found("b", X), found("c", Y)]) == {"b": "b", "c": "c"}


def test_a_chain_of_equal_definitions_goes_by_names() -> None:
    desired = [
        wanted("b", X, name="One", previously=("a",)),
        wanted("c", X, name="Two", previously=("b",)),
    ]
    live = [found("a", X, name="One"), found("b", X, name="Two")]
    assert stands_for(desired, live) == {"b": "a", "c": "b"}
    assert stands_for(desired, [found("b", X, name="One"), found("c", X, name="Two")]) == {
        "b": "b",
        "c": "c",
    }


def test_a_chain_whose_end_does_not_tell_is_blocked_as_a_whole() -> None:
    live = [found("a", X), found("b", Z)]
    assert unclear(CHAIN, live) == {"b", "c"}
    plan = plan_of(CHAIN, live)
    assert told(plan) == []
    assert why(plan)[-1] == (
        "delete a: needs-blocked: it may be what b was before, which is blocked"
    )


def test_a_half_done_swap_is_recognized() -> None:
    live = [found("b" + STEP_ASIDE, Y, id=hex_id("a")), found("b", X)]
    assert stands_for(SWAP, live) == {"a": "b", "b": "b" + STEP_ASIDE}
    plan = plan_of(SWAP, live)
    assert told(plan) == [
        f"rename a{STEP_ASIDE} from b [bridge]",
        "rename a from b after 1",
        f"rename b from b{STEP_ASIDE} after 1",
    ]


def test_a_segment_that_stepped_aside_and_is_not_ours_is_nobodys() -> None:
    live = [found("b" + STEP_ASIDE, Y, owned=False)]
    assert stands_for([wanted("b", Y)], live) == {"b": None}


def test_of_two_segments_that_stepped_aside_for_one_slug_none_is_taken_for_it() -> None:
    usual, other = aside_slugs("b")
    live = [found(usual, Y), found(other, X)]
    assert stands_for([wanted("b", Y)], live) == {"b": None}
    theirs = [found(usual, Y, owned=False), found(other, X)]
    assert stands_for([wanted("b", Y)], theirs) == {"b": other}


def test_the_rest_of_a_swap_whose_rollback_was_cut_short_is_not_swapped_once_more() -> None:
    """Each waits for the slug that it had; to give it to the other would exchange definitions."""
    live = [
        found("b" + STEP_ASIDE, X, name="A", id=hex_id("a")),
        found("a" + STEP_ASIDE, Y, name="B", id=hex_id("b")),
    ]
    assert stands_for(SWAP, live) == {"a": None, "b": None}
    plan = plan_of(SWAP, live)
    assert plan.is_refused
    blocked = {each.key: each for each in plan.blocked}
    assert blocked["b" + STEP_ASIDE].rule == "half-renamed"
    assert blocked["b" + STEP_ASIDE].way_out.startswith("run an interrupted rollback again")
    assert [each for each in plan.changes if each.action is not Action.CREATE] == []


def test_a_segment_that_stepped_aside_gives_way_when_its_place_is_taken() -> None:
    live = [found("b" + STEP_ASIDE, Y), found("b", X)]
    assert stands_for([wanted("b", Y)], live) == {"b": "b"}
    plan = plan_of([wanted("b", X)], live)
    assert told(plan) == []
    assert why(plan) == [
        (
            f"delete b{STEP_ASIDE}: half-renamed: an interrupted rename left it under this slug,"
            " and no file entry can take it"
        )
    ]


IN_A_CIRCLE = list(
    permutations(
        [
            wanted("new", "FILTER AND (INCLUDE x, INCLUDE base)", previously=("old",)),
            wanted("x", "FILTER INCLUDE old", previously=("x0",)),
            wanted("old", "FILTER z = 1"),
        ]
    )
)


@pytest.mark.parametrize("desired", IN_A_CIRCLE)
@pytest.mark.parametrize(
    ("live", "of_x"),
    [
        ([found("old", "FILTER AND (INCLUDE x0, INCLUDE base)"), found("x0", Y)], "x0"),
        (
            [
                found("old", "FILTER AND (INCLUDE x, INCLUDE base)"),
                found("x", Y),
                found("x0", X),
            ],
            "x",
        ),
    ],
    ids=["is renamed", "is not renamed"],
)
def test_in_a_circle_of_renames_an_include_is_read_in_both_ways(
    desired: tuple[DesiredSegment, ...], live: list[LiveSegment], of_x: str
) -> None:
    live = [*live, found("base")]
    expected = {"new": "old", "x": of_x, "old": None}
    assert stands_for(list(desired), live) == expected
    assert unclear(list(desired), live) == set()


def test_slugs_that_several_live_segments_have_are_ambiguous() -> None:
    live = [found("a", id="1"), found("a", id="2"), found("b")]
    assert match_segments({}, live).ambiguous == {"a"}


def test_an_id_that_is_listed_under_two_slugs_makes_both_ambiguous() -> None:
    live = [found("a", id="1"), found("b", id="1"), found("c")]
    assert match_segments({}, live).ambiguous == {"a", "b"}


def test_a_segment_that_is_listed_twice_is_one_segment() -> None:
    plan = plan_of([wanted("a", name="New")], [found("a"), found("a")])
    assert (told(plan), why(plan)) == (["update a"], [])


def test_groups_are_matched_by_name_or_by_a_previous_name_that_is_free() -> None:
    desired = desired_state(
        groups=[
            wanted_group("A"),
            wanted_group("New", previously=("Gone", "Old")),
            wanted_group("Other", previously=("A",)),
            wanted_group("Never", previously=("Old2",), absent=True),
        ]
    )
    live = [found_group("A"), found_group("Old"), found_group("Old2")]
    matching = match_groups(desired.groups, live)
    assert {name: each and each.key for name, each in matching.pairs.items()} == {
        "A": "A",
        "New": "Old",
        "Other": None,
        "Never": None,
    }
    assert [each.key for each in matching.others] == ["Old2"]


def test_a_chain_that_was_cut_short_is_finished() -> None:
    live = [
        found("fifth" + STEP_ASIDE, X, id=hex_id("a"), name="A"),
        found("b", f"FILTER AND (y = 2, INCLUDE `{hex_id('a')}`)", name="B"),
    ]
    files = [
        wanted("fifth", X, name="A", previously=("a",)),
        wanted("a", "FILTER AND (y = 2, INCLUDE fifth)", name="B", previously=("b",)),
        wanted("b", Y, name="New"),
    ]
    assert told(plan_of(files, live)) == [
        f"rename a{STEP_ASIDE} from b [bridge]",
        f"rename fifth from fifth{STEP_ASIDE}",
        "rename a from b after 1, 2",
        "create b after 1",
    ]


def test_a_slug_that_steps_aside_stays_within_the_longest_slug() -> None:
    slug = "s" * 64
    aside = aside_slug(slug)
    assert aside == "s" * 39 + "_" + aside[40:48] + STEP_ASIDE
    assert aside != aside_slug("s" * 63 + "t")
    assert aside_slug("s" * 48) == "s" * 48 + STEP_ASIDE
    files = [wanted(slug, X, previously=("old",)), wanted("old", Y)]
    assert told(plan_of(files, [found("old", X)])) == [
        f"rename {aside} from old [bridge]",
        f"rename {slug} from old after 1",
        "create old after 1",
    ]
    assert told(plan_of(files, [found(aside, X)])) == [f"rename {slug} from {aside}", "create old"]
