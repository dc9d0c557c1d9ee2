"""Whether a saved plan still fits the account."""

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from segsync.plan import Plan
from segsync.planning.planner import build_plan
from segsync.planning.staleness import what_moved
from segsync.segment import DesiredGroup, DesiredSegment, Job, LiveGroup, LiveSegment, LiveState
from tests.planning.build import (
    OPTIONS,
    desired_state,
    found,
    found_group,
    hex_id,
    live_state,
    wanted,
    wanted_group,
)

BASE = found("base", "FILTER x = 1", owned=False)
ROOT = found("root", "FILTER INCLUDE base", owned=False)
OTHER = found("other", "FILTER z = 1", owned=False)


def saved(
    desired: Iterable[DesiredSegment],
    live: LiveState,
    groups: Iterable[DesiredGroup] = (),
) -> Plan:
    return build_plan(desired_state(desired, groups), live, OPTIONS)


def with_segment(live: LiveState, changed: LiveSegment) -> LiveState:
    others = tuple(each for each in live.segments if each.id != changed.id)
    return replace(live, segments=(*others, changed))


def without(live: LiveState, slug: str) -> LiveState:
    return replace(live, segments=tuple(each for each in live.segments if each.key != slug))


def with_group(live: LiveState, changed: LiveGroup) -> LiveState:
    others = tuple(each for each in live.groups if each.id != changed.id)
    return replace(live, groups=(*others, changed))


UPDATE = [wanted("a", "FILTER AND (y = 1, INCLUDE root)")]
LIVE = live_state([BASE, ROOT, OTHER, found("a", "FILTER INCLUDE root")])


def test_an_account_that_is_as_it_was_fits() -> None:
    assert what_moved(saved(UPDATE, LIVE), LIVE) == ()


def test_what_the_plan_neither_touches_nor_includes_may_change() -> None:
    plan = saved(UPDATE, LIVE)
    now = with_segment(LIVE, replace(OTHER, segment=replace(OTHER.segment, name="New")))
    assert what_moved(plan, with_segment(now, found("more", "FILTER INCLUDE a"))) == ()
    assert what_moved(plan, without(LIVE, "other")) == ()


@pytest.mark.parametrize(
    ("slug", "definition"),
    [("a", "FILTER INCLUDE other"), ("root", "FILTER x = 1"), ("base", "FILTER x = 2")],
)
def test_what_the_plan_touches_or_includes_may_not_change(slug: str, definition: str) -> None:
    now = with_segment(LIVE, found(slug, definition, owned=slug == "a"))
    assert what_moved(saved(UPDATE, LIVE), now) == (f"segment {slug} was changed",)


def test_what_is_included_only_before_or_only_after_counts_as_well() -> None:
    plan = saved([wanted("a", "FILTER INCLUDE other")], LIVE)
    changed = with_segment(LIVE, found("other", "FILTER z = 2", owned=False))
    assert what_moved(plan, changed) == ("segment other was changed",)
    assert what_moved(plan, without(LIVE, "base")) == (
        f"an included segment was deleted ({hex_id('base')})",
    )


def test_a_new_segment_watches_what_it_includes() -> None:
    plan = saved([wanted("new", "FILTER INCLUDE root")], live_state([BASE, ROOT]))
    now = live_state([found("base", "FILTER x = 2", owned=False), ROOT])
    assert what_moved(plan, now) == ("segment base was changed",)


def test_times_and_authors_may_change() -> None:
    now = with_segment(
        LIVE, found("a", "FILTER INCLUDE root", updated="2026-11-23T00:00:00Z", author_id="u2")
    )
    assert what_moved(saved(UPDATE, LIVE), now) == ()


def test_what_the_plan_touches_may_not_be_deleted() -> None:
    assert what_moved(saved(UPDATE, LIVE), without(LIVE, "a")) == (
        f"segment a was deleted ({hex_id('a')})",
    )


def test_a_deleted_segment_is_called_as_it_was_called() -> None:
    live = live_state([found("old"), BASE])
    plan = saved([wanted("new", previously=("old",))], live)
    assert what_moved(plan, without(live, "old")) == (f"segment old was deleted ({hex_id('old')})",)


def test_a_slug_or_name_that_the_plan_gives_must_be_free() -> None:
    live = live_state([found("old"), BASE], [found_group("Old")])
    plan = saved(
        [wanted("new", previously=("old",)), wanted("fresh")],
        live,
        [wanted_group("New", previously=("Old",)), wanted_group("Fresh")],
    )
    now = live_state(
        [*live.segments, found("new", id="1"), found("fresh", id="2")],
        [*live.groups, found_group("New", id="3"), found_group("Fresh", id="4")],
    )
    assert what_moved(plan, live) == ()
    assert sorted(what_moved(plan, now)) == [
        "group Fresh is now in the account",
        "group New is now in the account",
        "segment fresh is now in the account",
        "segment new is now in the account",
    ]


