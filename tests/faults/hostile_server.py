"""A server on loopback that answers every request with the same bytes, over TLS if wanted."""

import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

# The token of the request takes this place, as in an answer that repeats what it was sent.
TOKEN = b"{token}"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; with a `length` of its own, the connection ends before the body does."""

    status: int = 200
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = ()
    length: int | None = None


@dataclass
class Served:
    """Where the server is, and which headers it was sent."""

    url: str
    seen: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def hostile(
    answer: Callable[[str, str], Reply], *, context: ssl.SSLContext | None = None
) -> Iterator[Served]:
    """Serve what `answer` says for a method and a path, for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            served.seen.append(dict(self.headers.items()))
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            reply = answer(self.command, self.path)
            token = (self.headers.get("Authorization") or "").encode()
            body = reply.body.replace(TOKEN, token)
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value.replace(TOKEN.decode(), token.decode()))
            self.send_header("Content-Length", str(reply.length or len(body)))
            self.end_headers()
            self.wfile.write(body)
            if reply.length is not None:
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - as http.server wants it

        def log_message(self, *_: object) -> None:
            """Say nothing on standard error, which is compared."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that turns away is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "http" if context is None else "https"
    served = Served(f"{scheme}://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def self_signed(folder: Path, name: str = "evil.example") -> ssl.SSLContext:
    """Return the TLS side of a server whose certificate nobody has signed but itself.

    The certificate is in `cert.pem`.
    """
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    key, certificate = folder / "key.pem", folder / "cert.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "1", "-subj", f"/CN={name}", "-keyout", str(key)]
    command += ["-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run([*command, "-out", str(certificate)], check=True, capture_output=True)  # noqa: S603 - a fixed command
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
