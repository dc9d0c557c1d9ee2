"""Sends one request after the other: connections, retries, envelope, and what it counts."""

import threading
from collections.abc import Callable
from typing import TypeVar

import httpx

from segsync.api.envelope import Answer, Reply, Request, malformed, open_reply
from segsync.api.pool import LIST_TIMEOUT, Pool
from segsync.api.retry import Pause, Policy, parse_retry_after, wait_before_next
from segsync.errors import ApiError, RateLimitedError, UnavailableError

T = TypeVar("T")

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

_USUAL = Policy()
# "Very rare throttled, 1/10 seconds" (documented): its own lane, so that it holds up nothing else.
_AD_HOC_SIZE = Policy(throttled_least=10.0)


class _TooLargeError(Exception):
    def __str__(self) -> str:
        return f"more than {_LARGEST_BODY // 2**20} MiB"


class Session:
    """Sends requests for one account; safe to share between threads."""

    def __init__(
        self,
        pool: Pool,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        random: Callable[[], float],
    ) -> None:
        self._pool = pool
        self._sleep = sleep
        self._random = random
        self._pause = Pause(clock=clock, sleep=sleep, random=random)
        self._size_pause = Pause(clock=clock, sleep=sleep, random=random)
        self._lock = threading.Lock()
        self._calls = 0
        self._local = threading.local()

    def __repr__(self) -> str:
        return f"Session({self._pool!r})"

    @property
    def calls(self) -> int:
        """How many requests were sent, repeated ones included."""
        with self._lock:
            return self._calls

    @property
    def last_request_id(self) -> str:
        """The request id of the last answer to the calling thread, or an empty text."""
        request_id: str = getattr(self._local, "request_id", "")
        return request_id

    def send(self, request: Request, read: Callable[[Answer], T]) -> T:
        """Return what `read` makes of the answer; its ValueError means a malformed answer."""
        pause, policy = self._pause, _USUAL
        if request.is_ad_hoc_size:
            pause, policy = self._size_pause, _AD_HOC_SIZE
        attempt = 0
        while True:
            attempt += 1
            pause.wait()
            reply = None
            try:
                reply = self._exchange(request)
                return self._accept(request, reply, read)
            except ApiError as error:
                asked = reply.retry_after if reply else None
                wait = wait_before_next(
                    error,
                    attempt,
                    policy=policy,
                    is_read=request.is_read,
                    retry_after=asked,
                    random=self._random,
                )
                if wait is None:
                    raise
                if isinstance(error, RateLimitedError):
                    pause.extend(wait)
                else:
                    self._sleep(wait)

    def _accept(self, request: Request, reply: Reply, read: Callable[[Answer], T]) -> T:
        try:
            answer = open_reply(request, reply)
        except ApiError as error:
            self._local.request_id = error.request_id
            raise
        self._local.request_id = answer.request_id
        try:
            return read(answer)
        except ValueError as error:
            raise malformed(
                request, str(error), status=reply.status, request_id=answer.request_id
            ) from error

    def _exchange(self, request: Request) -> Reply:
        self._local.request_id = ""
        with self._lock:
            self._calls += 1
        client = self._pool.client()
        try:
            response = client.send(self._build(client, request), stream=True)
        except httpx.RequestError as error:
            raise self._unreachable(request, error) from error
        try:
            body, problem = _read_body(response), ""
        except (httpx.RequestError, _TooLargeError) as error:
            body, problem = b"", f"it broke off ({self._words(error)})"
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

    def _build(self, client: httpx.Client, request: Request) -> httpx.Request:
        headers = {} if request.content is None else {"Content-Type": request.content_type}
        return client.build_request(
            request.method,
            self._pool.url + request.path,
            params=request.params or None,
            content=request.content,
            headers=headers,
            timeout=LIST_TIMEOUT if request.is_list else httpx.USE_CLIENT_DEFAULT,
        )

    def _unreachable(self, request: Request, error: httpx.RequestError) -> UnavailableError:
        sent = not isinstance(error, _NOT_SENT)
        what = "the connection failed" if sent else "the API cannot be reached"
        return UnavailableError(
            f"{what}: {self._words(error)}",
            method=request.method,
            path=request.path,
            ambiguous=sent and not request.is_read,
        )

    def _words(self, error: httpx.RequestError | _TooLargeError) -> str:
        if isinstance(error, httpx.RemoteProtocolError):
            # Its own words quote what the server has sent, which may be what we have sent.
            return "what came back is no HTTP, or nothing came back"
        return self._pool.redactor.text(str(error)) or type(error).__name__


def _read_body(response: httpx.Response) -> bytes:
    chunks, size = [], 0
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > _LARGEST_BODY:
            raise _TooLargeError
        chunks.append(chunk)
    return b"".join(chunks)
