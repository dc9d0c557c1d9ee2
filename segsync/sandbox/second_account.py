"""The second account that the token of a parent reaches, kept inside the state of the first."""

from collections.abc import Iterator
from contextlib import contextmanager

from segsync.sandbox.messages import JsonObject
from segsync.sandbox.state import AccountState, Kind

_SHARED = (Kind.SWITCHES, Kind.TOKEN, Kind.TABLE, Kind.POPULATION)
"""What the second account has from the first, until it is changed there."""


def child_of(own: JsonObject) -> JsonObject:
    """Return the second account of a parent: it names the first as its parent (observed)."""
    return own | {"id": own["id"][::-1], "aid": own["aid"] + 1, "name": f"{own['name']}, child"}


@contextmanager
def entered(state: AccountState) -> Iterator[AccountState]:
    """Give the state of the second account, and keep what is changed in it unless it fails.

    It has no segments and no groups of its own until somebody makes some.
    """
    child = AccountState()
    for kind in _SHARED:
        for each in state.all(kind):
            child.put(kind, each)
    child.put(Kind.ACCOUNT, child_of(state.account))
    for row in state.all(Kind.CHILD):
        child.put(Kind(row["kind"]), row["object"])
    child.take_changes()
    yield child
    for (kind, object_id), value in child.take_changes().items():
        row_id = f"{kind}:{object_id}"
        if value is None:
            state.remove(Kind.CHILD, row_id)
        else:
            state.put(Kind.CHILD, {"id": row_id, "kind": kind, "object": value})
