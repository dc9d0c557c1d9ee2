"""Accounts that are copied in memory from one that was planted once: cheap enough for thousands."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import count

import httpx

from segsync.api.client import Client
from segsync.sandbox.seed import Seed
from segsync.sandbox.state import AccountState, Kind
from segsync.sandbox.store import Store, memory_store, switches_row
from segsync.sandbox.switches import Switches
from segsync.segment import Marks
from tests.laws.worlds import NOON, Clock, World

_HOUR = 3600.0
_NO_DATABASE = sqlite3.connect(":memory:", check_same_thread=False)


class _Copy(Store):
    """An account without a database under it; a refusal comes before anything is changed."""

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[AccountState]:
        del writes
        with self._lock:
            yield self._state
            self._state.take_changes()


def planted(seed: Seed) -> AccountState:
    """Return the state of an account that has just been planted."""
    store = memory_store(seed, clock=lambda: NOON)
    with store.read() as state:
        found = state.copy()
    store.close()
    return found


def copied(state: AccountState, switches: Mapping[str, bool]) -> tuple[Store, Clock]:
    """Return a copy of an account, in a world of these switches, and its time.

    The planting lies an hour back. Ids are counted, so that what happens can be compared.
    """
    clock = Clock()
    clock.sleep(_HOUR)
    numbers = count(1)
    own = state.copy()
    own.put(Kind.SWITCHES, switches_row(replace(Switches(), **switches)))
    own.take_changes()
    store = _Copy(
        _NO_DATABASE,
        "memory",
        clock=clock.now,
        new_id=lambda: f"{next(numbers):032x}",
        _state=own,
    )
    return store, clock


def opened(store: Store, clock: Clock, transport: httpx.BaseTransport) -> World:
    """Return an account with a new client, as a new process has it."""
    client = Client(
        url="https://api.example.com",
        token="sandbox",
        marks=Marks(),
        transport=transport,
        clock=clock.seconds,
        sleep=clock.sleep,
        random=lambda: 0.5,
    )
    return World(store, clock, client)
