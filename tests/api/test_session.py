import gzip
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import httpx
import pytest

from segsync.api.client import Client
from segsync.errors import (
    ApiError,
    MalformedAnswerError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from segsync.segment import Definition, Group, Marks, Segment
from tests.api.support import TOKEN, Api, Reply, Time, answer, refusal

ACCOUNT = [{"aid": 7, "name": "Acme"}]
GROUP = Group("VIP")
SEGMENT = Segment("a", "A", Definition("FILTER x > 1"))
GROUP_ROW = {"id": "g1", "name": "VIP"}


def test_a_read_is_repeated_until_it_succeeds() -> None:
    api = Api(
        refusal(503, "busy"),
        httpx.ReadError("reset"),
        httpx.Response(200, text="<html>"),
        answer("not an account"),
        answer(ACCOUNT),
    )
    assert api.client.account().aid == 7
    # The first of them was waited for by everybody, who then comes back spread over a tenth.
    assert api.time.sleeps == [0.55, 1.0, 2.0, 4.0]
    assert api.client.calls == 5


def test_a_read_is_given_up_after_five_attempts() -> None:
    api = Api(*(refusal(500, "oh") for _ in range(5)))
    with pytest.raises(UnavailableError):
        api.client.account()
    assert len(api.requests) == 5


@pytest.mark.parametrize(
    "reply",
    [
        httpx.ReadError("reset"),
        httpx.WriteError("reset"),
        httpx.ReadTimeout("late"),
        httpx.RemoteProtocolError("closed"),
        refusal(500, "oh"),
        refusal(503, "busy"),
        httpx.Response(201, text="<html>"),
        httpx.Response(201),
        answer(None, 201),
        answer([GROUP_ROW, GROUP_ROW], 201),
        answer({"name": "no id"}, 201),
        httpx.Response(200, json={"status": 500, "message": "oh"}),
    ],
)
def test_a_write_in_doubt_is_never_sent_again(reply: Reply) -> None:
    api = Api(reply)
    with pytest.raises(ApiError) as caught:
        api.client.create_group(GROUP)
    assert caught.value.ambiguous
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("late"),
        httpx.ProxyError("no"),
    ],
)
def test_a_write_that_nobody_looked_at_is_sent_again(reply: Reply) -> None:
    api = Api(reply, answer(GROUP_ROW, 201))
    assert api.client.create_group(GROUP).id == "g1"
    assert api.bodies[0] == api.bodies[-1]


@pytest.mark.parametrize("status", [408, 425, 429])
def test_a_write_that_makes_nothing_is_sent_again_when_it_came_at_a_bad_time(status: int) -> None:
    api = Api(refusal(status, "not now"), answer(GROUP_ROW))
    assert api.client.update_group("g1", GROUP).id == "g1"
    assert len(api.requests) == 2


@pytest.mark.parametrize("status", [408, 425, 429])
def test_a_group_is_never_sent_again(status: int) -> None:
    api = Api(refusal(status, "not now"))
    with pytest.raises(ApiError) as caught:
        api.client.create_group(GROUP)
    assert caught.value.ambiguous
    assert len(api.requests) == 1


@pytest.mark.parametrize("status", [408, 425])
def test_a_segment_is_not_sent_again_when_it_may_have_been_made(status: int) -> None:
    api = Api(refusal(status, "not now"))
    with pytest.raises(ApiError) as caught:
        api.client.create_segment(SEGMENT, group_ids={})
    assert caught.value.ambiguous
    assert len(api.requests) == 1


def test_a_segment_is_sent_again_after_a_429() -> None:
    row = {"id": "s1", "slug_name": "a"}
    api = Api(refusal(429, "slow down"), answer(row, 201))
    assert api.client.create_segment(SEGMENT, group_ids={}).id == "s1"


@pytest.mark.parametrize(
    "body",
    [
        {"status": 200},
        {"status": 200, "message": "upstream timeout"},
        {"status": 200, "data": {}},
        {"status": 200, "data": "none"},
    ],
)
def test_a_list_that_is_not_there_is_no_empty_list(body: dict[str, object]) -> None:
    def ask(read: Callable[[Client], object]) -> str:
        api = Api(*[httpx.Response(200, json=body)] * 5)
        with pytest.raises(MalformedAnswerError) as caught:
            read(api.client)
        return str(caught.value)

    told = 'the answer is not what the API promises: it has no list under "data" (HTTP 200)'
    assert ask(lambda client: client.groups()) == f"GET /v2/segment/group: {told}"
    assert ask(lambda client: client.jobs()) == f"GET /v2/job: {told}"
    assert ask(lambda client: client.segments(group_ids={})) == f"GET /v2/segment: {told}"
    assert ask(lambda client: client.sizes()) == f"GET /api/segment/sizes: {told}"


