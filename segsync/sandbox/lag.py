"""Writes that are not seen yet: what GET still shows of objects that were written lately."""

from datetime import datetime, timedelta

from segsync.sandbox.state import AccountState, Kind, timestamp

_LAGGING = (Kind.SEGMENT, Kind.GROUP)


def hide_writes(state: AccountState, *, now: datetime, seconds: float) -> None:
    """Keep from GET, for so many seconds, what this transaction has changed so far.

    An object that is hidden already goes on showing what it showed.
    """
    until = timestamp(now + timedelta(seconds=seconds))
    for expired in _expired(state, now):
        state.remove(Kind.LAG, expired)
    for (kind, object_id), old in state.originals.items():
        if kind in _LAGGING:
            lag_id = f"{kind}:{object_id}"
            earlier = state.get(Kind.LAG, lag_id)
            shown = earlier["shown"] if earlier else old
            row = {"id": lag_id, "kind": kind, "object": object_id, "until": until, "shown": shown}
            state.put(Kind.LAG, row)


def as_seen(state: AccountState, now: datetime) -> AccountState:
    """Return the state as GET shows it; the state itself when nothing lags."""
    rows = [row for row in state.all(Kind.LAG) if row["until"] > timestamp(now)]
    if not rows:
        return state
    seen = state.copy()
    for row in rows:
        if row["shown"] is None:
            seen.remove(Kind(row["kind"]), row["object"])
        else:
            seen.put(Kind(row["kind"]), row["shown"])
    return seen


def _expired(state: AccountState, now: datetime) -> list[str]:
    return [row["id"] for row in state.all(Kind.LAG) if row["until"] <= timestamp(now)]
