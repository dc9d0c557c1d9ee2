"""Lets requests through in their turn: the one place where worker threads wait for each other."""

import threading
from collections.abc import Callable

from segsync.api.pace import Turns

# Those who waited for the end of a pause come back spread over a tenth of it.
_SPREAD = 0.1


class Lane:
    """One lane of requests to one account; safe to share between threads.

    Whoever has entered must leave, in one of three ways.
    """

    def __init__(
        self,
        turns: Turns,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        random: Callable[[], float],
    ) -> None:
        self._turns = turns
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._changed = threading.Condition()

    def enter(self, *, until: float = float("inf")) -> float | None:
        """Wait for a turn, return for how many seconds, or None if it does not come by `until`."""
        began = now = self._clock()
        while True:
            with self._changed:
                while (wait := self._turns.start(now)) is None:
                    self._changed.wait()
                    now = max(now, self._clock())
                paused = self._turns.paused_for(now)
            if wait == 0:
                return now - began
            if now + wait > until:
                return None
            self._sleep(wait + (_SPREAD * wait * self._random() if paused else 0.0))
            # A sleep that returned early counts as slept, or its worker would spin.
            now = max(now + wait, self._clock())

    def leave_well(self) -> None:
        """Leave after an answer that says that the pace is right."""
        with self._changed:
            self._turns.succeeded(self._clock())
            self._changed.notify_all()

    def leave_throttled(self) -> None:
        """Leave after a 429."""
        with self._changed:
            self._turns.throttled(self._clock())
            self._changed.notify_all()

    def leave(self) -> None:
        """Leave after anything else."""
        with self._changed:
            self._turns.failed()
            self._changed.notify_all()

    def pause(self, seconds: float) -> None:
        """Let nobody enter for so many seconds from now: the account is busy, not one request."""
        with self._changed:
            self._turns.pause(self._clock(), seconds)
