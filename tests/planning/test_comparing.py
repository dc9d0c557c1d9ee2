from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segsync.inspection.comparison import Comparison, Difference, Party, Verdict
from segsync.plan import FieldChange, Kind
from segsync.planning.comparing import compare
from segsync.segment import Account, LiveGroup, LiveSegment, LiveState
from tests.planning.build import found, found_group, hex_id, live_state

OLDER = "FILTER visits > 2"


def against(
    left: Iterable[LiveSegment],
    right: Iterable[LiveSegment],
    *,
    groups: tuple[Iterable[LiveGroup], Iterable[LiveGroup]] = ((), ()),
    deep: bool = False,
) -> Comparison:
    """Compare two accounts that the configuration calls one and other."""
    states = live_state(left, groups[0]), live_state(right, groups[1])
    return compare(*states, names=("one", "other"), deep=deep)


def told(comparison: Comparison) -> list[str]:
    """Return the differences as lines such as `a: different: definition, tags`."""
    return [
        f"{each.key}: {each.verdict}"
        + (f": {', '.join(field.field for field in each.fields)}" if each.fields else "")
        + (f" [{each.remark}]" if each.remark else "")
        + (f" through {', '.join(each.through)}" if each.through else "")
        for each in comparison.differences
    ]


def test_what_only_one_account_has_is_told_by_key() -> None:
    comparison = against(
        [found("b"), found("a")],
        [found("b"), found("c")],
        groups=([found_group("Here")], [found_group("There")]),
    )
    assert told(comparison) == [
        "Here: only_left",
        "There: only_right",
        "a: only_left",
        "c: only_right",
    ]
    assert [each.left_id for each in comparison.differences] == [
        hex_id("gHere"),
        None,
        hex_id("a"),
        None,
    ]
    assert comparison.equal == 1
    assert (comparison.left.objects, comparison.right.objects) == (3, 3)


def test_each_difference_has_its_kind_and_the_ids_of_both_accounts() -> None:
    comparison = against(
        [found("a", OLDER, id="1"), found("l", id="2"), found("t", id="3"), found("t", id="4")],
        [found("a", id="5"), found("r", id="6"), found("t", id="7")],
        groups=(
            [found_group("G", "x", id="8"), found_group("L", id="9")],
            [found_group("G", "y", id="10"), found_group("R", id="11")],
        ),
    )
    described = (FieldChange("description", "x", "y"),)
    defined = (FieldChange("definition", OLDER, "FILTER visits > 5"),)
    twins = "the slug is not unique: 2 in one, 1 in other"
    assert comparison.differences == (
        Difference(Kind.GROUP, "G", Verdict.DIFFERENT, "8", "10", fields=described),
        Difference(Kind.GROUP, "L", Verdict.ONLY_LEFT, left_id="9"),
        Difference(Kind.GROUP, "R", Verdict.ONLY_RIGHT, right_id="11"),
        Difference(Kind.SEGMENT, "a", Verdict.DIFFERENT, "1", "5", fields=defined),
        Difference(Kind.SEGMENT, "l", Verdict.ONLY_LEFT, left_id="2"),
        Difference(Kind.SEGMENT, "r", Verdict.ONLY_RIGHT, right_id="6"),
        Difference(Kind.SEGMENT, "t", Verdict.AMBIGUOUS, remark=twins),
    )
    assert comparison.deep is False


def test_fields_and_groups_are_compared_and_lead_from_left_to_right() -> None:
    comparison = against(
        [found("a", OLDER, tags=["x"])],
        [found("a", "FILTER visits > 5", tags=["y"])],
        groups=([found_group("G", "one")], [found_group("G", "other")]),
    )
    assert told(comparison) == ["G: different: description", "a: different: definition, tags"]
    definition = comparison.differences[1].fields[0]
    assert (definition.before, definition.after) == (OLDER, "FILTER visits > 5")


def test_the_two_accounts_are_told_by_the_names_that_the_configuration_gives_them() -> None:
    comparison = against([found("a")], [])
    assert comparison.left == Party("one", Account(4242, "Fernwood"), 1)
    assert comparison.right == Party("other", Account(4242, "Fernwood"), 0)


def test_descriptions_and_groups_of_segments_are_compared() -> None:
    comparison = against(
        [found("a", description="Known.", groups=["G"])],
        [found("a", description="Unknown.", groups=["H"])],
    )
    assert told(comparison) == ["a: different: description, groups"]


def test_two_includes_that_lead_nowhere_are_different_when_they_are_written_so() -> None:
    comparison = against([found("a", "FILTER INCLUDE lost")], [found("a", "FILTER INCLUDE gone")])
    (difference,) = comparison.differences
    assert (difference.verdict, [each.field for each in difference.fields]) == (
        Verdict.DIFFERENT,
        ["definition"],
    )


def test_deep_looks_behind_what_cannot_be_read_but_is_mentioned() -> None:
    odd = found("odd", "FILTER AND (INCLUDE base")
    left, right = [odd, found("base", OLDER)], [odd, found("base")]
    assert told(against(left, right, deep=True)) == [
        "base: different: definition",
        "odd: other_ancestors through base",
    ]


