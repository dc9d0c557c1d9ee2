"""Decides how many requests may be under way and how far apart they start; it learns from 429s.

The window of what may be under way starts small and grows while answers come back: by one with each
answer until the first 429, by one with each window of answers after it. That alone cannot go below
one request per answer, of which a slow limit refuses most, so that the first 429 sets a pace in
requests per second as well. Nothing here waits or reads a clock: each call says what
time it is, in seconds.
"""

from collections import deque

_FIRST_WINDOW = 4

# The pace after the first 429 is what the API has carried out in the last two seconds.
_LOOKED_AT_S = 2.0
# A later one cuts it by this, or down to half as much again as came through since the last cut,
# whichever is slower, within bounds: far above a slow limit, one small step after the other wastes
# more retries than an operation has.
_SLOWER, _MUCH_SLOWER = 0.7, 0.35
_ABOVE_WHAT_CAME_THROUGH = 1.5
_LEAST_S_BETWEEN_CUTS = 1.0
# What each success adds, in requests per second; above 50/s it adds its share of the pace.
_FASTER = 0.02
_SCALED_ABOVE = 50.0
_SLOWEST, _SLOWEST_AT_FIRST = 0.1, 1.0


class Turns:
    """Whose turn it is in one lane of requests: everybody's, outside of pauses.

    A request that has started ends in one of three ways. Only one thread may call at a time.
    """

    def __init__(self) -> None:
        self._paused_until = float("-inf")

    def paused_for(self, now: float) -> float:
        """Return for how many seconds nobody may start; 0 outside of pauses."""
        return max(self._paused_until - now, 0.0)

    def pause(self, now: float, seconds: float) -> None:
        """Let nobody start for so many seconds; an earlier, longer pause stays."""
        self._paused_until = max(self._paused_until, now + seconds)

    def start(self, now: float) -> float | None:
        """Start a request and return 0, or return the seconds to wait before asking again.

        None means that too many are under way: ask again when a request has ended.
        """
        return self.paused_for(now)

    def succeeded(self, now: float) -> None:
        """End a request that the API has carried out, or refused for good."""

    def throttled(self, now: float) -> None:
        """End a request that was answered with 429."""

    def failed(self) -> None:
        """End a request that says nothing about the pace."""


class Interval(Turns):
    """The turns of an endpoint with a known pace: starts are so many seconds apart."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._next_start = float("-inf")

    def start(self, now: float) -> float:
        """Start a request if the last start was long enough ago; see `Turns`."""
        wait = max(self._paused_until, self._next_start) - now
        if wait > 0:
            return wait
        self._next_start = now + self._seconds
        return 0.0


class Pace(Turns):
    """The turns of all other requests; `parallelism` is how many may ever be under way."""

    def __init__(self, *, parallelism: int) -> None:
        super().__init__()
        self._parallelism = max(parallelism, 1)
        self._window = min(_FIRST_WINDOW, self._parallelism)
        self._until_growth = self._window
        self._under_way = 0
        self._rate: float | None = None
        self._next_start = self._last_cut = float("-inf")
        self._since_cut = 0
        self._began: float | None = None
        self._successes: deque[float] = deque()

    @property
    def window(self) -> int:
        """How many requests may be under way."""
        return self._window

    @property
    def rate(self) -> float | None:
        """How many requests may start per second, or None as long as nothing has been refused."""
        return self._rate

    def start(self, now: float) -> float | None:
        """Start a request if the window and the pace allow it; see `Turns`."""
        if self._under_way >= self._window:
            return None
        wait = max(self._paused_until, self._next_start) - now
        if wait > 0:
            return wait
        if self._began is None:
            self._began = now
        self._under_way += 1
        if self._rate is not None:
            # Half a step of lateness is made up for: workers never wake up on the dot.
            step = 1 / self._rate
            self._next_start = max(self._next_start, now - step / 2) + step
        return 0.0

    def succeeded(self, now: float) -> None:
        """End a request: let more be under way, and go a little faster."""
        self._under_way -= 1
        self._since_cut += 1
        self._successes.append(now)
        self._forget(now)
        if self._rate is not None:
            self._rate += _FASTER * max(1.0, self._rate / _SCALED_ABOVE)
        self._until_growth -= 1
        if self._rate is None or self._until_growth <= 0:
            self._window = min(self._window + 1, self._parallelism)
            self._until_growth = self._window

    def throttled(self, now: float) -> None:
        """End a request: set the pace, or slow it down."""
        self._under_way -= 1
        self._forget(now)
        if self._rate is None:
            self._rate = max(self._goodput(now), _SLOWEST_AT_FIRST)
        elif now - self._last_cut < _LEAST_S_BETWEEN_CUTS:
            return
        else:
            came_through = _ABOVE_WHAT_CAME_THROUGH * self._since_cut / (now - self._last_cut)
            bounded = min(max(came_through, self._rate * _MUCH_SLOWER), self._rate * _SLOWER)
            self._rate = max(bounded, _SLOWEST)
        self._last_cut, self._since_cut = now, 0
        self._next_start = max(self._next_start, now + 1 / self._rate)

    def failed(self) -> None:
        """End a request and learn nothing."""
        self._under_way -= 1

    def _goodput(self, now: float) -> float:
        began = now if self._began is None else self._began
        return len(self._successes) / min(max(now - began, 1e-3), _LOOKED_AT_S)

    def _forget(self, now: float) -> None:
        while self._successes and self._successes[0] < now - _LOOKED_AT_S:
            self._successes.popleft()
