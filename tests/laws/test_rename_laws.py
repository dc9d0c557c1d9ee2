"""Laws of renames: whatever slugs do, the id stays with its definition, interrupted or not."""

from hypothesis import given, settings
from hypothesis import strategies as st

from segsync.plan import Plan
from segsync.planning.check import check
from segsync.planning.planner import build_plan
from segsync.segment import DesiredState, LiveState
from tests.laws.states import NO_LIMITS
from tests.laws.test_plan_laws import in_some_order
from tests.planning.account import ModelAccount
from tests.planning.build import desired_state, found, hex_id, live_state, wanted

SLUGS = ("a", "b", "c", "d", "e", "f")
Wandering = tuple[DesiredState, LiveState]


def definition(number: int, included: list[str]) -> str:
    return f"FILTER AND ({', '.join([f'x = {number}', *(f'INCLUDE {each}' for each in included)])})"


@st.composite
def wanderings(draw: st.DrawFn) -> Wandering:
    """Return segments that all keep their definition and exchange slugs: chains, swaps, rings."""
    before = draw(st.permutations(SLUGS))[: draw(st.integers(1, 4))]
    after = draw(st.permutations(SLUGS))[: len(before)]
    slugs = list(zip(before, after, strict=True))
    live, desired = [], []
    for number, (old, new) in enumerate(slugs):
        included = draw(st.sets(st.sampled_from(range(number)))) if number else set()
        by_id = draw(st.booleans())
        names = [hex_id(slugs[each][0]) if by_id else slugs[each][0] for each in included]
        live.append(found(old, definition(number, names), name=f"S{number}"))
        desired.append(
            wanted(
                new,
                definition(number, [slugs[each][1] for each in included]),
                name=f"S{number}",
                previously=(old,) if old != new else (),
            )
        )
    return desired_state(draw(st.permutations(desired))), live_state(draw(st.permutations(live)))


@st.composite
def newcomers(draw: st.DrawFn) -> Wandering:
    """Return wanderings with new segments that include them, some in slugs that become free."""
    desired, live = draw(wanderings())
    there = list(desired.segments)
    free = [each for each in SLUGS if each not in there]
    slugs = draw(st.lists(st.sampled_from(free), unique=True, max_size=2)) if free else []
    fresh = [
        wanted(slug, definition(9 + number, draw(st.lists(st.sampled_from(there), max_size=1))))
        for number, slug in enumerate(slugs)
    ]
    return desired_state([*desired.segments.values(), *fresh]), live


def plan_for(desired: DesiredState, live: LiveState) -> Plan:
    assert check(desired, live) == ()
    plan = build_plan(desired, live, NO_LIMITS)
    assert plan.blocked == ()
    return plan


@settings(max_examples=150, deadline=None)
@given(wanderings(), st.integers(0, 1000), st.integers(0, 20))
def test_ids_stay_with_their_definitions_even_if_a_run_is_cut_short(
    states: Wandering, seed: int, cut: int
) -> None:
    desired, live = states
    account = ModelAccount(live)
    for change in in_some_order(plan_for(desired, live), seed)[:cut]:
        assert change.action in {"rename", "update"}
        account.apply(change)
    for change in in_some_order(plan_for(desired, account.state()), seed + 1):
        assert change.action in {"rename", "update"}
        account.apply(change)
    names = {each.id: each.segment.name for each in live.segments}
    final = {each.id: each.segment for each in account.state().segments}
    assert {identity: each.name for identity, each in final.items()} == names
    assert {each.slug: each.name for each in final.values()} == {
        slug: each.segment.name for slug, each in desired.segments.items()
    }
    assert plan_for(desired, account.state()).changes == ()


@settings(max_examples=150, deadline=None)
@given(newcomers(), st.integers(0, 1000), st.integers(0, 20))
def test_a_run_that_was_cut_short_is_finished_by_the_next_one(
    states: Wandering, seed: int, cut: int
) -> None:
    desired, live = states
    account = ModelAccount(live)
    for change in in_some_order(plan_for(desired, live), seed)[:cut]:
        account.apply(change)
    for change in in_some_order(plan_for(desired, account.state()), seed + 1):
        account.apply(change)
    assert plan_for(desired, account.state()).changes == ()
    names = {each.id: each.segment.name for each in account.state().segments}
    assert {each.id: names[each.id] for each in live.segments} == {
        each.id: each.segment.name for each in live.segments
    }
