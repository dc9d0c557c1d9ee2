"""Accounts in unlike worlds: any switches, any faults, and a time that only sleeping moves."""

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from typing import Any

import httpx

from segsync.api.client import Client
from segsync.applier import apply_plan
from segsync.outcome import Outcome
from segsync.plan import Plan
from segsync.planning.check import check
from segsync.planning.planner import build_plan
from segsync.sandbox.controls import add_fault, clear_faults, set_switches
from segsync.sandbox.seed import Seed
from segsync.sandbox.state import Kind
from segsync.sandbox.store import Store, memory_store
from segsync.sandbox.switches import Switches
from segsync.sandbox.transport import SandboxTransport
from segsync.segment import DesiredState, Marks
from tests.laws.odd import seeded
from tests.laws.states import NO_LIMITS

NOON = datetime(2026, 11, 2, 12, 0, 0, tzinfo=UTC)

Objects = Mapping[str, Mapping[str, Any]]


class Clock:
    """The time of an account and of its client; it moves when somebody sleeps."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self._seconds)

    def seconds(self) -> float:
        return self._seconds

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._seconds += seconds


@dataclass
class World:
    """An account, its client, and the time that both have."""

    store: Store
    clock: Clock
    client: Client

    @classmethod
    def made(
        cls,
        seed: Seed,
        *,
        switches: Mapping[str, bool] | None = None,
        url: str = "https://api.example.com",
        transport: httpx.BaseTransport | None = None,
    ) -> "World":
        """Make an account of the usual kind, which then turns out to be of another one."""
        clock = Clock()
        store = memory_store(seed, clock=clock.now)
        client = Client(
            url=url,
            token="sandbox",
            marks=Marks(),
            transport=transport or SandboxTransport(store, sleep=clock.sleep),
            clock=clock.seconds,
            sleep=clock.sleep,
        )
        clock.sleep(3600.0)
        set_switches(store, **dict(switches or {}))
        return cls(store, clock, client)

    def plan(self, desired: DesiredState) -> Plan:
        """Return the plan for files that fit the account."""
        live = self.client.live_state(
            tables={each.segment.table for each in desired.segments.values()}
        )
        assert check(desired, live) == ()
        return build_plan(desired, live, NO_LIMITS)

    def apply(self, plan: Plan) -> list[Outcome]:
        """Carry the plan out; exactly one outcome for each change is a law of its own."""
        outcomes = list(
            apply_plan(
                plan,
                self.client,
                known_ids=self.objects().keys(),
                parallelism=3,
                sleep=self.clock.sleep,
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

    @contextmanager
    def struck_by(self, rules: Iterable[str]) -> Iterator[None]:
        """Let requests go wrong for as long as the block lasts; afterwards no write lags."""
        for each in rules:
            add_fault(self.store, each)
        try:
            yield
        finally:
            clear_faults(self.store)
            self.clock.sleep(60.0)


def covering(names: Collection[str], *, strength: int, seed: int = 0) -> list[dict[str, bool]]:
    """Return settings in which any so many switches take every combination of values.

    They are drawn at random, and one that adds nothing is left out.
    """
    random = seeded(seed)
    order = sorted(names)
    wanted = {
        (chosen, values)
        for chosen in combinations(range(len(order)), strength)
        for values in product((False, True), repeat=strength)
    }
    found = []
    while wanted:
        drawn = tuple(random.random() < 0.5 for _ in order)
        covered = {
            (chosen, tuple(drawn[each] for each in chosen))
            for chosen in combinations(range(len(order)), strength)
        }
        if wanted & covered:
            wanted -= covered
            found.append(dict(zip(order, drawn, strict=True)))
    return found


def all_switches() -> tuple[str, ...]:
    return tuple(Switches().as_dict())
