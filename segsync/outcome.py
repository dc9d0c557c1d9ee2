"""What became of each change of a plan: exactly one outcome per change."""

from enum import StrEnum

from segsync.errors import ExitCode
from segsync.plan import Change
from segsync.value import Value


class Result(StrEnum):
    """How a change ended."""

    APPLIED = "applied"
    FAILED = "failed"
    SKIPPED = "skipped"


class Outcome(Value, frozen=True):
    """How one change ended: `reason` says why it failed or was skipped, `id` is the object's.

    `note` tells something that a person should know although the change ended well, such as a
    stray object that was removed again. `seconds` is the time that the change took. `exit_code` is
    that of the API's error which ended a failed change; None when it ended in any other way, such
    as with a write whose effect is unknown.
    """

    change: Change
    result: Result
    reason: str = ""
    note: str = ""
    id: str | None = None
    request_id: str = ""
    seconds: float = 0.0
    exit_code: ExitCode | None = None
