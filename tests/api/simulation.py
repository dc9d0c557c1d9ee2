"""Workers against a server in simulated time: what is tested decides, nothing waits, no threads.

The parts under test are the real ones: turns, retry rule, budget. The loop around them is the one
of a worker thread, taken apart into events.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random

from segsync.api.budget import RetryBudget
from segsync.api.pace import Pace
from segsync.api.retry import Policy, wait_before_next
from segsync.errors import ApiError, RateLimitedError


@dataclass
class Bucket:
    """A server that lets through a burst and then so many requests per second."""

    rate: float
    burst: float = 20.0
    retry_after: float | None = None
    level: float = field(init=False)
    at: float = 0.0

    def __post_init__(self) -> None:
        self.level = self.burst

    def __call__(self, now: float) -> ApiError | None:
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level < 1:
            return RateLimitedError("slow down", status=429, retry_after=self.retry_after)
        self.level -= 1
        return None


@dataclass
class Run:
    """What became of a run: when it ended, what was sent, refused and given up."""

    seconds: float = 0.0
    sent: int = 0
    throttled: int = 0
    given_up: int = 0


class Simulation:
    """So many operations, each one request that must succeed, over so many workers."""

    def __init__(
        self,
        server: Callable[[float], ApiError | None],
        *,
        operations: int,
        workers: int = 10,
        latency_s: float = 0.1,
        is_read: bool = False,
        seed: int = 0,
    ) -> None:
        self._server = server
        self._left = operations
        self._latency_s = latency_s
        self._is_read = is_read
        self._random = Random(seed).random  # noqa: S311 (nothing is secret here)
        self._pace = Pace(parallelism=workers)
        self._budget = RetryBudget()
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._now = 0.0
        self._idle: list[int] = []
        self._run = Run()
        for _ in range(workers):
            self._next_operation()

    def run(self) -> Run:
        """Let time pass until nothing happens any more."""
        while self._events:
            self._now, _, action = heapq.heappop(self._events)
            action()
        self._run.seconds = self._now
        return self._run

    def _after(self, seconds: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._events, (self._now + seconds, next(self._numbers), action))

    def _next_operation(self) -> None:
        if self._left:
            self._left -= 1
            self._enter(attempt=1)

    def _enter(self, attempt: int) -> None:
        wait = self._pace.start(self._now)
        if wait is None:
            self._idle.append(attempt)
        elif wait:
            spread = 0.1 * wait * self._random() if self._pace.paused_for(self._now) else 0.0
            self._after(wait + spread, lambda: self._enter(attempt))
        else:
            self._run.sent += 1
            self._after(self._latency_s / 2, lambda: self._serve(attempt))

    def _serve(self, attempt: int) -> None:
        error = self._server(self._now)
        self._after(self._latency_s / 2, lambda: self._answered(attempt, error))

    def _answered(self, attempt: int, error: ApiError | None) -> None:
        if error is None:
            self._pace.succeeded(self._now)
            self._budget.earn()
            self._next_operation()
        elif isinstance(error, RateLimitedError):
            self._run.throttled += 1
            self._pace.throttled(self._now)
            self._again(attempt, error)
        else:
            self._pace.failed()
            self._again(attempt, error)
        for _ in range(len(self._idle)):
            self._enter(self._idle.pop(0))

    def _again(self, attempt: int, error: ApiError) -> None:
        wait = wait_before_next(
            error, attempt, policy=Policy(), is_read=self._is_read, random=self._random
        )
        is_throttled = isinstance(error, RateLimitedError)
        if wait is None or not self._budget.spend(throttled=is_throttled):
            self._run.given_up += 1
            self._next_operation()
        elif is_throttled:
            self._pace.pause(self._now, wait)
            self._enter(attempt + 1)
        else:
            self._after(wait, lambda: self._enter(attempt + 1))
