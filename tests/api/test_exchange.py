"""What over a real connection was not sent, was refused, or may have been done."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from segsync.api.client import Client
from segsync.api.limits import DEFAULT_LIMITS, Limits
from segsync.errors import (
    ApiError,
    ConnectionLostError,
    Effect,
    MalformedAnswerError,
    RejectedError,
    UnavailableError,
    UnreachableError,
)
from segsync.segment import Group, Marks
from tests.api.support import TOKEN, Time
from tests.faults.hostile_server import self_signed

GROUP = Group("VIP")
BODY = b'{"data": {"id": "g1", "name": "VIP"}, "status": 201}'
HEAD = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
WHOLE = HEAD % len(BODY) + BODY


@dataclass
class Server:
    """Does one thing to each connection, and counts the requests that it has read whole."""

    behave: Callable[["Server", socket.socket], None]
    read_whole: int = 0
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        while not self.stop.is_set():
            connection, _ = self.listener.accept()
            with connection:
                if not self.stop.is_set():
                    self.behave(self, connection)

    def read(self, connection: socket.socket) -> None:
        """Read one request to its end."""
        text = b""
        while b"\r\n\r\n" not in text:
            text += connection.recv(65536)
        head, _, body = text.partition(b"\r\n\r\n")
        lengths = [each for each in head.lower().split(b"\r\n") if b"content-length" in each]
        left = int(lengths[0].split(b":")[1]) - len(body) if lengths else 0
        while left > 0:
            left -= len(connection.recv(left))
        self.read_whole += 1


@contextmanager
def serving(behave: Callable[[Server, socket.socket], None]) -> Iterator[Server]:
    server = Server(behave)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.stop.set()
        socket.create_connection(server.listener.getsockname()).close()
        thread.join()
        server.listener.close()


def client(url: str, *, limits: Limits = DEFAULT_LIMITS, real_time: bool = False) -> Client:
    moments = Time()
    return Client(
        url=url,
        token=TOKEN,
        marks=Marks(),
        limits=limits,
        clock=time.monotonic if real_time else moments.clock,
        sleep=moments.sleep,
    )


def drop_unread(_: Server, connection: socket.socket) -> None:
    connection.recv(1)
    # Closed at once and with data unread, it is reset.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def close_unread(_: Server, connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(65536):
        pass


def drop_read(server: Server, connection: socket.socket) -> None:
    server.read(connection)


def sending(text: bytes) -> Callable[[Server, socket.socket], None]:
    def behave(server: Server, connection: socket.socket) -> None:
        server.read(connection)
        connection.sendall(text)

    return behave


def outcome(behave: Callable[[Server, socket.socket], None]) -> tuple[ApiError, int, int]:
    """Return the error of a create, how often it was sent, and how often it was read."""
    with serving(behave) as server, client(server.url) as tested:
        with pytest.raises(ApiError) as caught:
            tested.create_group(GROUP)
        return caught.value, tested.calls, server.read_whole


def test_an_answer_that_is_whole_is_taken() -> None:
    with serving(sending(WHOLE)) as server, client(server.url) as tested:
        assert tested.create_group(GROUP).id == "g1"


@pytest.mark.parametrize(
    ("behave", "kind"),
    [
        (drop_unread, ConnectionLostError),
        (close_unread, ConnectionLostError),
        (drop_read, ConnectionLostError),
        (sending(b"HTTP/1.1 201 Cre"), ConnectionLostError),
        (sending(b"HTTP/1.1 201 Created\r\nContent-Le"), ConnectionLostError),
        (sending(b"220 smtp.example.test ready\r\n"), ConnectionLostError),
        (sending(HEAD % len(BODY)), MalformedAnswerError),
        (sending(HEAD % len(BODY) + BODY[:20]), MalformedAnswerError),
        (sending(HEAD % 20 + BODY[:20]), MalformedAnswerError),
        (
            sending(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
            MalformedAnswerError,
        ),
        (sending(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"), UnavailableError),
        (sending(b"HTTP/1.1 502 Bad\r\nContent-Length: 99\r\n\r\n<html>"), UnavailableError),
    ],
)
def test_a_write_that_somebody_may_have_seen_is_in_doubt_and_never_sent_again(
    behave: Callable[[Server, socket.socket], None], kind: type[ApiError]
) -> None:
    error, sent, _ = outcome(behave)
    assert type(error) is kind
    assert error.effect is Effect.UNKNOWN
    assert sent == 1
    assert TOKEN not in str(error)


def test_a_refusal_whose_body_is_cut_is_a_refusal_all_the_same() -> None:
    error, sent, read = outcome(sending(b"HTTP/1.1 400 No\r\nContent-Length: 99\r\n\r\n{"))
    assert type(error) is RejectedError
    assert error.effect is Effect.NONE
    assert (sent, read) == (1, 1)


def test_a_write_that_nobody_listens_for_was_not_sent_and_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with client(f"http://127.0.0.1:{port}") as tested:
        with pytest.raises(UnreachableError) as caught:
            tested.create_group(GROUP)
        assert caught.value.effect is Effect.NOT_SENT
        assert tested.calls == 4


def test_a_server_that_does_not_speak_tls_has_seen_nothing() -> None:
    def refuse(_: Server, connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serving(refuse) as server, client(server.url.replace("http:", "https:")) as tested:
        with pytest.raises(UnreachableError) as caught:
            tested.create_group(GROUP)
        assert caught.value.effect is Effect.NOT_SENT


def test_a_read_is_repeated_until_the_server_answers() -> None:
    answers = [drop_unread, drop_read, sending(HEAD % 99 + BODY), sending(WHOLE)]

    def behave(server: Server, connection: socket.socket) -> None:
        answers.pop(0)(server, connection)

    listed = b'{"data": [{"id": "g1", "name": "VIP"}]}'
    answers[-1] = sending(HEAD % len(listed) + listed)
    with serving(behave) as server, client(server.url) as tested:
        assert [each.id for each in tested.groups()] == ["g1"]
        assert tested.calls == 4


def answer_twice(server: Server, connection: socket.socket) -> None:
    """Send an answer behind the answer, which the next request must not take for its own."""
    server.read(connection)
    body = b'{"data": [{"id": "g1", "name": "VIP"}]}'
    whole = HEAD % len(body) + body
    connection.sendall(whole + whole.replace(b"VIP", b"OLD"))
    with suppress(OSError):
        while connection.recv(65536):
            pass


def test_an_answer_that_came_before_the_request_is_not_taken_for_its_own() -> None:
    with serving(answer_twice) as server, client(server.url) as connected:
        for _ in range(2):
            assert [each.group.name for each in connected.groups()] == ["VIP"]
        with pytest.raises(ConnectionLostError, match="an answer was there before") as caught:
            connected.create_group(GROUP)
    assert caught.value.ambiguous
    assert server.read_whole == 2


@contextmanager
def given_up_in_time(
    behave: Callable[[Server, socket.socket], None], kind: type[ApiError], words: str
) -> Iterator[Client]:
    """Give a client that soon gives up on such a server, and leaves its write in doubt."""
    limits = Limits(operation=0.2)
    with serving(behave) as server, client(server.url, limits=limits, real_time=True) as tested:
        began = time.monotonic()
        with pytest.raises(kind, match=words) as caught:
            yield tested
        assert time.monotonic() - began < 5
    assert caught.value.effect is Effect.UNKNOWN


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 201 Created\r\n"])
def test_headers_that_drip_are_given_up_in_time_and_leave_a_write_in_doubt(begin: bytes) -> None:
    def drip(server: Server, connection: socket.socket) -> None:
        server.read(connection)
        connection.sendall(begin)
        try:
            while not server.stop.wait(0.02):
                connection.sendall(b"X-Slow: 1\r\n" if begin else b"H")
        except OSError:
            return

    with given_up_in_time(drip, ConnectionLostError, "the whole of it took too long") as tested:
        tested.create_group(GROUP)


def test_a_request_that_nobody_reads_on_is_given_up_in_time() -> None:
    def read_slowly(server: Server, connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        while not server.stop.wait(0.02) and connection.recv(4096):
            pass

    huge = Group("VIP", "x" * 20_000_000)
    words = "the whole of it took too long"
    with given_up_in_time(read_slowly, ConnectionLostError, words) as tested:
        tested.create_group(huge)


def test_a_body_that_drips_is_given_up_in_time() -> None:
    def drip(server: Server, connection: socket.socket) -> None:
        server.read(connection)
        connection.sendall(HEAD % 10_000)
        try:
            while not server.stop.wait(0.01):
                connection.sendall(b" ")
        except OSError:
            return

    with given_up_in_time(drip, MalformedAnswerError, "it took too long") as tested:
        tested.create_group(GROUP)


def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    def hang(server: Server, connection: socket.socket) -> None:
        server.read(connection)
        connection.recv(1)

    limits = Limits(operation=0.2)
    with serving(hang) as server, client(server.url, limits=limits, real_time=True) as tested:
        with pytest.raises(ConnectionLostError) as caught:
            tested.create_group(GROUP)
        assert caught.value.effect is Effect.UNKNOWN
        assert server.read_whole == 1


def test_headers_that_drip_through_tls_are_given_up_in_time_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = self_signed(tmp_path, "localhost")

    def drip(server: Server, connection: socket.socket) -> None:
        with suppress(OSError), context.wrap_socket(connection, server_side=True) as secure:
            server.read(secure)
            while not server.stop.wait(0.02):
                secure.sendall(b"H")

    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    limits = Limits(operation=1.0)
    with serving(drip) as server:
        url = server.url.replace("http:", "https:").replace("127.0.0.1", "localhost")
        with (
            client(url, limits=limits, real_time=True) as tested,
            pytest.raises(ConnectionLostError, match="the whole of it took too long") as caught,
        ):
            tested.create_group(GROUP)
    assert server.read_whole == 1
    assert caught.value.effect is Effect.UNKNOWN
