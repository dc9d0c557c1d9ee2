"""Asks the account one question by hand, and tells how far it came: for finding out what is wrong.

No retry, no envelope and no redirect: the bare facts of the way there and back.
"""

import socket
import ssl
import time
from collections.abc import Iterator
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

from segsync.api.envelope import message_of
from segsync.api.payloads import decode
from segsync.api.pool import TIMEOUTS, TOKEN_HEADER, Pool, proxy_for
from segsync.api.secrets import Redactor
from segsync.value import Value

_PATH = "/v2/account"
_PATIENCE_SECONDS = 30.0
# Whoever is without a token asks without one; this only stands where a connection needs some text.
_NOBODY = "-"
# Of an error: bytes that are read, and characters that are told.
_ENOUGH, _LONGEST = 65_536, 200


class Obstacle(StrEnum):
    """What stands in the way of a request."""

    NAME = "name"
    TLS = "tls"
    PROXY = "proxy"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    OTHER = "other"


class Probe(Value, frozen=True):
    """What came of one request: the `status` of the answer, or the `obstacle` on the way.

    `words` says the obstacle in the words of the network, and `said` an error in those of the API,
    or "". `date` and `location` are headers of the answer. `proxy` is the host on the way, or "".
    `seconds` is the time until the answer began, and `asked_at` the clock of this machine, in
    seconds since 1970, half of that time before it came.
    """

    host: str
    proxy: str
    status: int | None = None
    obstacle: Obstacle | None = None
    words: str = ""
    said: str = ""
    date: str = ""
    location: str = ""
    seconds: float = 0.0
    asked_at: float = 0.0


def probe(url: str, token: str, *, transport: httpx.BaseTransport | None = None) -> Probe:
    """Ask for the account at a URL once and return how far it came; without a token, ask without.

    Raises what the client raises for a URL or a token that no request may be made with.
    """
    pool = Pool(url=url, token=token or _NOBODY, transport=transport, connections=1)
    host = urlsplit(pool.url).netloc
    proxy = _host_of(proxy_for(pool.url)) if transport is None else ""
    try:
        network = pool.transport(_PATIENCE_SECONDS)
        headers = {key: each for key, each in pool.headers.items() if token or key != TOKEN_HEADER}
        extensions = {"timeout": dict(TIMEOUTS)}
        request = httpx.Request("GET", pool.url + _PATH, headers=headers, extensions=extensions)
        started = time.monotonic()
        try:
            response = network.handle_request(request)
        except httpx.RequestError as error:
            words = pool.redactor.text(str(error)) or type(error).__name__
            return Probe(host, proxy, obstacle=_obstacle(error), words=words)
        seconds = time.monotonic() - started
        try:
            said = _said(response, pool.redactor)
        finally:
            response.close()
        told = response.headers
        return Probe(
            host,
            proxy,
            status=response.status_code,
            said=said,
            date=told.get("Date", ""),
            location=_host_of(told.get("Location", "")),
            seconds=seconds,
            asked_at=time.time() - seconds / 2,
        )
    finally:
        pool.close()


def _said(response: httpx.Response, redactor: Redactor) -> str:
    """Return what the API says of an error, as far as the start of the answer tells."""
    if response.status_code < HTTPStatus.BAD_REQUEST:
        return ""
    try:
        body = next(response.iter_bytes(_ENOUGH), b"")
        answer = decode(redactor.body(body))
    except (httpx.RequestError, ValueError):
        return ""
    return redactor.text(message_of(answer))[:_LONGEST] if isinstance(answer, dict) else ""


def _host_of(url: str | None) -> str:
    """Return host and port of a URL: the rest may hold a password."""
    try:
        return urlsplit(url or "").netloc.rpartition("@")[2]
    except ValueError:
        return "an unreadable address"


def _obstacle(error: httpx.RequestError) -> Obstacle:
    if isinstance(error, httpx.ProxyError):
        return Obstacle.PROXY
    if isinstance(error, httpx.TimeoutException):
        return Obstacle.TIMEOUT
    for cause in _causes(error):
        match cause:
            case socket.gaierror():
                return Obstacle.NAME
            case ssl.SSLError():
                return Obstacle.TLS
            case ConnectionRefusedError():
                return Obstacle.REFUSED
    return Obstacle.OTHER


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what led to it; httpx wraps what the socket has raised."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
