"""Bounds how much one run may ask of an account that does not answer well: a budget and a breaker.

A retry helps against a hiccup and hurts an account that is overloaded. The numbers are those that
the SDKs of a large cloud provider use for the same purpose.
"""

from collections import deque
from collections.abc import Hashable

_FULL = 500
_COST = 14
# A request that was throttled has cost the API next to nothing.
_COST_WHEN_THROTTLED = 5

_IN_A_ROW = 5
_RECENT = 20
_TOO_MANY = _RECENT // 2


class RetryBudget:
    """What a run may spend on sending again: retries cost, successes pay in.

    All requests of a run are never more than 1.2 times the successes, the first attempts of what
    failed, and 100.
    """

    def __init__(self) -> None:
        self._left = _FULL

    def spend(self, *, throttled: bool) -> bool:
        """Pay for one retry and return whether there was enough to do so."""
        cost = _COST_WHEN_THROTTLED if throttled else _COST
        if cost > self._left:
            return False
        self._left -= cost
        return True

    def earn(self) -> None:
        """Count a request that went well."""
        self._left = min(self._left + 1, _FULL)


class Breaker:
    """Tells when an account is so unwell that nothing more should be started; it never closes.

    That is so when five different operations in a row have failed, or half of the last twenty,
    for reasons that lie in the network or the API. What the API refuses for good is no failure.
    """

    def __init__(self) -> None:
        self._in_a_row: set[Hashable] = set()
        self._recent: deque[bool] = deque(maxlen=_RECENT)
        self._why = ""

    @property
    def why(self) -> str:
        """Why nothing more should be started, or an empty text."""
        return self._why

    def succeeded(self) -> None:
        """Count an operation that the API has answered."""
        self._in_a_row.clear()
        self._recent.append(True)

    def failed(self, operation: Hashable) -> None:
        """Count an operation that the API has not answered, after all of its retries."""
        self._in_a_row.add(operation)
        self._recent.append(False)
        if len(self._in_a_row) >= _IN_A_ROW:
            self._why = self._why or f"{_IN_A_ROW} calls in a row have failed"
        elif len(self._recent) == _RECENT and self._recent.count(False) >= _TOO_MANY:
            self._why = self._why or f"half of the last {_RECENT} calls have failed"