def test_a_slug_that_the_plan_itself_frees_is_free() -> None:
    live = live_state([found("old", "FILTER x = 1"), BASE])
    plan = saved(
        [wanted("new", "FILTER x = 1", previously=("old",)), wanted("old", "FILTER y = 1")], live
    )
    assert [each.action for each in plan.changes] == ["rename", "rename", "create"]
    assert what_moved(plan, live) == ()


def test_a_segment_in_a_group_that_is_renamed_is_as_it_was() -> None:
    live = live_state([found("a", groups=["Old"]), BASE], [found_group("Old")])
    plan = saved(
        [wanted("a", name="New", groups=["New"])],
        live,
        [wanted_group("New", previously=("Old",))],
    )
    assert len(plan.changes) == 2
    assert what_moved(plan, live) == ()


def test_a_group_that_is_touched_may_not_change() -> None:
    live = live_state([BASE], [found_group("G", "old")])
    plan = saved([], live, [wanted_group("G", "new")])
    assert what_moved(plan, live) == ()
    assert what_moved(plan, with_group(live, found_group("G", "theirs"))) == (
        "group G was changed",
    )
    assert what_moved(plan, replace(live, groups=())) == (f"group G was deleted ({hex_id('gG')})",)


def test_a_group_that_segments_join_must_be_there_and_may_change() -> None:
    live = live_state([BASE], [found_group("G")])
    plan = saved([wanted("a", groups=["G"])], live, [wanted_group("G")])
    assert what_moved(plan, with_group(live, found_group("G", "changed"))) == ()
    assert what_moved(plan, replace(live, groups=())) == (f"group G was deleted ({hex_id('gG')})",)


def test_a_group_that_segments_join_may_not_be_renamed() -> None:
    live = live_state([BASE], [found_group("G")])
    plan = saved([wanted("a", groups=["G"])], live, [wanted_group("G")])
    renamed = with_group(live, found_group("H", id=hex_id("gG")))
    assert what_moved(plan, renamed) == ("group G was renamed to H",)


def test_a_group_that_the_plan_makes_need_not_be_there() -> None:
    live = live_state([BASE])
    plan = saved([wanted("a", groups=["G"])], live, [wanted_group("G")])
    assert what_moved(plan, live) == ()


def test_every_group_that_segments_join_is_looked_for_beside_those_that_the_plan_makes() -> None:
    live = live_state([BASE], [found_group("H")])
    plan = saved([wanted("a", groups=["G", "H"])], live, [wanted_group("G"), wanted_group("H")])
    assert what_moved(plan, live) == ()
    assert what_moved(plan, replace(live, groups=())) == (f"group H was deleted ({hex_id('gH')})",)


@pytest.mark.parametrize("reference", ["old", "OLD", hex_id("old")])
def test_what_is_to_be_deleted_may_not_be_included_by_something_new(reference: str) -> None:
    live = live_state([found("old"), found("a")])
    plan = saved([wanted("a")], live)
    now = with_segment(live, found("theirs", f"FILTER INCLUDE {reference}", owned=False))
    assert what_moved(plan, live) == ()
    assert what_moved(plan, now) == (f"segment theirs includes {reference} now",)


def test_what_is_to_be_deleted_may_not_be_mentioned_by_what_cannot_be_read() -> None:
    live = live_state([found("old"), found("a")])
    now = with_segment(live, found("theirs", "FILTER AND (INCLUDE old", owned=False))
    assert what_moved(saved([wanted("a")], live), now) == ("segment theirs includes old now",)


def test_what_is_to_be_renamed_may_not_be_included_by_slug_by_something_new() -> None:
    live = live_state([found("old"), BASE])
    plan = saved([wanted("new", previously=("old",))], live)
    by_id = found("one", f"FILTER INCLUDE {hex_id('old')}", owned=False)
    by_slug = found("two", "FILTER INCLUDE old", owned=False)
    assert what_moved(plan, with_segment(live, by_id)) == ()
    assert what_moved(plan, with_segment(live, by_slug)) == ("segment two includes old now",)


def test_a_group_that_is_to_be_deleted_may_not_get_a_segment() -> None:
    live = live_state([BASE], [found_group("G")])
    plan = saved([], live, [wanted_group("G", absent=True)])
    assert what_moved(plan, live) == ()
    now = with_segment(live, found("theirs", groups=["G"], owned=False))
    assert what_moved(plan, now) == ("segment theirs is in group G now",)


def test_what_is_to_be_deleted_may_not_be_exported_by_now() -> None:
    live = live_state([found("a"), found("b")])
    plan = saved([wanted("b")], live)
    uses = frozenset({hex_id("a"), hex_id("b")})
    jobs = (
        Job("1", "Promo", "google_ads", "running", uses),
        Job("2", "Old", "google_ads", "completed", uses),
    )
    assert what_moved(plan, replace(live, jobs=jobs)) == (
        'segment a is used by google_ads "Promo" now',
    )


def test_an_empty_plan_fits_always() -> None:
    plan = saved([], live_state([BASE]))
    assert (plan.changes, plan.fingerprints) == ((), {})
    assert what_moved(plan, live_state([])) == ()
