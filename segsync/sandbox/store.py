"""Where an account lives between requests: an SQLite file or memory, safe for several processes.

Every request is one transaction. A store keeps the account in memory and, before each request,
reads only the rows that other stores have written since; it writes only the rows that the
request changed. In-process transport and server both call `Store.handle`, and carry out how its
response is to be delivered.
"""

import json
import sqlite3
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from segsync.sandbox.core import Circumstances
from segsync.sandbox.errors import SandboxStateError
from segsync.sandbox.exposure import exchange
from segsync.sandbox.messages import Request, Response
from segsync.sandbox.requestlog import AuditEntry, entry_of
from segsync.sandbox.seed import Seed, embedded_seed, plant
from segsync.sandbox.state import AccountState, Kind, timestamp
from segsync.sandbox.switches import Switches

_FORMAT = 5101
_LOCK_TIMEOUT_S = 30.0
_AUDIT_LENGTH = 100_000
_TABLES = (
    "CREATE TABLE clock (epoch INTEGER NOT NULL, version INTEGER NOT NULL)",
    """
    CREATE TABLE objects (
        kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT,
        PRIMARY KEY (kind, id)
    )
    """,
    "CREATE INDEX objects_by_version ON objects (version)",
    "INSERT INTO clock VALUES (0, 0)",
    f"PRAGMA user_version = {_FORMAT}",
)
_UPSERT = """
INSERT INTO objects (kind, id, version, body) VALUES (?, ?, ?, ?)
ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, body = excluded.body
"""


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return uuid.uuid4().hex


@dataclass
class Store:
    """One account behind a lock: `handle` answers a request, the rest is for people and tests.

    `clock` must return times in UTC, `new_id` 32 hexadecimal digits that never repeat.
    """

    connection: sqlite3.Connection
    place: str
    clock: Callable[[], datetime] = _utc_now
    new_id: Callable[[], str] = _new_id
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _audit: deque[AuditEntry] = field(default_factory=lambda: deque(maxlen=_AUDIT_LENGTH))
    _state: AccountState = field(default_factory=AccountState)
    _epoch: int = -1
    _version: int = 0

    def handle(self, request: Request) -> Response:
        """Answer one request, under the fault rules of the account.

        The caller has the connection, and so carries out the `delivery` of the response.
        """
        start = time.perf_counter()
        with self._transaction(writes=request.method != "GET") as state:
            now = self.now(state)
            response = exchange(state, request, Circumstances(now=now, new_id=self.new_id)).at(now)
            taken_s = time.perf_counter() - start + response.delivery.wait_s
            self._audit.append(entry_of(request, response, at=timestamp(now), ms=taken_s * 1000))
        return response

    def now(self, state: AccountState) -> datetime:
        """Return the time in this account: that of the clock, plus what it was moved on by."""
        moved = state.get(Kind.CLOCK, Kind.CLOCK)
        now = self.clock()
        return now if moved is None else now + timedelta(seconds=moved["advanced_s"])

    @property
    def requests(self) -> tuple[AuditEntry, ...]:
        """Every request that this store answered, oldest first (the last 100,000)."""
        return tuple(self._audit)

    @property
    def writes(self) -> tuple[AuditEntry, ...]:
        """The requests that changed something or set it in motion, oldest first."""
        return tuple(entry for entry in self._audit if entry.object_id)

    def forget_requests(self) -> None:
        """Begin a new audit."""
        self._audit.clear()

    @contextmanager
    def edit(self) -> Iterator[AccountState]:
        """Give the state to change, past the API and its audit; all or nothing is kept."""
        with self._transaction(writes=True) as state:
            yield state

    @contextmanager
    def read(self) -> Iterator[AccountState]:
        """Give the state to look at."""
        with self._transaction(writes=False) as state:
            yield state

    def reset(self, *, seed: Seed | None = None, switches: Switches | None = None) -> None:
        """Forget everything and start from the seed again; other stores on the same file notice."""
        with self._transaction(writes=True):
            self.connection.execute("DELETE FROM objects")
            self.connection.execute("UPDATE clock SET epoch = epoch + 1")
            self.plant(seed or embedded_seed(), switches=switches)

    def plant(self, seed: Seed, *, switches: Switches | None) -> None:
        """Put the seed into the empty tables; the caller holds the transaction."""
        self._state = AccountState()
        (self._epoch, self._version) = self.connection.execute("SELECT * FROM clock").fetchone()
        plant(self._state, seed, now=self.clock())
        self._state.put(Kind.SWITCHES, switches_row(switches or Switches()))
        self._write(self._state.take_changes())

    def close(self) -> None:
        """Give the file back; the store cannot be used afterwards."""
        with self._lock:
            self.connection.close()

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[AccountState]:
        with self._lock, _explained(self.place):
            self.connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            try:
                self._catch_up()
                if not writes and self._reads_write:
                    # What began as a read cannot safely go on as a write.
                    self.connection.execute("COMMIT")
                    self.connection.execute("BEGIN IMMEDIATE")
                    self._catch_up()
                yield self._state
                self._write(self._state.take_changes())
                self.connection.execute("COMMIT")
            except BaseException:
                self._epoch = -1
                self.connection.rollback()
                raise

    @property
    def _reads_write(self) -> bool:
        """Whether a read too changes something: rules and limits count, scans are remembered."""
        state = self._state
        if state.has(Kind.FAULT):
            return True
        switches = state.switches if state.has(Kind.SWITCHES) else Switches()
        return switches.limit_requests or switches.scan_marks_repeat

    def _catch_up(self) -> None:
        epoch, version = self.connection.execute("SELECT epoch, version FROM clock").fetchone()
        if (epoch, version) == (self._epoch, self._version):
            return
        if epoch != self._epoch:
            self._state, self._version = AccountState(), 0
        rows = self.connection.execute(
            "SELECT kind, id, body FROM objects WHERE version > ? ORDER BY rowid", (self._version,)
        )
        try:
            for kind, object_id, body in rows:
                if body is None:
                    self._state.remove(Kind(kind), object_id)
                else:
                    self._state.put(Kind(kind), json.loads(body))
        except (ValueError, KeyError, TypeError) as problem:
            raise SandboxStateError(_advice(self.place, f"bad row: {problem}")) from problem
        self._state.take_changes()
        self._epoch, self._version = epoch, version

    def _write(self, changes: Mapping[tuple[Kind, str], dict[str, Any] | None]) -> None:
        if not changes:
            return
        self._version += 1
        self.connection.execute("UPDATE clock SET version = ?", (self._version,))
        rows = [
            (kind, object_id, self._version, None if value is None else json.dumps(value))
            for (kind, object_id), value in changes.items()
        ]
        self.connection.executemany(_UPSERT, rows)


