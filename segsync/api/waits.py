"""Sleeps between requests, of which the long ones end as soon as somebody asks to stop."""

import threading
import time
from collections.abc import Callable

# Seconds. What keeps the pace is slept to its end, so that what is half done can be finished.
_BRIEF = 1.0


class CutShortError(Exception):
    """A wait is over because somebody asked to stop, and not because its time has come."""


class Waits:
    """The sleeps of one client; safe to share between threads.

    `sleep` takes seconds and is for tests; without it sleeps are real.
    """

    def __init__(self, sleep: Callable[[float], None] | None) -> None:
        self._given = sleep
        self._stop = threading.Event()

    def heed(self, stop: threading.Event) -> None:
        """End the long sleeps that begin from now on when this event is set."""
        self._stop = stop

    def sleep(self, seconds: float) -> None:
        """Sleep for so long; raise `CutShortError` when somebody asks to stop meanwhile."""
        if self._given is not None:
            self._given(seconds)
        elif seconds <= _BRIEF:
            time.sleep(seconds)
        else:
            self._stop.wait(seconds)
        if seconds > _BRIEF and self._stop.is_set():
            raise CutShortError
