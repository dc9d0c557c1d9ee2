"""Endpoints of which the sandbox has nothing but the refusals that others have met there."""

from segsync.sandbox.calls import Call
from segsync.sandbox.messages import Answer, refuse, refuse_unknown

_CONDUCTOR = "Endpoint unavailable for accounts with Conductor schema enabled."


def create_token(_: Call) -> Answer:
    """Make no token; a token that is not that of a user has been refused before (observed)."""
    return refuse("The sandbox makes no tokens.")


def change_old_schema(call: Call, *_: str) -> Answer:
    """Refuse writes of the old schema, and queries, where Conductor has a new one (reported)."""
    if call.switches.conductor_account:
        refuse(_CONDUCTOR, status=405)
    return refuse_unknown("Not found.")
