"""How the work on one change ended, before it becomes an outcome, and the words that recur."""

from segsync.errors import AuthenticationError, ExitCode, NotAttemptedError, WrongAccountError
from segsync.value import Value

# After one of these no other call can succeed.
FATAL_ERRORS = (AuthenticationError, NotAttemptedError, WrongAccountError)

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


def changed_meanwhile(fields: tuple[str, ...]) -> str:
    """Return why a change whose object is no longer as planned is not carried out."""
    return f"changed by somebody else since the plan: {', '.join(fields)}"


def invalid(reason: str) -> str:
    """Return why a write that took effect is no success: the account calls the object invalid."""
    return f"it was written, and the account calls it invalid: {reason or 'no reason given'}"
