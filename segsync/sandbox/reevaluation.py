"""Reevaluations under way: when each began, when it ends, and since when a size holds."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from segsync.sandbox.messages import JsonObject
from segsync.sandbox.state import AccountState, Kind, timestamp

_SHORTEST_S = 1.0
_PROFILES_A_SECOND = 2_000
"""How fast the sandbox pretends to be; the API is only known to be slow on large segments."""


def begin(state: AccountState, segment: JsonObject, *, size: int, now: datetime) -> None:
    """Set a reevaluation in motion; one that runs already starts again."""
    lasts = timedelta(seconds=_SHORTEST_S + size / _PROFILES_A_SECOND)
    row = {"id": segment["id"], "began": timestamp(now), "ends": timestamp(now + lasts)}
    state.put(Kind.REEVALUATION, row)


def under_way(state: AccountState, now: datetime) -> Iterator[JsonObject]:
    """Yield the reevaluations that have not ended; nothing in the API shows them."""
    for row in state.all(Kind.REEVALUATION):
        if row["ends"] > timestamp(now):
            yield row


def counted_at(state: AccountState, segment: JsonObject, now: datetime) -> str:
    """Return since when the size of a segment holds, which the list of sizes tells.

    Sizes are counted every hour, after each write, and when a reevaluation has ended (assumed).
    """
    hour = timestamp(now.replace(minute=0, second=0, microsecond=0))
    row = state.get(Kind.REEVALUATION, segment["id"])
    ended = row["ends"] if row and row["ends"] <= timestamp(now) else ""
    written: str = segment["updated"]
    return max(hour, min(written, timestamp(now)), ended)