def test_null_is_an_empty_list() -> None:
    assert Api(answer(None)).client.groups() == ()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            httpx.RemoteProtocolError(f"illegal header line: bytearray(b'{TOKEN}')"),
            "the connection failed: what came back is no HTTP, or nothing came back",
        ),
        (
            httpx.ProxyError(f"407 {TOKEN}"),
            "the API at api.example.test cannot be reached: 407 [token]",
        ),
    ],
)
def test_a_failure_does_not_repeat_the_token(error: httpx.RequestError, words: str) -> None:
    api = Api(*[error] * 5)
    with pytest.raises(UnavailableError) as caught:
        api.client.groups()
    assert str(caught.value) == f"GET /v2/segment/group: {words}"


def test_an_answer_does_not_repeat_the_token() -> None:
    api = Api(answer([{"aid": 7, "name": f"Acme {TOKEN}"}]))
    assert api.client.account().name == "Acme [token]"


def test_an_answer_that_breaks_off_does_not_repeat_the_token() -> None:
    class Broken(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            raise httpx.RemoteProtocolError(TOKEN)

    api = Api(*(lambda _: httpx.Response(200, stream=Broken()) for _ in range(5)))
    with pytest.raises(MalformedAnswerError) as caught:
        api.client.groups()
    assert TOKEN not in str(caught.value)


def test_a_write_that_cannot_be_sent_is_given_up_without_doubt() -> None:
    api = Api(*(httpx.ConnectError("refused") for _ in range(4)))
    with pytest.raises(UnavailableError) as caught:
        api.client.create_group(GROUP)
    assert str(caught.value) == (
        "POST /v2/segment/group: the API at api.example.test cannot be reached: refused"
    )
    assert not caught.value.ambiguous
    assert len(api.requests) == 4


def test_a_failure_without_words_is_told_by_its_name() -> None:
    api = Api(httpx.ReadTimeout(""))
    with pytest.raises(UnavailableError, match="the connection failed: ReadTimeout"):
        api.client.create_group(GROUP)


def test_a_429_pauses_every_request_for_as_long_as_the_server_asks() -> None:
    api = Api(httpx.Response(429, headers={"Retry-After": "20"}), answer(ACCOUNT), answer(ACCOUNT))
    api.client.account()
    assert api.time.sleeps == [pytest.approx(22.0 + 2.2)]


def test_a_429_is_given_up_at_once_when_the_server_asks_for_an_hour() -> None:
    api = Api(httpx.Response(429, headers={"Retry-After": "3600"}))
    with pytest.raises(RateLimitedError, match="it asks to wait 3600 s"):
        api.client.account()
    assert api.time.sleeps == []


def test_a_moment_to_come_back_is_measured_by_the_servers_own_clock() -> None:
    headers = {
        "Date": "Mon, 23 Nov 2026 10:00:00 GMT",
        "Retry-After": "Mon, 23 Nov 2026 10:00:10 GMT",
    }
    api = Api(httpx.Response(503, headers=headers), answer(ACCOUNT))
    api.client.account()
    assert api.time.sleeps == [pytest.approx(11.0 + 1.1)]


def test_a_size_on_demand_waits_for_its_pace_and_holds_up_nothing_else() -> None:
    api = Api(refusal(429, "1/10 seconds"), answer(ACCOUNT), answer({"size": 3}))
    api.time.meanwhile.append(api.client.account)
    assert api.client.size("FILTER *") == 3
    assert api.time.sleeps == [11.0]
    assert [each.url.path for each in api.requests] == [
        "/api/segment/size",
        "/v2/account",
        "/api/segment/size",
    ]


def test_a_pause_holds_up_all_other_requests() -> None:
    api = Api(refusal(429, "slow down"), answer(ACCOUNT), answer(ACCOUNT))
    api.time.meanwhile.append(api.client.account)
    api.client.account()
    assert api.time.sleeps == [1.1, 1.1]


def test_the_request_id_of_the_last_answer_is_kept_per_thread() -> None:
    api = Api(answer(ACCOUNT, request_id="r1"), refusal(400, "no", request_id="r2"))
    assert api.client.last_request_id == ""
    api.client.account()
    assert api.client.last_request_id == "r1"
    with ThreadPoolExecutor(1) as worker:
        assert worker.submit(lambda: api.client.last_request_id).result() == ""
    with pytest.raises(RejectedError):
        api.client.account()
    assert api.client.last_request_id == "r2"
    api.replies = [httpx.ReadError("reset")]
    with pytest.raises(UnavailableError):
        api.client.create_group(GROUP)
    assert api.client.last_request_id == ""


def test_how_often_the_last_request_was_sent_is_kept_per_thread() -> None:
    api = Api(refusal(503, "busy"), answer(ACCOUNT), answer(ACCOUNT))
    assert api.client.last_attempts == 0
    api.client.account()
    assert api.client.last_attempts == 2
    with ThreadPoolExecutor(1) as worker:
        assert worker.submit(lambda: api.client.last_attempts).result() == 0
    api.client.account()
    assert api.client.last_attempts == 1


def test_a_malformed_answer_keeps_its_request_id() -> None:
    api = Api(answer("odd", 201, request_id="r3"))
    with pytest.raises(MalformedAnswerError, match=r"\[request r3\]"):
        api.client.create_group(GROUP)


def test_lists_may_take_longer_than_other_reads() -> None:
    api = Api(answer([]), answer(ACCOUNT))
    api.client.groups()
    api.client.account()
    assert [each.extensions["timeout"]["read"] for each in api.requests] == [120.0, 30.0]


def test_a_body_larger_than_any_true_answer_is_refused() -> None:
    mebibyte = b" " * 2**20

    def flood(_: httpx.Request) -> httpx.Response:
        return httpx.Response(201, content=(mebibyte for _ in range(1000)))

    api = Api(flood)
    with pytest.raises(MalformedAnswerError, match=r"it broke off \(more than 256 MiB\)") as caught:
        api.client.create_group(GROUP)
    assert caught.value.ambiguous


def test_a_packed_body_is_unpacked() -> None:
    body = gzip.compress(b'{"data": [{"aid": 7}]}')
    api = Api(httpx.Response(200, content=body, headers={"Content-Encoding": "gzip"}))
    assert api.client.account().aid == 7


def test_a_body_that_cannot_be_unpacked_leaves_a_write_in_doubt() -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        return httpx.Response(201, content=iter([b"no gzip"]), headers={"Content-Encoding": "gzip"})

    with pytest.raises(MalformedAnswerError) as caught:
        Api(broken).client.create_group(GROUP)
    assert caught.value.ambiguous


class Handler(BaseHTTPRequestHandler):
    """Does what the path of the base URL says, over real connections."""

    protocol_version = "HTTP/1.1"
    lock: ClassVar[threading.Lock] = threading.Lock()
    connections: ClassVar[int] = 0
    requests: ClassVar[list[str]] = []

    def setup(self) -> None:
        super().setup()
        with self.lock:
            Handler.connections += 1

    def do_GET(self) -> None:
        behavior = self.path.split("/")[1]
        self.requests.append(self.path)
        body = b'{"data": [{"aid": 7}], "status": 200}'
        if behavior == "redirect":
            self.send_response(302)
            self.send_header("Location", "/good/v2/account")
            body = b""
        elif behavior == "closed":
            self.close_connection = True
            return
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(body) + (99 if behavior == "cut" else 0)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = behavior == "cut"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as inherited)
        """Print nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Handler.connections = 0
    Handler.requests.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def real_client(url: str, *, connections: int = 10) -> Client:
    time = Time()
    return Client(
        url=url,
        token=TOKEN,
        marks=Marks(),
        connections=connections,
        clock=time.clock,
        sleep=time.sleep,
    )


def test_20_workers_never_hold_more_than_20_connections(server: str) -> None:
    with real_client(f"{server}/good", connections=20) as client:
        with ThreadPoolExecutor(20) as workers:
            list(workers.map(lambda _: client.account(), range(100)))
        assert client.calls == 100
    assert 1 <= Handler.connections <= 20


def test_one_worker_uses_one_connection_again_and_again(server: str) -> None:
    with real_client(f"{server}/good") as client:
        for _ in range(5):
            client.account()
    assert Handler.connections == 1


def test_a_redirect_is_not_followed_over_a_real_connection(server: str) -> None:
    with real_client(f"{server}/redirect") as client, pytest.raises(RejectedError, match="302"):
        client.account()
    assert Handler.requests == ["/redirect/v2/account"]


@pytest.mark.parametrize("behavior", ["closed", "cut"])
def test_a_connection_that_breaks_leaves_a_write_in_doubt(server: str, behavior: str) -> None:
    with real_client(f"{server}/{behavior}") as client:
        with pytest.raises((UnavailableError, MalformedAnswerError)) as caught:
            client.create_group(GROUP)
        assert caught.value.ambiguous
        assert client.calls == 1


@pytest.mark.parametrize("behavior", ["closed", "cut"])
def test_a_connection_that_breaks_is_tried_again_for_a_read(server: str, behavior: str) -> None:
    with real_client(f"{server}/{behavior}") as client:
        with pytest.raises((UnavailableError, MalformedAnswerError)) as caught:
            client.account()
        assert not caught.value.ambiguous
        assert client.calls == 5


def test_a_server_that_is_not_there_leaves_nothing_in_doubt() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with real_client(f"http://127.0.0.1:{port}") as client:
        with pytest.raises(UnavailableError, match="cannot be reached") as caught:
            client.create_group(GROUP)
        assert not caught.value.ambiguous
        assert client.calls == 4


def test_the_token_is_in_no_repr_no_error_and_no_log(
    server: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    for behavior in ("good", "redirect", "closed", "cut"):
        client = real_client(f"{server}/{behavior}")
        told += [repr(client), repr(client._session), repr(client._pool)]  # noqa: SLF001 (all of it)
        try:
            told.append(repr(client.account()))
        except ApiError as error:
            chain: BaseException | None = error
            while chain:
                told += [str(chain), repr(chain)]
                chain = chain.__cause__
        client.close()
    echo = Api(refusal(403, f"no rights for {TOKEN}"))
    with pytest.raises(ApiError) as caught:
        echo.client.account()
    told += [str(caught.value), repr(caught.value), repr(vars(caught.value)), caplog.text]
    assert "do-not-show" not in "\n".join(told)
