import http.client
import re
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from segsync.sandbox.messages import Request, Response
from segsync.sandbox.server import Event, SandboxServer, serve
from tests.sandbox.account import client_of, store_of


@pytest.fixture
def log() -> list[Event]:
    return []


@pytest.fixture
def server(log: list[Event]) -> Iterator[SandboxServer]:
    with serve(store_of(), log=log.append) as running:
        yield running


def address(server: SandboxServer) -> tuple[str, int]:
    parts = urlsplit(server.url)
    return str(parts.hostname), int(parts.port or 0)


def raw(server: SandboxServer, text: bytes) -> bytes:
    """Send bytes and read until the server closes the connection."""
    with socket.create_connection(address(server), timeout=5) as connection:
        connection.sendall(text)
        found = b""
        while part := connection.recv(65536):
            found += part
        return found


def test_the_server_answers_as_the_transport_does(server: SandboxServer) -> None:
    url = f"{server.url}/v2/segment/known?key=sandbox"
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - loopback
        body = answer.read()
    in_process = client_of(store_of()).get("/v2/segment/known")
    assert body == in_process.content
    assert answer.headers["content-type"] == "application/json"


def test_every_method_goes_through(server: SandboxServer) -> None:
    with httpx.Client(base_url=server.url, headers={"authorization": "sandbox"}) as client:
        made = client.post("/v2/segment", json={"name": "X", "segment_ql": "FILTER *"}).json()
        path = f"/v2/segment/{made['data']['id']}"
        changed = client.put(path, json={"name": "Y", "segment_ql": "FILTER *"})
        assert changed.json()["data"]["name"] == "Y"
        deleted = client.delete(path)
        assert (deleted.status_code, deleted.content) == (204, b"")
        assert "content-length" not in deleted.headers
        assert client.patch(path).status_code == 405
        assert client.get("/v2/segment/x").status_code == 404


def test_a_connection_serves_many_requests(server: SandboxServer) -> None:
    connection = http.client.HTTPConnection(*address(server), timeout=5)
    for _ in range(3):
        connection.request("GET", "/v2/account", headers={"Authorization": "sandbox"})
        assert connection.getresponse().read()
        used = connection.sock
    assert used is connection.sock
    connection.close()