def test_what_belongs_to_an_account_alone_is_no_difference() -> None:
    left = found(
        "a",
        id="f" * 32,
        owned=True,
        protected=True,
        author_id="jonas",
        updated="2026-01-01T00:00:00.000Z",
        description="Known.\n[account-sync] Copied from prod on 2026-01-02",
    )
    right = found("a", owned=False, description="Known.")
    comparison = against(
        [left],
        [right],
        groups=(
            [found_group("G", owned=True, protected=True)],
            [found_group("G", owned=False, id="e" * 32)],
        ),
    )
    assert told(comparison) == []
    assert comparison.equal == 2
    assert (comparison.marked_left, comparison.marked_right) == (("a",), ())


def test_the_mark_of_the_right_account_is_told_as_well() -> None:
    comparison = against([found("a", owned=False), found("b")], [found("a"), found("c")])
    assert comparison.marked_right == ("a",)


def test_layout_and_the_way_to_name_what_is_included_are_no_difference() -> None:
    base = hex_id("base")
    left = [found("base"), found("a", f"FILTER AND (INCLUDE {base}, x = 1)")]
    right = [found("base", id="b" * 32), found("a", 'filter and (x == "1", include base)')]
    right[1] = found("a", "FILTER AND ( x == 1, INCLUDE `base` )")
    assert told(against(left, right)) == []


def test_an_include_shows_its_slug_where_definitions_differ() -> None:
    left = [found("base"), found("a", f"FILTER AND (INCLUDE {hex_id('base')}, x = 1)")]
    right = [found("base"), found("a", "FILTER AND (INCLUDE base, x = 2)")]
    (difference,) = against(left, right).differences
    assert difference.fields[0].before == "FILTER AND (INCLUDE base, x = 1)"


def test_the_groups_of_a_segment_are_compared_by_name() -> None:
    twins = [found_group("Twin", id="1" * 32), found_group("Twin", id="2" * 32)]
    comparison = against(
        [found("a", groups=[f"id:{'1' * 32}"])],
        [found("a", groups=["Twin"])],
        groups=(twins, [found_group("Twin")]),
    )
    assert told(comparison) == ["Twin: ambiguous [the name is not unique: 2 in one, 1 in other]"]


def test_a_slug_that_two_segments_have_is_not_compared() -> None:
    comparison = against([found("a"), found("a", id="1" * 32)], [found("a")])
    assert told(comparison) == ["a: ambiguous [the slug is not unique: 2 in one, 1 in other]"]
    comparison = against([found("a")], [found("a"), found("a", id="1" * 32)])
    assert told(comparison) == ["a: ambiguous [the slug is not unique: 1 in one, 2 in other]"]


def test_an_include_that_leads_nowhere_in_one_account_is_a_difference() -> None:
    text = "FILTER INCLUDE base"
    comparison = against([found("a", text), found("base")], [found("a", text)])
    assert told(comparison) == [
        "a: different [INCLUDE base leads nowhere in other]",
        "base: only_left",
    ]


def test_every_include_that_leads_nowhere_in_one_account_is_told() -> None:
    text = "FILTER AND (INCLUDE base, INCLUDE side)"
    comparison = against([found("a", text), found("base")], [found("a", text), found("side")])
    remark = "INCLUDE base leads nowhere in other; INCLUDE side leads nowhere in one"
    assert told(comparison)[0] == f"a: different [{remark}]"


def test_text_that_cannot_be_read_is_compared_as_text() -> None:
    comparison = against(
        [found("a", "FILTER ((("), found("b", "FILTER (((")],
        [found("a", "FILTER ((( "), found("b", "FILTER )))")],
    )
    assert told(comparison) == ["b: different: definition"]


def test_what_lytics_made_is_left_out_and_counted() -> None:
    theirs = {"untouchable": "predefined by Lytics"}
    comparison = against(
        [found("all", **theirs), found("ly_a", OLDER, **theirs), found("ly_b", **theirs)],
        [found("all", **theirs), found("ly_a", **theirs)],
    )
    assert told(comparison) == []
    assert comparison.left_out == ("all", "ly_a", "ly_b")
    assert comparison.left_out_different == ("ly_a",)
    assert comparison.left.objects == 0


CHAIN = ("FILTER INCLUDE middle", "FILTER INCLUDE base")


def chain(definition: str, **values: object) -> list[LiveSegment]:
    return [
        found("top", CHAIN[0]),
        found("middle", CHAIN[1]),
        found("base", definition, **values),
    ]


def test_without_deep_equal_text_is_equal() -> None:
    assert told(against(chain(OLDER), chain("FILTER visits > 5"))) == [
        "base: different: definition"
    ]


def test_deep_tells_equal_text_over_different_ancestors_apart() -> None:
    comparison = against(chain(OLDER), chain("FILTER visits > 5"), deep=True)
    assert told(comparison) == [
        "base: different: definition",
        "middle: other_ancestors through base",
        "top: other_ancestors through base",
    ]
    assert comparison.equal == 0
    assert comparison.counted(Verdict.OTHER_ANCESTORS) == 2


