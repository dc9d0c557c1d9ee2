"""What a report tells about a run that its plan does not hold."""

from collections.abc import Mapping

from msgspec import field

from segsync.plan import AcceptedDifference
from segsync.value import Value


class RunFacts(Value, frozen=True):
    """How the run was made: `account` is the configured label, `digest` that of a saved plan.

    `calls` counts the API calls so far, `seconds` is the time since the start of the run. `saved`
    says that the plan came from a file, which no longer fits the account once some of it is done.
    """

    command: str
    account: str
    calls: int
    seconds: float
    digest: str = ""
    saved: bool = False


class LastChange(Value, frozen=True):
    """When a live object last changed, and the author on record, as far as the account says."""

    updated: str = ""
    author: str = ""


class DriftFacts(Value, frozen=True):
    """What drift tells beside the plan.

    `changed` is by the live object's id, which no two objects share. `unhealthy` pairs the slug of
    each managed segment that the account reports as invalid with the reason.
    """

    changed: Mapping[str, LastChange] = field(default_factory=dict)
    accepted: tuple[AcceptedDifference, ...] = ()
    unhealthy: tuple[tuple[str, str], ...] = ()
