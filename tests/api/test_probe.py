import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import httpx
import pytest

from segsync.api.probe import Obstacle, Probe, probe
from segsync.errors import InvalidInputError
from segsync.sandbox.server import serve
from segsync.sandbox.store import memory_store

URL = "https://api.example"
TOKEN = "at.0123456789.secret"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture
def plain_server() -> Iterator[int]:
    """A port of this machine where somebody listens who knows no TLS."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with closing(connection):
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(timeout=10)


def answering(
    respond: Callable[[httpx.Request], httpx.Response],
) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """Return a transport that answers like this, and where it keeps what it was asked."""
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return respond(request)

    return httpx.MockTransport(handle), asked


def failing(error: Exception) -> httpx.MockTransport:
    """Return a transport in which a socket fails like this."""

    def fail(_: httpx.Request) -> httpx.Response:
        message = f"wrapped {TOKEN}"
        raise httpx.ConnectError(message) from error

    return httpx.MockTransport(fail)


def test_one_request_tells_status_and_clock_and_is_never_redirected() -> None:
    headers = {"Date": "Mon, 23 Nov 2026 10:00:00 GMT", "Location": "https://u:p@else.example/x?t"}
    transport, asked = answering(lambda _: httpx.Response(302, headers=headers))
    found = probe(f"{URL}/", TOKEN, transport=transport)
    assert (found.host, found.proxy, found.status, found.obstacle) == ("api.example", "", 302, None)
    assert found.date == "Mon, 23 Nov 2026 10:00:00 GMT"
    assert found.location == "else.example"
    assert found.seconds >= 0
    assert found.asked_at > 0
    (request,) = asked
    assert (request.method, str(request.url)) == ("GET", f"{URL}/v2/account")
    assert request.headers["Authorization"] == TOKEN


@pytest.mark.parametrize(
    ("status", "content", "said"),
    [
        (401, b'{"message": "Expired Token", "status": 401}', "Expired Token"),
        (403, b'{"errors": [{"code": "FORBIDDEN-026", "message": "No"}]}', "No (FORBIDDEN-026)"),
        (401, f'{{"message": "no {TOKEN}"}}'.encode(), "no [token]"),
        (401, f'{{"message": "{"x" * 300}"}}'.encode(), "x" * 200),
        (401, b"", ""),
        (401, b"[]", ""),
        (502, b"<html>", ""),
        (200, b'{"message": "success"}', ""),
    ],
)
def test_an_error_is_told_in_the_words_of_the_api(status: int, content: bytes, said: str) -> None:
    transport, _ = answering(lambda _: httpx.Response(status, content=content))
    assert probe(URL, TOKEN, transport=transport).said == said


def test_words_that_do_not_come_are_no_words() -> None:
    headers = {"Content-Encoding": "gzip"}
    stream = httpx.ByteStream(b"no gzip")
    transport, _ = answering(lambda _: httpx.Response(401, headers=headers, stream=stream))
    assert probe(URL, TOKEN, transport=transport).said == ""


def test_without_a_token_none_is_sent() -> None:
    transport, asked = answering(lambda _: httpx.Response(401))
    assert probe(URL, "", transport=transport).status == 401
    assert "Authorization" not in asked[0].headers


def test_a_location_that_is_no_address_is_not_repeated() -> None:
    transport, _ = answering(lambda _: httpx.Response(302, headers={"Location": "https://["}))
    assert probe(URL, TOKEN, transport=transport).location == "an unreadable address"


@pytest.mark.parametrize(
    ("error", "obstacle"),
    [
        (socket.gaierror(-2, "Name or service not known"), Obstacle.NAME),
        (ConnectionRefusedError(111, "refused"), Obstacle.REFUSED),
        (OSError("no route"), Obstacle.OTHER),
    ],
)
def test_the_cause_of_a_failure_is_found_below_what_httpx_says(
    error: Exception, obstacle: Obstacle
) -> None:
    found = probe(URL, TOKEN, transport=failing(error))
    assert found == Probe("api.example", "", obstacle=obstacle, words="wrapped [token]")


@pytest.mark.parametrize(
    ("error", "obstacle", "words"),
    [
        (httpx.ProxyError("403 Forbidden"), Obstacle.PROXY, "403 Forbidden"),
        (httpx.ReadTimeout(""), Obstacle.TIMEOUT, "ReadTimeout"),
    ],
)
def test_what_httpx_tells_apart_is_told_apart(
    error: httpx.RequestError, obstacle: Obstacle, words: str
) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    found = probe(URL, TOKEN, transport=httpx.MockTransport(fail))
    assert (found.obstacle, found.words) == (obstacle, words)


def test_nobody_listening_is_a_refusal(closed_port: int) -> None:
    found = probe(f"http://127.0.0.1:{closed_port}", TOKEN)
    assert (found.host, found.obstacle) == (f"127.0.0.1:{closed_port}", Obstacle.REFUSED)


def test_a_server_without_tls_is_told_from_one_that_is_not_there(plain_server: int) -> None:
    assert probe(f"https://127.0.0.1:{plain_server}", TOKEN).obstacle is Obstacle.TLS


def test_a_proxy_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, closed_port: int
) -> None:
    monkeypatch.setenv("https_proxy", f"http://user:secret@127.0.0.1:{closed_port}")
    found = probe("https://api.lytics.invalid", TOKEN)
    assert found.proxy == f"127.0.0.1:{closed_port}"
    assert found.obstacle is Obstacle.REFUSED


def test_a_real_server_answers() -> None:
    with serve(memory_store()) as server:
        found = probe(server.url, "sandbox")
    assert found.status == 200


def test_a_url_that_would_give_the_token_away_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        probe("http://api.example", TOKEN)
