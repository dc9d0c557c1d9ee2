"""Makes this process die at a point: before, in and after each journal line and each request.

Time is made up as well, so that nobody waits: a sleep moves the clock on.
"""

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from segsync.api.waits import Waits
from segsync.journal import Journal, writing
from segsync.sandbox import store as sandbox_store
from segsync.sandbox.messages import Request, Response
from segsync.sandbox.store import Store

POINTS: Final = "points.json"
_CLOCK: Final = "clock.json"

_append = Journal._append  # noqa: SLF001 - the points lie in its lines
_handle = Store.handle


class Fuse:
    """Counts the points of a run in a folder and kills the process at one of them, 0 for none.

    What the account did goes into the trail of this name. With `power_cut` the journal loses what
    no flush has covered. With `meanwhile` that is called at the point, and the process goes on.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        at: int = 0,
        power_cut: bool = False,
        meanwhile: Callable[[], None] | None = None,
    ) -> None:
        self._folder = folder
        self._trail = folder / f"trail-{name}.jsonl"
        self._at = at
        self._power_cut = power_cut
        self._meanwhile = meanwhile
        self._flushed: dict[int, int] = {}
        self._lock = threading.Lock()
        self._account = threading.Lock()
        self.points: list[str] = []

    def reach(self, point: str) -> None:
        """Die if this is the point."""
        if self.is_due(point):
            self.die()

    def is_due(self, point: str) -> bool:
        """Count a point, and return whether it is the one."""
        with self._lock:
            self.points.append(point)
            is_due = len(self.points) == self._at
        if is_due and self._meanwhile:
            self._meanwhile()
            return False
        return is_due

    def die(self) -> None:
        """End this process as the system does that has no memory left."""
        # Whoever has the account asked something has to write down what it did.
        self._account.acquire()
        keep_time(self._folder)
        if self._power_cut:
            for descriptor, size in self._flushed.items():
                os.ftruncate(descriptor, size)
        (self._folder / POINTS).write_text(json.dumps(self.points))
        os.kill(os.getpid(), signal.SIGKILL)
        threading.Event().wait()

    def append(self, journal: Journal, record: dict[str, Any]) -> None:
        """Write a line of the journal, with points around and in it."""
        kind = record["record"]
        self.reach(f"before {kind}")
        descriptor = journal._descriptor  # noqa: SLF001 - as above
        self._flushed.setdefault(descriptor, os.fstat(descriptor).st_size)
        if self.is_due(f"in {kind}"):
            line = json.dumps(record).encode()
            os.write(descriptor, line[: len(line) // 2])
            self.die()
        _append(journal, record)
        self.reach(f"after {kind}")

    def flush(self, descriptor: int) -> None:
        """Remember what the disk has; a killed process loses nothing that it has written."""
        self._flushed[descriptor] = os.fstat(descriptor).st_size

    def handle(self, store: Store, request: Request) -> Response:
        """Let the account answer, with points around it; what it did is written down."""
        self.reach(f"before {request.method}")
        with self._account:
            response = _handle(store, request)
            if response.object_id:
                body = json.loads(request.body or b"{}")
                key = body.get("slug_name") or body.get("name")
                done = [request.method, f"/{'/'.join(request.path)}", key]
                with self._trail.open("a") as trail:
                    trail.write(f"{json.dumps(done)}\n")
        self.reach(f"after {request.method}")
        return response

    def install(self) -> None:
        """Put the points into this process, for good."""
        # Lambdas, since only a function becomes a method.
        patch.object(Journal, "_append", lambda *args: self.append(*args)).start()  # noqa: PLW0108
        patch.object(writing, "_flush", self.flush).start()
        patch.object(Store, "handle", lambda *args: self.handle(*args)).start()  # noqa: PLW0108


class _MovedOn:
    """By how many seconds the made-up time is ahead."""

    seconds = 0.0


class _Datetime(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "_Datetime":
        found = datetime.now(tz or UTC) + timedelta(seconds=_MovedOn.seconds)
        return cls.fromisoformat(found.isoformat())


def make_up_time() -> None:
    """Let sleeping move the clocks on instead; to be called before segsync.api is imported."""
    monotonic = time.monotonic

    def sleep(seconds: float) -> None:
        _MovedOn.seconds += seconds

    patch.object(time, "sleep", sleep).start()
    patch.object(Waits, "sleep", lambda _, seconds: sleep(seconds)).start()
    patch.object(time, "monotonic", lambda: monotonic() + _MovedOn.seconds).start()
    for module in (sandbox_store, writing):
        patch.object(module, "datetime", _Datetime).start()


def keep_time(folder: Path) -> None:
    """Write down the made-up time for the next process."""
    (folder / _CLOCK).write_text(json.dumps(_MovedOn.seconds))


def take_time(folder: Path) -> None:
    """Go on where the last process was."""
    path = folder / _CLOCK
    _MovedOn.seconds = json.loads(path.read_text()) if path.exists() else 0.0
