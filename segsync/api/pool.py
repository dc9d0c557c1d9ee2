"""Owns the connections: a few httpx transports of at most 10 each, made when first needed.

httpx's pool walks all of its connections for every request, so that one pool of 50 is three times
slower than five of 10; see the decision record on synchronous clients. Transports and not clients:
nothing here follows redirects, keeps cookies or merges addresses, which is a quarter of what a call
costs.
"""

import ipaddress
import logging
import math
import re
import ssl
import threading
from collections.abc import Mapping
from itertools import count
from types import MappingProxyType
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from segsync import __version__
from segsync.api.network import BoundedBackend, Deadline
from segsync.api.secrets import Redactor
from segsync.diagnostics import error
from segsync.errors import AuthenticationError, InvalidInputError

CONNECTIONS_PER_TRANSPORT = 10
TOKEN_HEADER = "Authorization"  # noqa: S105 - the name of a header
# Below the 5 s after which common servers close an idle connection: one that is closed just when
# it is used again leaves a write in doubt.
_KEEPALIVE_SECONDS = 3.0
# Seconds for each step of an exchange, in the names that httpcore has for them.
TIMEOUTS: Mapping[str, float] = MappingProxyType({"connect": 5.0, "read": 30.0, "write": 30.0})
LIST_TIMEOUTS: Mapping[str, float] = MappingProxyType({**TIMEOUTS, "read": 120.0})


class Pool:
    """The HTTP transports of one account. Each worker thread keeps to one of them.

    `headers` go with every request; they hold the token.

    `transport` replaces the network, for tests and for the embedded sandbox. Proxies are taken
    from the usual environment variables, certificates from `SSL_CERT_FILE` or `SSL_CERT_DIR`;
    nothing else of the environment is trusted.
    """

    def __init__(
        self, *, url: str, token: str, transport: httpx.BaseTransport | None, connections: int
    ) -> None:
        self.url = checked_url(url)
        self.headers = {
            TOKEN_HEADER: checked_token(token),
            "User-Agent": f"segsync/{__version__}",
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
        }
        self.redactor = Redactor(token)
        self._deadline = Deadline()
        self._given = transport
        self._size = 1 if transport else math.ceil(max(connections, 1) / CONNECTIONS_PER_TRANSPORT)
        self._transports: dict[int, httpx.BaseTransport] = {}
        self._context: ssl.SSLContext | None = None
        self._lock = threading.Lock()
        self._workers = count()
        self._local = threading.local()
        # httpx logs full URLs at INFO, httpcore headers at DEBUG.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)

    def __repr__(self) -> str:
        return f"Pool({self.url!r})"

    def transport(self, seconds: float) -> httpx.BaseTransport:
        """Return the transport of the calling thread for one exchange, which may take so long."""
        self._deadline.begin(seconds)
        with self._lock:
            if not hasattr(self._local, "number"):
                self._local.number = next(self._workers) % self._size
            number: int = self._local.number
            if number not in self._transports:
                self._transports[number] = self._given or self._new_transport()
            return self._transports[number]

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            transports, self._transports = self._transports, {}
        for each in transports.values():
            each.close()

    def _new_transport(self) -> httpx.HTTPTransport:
        if self._context is None:
            self._context = _new_context(self.url)
        made = httpx.HTTPTransport(
            verify=self._context,
            proxy=proxy_for(self.url),
            limits=httpx.Limits(
                max_connections=CONNECTIONS_PER_TRANSPORT,
                max_keepalive_connections=CONNECTIONS_PER_TRANSPORT,
                keepalive_expiry=_KEEPALIVE_SECONDS,
            ),
            http2=False,
            trust_env=False,
        )
        # httpx has no parameter for it, and keeps what it has made to itself.
        made._pool._network_backend = BoundedBackend(self._deadline)  # noqa: SLF001
        return made


def _new_context(url: str) -> ssl.SSLContext:
    # Reading the certificates takes 40 ms. Without TLS an empty context will do: it trusts nobody.
    if url.startswith("http:"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return httpx.create_ssl_context()
    except OSError as problem:
        # It does not name the file.
        summary = f"the trusted certificates cannot be read: {problem.strerror or problem}"
        detail = "SSL_CERT_FILE or SSL_CERT_DIR in the environment says where they are."
        raise InvalidInputError([error("certificates", summary, detail=detail)]) from problem


def proxy_for(url: str) -> str | None:
    """Return the proxy on the way to a URL, as the usual environment variables name it.

    Raise `InvalidInputError` for one that cannot be used, without showing it.
    """
    parts = urlsplit(url)
    if proxy_bypass(parts.hostname or "") or _is_loopback(parts.hostname or ""):
        return None
    proxies = getproxies()
    name = parts.scheme if proxies.get(parts.scheme) else "all"
    proxy = proxies.get(name)
    if proxy and not _is_proxy(proxy):
        summary = f"the proxy that the environment variable {name.upper()}_PROXY names is unusable"
        detail = "It must start with http:// or https:// and name a host."
        raise InvalidInputError([error("proxy", summary, detail=detail)])
    return proxy


def _is_proxy(text: str) -> bool:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        return False
    return url.scheme in {"http", "https"} and bool(url.host)


def checked_url(text: str) -> str:
    """Return the base URL without a final slash; refuse one that would give the token away."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not url.host:
        reason = "it must start with https:// and name a host"
    elif url.userinfo or url.query or url.fragment:
        reason = "it must have no user name, no query and no fragment"
    elif url.scheme == "http" and not _is_loopback(url.host):
        reason = f"http:// would show the token to everybody on the way to {url.host}"
    else:
        return text.rstrip("/")
    # The URL itself is not shown: what is wrong with it may be a secret inside.
    summary = f"the URL of the account cannot be used: {reason}"
    raise InvalidInputError([error("account-url", summary)])


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def checked_token(token: str) -> str:
    """Return the token; refuse one that cannot stand in a header, without showing it."""
    if not token:
        message = "there is no token"
    elif not re.fullmatch(r"[!-~]+", token):
        message = (
            "the token has a space, a line break or another character that no token has: "
            "was it copied whole, and nothing with it?"
        )
    else:
        return token
    raise AuthenticationError(message)
