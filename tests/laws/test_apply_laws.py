"""Laws of an apply, over random states, against the sandbox and through the real client."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from segsync.api.client import Client
from segsync.applier import apply_plan
from segsync.errors import ApiError
from segsync.filterql import Node, same_meaning
from segsync.outcome import Outcome, Result
from segsync.plan import Action, Plan
from segsync.planning.check import check
from segsync.planning.planner import build_plan
from segsync.sandbox.seed import generated
from segsync.sandbox.state import Kind
from segsync.sandbox.store import Store, memory_store
from segsync.sandbox.transport import SandboxTransport
from segsync.segment import Definition, DesiredState, LiveState, Marks
from tests.laws.states import NO_LIMITS, desired_states, live_states
from tests.planning.build import hex_id

RATES = st.sampled_from([0.05, 0.2, 0.4, 0.6, 0.8])
"""The shares of requests that fail."""

Objects = Mapping[str, Mapping[str, Any]]


class FaultyTransport(httpx.BaseTransport):
    """A network that fails at random, before or after the sandbox has done what it was asked."""

    def __init__(self, store: Store) -> None:
        self._sandbox = SandboxTransport(store)
        self._chance = Random()  # noqa: S311 - not a secret
        self._lock = threading.Lock()
        self.rate = 0.0
        self._writes_left: int | None = None

    def write_no_more(self, *, after: int | None) -> None:
        """Let so many writes pass from now on and refuse the rest; None lets all of them pass."""
        self._writes_left = after

    def fail(self, rate: float, *, seed: int) -> None:
        """Let this share of the requests fail from now on."""
        self._chance.seed(seed)
        self.rate = rate

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request, or one of four failures: an error or nothing, before or after."""
        if request.method != "GET" and self._writes_left is not None:
            if self._writes_left == 0:
                return httpx.Response(400, json={"status": 400, "message": "refused"})
            self._writes_left -= 1
        with self._lock:
            fails = self._chance.random() < self.rate
            acts, answers = self._chance.random() < 0.5, self._chance.random() < 0.5
        if not fails:
            return self._sandbox.handle_request(request)
        if acts:
            self._sandbox.handle_request(request)
        if answers:
            return httpx.Response(500, json={"status": 500, "message": "out of luck"})
        message = "connection lost"
        raise httpx.ReadError(message)


@dataclass
class Account:
    """An account in memory, its client, and the network between the two."""

    store: Store
    network: FaultyTransport
    client: Client

    @classmethod
    def made_of(cls, live: LiveState) -> "Account":
        """Make an account that has these objects, through the API."""
        store = memory_store(generated(0))
        network = FaultyTransport(store)
        client = Client(
            url="https://api.example.com",
            token="sandbox",
            marks=Marks(),
            transport=network,
            sleep=lambda _: None,
        )
        group_ids = {each.key: client.create_group(each.group).id for each in live.groups}
        ids: dict[str, str] = {}
        for each in live.segments:
            text = each.segment.definition.text
            for slug, made in ids.items():
                text = text.replace(hex_id(slug), made)
            segment = replace(each.segment, definition=Definition(text))
            ids[each.key] = client.create_segment(segment, group_ids=group_ids).id
        return cls(store, network, client)

    def plan(self, desired: DesiredState) -> Plan | None:
        """Return the plan for these files; None when they do not fit this account."""
        live = self.client.live_state()
        return None if check(desired, live) else build_plan(desired, live, NO_LIMITS)

    def apply(self, plan: Plan, *, parallelism: int = 3) -> list[Outcome]:
        """Carry the plan out; exactly one outcome for each change is a law of its own."""
        known = self.objects().keys()
        outcomes = list(
            apply_plan(
                plan,
                self.client,
                known_ids=known,
                parallelism=parallelism,
                sleep=lambda _: None,
            )
        )
        numbers = sorted(each.change.number for each in outcomes)
        assert numbers == sorted(each.number for each in plan.changes)
        return outcomes

    def objects(self) -> Objects:
        """Return segments and groups as the sandbox keeps them, by id."""
        with self.store.read() as state:
            kinds = (Kind.SEGMENT, Kind.GROUP)
            return {each["id"]: dict(each) for kind in kinds for each in state.all(kind)}

    def slugs(self) -> list[str]:
        """Return the slugs of all segments, sorted, as often as they are there."""
        with self.store.read() as state:
            return sorted(each["slug_name"] for each in state.all(Kind.SEGMENT))


def left_alone(before: Objects, plan: Plan) -> Objects:
    """Return what was there and has no place in the plan."""
    touched = {each.id for each in plan.changes}
    return {key: each for key, each in before.items() if key not in touched}


