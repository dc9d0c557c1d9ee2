"""Opens the API's two envelopes, and turns whatever is no success into a typed error.

`/v2` answers `{data, status, request_id}` or `{status, errors: [{code, message}], request_id}`;
`/api` answers `{data, status, message}`, with `data` null on errors. A rejected token is answered
before routing, so that a 401 has the `/api` shape everywhere (observed by Lytics engineers).
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import urlsplit

from segsync.api.payloads import decode
from segsync.api.secrets import Redactor
from segsync.errors import (
    ApiError,
    AuthenticationError,
    MalformedAnswerError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from segsync.permissions import what_is_needed
from segsync.value import Value

T = TypeVar("T")

_BY_STATUS: dict[int, type[ApiError]] = {
    HTTPStatus.UNAUTHORIZED: AuthenticationError,
    HTTPStatus.FORBIDDEN: PermissionDeniedError,
    HTTPStatus.NOT_FOUND: NotFoundError,
    HTTPStatus.TOO_MANY_REQUESTS: RateLimitedError,
    # Both say that the request was not looked at, so that most requests may be sent again.
    HTTPStatus.REQUEST_TIMEOUT: UnavailableError,
    HTTPStatus.TOO_EARLY: UnavailableError,
}


# More than this no person reads, and a page of HTML or a megabyte of words helps nobody.
_LONGEST_MESSAGE, _LONGEST_ID = 2_000, 200


class Request(Value, frozen=True):
    """One call to make. A read changes nothing in the account, whatever its HTTP method.

    `doubtful` are the statuses below 500 after which this write may have taken effect all the same.
    """

    method: str
    path: str
    is_read: bool
    doubtful: frozenset[int] = frozenset()
    params: tuple[tuple[str, str], ...] = ()
    content: bytes | None = None
    content_type: str = "application/json"
    is_list: bool = False
    is_ad_hoc_size: bool = False
    decode: Callable[[bytes], object] = decode


class Reply(Value, frozen=True):
    """What came back. `problem` says why there is no whole body.

    Nothing of it holds the token any more but what JSON may hide in escapes: hence `redactor`.
    """

    status: int
    body: bytes = b""
    problem: str = ""
    location: str = ""
    retry_after: float | None = None
    redactor: Redactor = Redactor("")


class Answer(Value, frozen=True):
    """An opened envelope. An empty body, as a 204 has, is no envelope; some have no `data`.

    `next_start` is where the next page of a scan starts, and `total` how many rows all pages
    have, as they came.
    """

    status: int
    data: object = None
    has_envelope: bool = False
    has_data: bool = False
    has_errors: bool = False
    message: str = ""
    request_id: str = ""
    next_start: object = None
    total: object = None


def open_reply(request: Request, reply: Reply) -> Answer:
    """Return the envelope of a success; raise the error that fits anything else."""
    if not 200 <= reply.status < 400:  # noqa: PLR2004 (the classes of HTTP)
        raise failure(request, reply, _answer_or_nothing(request, reply))
    if reply.status >= HTTPStatus.MULTIPLE_CHOICES:
        target = reply.redactor.text(_without_secrets(reply.location))
        message = (
            f"the API redirects to {target}; redirects are never followed, "
            "because the token must not travel: check the URL of the account"
        )
        raise RejectedError(
            message,
            method=request.method,
            path=request.path,
            status=reply.status,
        )
    try:
        answer = _open(request, reply)
    except ValueError as error:
        raise malformed(request, str(error), status=reply.status) from error
    if not 200 <= answer.status < 300:  # noqa: PLR2004 (the classes of HTTP)
        raise failure(request, reply, answer)
    if answer.has_errors:
        reason = f"a success with errors in it: {reply.redactor.text(answer.message)}"
        raise malformed(request, reason, status=reply.status)
    return answer


def _open(request: Request, reply: Reply) -> Answer:
    """Return the envelope; its inner status is the one that counts, where it has one."""
    if reply.problem:
        raise ValueError(reply.problem)
    if not reply.body or reply.body.isspace():
        return Answer(reply.status)
    try:
        envelope = request.decode(reply.body)
    except ValueError as error:
        message = f"it is no JSON ({error})"
        raise ValueError(message) from error
    if not isinstance(envelope, dict) or envelope.keys().isdisjoint(
        {"data", "status", "message", "request_id", "errors"}
    ):
        message = "it has no envelope"
        raise ValueError(message)
    return Answer(
        _inner_status(envelope.get("status")) or reply.status,
        data=envelope.get("data"),
        has_envelope=True,
        has_data="data" in envelope,
        has_errors=bool(envelope.get("errors")),
        message=message_of(envelope),
        request_id=str(envelope.get("request_id") or ""),
        next_start=envelope.get("_next"),
        total=envelope.get("total"),
    )


def _answer_or_nothing(request: Request, reply: Reply) -> Answer:
    """Return what can be understood of an error; the HTTP status alone will do."""
    try:
        answer = _open(request, reply)
    except ValueError:
        return Answer(reply.status)
    return Answer(reply.status, message=answer.message, request_id=answer.request_id)


def _inner_status(status: object) -> int | None:
    # Older v1 answers carry it as text.
    text = str(status)
    return int(text) if text.isascii() and text.isdecimal() else None


def message_of(envelope: dict[str, object]) -> str:
    """Return the words of an error in either envelope, or "" when it has none."""
    errors = envelope.get("errors")
    if isinstance(errors, list):
        texts = [_error_text(each) for each in errors if isinstance(each, dict)]
        if any(texts):
            return "; ".join(filter(None, texts))
    return str(envelope.get("message") or "")


def _error_text(error: dict[str, object]) -> str:
    message, code = str(error.get("message") or ""), str(error.get("code") or "")
    return f"{message} ({code})" if message and code else message or code


def failure(request: Request, reply: Reply, answer: Answer) -> ApiError:
    """Return the error for a status of 400 or more (or one that HTTP does not know)."""
    status = answer.status
    is_client_error = 400 <= status < 500  # noqa: PLR2004 (the classes of HTTP)
    kind = _BY_STATUS.get(status, RejectedError if is_client_error else UnavailableError)
    message = reply.redactor.text(answer.message) or _phrase(status)
    message = _shortened(message)
    if kind is PermissionDeniedError:
        needed = what_is_needed(request.path, message, is_read=request.is_read)
        message += f"; {needed}" if needed else ""
    if reply.retry_after:
        message += f"; it asks to wait {reply.retry_after:.0f} s"
    return kind(
        message,
        method=request.method,
        path=request.path,
        status=status,
        request_id=reply.redactor.text(answer.request_id)[:_LONGEST_ID],
        retry_after=reply.retry_after,
        ambiguous=not (request.is_read or (is_client_error and status not in request.doubtful)),
    )


def malformed(
    request: Request, reason: str, *, status: int | None, request_id: str = ""
) -> MalformedAnswerError:
    """Return the error for an answer that cannot be understood."""
    return MalformedAnswerError(
        f"the answer is not what the API promises: {_shortened(reason)}",
        method=request.method,
        path=request.path,
        status=status,
        request_id=request_id[:_LONGEST_ID],
        ambiguous=not request.is_read,
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}…"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "unknown status"


def _without_secrets(location: str) -> str:
    """Return scheme, host and path of a URL: user information and query may hold a token."""
    try:
        parts = urlsplit(location)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "an unreadable address"
    return f"{parts.scheme}://{host}{parts.path}" if host else parts.path or "nowhere"
