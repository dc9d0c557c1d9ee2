"""The network below httpx, where no exchange outlasts its deadline or takes the answer of another.

httpx bounds each read by itself: a server that sends its headers one byte at a time would be waited
for without end. Nor does it mind an answer that came before its request, behind an earlier one.
"""

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore

_HAS_READ = "has_read"


class Deadline:
    """When the exchange of each thread has to be over; one exchange at a time in a thread."""

    def __init__(self) -> None:
        self._local = threading.local()

    def begin(self, seconds: float) -> None:
        """Begin an exchange of this thread that may take so long."""
        self._local.ends = time.monotonic() + seconds

    def left(self, timeout: float | None) -> float | None:
        """Return how long the next step may take; raise `ReadTimeout` when the time is over."""
        left: float = self._local.ends - time.monotonic()
        if left <= 0:
            message = "the whole of it took too long"
            raise httpcore.ReadTimeout(message)
        return left if timeout is None else min(timeout, left)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Say of a step that was too slow whether the whole exchange was."""
        try:
            yield
        except httpcore.TimeoutException:
            self.left(None)
            raise


class BoundedBackend(httpcore.SyncBackend):
    """The network of httpcore, with no exchange beyond its deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect as httpcore does."""
        stream = super().connect_tcp(host, port, timeout, local_address, socket_options)
        return _BoundedStream(stream, self._deadline)


def came_unasked(stream: httpcore.NetworkStream | None) -> bool:
    """Return whether nothing was read for an answer since its request: it is to another one.

    None stands for an answer that came over no connection.
    """
    return stream is not None and stream.get_extra_info(_HAS_READ) is False


class _BoundedStream(httpcore.NetworkStream):
    """A connection of which each step may take no longer than the exchange has left."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline
        self._has_read = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with self._deadline.telling():
            self._has_read = True
            return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with self._deadline.telling():
            self._has_read = False
            self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, timeout)
        return _BoundedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as httpcore has it
        return self._has_read if info == _HAS_READ else self._stream.get_extra_info(info)
