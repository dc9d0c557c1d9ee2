"""Makes one HTTP exchange: a request goes out, and a reply comes back whole or is an error."""

from collections.abc import Callable
from io import BytesIO
from urllib.parse import urlsplit

import httpx

from segsync.api.envelope import Reply, Request
from segsync.api.network import came_unasked
from segsync.api.pool import LIST_TIMEOUTS, TIMEOUTS, Pool
from segsync.api.retry import parse_retry_after
from segsync.errors import ApiError, ConnectionLostError, UnavailableError, UnreachableError

_LARGEST_BODY = 256 * 1024 * 1024

# Of these we know that no server has seen the request.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
)
# What using an idle connection ends in when the server has just closed it.
_DROPPED = (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)

_NO_HTTP = "what came back is no HTTP, or nothing came back"
_CUT = "the connection was closed before its end, or the rest is no HTTP"


class _GivenUpError(Exception):
    """The rest of an answer is not waited for; its text says why."""


class Exchanges:
    """Exchanges over the connections of one account; safe to share between threads."""

    def __init__(self, pool: Pool, *, clock: Callable[[], float]) -> None:
        self._pool = pool
        self._clock = clock

    def __repr__(self) -> str:
        return f"Exchanges({self._pool!r})"

    def make(self, request: Request, *, ends: float) -> Reply:
        """Send the request and return what came back, given up when the clock shows `ends`.

        Raise `UnreachableError` when nobody has seen the request, and `ConnectionLostError` when
        somebody may have.
        """
        transport = self._pool.transport(self._left(ends))
        try:
            response = transport.handle_request(self._build(request, ends))
        except httpx.RequestError as error:
            raise self._unreachable(request, error) from error
        if came_unasked(response.extensions.get("network_stream")):
            response.close()
            raise self._lost(request, "an answer was there before the request")
        try:
            body, problem = self._read_body(response, ends), ""
        except (httpx.RequestError, _GivenUpError) as error:
            body, problem = b"", f"it broke off ({self._words(error, _CUT)})"
        finally:
            response.close()
        headers, redactor = response.headers, self._pool.redactor
        return Reply(
            response.status_code,
            redactor.body(body),
            problem,
            location=redactor.text(headers.get("Location", "")),
            retry_after=parse_retry_after(
                headers.get("Retry-After", ""), date=headers.get("Date", "")
            ),
            redactor=redactor,
        )

    def _build(self, request: Request, ends: float) -> httpx.Request:
        headers = self._pool.headers
        if request.content is not None:
            headers = headers | {"Content-Type": request.content_type}
        usual, left = LIST_TIMEOUTS if request.is_list else TIMEOUTS, self._left(ends)
        timeouts = {step: min(seconds, left) for step, seconds in usual.items()}
        return httpx.Request(
            request.method,
            self._pool.url + request.path,
            params=request.params or None,
            content=request.content,
            headers=headers,
            extensions={"timeout": timeouts},
        )

    def _left(self, ends: float) -> float:
        return max(ends - self._clock(), 0.001)

    def _read_body(self, response: httpx.Response, ends: float) -> bytes:
        """Return the body; a server that sends it drop by drop is not waited for for ever."""
        body, size = BytesIO(), 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > _LARGEST_BODY:
                message = f"more than {_LARGEST_BODY // 2**20} MiB"
                raise _GivenUpError(message)
            if self._clock() > ends:
                message = "it took too long"
                raise _GivenUpError(message)
            body.write(chunk)
        return body.getvalue()  # without a copy, which of a long list would be megabytes

    def _unreachable(self, request: Request, error: httpx.RequestError) -> UnavailableError:
        words, method, path = self._words(error), request.method, request.path
        if isinstance(error, _NOT_SENT):
            host = urlsplit(self._pool.url).netloc
            message = f"the API at {host} cannot be reached: {words}"
            return UnreachableError(message, method=method, path=path)
        return self._lost(request, words)

    def _lost(self, request: Request, words: str) -> ConnectionLostError:
        return ConnectionLostError(
            f"the connection failed: {words}",
            method=request.method,
            path=request.path,
            ambiguous=not request.is_read,
        )

    def _words(self, error: httpx.RequestError | _GivenUpError, no_http: str = _NO_HTTP) -> str:
        if isinstance(error, httpx.RemoteProtocolError):
            # Its own words quote what the server has sent, which may be what we have sent.
            return no_http
        return self._pool.redactor.text(str(error)) or type(error).__name__


def was_dropped(error: ApiError) -> bool:
    """Return whether the connection was closed before any answer came, as idle ones are."""
    return isinstance(error, ConnectionLostError) and isinstance(error.__cause__, _DROPPED)
