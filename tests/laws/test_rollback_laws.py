"""The law of a rollback: over random states, undoing a run leads back to where it began."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from segsync.diagnostics import Location
from segsync.filterql import canonical
from segsync.outcome import Outcome, Result
from segsync.plan import Plan
from segsync.planning.check import check
from segsync.planning.planner import build_plan
from segsync.planning.undoing.effects import Effect
from segsync.planning.undoing.undo import Undoing, undo
from segsync.segment import DesiredState, LiveState
from tests.laws.states import NO_LIMITS, desired_states, live_states
from tests.laws.test_apply_laws import Account

Fields = Mapping[tuple[str, str], Mapping[str, Any]]


def as_seen(live: LiveState) -> Fields:
    """Return what can be set on each object, by kind and key, the mark of ownership left out."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    slugs = {each.id: each.key for each in live.segments}
    for each in live.segments:
        value = each.segment
        tree = value.definition.filter
        assert tree is not None
        found["segment", each.key] = {
            "name": value.name,
            "description": value.description,
            "tags": value.tags,
            "groups": value.groups,
            "table": value.table,
            "protected": value.protected,
            "definition": canonical(tree, lambda name: slugs.get(name, name)),
        }
    for group in live.groups:
        found["group", group.key] = {"description": group.group.description}
    return found


def undoing(account: Account, plan: Plan, outcomes: Sequence[Outcome]) -> Undoing:
    """Return what undoes the changes that were applied."""
    done = {each.change.number: each.id for each in outcomes if each.result is Result.APPLIED}
    effects = [Effect(each, str(done[each.number])) for each in plan.changes if each.number in done]
    now = account.client.live_state()
    return undo(effects, now, source=Location("run"), group_ids=plan.group_ids)


def plan_back(account: Account, found: Undoing) -> Plan | None:
    """Return the plan that undoes; None when it does not fit this account."""
    now = account.client.live_state()
    if check(found.desired, now, matched=found.matched):
        return None
    return build_plan(
        found.desired,
        now,
        replace(NO_LIMITS, prune=True),
        matched=found.matched,
        matched_groups=found.matched_groups,
    )


def takes_two_steps(found: Undoing) -> bool:
    """Return whether the run itself filled a place that it had made free by a rename."""
    return any("taken that place" in each.reason for each in found.conflicts)


@given(live_states(), desired_states())
@settings(max_examples=30)
def test_undoing_a_run_leads_back_to_where_it_began(live: LiveState, desired: DesiredState) -> None:
    account = Account.made_of(live)
    before = as_seen(account.client.live_state())
    plan = account.plan(desired)
    if plan is None or plan.is_refused:
        return
    outcomes = account.apply(plan)
    assert {each.result for each in outcomes} <= {Result.APPLIED}
    found = undoing(account, plan, outcomes)
    if takes_two_steps(found):
        return
    assert found.conflicts == ()
    back = plan_back(account, found)
    if back is None or back.is_refused:
        return
    assert {each.result for each in account.apply(back)} <= {Result.APPLIED}
    assert as_seen(account.client.live_state()) == before


def a_run_that_was_cut_short_is_undone(
    live: LiveState, desired: DesiredState, *, first: int, again: int
) -> None:
    """Cut a run short, and its rollback as well; the next rollback leads back.

    Nothing but the first of these writes takes effect.
    """
    account = Account.made_of(live)
    before = as_seen(account.client.live_state())
    plan = account.plan(desired)
    if plan is None or plan.is_refused:
        return
    account.network.write_no_more(after=first)
    outcomes = account.apply(plan, parallelism=1)
    for writes in (again, None):
        account.network.write_no_more(after=writes)
        found = undoing(account, plan, outcomes)
        if takes_two_steps(found):
            return
        assert found.conflicts == ()
        back = plan_back(account, found)
        assert back is not None
        assert not back.blocked
        last = account.apply(back, parallelism=1)
    assert {each.result for each in last} <= {Result.APPLIED}
    assert as_seen(account.client.live_state()) == before


@given(live_states(), desired_states(), st.integers(0, 12), st.integers(0, 6))
@settings(max_examples=30)
def test_undoing_a_run_that_was_cut_short_leads_back_to_where_it_began(
    live: LiveState, desired: DesiredState, first: int, again: int
) -> None:
    a_run_that_was_cut_short_is_undone(live, desired, first=first, again=again)


@pytest.mark.soak
@given(live_states(), desired_states(), st.integers(0, 12), st.integers(0, 6))
@settings(max_examples=5000)
def test_undoing_what_was_cut_short_for_long(
    live: LiveState, desired: DesiredState, first: int, again: int
) -> None:
    a_run_that_was_cut_short_is_undone(live, desired, first=first, again=again)
