"""Everything that segsync raises, and the exit code that each leads to.

SegsyncError
├── InvalidInputError        3   files, configuration or usage are wrong; carries diagnostics
├── JournalError             3   the journal cannot be written or read; nothing (more) was sent
├── UnsafePlanError          6   a safety rule refused; nothing was written
├── LockedError              6   another run is writing to the account; nothing was written
├── StalePlanError           8   the account moved since the plan was saved; nothing was written
├── NotApprovedError       130   a person was asked and did not say yes; nothing was written
└── ApiError                 5   the API did not do what it was asked
    ├── AuthenticationError  4   token missing, rejected or expired (401)
    ├── PermissionDeniedError 4  the token may not do this (403)
    ├── WrongAccountError    4   the token belongs to another account than configured
    ├── NotFoundError        5   no such object (404)
    ├── RejectedError        5   the API refused the request as wrong (other 4xx, redirects)
    ├── RateLimitedError     5   still 429 after all retries
    ├── UnavailableError     5   5xx, timeouts; may be ambiguous
    │   ├── UnreachableError 5   no connection: nobody has seen the request
    │   └── ConnectionLostError 5  broken before an answer came; a write is ambiguous
    ├── NotAttemptedError    5   held back by segsync: the run's deadline, too many failures
    │   └── StoppedError     5   held back because somebody asked to stop
    └── MalformedAnswerError 5   an answer that is not what the API promises; may be ambiguous

`FilterQLSyntaxError` lives in `segsync.filterql`, which stands alone; at the edge it becomes a
diagnostic.
"""

from collections.abc import Sequence
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, ClassVar, Self

if TYPE_CHECKING:
    # `--help` needs the exit codes alone.
    from segsync.diagnostics import Diagnostic


class ExitCode(IntEnum):
    """What the process returns; the same for every command."""

    OK = 0
    UNEXPECTED = 1
    CHANGES = 2
    INVALID_INPUT = 3
    AUTHENTICATION = 4
    UNAVAILABLE = 5
    REFUSED = 6
    PARTIAL = 7
    STALE = 8
    INTERRUPTED = 130


class SegsyncError(Exception):
    """The root of all expected failures: a message for people and an exit code.

    `diagnostics` has the particulars where there are any.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.UNEXPECTED

    def __init__(self, message: str, *, diagnostics: Sequence["Diagnostic"] = ()) -> None:
        super().__init__(message)
        self.diagnostics = tuple(diagnostics)


class InvalidInputError(SegsyncError):
    """The files, the configuration or the usage are wrong; `diagnostics` has every problem."""

    exit_code = ExitCode.INVALID_INPUT

    def __init__(self, diagnostics: Sequence["Diagnostic"]) -> None:
        super().__init__("\n".join(str(each) for each in diagnostics), diagnostics=diagnostics)


class UnsafePlanError(SegsyncError):
    """A safety rule refused the plan; nothing was written."""

    exit_code = ExitCode.REFUSED


class StalePlanError(SegsyncError):
    """What a saved plan touches has changed in the account; nothing was written."""

    exit_code = ExitCode.STALE


class NotApprovedError(SegsyncError):
    """A person was asked and did not say yes; nothing was written."""

    exit_code = ExitCode.INTERRUPTED


class JournalError(SegsyncError):
    """The journal cannot be written, so that nothing more is sent, or cannot be understood."""

    exit_code = ExitCode.INVALID_INPUT


class LockedError(SegsyncError):
    """Another run on this machine is writing to the same account; nothing was written."""

    exit_code = ExitCode.REFUSED


class Effect(StrEnum):
    """What a request that failed has done to the account."""

    NOT_SENT = "not sent"
    NONE = "none"
    UNKNOWN = "unknown"


class ApiError(SegsyncError):
    """The API did not do what it was asked.

    `ambiguous` is true when a write may have taken effect although no good answer came back.
    `summary` is the text without the request id, for whoever tells that apart. `retry_after` are
    the seconds that the API asked to be left alone for, None when it did not.
    """

    exit_code = ExitCode.UNAVAILABLE
    was_sent: ClassVar[bool] = True

    def __init__(  # noqa: PLR0913 - one parameter for each thing that an answer tells
        self,
        message: str,
        *,
        method: str = "",
        path: str = "",
        status: int | None = None,
        request_id: str = "",
        ambiguous: bool = False,
        retry_after: float | None = None,
    ) -> None:
        what = f"{method} {path}: " if method else ""
        code = f" (HTTP {status})" if status else ""
        request = f" [request {request_id}]" if request_id else ""
        self.summary = f"{what}{message}{code}"
        super().__init__(f"{self.summary}{request}")
        self.message = message
        self.method = method
        self.path = path
        self.status = status
        self.request_id = request_id
        self.ambiguous = ambiguous
        self.retry_after = retry_after

    @property
    def effect(self) -> Effect:
        """What the request has done to the account, as far as that can be known."""
        if self.ambiguous:
            return Effect.UNKNOWN
        return Effect.NONE if self.was_sent else Effect.NOT_SENT

    def telling(self, more: str) -> Self:
        """Return the same error with more to say."""
        return type(self)(
            f"{self.message}; {more}",
            method=self.method,
            path=self.path,
            status=self.status,
            request_id=self.request_id,
            ambiguous=self.ambiguous,
            retry_after=self.retry_after,
        )


class AuthenticationError(ApiError):
    """The token is missing, was rejected or has expired (401)."""

    exit_code = ExitCode.AUTHENTICATION


class PermissionDeniedError(ApiError):
    """The token is good but may not do this, or the address is not allowed (403)."""

    exit_code = ExitCode.AUTHENTICATION


class WrongAccountError(ApiError):
    """The token belongs to another account than the one that is configured."""

    exit_code = ExitCode.AUTHENTICATION


class NotFoundError(ApiError):
    """The object does not exist, belongs to another account or to another table (404)."""


class RejectedError(ApiError):
    """The API refused the request as wrong (4xx other than 401, 403, 404, 429; redirects)."""


class RateLimitedError(ApiError):
    """The API still answered 429 after all retries that are safe."""


class UnavailableError(ApiError):
    """The API could not be reached or failed (5xx, timeout, connection lost)."""


class UnreachableError(UnavailableError):
    """No connection came about, so that nobody has seen the request."""

    was_sent = False


class ConnectionLostError(UnavailableError):
    """The connection broke, or time ran out, before an answer came; a write is ambiguous."""


class NotAttemptedError(ApiError):
    """The request was held back: the run has reached its deadline, or too much has failed."""

    was_sent = False


class StoppedError(NotAttemptedError):
    """The request was held back: it had to wait, and somebody asked to stop meanwhile."""


class MalformedAnswerError(ApiError):
    """The answer is not what the API promises: no JSON, cut short, or of another shape."""