def test_deep_tells_which_segments_lead_to_other_ancestors_and_by_which_id() -> None:
    left = [found("top", "FILTER INCLUDE base", id="1"), found("base", OLDER)]
    right = [found("top", "FILTER INCLUDE base", id="2"), found("base")]
    comparison = against(left, right, deep=True)
    assert comparison.differences[1] == Difference(
        Kind.SEGMENT, "top", Verdict.OTHER_ANCESTORS, "1", "2", through=("base",)
    )
    assert comparison.deep is True


def test_an_ancestor_that_is_there_twice_may_select_others() -> None:
    top = found("top", "FILTER INCLUDE base")
    comparison = against(
        [top, found("base"), found("base", id="1")], [top, found("base")], deep=True
    )
    assert told(comparison) == [
        "base: ambiguous [the slug is not unique: 2 in one, 1 in other]",
        "top: other_ancestors through base",
    ]


def test_a_difference_that_moves_no_members_reaches_no_dependant() -> None:
    comparison = against(chain(OLDER, tags=["x"]), chain(OLDER), deep=True)
    assert told(comparison) == ["base: different: tags"]


def test_deep_names_the_nearest_difference_and_looks_no_further() -> None:
    left = [*chain(OLDER), found("side", "FILTER AND (INCLUDE middle, INCLUDE base)")]
    right = [
        found("top", CHAIN[0]),
        found("middle", "FILTER AND (INCLUDE base, x = 1)"),
        found("base"),
        found("side", "FILTER AND (INCLUDE middle, INCLUDE base)", tags=["x"]),
    ]
    assert told(against(left, right, deep=True)) == [
        "base: different: definition",
        "middle: different: definition through base",
        "side: different: tags through base, middle",
        "top: other_ancestors through middle",
    ]


def test_deep_sees_through_what_lytics_made() -> None:
    theirs = {"untouchable": "predefined by Lytics"}
    left = [found("a", "FILTER INCLUDE ly_a"), found("ly_a", OLDER, **theirs)]
    right = [found("a", "FILTER INCLUDE ly_a"), found("ly_a", **theirs)]
    assert told(against(left, right, deep=True)) == ["a: other_ancestors through ly_a"]


def test_segments_that_include_each_other_and_are_equal_are_equal() -> None:
    circle = [found("a", "FILTER INCLUDE b"), found("b", "FILTER INCLUDE a")]
    assert told(against(circle, circle, deep=True)) == []


def test_a_difference_reaches_all_of_a_circle() -> None:
    def circle(base: str) -> list[LiveSegment]:
        return [
            found("a", "FILTER INCLUDE b"),
            found("b", "FILTER AND (INCLUDE a, INCLUDE base)"),
            found("base", base),
        ]

    assert told(against(circle(OLDER), circle("FILTER visits > 5"), deep=True)) == [
        "a: other_ancestors through base",
        "b: other_ancestors through base",
        "base: different: definition",
    ]


NAMES = ("a", "b", "c", "d")


@st.composite
def accounts(draw: st.DrawFn) -> LiveState:
    """Give small accounts in which anything may include anything."""
    made = []
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True)):
        included = draw(st.sets(st.sampled_from(NAMES), max_size=2))
        limit = draw(st.integers(0, 1))
        parts = [f"visits > {limit}", *(f"INCLUDE {each}" for each in sorted(included))]
        made.append(found(name, f"FILTER AND ({', '.join(parts)})"))
    return live_state(made)


@pytest.mark.parametrize("deep", [False, True])
@given(state=accounts())
def test_an_account_does_not_differ_from_itself(state: LiveState, *, deep: bool) -> None:
    assert compare(state, state, names=("one", "one"), deep=deep).differences == ()


@given(left=accounts(), right=accounts(), deep=st.booleans())
def test_the_other_way_round_the_differences_are_the_same(
    left: LiveState, right: LiveState, *, deep: bool
) -> None:
    there = compare(left, right, names=("l", "r"), deep=deep)
    back = compare(right, left, names=("r", "l"), deep=deep)
    swapped = {
        Verdict.ONLY_LEFT: Verdict.ONLY_RIGHT,
        Verdict.ONLY_RIGHT: Verdict.ONLY_LEFT,
    }
    assert [(each.key, each.verdict, each.through) for each in there.differences] == [
        (each.key, swapped.get(each.verdict, each.verdict), each.through)
        for each in back.differences
    ]


@given(left=accounts(), right=accounts())
def test_deep_finds_all_that_a_shallow_look_finds(left: LiveState, right: LiveState) -> None:
    shallow = compare(left, right, names=("l", "r"), deep=False)
    deep = compare(left, right, names=("l", "r"), deep=True)
    assert {each.key for each in shallow.differences} <= {each.key for each in deep.differences}
    assert shallow.equal >= deep.equal