def open_store(path: Path, *, seed: Seed | None = None, switches: Switches | None = None) -> Store:
    """Open the account kept in a file; create and seed it when it is new.

    Without `seed`, a new account is the one that comes with segsync.
    `switches`, when given, replace the stored ones. Raises SandboxStateError when the file is
    damaged, is something else than a sandbox account, or cannot be used.
    """
    with _explained(str(path), OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(str(path))
        store = Store(connection, str(path))
        try:
            _prepare(store, seed, switches)
            with store.read():
                pass  # a damaged row shows now, while `reset` can still move the file aside
            if switches is not None:
                with store.edit() as state:
                    state.put(Kind.SWITCHES, switches_row(switches))
        except BaseException:
            store.close()
            raise
    return store


def memory_store(
    seed: Seed | None = None,
    *,
    switches: Switches | None = None,
    clock: Callable[[], datetime] = _utc_now,
    new_id: Callable[[], str] = _new_id,
) -> Store:
    """Return a seeded account that lives as long as the store."""
    store = Store(_connect(":memory:"), "memory", clock=clock, new_id=new_id)
    _prepare(store, seed, switches)
    return store


def reset(path: Path, *, seed: Seed | None = None, switches: Switches | None = None) -> None:
    """Bring the account in a file back to the seed.

    A file that cannot be used is first moved aside, to the same name with `.damaged` added.
    """
    try:
        store = open_store(path, seed=seed)
    except SandboxStateError:
        with _explained(str(path), OSError):
            path.replace(path.with_name(f"{path.name}.damaged"))
            for end in ("-wal", "-shm"):
                path.with_name(path.name + end).unlink(missing_ok=True)
        store = open_store(path, seed=seed)
    store.reset(seed=seed, switches=switches)
    store.close()


def _connect(place: str) -> sqlite3.Connection:
    return sqlite3.connect(
        place, timeout=_LOCK_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )


def switches_row(switches: Switches) -> dict[str, Any]:
    """Return the switches as they are kept."""
    return {"id": Kind.SWITCHES, **switches.as_dict()}


def _prepare(store: Store, seed: Seed | None, switches: Switches | None) -> None:
    """Give a new database its tables and its seed; refuse one that is not a sandbox account."""
    connection = store.connection
    # Readers do not wait for writers, and a commit does not wait for the disk.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,):
            for statement in _TABLES:
                connection.execute(statement)
            store.plant(seed or embedded_seed(), switches=switches)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found != _FORMAT:
        raise SandboxStateError(_advice(store.place, f"it has format {found}, not {_FORMAT}"))


@contextmanager
def _explained(place: str, *others: type[Exception]) -> Iterator[None]:
    """Turn what the database says, or one of these errors, into a message for people."""
    causes: tuple[type[Exception], ...] = (sqlite3.Error, *others)
    try:
        yield
    except causes as problem:
        raise SandboxStateError(_advice(place, str(problem))) from problem


def _advice(place: str, reason: str) -> str:
    return (
        f"cannot use the sandbox state in {place}: {reason}. "
        "`segsync sandbox reset` starts a new one and keeps this file as `….damaged`."
    )
