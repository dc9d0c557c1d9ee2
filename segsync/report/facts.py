"""What a report tells about a run that its plan does not hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from segsync.plan import AcceptedDifference


@dataclass(frozen=True, slots=True)
class RunFacts:
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


@dataclass(frozen=True, slots=True)
class LastChange:
    """When a live object last changed, and the author on record, as far as the account says."""

    updated: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class DriftFacts:
    """What drift tells beside the plan.

    `changed` is by the live object's id, which no two objects share. `unhealthy` pairs the slug of
    each managed segment that the account reports as invalid with the reason.
    """

    changed: Mapping[str, LastChange] = field(default_factory=dict)
    accepted: tuple[AcceptedDifference, ...] = ()
    unhealthy: tuple[tuple[str, str], ...] = ()