def assert_in_step(account: Account, desired: DesiredState) -> None:
    """Complain unless the account has what the files say, and nothing of ours beside."""
    live = account.client.live_state()
    slugs = {each.id: each.key for each in live.segments}
    found = {each.key: each.segment for each in live.segments if each.segment.owned}
    assert found.keys() == desired.segments.keys()
    for key, entry in desired.segments.items():
        has, wants = found[key], entry.segment
        assert (has.name, has.groups, has.table) == (wants.name, wants.groups, wants.table)
        assert same_meaning(
            tree(has.definition), tree(wants.definition), lambda name: slugs.get(name, name)
        )
    groups = {each.key for each in live.groups if each.group.owned}
    assert groups == desired.groups.keys()


def assert_applied_means_applied(account: Account, outcomes: list[Outcome]) -> None:
    """Complain about a success that the account knows nothing of."""
    there = account.objects().keys()
    gone = {each.change.id for each in outcomes if each.change.action is Action.DELETE}
    for each in outcomes:
        if each.result is Result.APPLIED and each.id not in gone:
            assert each.id in there
        if each.result is Result.APPLIED and each.change.action is Action.DELETE:
            assert each.id not in there


def assert_nothing_is_stray(account: Account, desired: DesiredState, live: LiveState) -> None:
    """Complain about a slug that nobody asked for, such as the `<slug>_1` of a second create."""
    known = {*desired.segments, *(each.key for each in live.segments)}
    stray = [each for each in account.slugs() if each not in known]
    assert [each for each in stray if each.endswith("_1")] == []


def tree(definition: Definition) -> Node:
    assert definition.filter is not None
    return definition.filter


def assert_nothing_is_left_to_do(account: Account, desired: DesiredState) -> None:
    plan = account.plan(desired)
    assert plan is not None
    assert plan.changes == ()
    writes = account.store.writes
    assert account.apply(plan) == []
    assert account.store.writes == writes


def apply_gives_the_desired_state(desired: DesiredState, live: LiveState) -> None:
    account = Account.made_of(live)
    plan = account.plan(desired)
    if plan is None:
        return
    before = account.objects()
    outcomes = account.apply(plan)
    assert [each for each in outcomes if each.result is not Result.APPLIED] == []
    after = account.objects()
    untouched = left_alone(before, plan)
    assert {key: after.get(key) for key in untouched} == untouched
    if not plan.blocked:
        assert_in_step(account, desired)
        assert_nothing_is_left_to_do(account, desired)


def a_second_apply_finishes(
    desired: DesiredState, live: LiveState, *, seed: int, rate: float
) -> None:
    account = Account.made_of(live)
    plan = account.plan(desired)
    if plan is None or plan.blocked:
        return
    account.network.fail(rate, seed=seed)
    outcomes = account.apply(plan)
    account.network.fail(0.0, seed=seed)
    assert_applied_means_applied(account, outcomes)
    again = account.plan(desired)
    assert again is not None
    assert_nothing_is_stray(account, desired, live)
    if any(each.rule == "unclear-rename" for each in again.blocked):
        # Of a swap that was cut in half a person may have to say which is which.
        return
    assert not again.blocked
    outcomes = account.apply(again)
    assert [each for each in outcomes if each.result is not Result.APPLIED] == []
    assert_in_step(account, desired)
    assert_nothing_is_left_to_do(account, desired)
    unmanaged = {each.key for each in live.segments if not each.segment.owned}
    assert set(account.slugs()) <= {*desired.segments, *unmanaged}


@settings(max_examples=60, deadline=None)
@given(desired_states(), live_states())
def test_an_apply_gives_the_desired_state_and_touches_nothing_else(
    desired: DesiredState, live: LiveState
) -> None:
    apply_gives_the_desired_state(desired, live)


@settings(max_examples=100, deadline=None)
@given(desired_states(), live_states(), st.integers(0, 2**32), RATES)
def test_after_any_faults_a_second_apply_finishes_and_nothing_is_stray(
    desired: DesiredState, live: LiveState, seed: int, rate: float
) -> None:
    a_second_apply_finishes(desired, live, seed=seed, rate=rate)


@settings(max_examples=30, deadline=None)
@given(desired_states(), live_states(), st.integers(0, 2**32), RATES)
def test_a_plan_over_a_failing_network_is_right_or_an_error(
    desired: DesiredState, live: LiveState, seed: int, rate: float
) -> None:
    account = Account.made_of(live)
    writes = account.store.writes
    calm = account.plan(desired)
    account.network.fail(rate, seed=seed)
    try:
        plan = account.plan(desired)
    except ApiError:
        pass
    else:
        assert plan == calm
    assert account.store.writes == writes


@pytest.mark.soak
@settings(max_examples=5000, deadline=None)
@given(desired_states(), live_states())
def test_the_desired_state_for_long(desired: DesiredState, live: LiveState) -> None:
    apply_gives_the_desired_state(desired, live)


@pytest.mark.soak
@settings(max_examples=10000, deadline=None)
@given(desired_states(), live_states(), st.integers(0, 2**32), RATES)
def test_faults_for_long(desired: DesiredState, live: LiveState, seed: int, rate: float) -> None:
    a_second_apply_finishes(desired, live, seed=seed, rate=rate)
