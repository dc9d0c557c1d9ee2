"""How the work on one change ended, before it becomes an outcome, and the words that recur."""

from segsync.errors import (
    ApiError,
    AuthenticationError,
    ExitCode,
    NotAttemptedError,
    PermissionDeniedError,
    WrongAccountError,
)
from segsync.value import Value

_FATAL = (AuthenticationError, NotAttemptedError, WrongAccountError)

DELETED_MEANWHILE = "deleted by somebody else since the plan"


class Done(Value, frozen=True):
    """It ended well; `note` tells what a person should know all the same.

    `request_id` is that of the call that did it, None for the last one.
    """

    id: str
    note: str = ""
    request_id: str | None = None


class Failed(Value, frozen=True):
    """It did not end well; `request_id` is that of the call to blame, None for the last one.

    `exit_code` is that of the API's error that ended it, None when it ended in any other way.
    """

    reason: str
    id: str | None = None
    request_id: str | None = None
    exit_code: ExitCode | None = None


Ending = Done | Failed


def ends_run(problem: ApiError) -> bool:
    """Return whether no other call can succeed after this one.

    A write that is forbidden may be so for one object alone. What was read when the plan was made
    and is forbidden now is so for the token or the address, and with it everything.
    """
    is_shut_out = isinstance(problem, PermissionDeniedError) and problem.method == "GET"
    return is_shut_out or isinstance(problem, _FATAL)


def changed_meanwhile(fields: tuple[str, ...]) -> str:
    """Return why a change whose object is no longer as planned is not carried out."""
    return f"changed by somebody else since the plan: {', '.join(fields)}"


def invalid(reason: str) -> str:
    """Return why a write that took effect is no success: the account calls the object invalid."""
    return f"it was written, and the account calls it invalid: {reason or 'no reason given'}"