def test_each_request_is_one_line_in_the_log_and_never_shows_a_token(
    server: SandboxServer, log: list[Event]
) -> None:
    httpx.get(f"{server.url}/v2/segment", params={"key": "sandbox"})
    httpx.get(f"{server.url}/v2/segment/%0Aevil%1B", headers={"authorization": "hush"})
    raw(server, b"GET /v2/segment?key=sandbox NONSENSE HTTP/1.1\r\n\r\n")
    lines = [re.sub(r"\d+ ms", "N ms", str(each)) for each in log]
    assert lines == [
        f"GET /v2/segment 200 N ms f{1:031x}",
        "GET /v2/segment/\\nevil\\x1b 401 N ms",
        "unreadable request",
    ]
    assert not any("sandbox" in line or "hush" in line for line in lines)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (b"Transfer-Encoding: gzip", b"411 Length Required"),
        (b"Transfer-Encoding: chunked\r\n\r\nmany", b"400 Bad Request"),
        (b"Transfer-Encoding: chunked\r\n\r\nfffffff", b"413 "),
        (b"Content-Length: x", b"411 Length Required"),
        (b"Content-Length: 99999999", b"413 "),
    ],
)
def test_a_body_of_unknown_or_absurd_length_is_refused(
    server: SandboxServer, log: list[Event], headers: bytes, status: bytes
) -> None:
    answer = raw(server, b"POST /v2/segment HTTP/1.1\r\n" + headers + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert str(log[0]).startswith(f"body refused: {status.decode()}")


def test_a_body_may_come_in_chunks(server: SandboxServer) -> None:
    start = b"POST /api/segment/validate HTTP/1.1\r\nAuthorization: sandbox\r\n"
    chunks = (
        b"Transfer-Encoding: chunked\r\n\r\n7\r\nFILTER \r\n1;x=y\r\n*\r\n0\r\nX-Sum: 1\r\n\r\n"
    )
    again = b"GET /v2/account HTTP/1.1\r\nAuthorization: sandbox\r\nConnection: close\r\n\r\n"
    answers = raw(server, start + chunks + again)
    assert answers.count(b"HTTP/1.1 200 OK") == 2
    with httpx.Client(base_url=server.url, headers={"Authorization": "sandbox"}) as client:
        wrong = client.post("/api/segment/validate", content=iter([b"FILTER ", b"("]))
    assert wrong.status_code == 400


def test_latency_is_added_to_each_answer() -> None:
    with serve(store_of(), latency_ms=60) as server:
        start = time.perf_counter()
        httpx.get(f"{server.url}/v2/account", headers={"authorization": "sandbox"})
        assert time.perf_counter() - start >= 0.06


def test_ten_connections_overlap_their_latency() -> None:
    with serve(store_of(), latency_ms=50) as server:

        def ask(_: int) -> None:
            headers = {"Authorization": "sandbox"}
            connection = http.client.HTTPConnection(*address(server), timeout=10)
            for _ in range(4):
                connection.request("GET", "/v2/segment/known", headers=headers)
                assert connection.getresponse().read()
            connection.close()

        start = time.perf_counter()
        with ThreadPoolExecutor(10) as pool:
            list(pool.map(ask, range(10)))
        assert time.perf_counter() - start < 1.0  # one after the other, it takes two seconds


def test_stopping_finishes_the_request_in_flight_and_frees_idle_connections() -> None:
    store = store_of()
    statuses = []
    in_flight = threading.Event()
    answer = store.handle

    def handle(request: Request) -> Response:
        in_flight.set()
        time.sleep(0.3)
        return answer(request)

    store.handle = handle  # type: ignore[method-assign]
    with serve(store) as server:
        idle = socket.create_connection(address(server), timeout=5)

        def ask() -> None:
            headers = {"authorization": "sandbox"}
            statuses.append(httpx.get(f"{server.url}/v2/account", headers=headers).status_code)

        asking = threading.Thread(target=ask)
        asking.start()
        assert in_flight.wait(30)
    asking.join()
    server.wait()
    assert statuses == [200]
    assert idle.recv(1) == b""
    idle.close()
    with pytest.raises(OSError, match=r"refused"):
        socket.create_connection(address(server), timeout=1)


def test_a_client_that_hangs_up_is_logged_in_a_line(log: list[Event]) -> None:
    with serve(store_of(), latency_ms=100, log=log.append) as server:
        connection = socket.create_connection(address(server), timeout=5)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.sendall(b"GET /v2/account HTTP/1.1\r\nAuthorization: sandbox\r\n\r\n")
        time.sleep(0.03)
        connection.close()
        time.sleep(0.2)
    assert "connection lost" in log


def test_a_fault_of_the_program_is_no_lost_connection(capfd: pytest.CaptureFixture[str]) -> None:
    store = store_of()

    def broken() -> str:
        message = "no ids left"
        raise RuntimeError(message)

    store.new_id = broken
    with serve(store) as server, pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{server.url}/v2/account", headers={"authorization": "sandbox"})
    assert "RuntimeError: no ids left" in capfd.readouterr().err


def test_a_port_in_use_is_told(server: SandboxServer) -> None:
    with (
        pytest.raises(OSError, match=r"in use"),
        serve(store_of(), port=address(server)[1]),
    ):
        pass


def test_an_unknown_token_gets_401_over_http(server: SandboxServer) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{server.url}/v2/segment", timeout=5)  # noqa: S310 - loopback
    with caught.value as answer:
        assert answer.read() == b'{"message":"Not authorized","status":401}'
