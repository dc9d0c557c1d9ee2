"""The law of a rollback: over random states, undoing a run leads back to where it began."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from msgspec.structs import replace

from segsync.diagnostics import Location
from segsync.filterql import canonical
from segsync.outcome import Result
from segsync.planning.check import check
from segsync.planning.planner import build_plan
from segsync.planning.rollback import Effect, undo
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


@given(live_states(), desired_states())
@settings(max_examples=60)
def test_undoing_a_run_leads_back_to_where_it_began(live: LiveState, desired: DesiredState) -> None:
    account = Account.made_of(live)
    before = as_seen(account.client.live_state())
    plan = account.plan(desired)
    if plan is None or plan.is_refused:
        return
    outcomes = account.apply(plan)
    assert {each.result for each in outcomes} <= {Result.APPLIED}
    done = {each.change.number: each.id for each in outcomes}
    effects = [Effect(each, str(done[each.number])) for each in plan.changes]
    now = account.client.live_state()
    undoing = undo(effects, now, source=Location("run"))
    assert undoing.conflicts == ()
    if check(undoing.desired, now):
        return
    back = build_plan(undoing.desired, now, replace(NO_LIMITS, prune=True))
    if back.is_refused:
        return
    assert {each.result for each in account.apply(back)} <= {Result.APPLIED}
    assert as_seen(account.client.live_state()) == before
