"""The sandbox behind a real socket: HTTP/1.1 with keep-alive, for other processes."""

import re
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from segsync.sandbox.control_endpoints import PREFIX, control, may_control
from segsync.sandbox.delivery import pieces
from segsync.sandbox.messages import Ending, Request, Response
from segsync.sandbox.requestlog import AuditEntry, entry_of
from segsync.sandbox.state import timestamp
from segsync.sandbox.store import Store

# A guard for this machine; the limit that the API has is a switch, for both ways to the sandbox.
_MAX_BODY = 64 * 1024 * 1024
_LONGEST_LINE = 8192
# The size of a chunk; what may follow it on its line has no meaning for us.
_CHUNK = re.compile(rb"[0-9A-Fa-f]{1,8}(?=[;\s])")

Event = AuditEntry | str
"""What a log is told: a request, or in words what happened to a connection."""


def _silent(_event: Event) -> None:
    """Take an event and drop it."""


@dataclass(frozen=True, slots=True)
class Service:
    """What the connections share: the account, how slow to be, and where to log."""

    store: Store
    latency_s: float
    log: Callable[[Event], None]


class _Handler(BaseHTTPRequestHandler):
    """Reads requests from one connection and writes what the store answers."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    server: "_Server"

    def _answer(self) -> None:
        start = time.perf_counter()
        body = self._body()
        if isinstance(body, HTTPStatus):
            self.server.service.log(f"body refused: {body.value} {body.phrase}")
            return self._refuse(body)
        request = Request.of(
            self.command,
            self.path,
            headers=dict(self.headers.items()),
            body=body,
            peer=self.client_address[0],
        )
        service = self.server.service
        if request.path[0] == PREFIX:
            return self._control(request)
        time.sleep(service.latency_s)
        response = service.store.handle(request)
        time.sleep(response.delivery.wait_s)
        taken_ms = (time.perf_counter() - start) * 1000
        at = timestamp(datetime.now(UTC))
        service.log(entry_of(request, response, at=at, ms=taken_ms))
        return self._deliver(response)

    # The library calls the method that is named after the HTTP method.
    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _answer  # noqa: N815

    def _body(self) -> bytes | HTTPStatus:
        """Read the body, whole or in chunks; return the status that refuses it when it is none."""
        length, coding = (
            self.headers.get(name) for name in ("content-length", "transfer-encoding")
        )
        if coding is not None:
            return self._chunks() if coding.lower() == "chunked" else HTTPStatus.LENGTH_REQUIRED
        if not (length or "0").isdecimal():
            return HTTPStatus.LENGTH_REQUIRED
        size = int(length or "0")
        return self.rfile.read(size) if size <= _MAX_BODY else HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def _chunks(self) -> bytes | HTTPStatus:
        """Read chunks until the empty one, and the lines of the trailer that may follow it."""
        body = b""
        while found := _CHUNK.match(self.rfile.readline(_LONGEST_LINE)):
            size = int(found[0], 16)
            if len(body) + size > _MAX_BODY:
                return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            body += self.rfile.read(size)
            if size:
                self.rfile.readline(_LONGEST_LINE)
                continue
            while self.rfile.readline(_LONGEST_LINE).strip():
                pass
            return body
        return HTTPStatus.BAD_REQUEST

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True
        self._send(Response(status, {"connection": "close"}, b""))

    def _control(self, request: Request) -> None:
        if may_control(self.client_address[0], request.headers):
            self._send(control(self.server.service.store, request))
        else:
            self._refuse(HTTPStatus.FORBIDDEN)

    def _deliver(self, response: Response) -> None:
        ending = response.delivery.ending
        self.close_connection = self.close_connection or ending is not Ending.WHOLE
        if ending is Ending.RESET:
            self.server.reset_at_end(self.connection)
        if ending not in {Ending.DROP, Ending.RESET}:
            self._send(response)

    def _send(self, response: Response) -> None:
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != HTTPStatus.NO_CONTENT:
            self.send_header("content-length", str(len(response.body)))
        self.end_headers()
        for pause_s, piece in pieces(response):
            if pause_s:
                self.wfile.flush()
                time.sleep(pause_s)
            self.wfile.write(piece)
        self.wfile.flush()

    def log_request(self, *_: object) -> None:
        """Log nothing when the library writes a status; `_answer` has its own line."""

    def log_message(self, *_: object) -> None:
        """Log that the library could not read a request; its own words may hold a token."""
        self.server.service.log("unreadable request")


class _Server(ThreadingHTTPServer):
    """One thread per connection; knows its connections, so that it can end them."""

    request_queue_size = 128
    daemon_threads = False  # so that closing waits for the requests in flight

    def __init__(self, address: tuple[str, int], service: Service) -> None:
        self.service = service
        self._connections: set[socket.socket] = set()
        self._to_reset: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, _Handler)

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Serve one connection until its end."""
        with self._lock:
            self._connections.add(request)
        super().process_request_thread(request, client_address)
        with self._lock:
            self._connections.discard(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Say that a connection ended badly, instead of printing a traceback for a lost client."""
        problem = sys.exception()
        if isinstance(problem, OSError):
            self.service.log("connection lost")
        else:
            super().handle_error(request, client_address)

    def reset_at_end(self, connection: socket.socket) -> None:
        """Let a connection end with a reset instead of an orderly end."""
        linger_for_no_time = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_for_no_time)
        self._to_reset.add(connection)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as the library has it
        """End a connection."""
        if request in self._to_reset:
            self._to_reset.discard(request)
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def end_connections(self) -> None:
        """Let every connection finish the request that it is at, and read no other."""
        with self._lock:
            for each in self._connections:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RD)


class SandboxServer:
    """A running sandbox: `url` is where, `wait` blocks until `stop` or an interrupt."""

    def __init__(self, host: str, port: int, service: Service) -> None:
        self._server = _Server((host, port), service)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,))
        self._thread.start()

    @property
    def url(self) -> str:
        """The base URL, with the port that was taken."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def wait(self) -> None:
        """Block until the server is stopped."""
        self._thread.join()

    def stop(self) -> None:
        """Take no more requests, finish those in flight, and give the port back."""
        self._server.shutdown()
        self._server.end_connections()
        self._server.server_close()
        self._thread.join()


@contextmanager
def serve(
    store: Store,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    latency_ms: float = 0,
    log: Callable[[Event], None] = _silent,
) -> Iterator[SandboxServer]:
    """Serve a store from threads of this process for as long as the block lasts.

    Port 0 takes any free one. `latency_ms` is added to each answer. `log` gets an entry for each
    request, and words for a connection that ended badly.
    Raises OSError when the address cannot be taken.
    """
    server = SandboxServer(host, port, Service(store, latency_ms / 1000, log))
    try:
        yield server
    finally:
        server.stop()
