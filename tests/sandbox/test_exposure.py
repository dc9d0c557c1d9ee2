import json
import time
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from segsync.sandbox.controls import add_fault, advance_clock
from segsync.sandbox.store import Store
from tests.sandbox.account import Shop, store_of
from tests.sandbox.adapters import Adapter, both_adapters, in_process

MINUTE = timedelta(minutes=1)
BODY = {"name": "New", "slug_name": "new", "segment_ql": "FILTER visits > 1"}


def store_with(*rules: str) -> Store:
    store = store_of()
    for each in rules:
        add_fault(store, each)
    return store


def is_there(store: Store, slug: str = "new") -> bool:
    with store.read() as state:
        return state.segment_with_slug(slug) is not None


@both_adapters
@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_an_error_hides_whether_the_write_took_effect(
    adapter: Adapter, status: int, phase: str
) -> None:
    store = store_with(f"POST {status}-{phase}")
    with adapter(store) as client:
        assert client.post("/v2/segment", json=BODY).status_code == status
    assert is_there(store) is (phase == "after")
    (entry,) = store.requests
    assert (entry.status, entry.fault) == (status, f"POST {status}-{phase}")
    assert bool(entry.object_id) is (phase == "after")


@both_adapters
@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("drop", httpx.RemoteProtocolError),
        ("reset", httpx.ReadError),
        ("cut", httpx.RemoteProtocolError),
    ],
)
def test_a_broken_connection_is_what_httpx_makes_of_it(
    adapter: Adapter, kind: str, phase: str, error: type[Exception]
) -> None:
    store = store_with(f"POST {kind}-{phase}")
    with adapter(store) as client:
        with pytest.raises(error) as caught:
            client.post("/v2/segment", json=BODY)
        assert client.get("/v2/account").status_code == 200
    assert isinstance(caught.value, httpx.HTTPError)
    assert caught.value.request.method == "POST"
    assert is_there(store) is (phase == "after")
    entry = store.requests[0]
    assert (entry.status == 0) is (kind != "cut")
    assert entry.fault == f"POST {kind}-{phase}"


@both_adapters
def test_the_words_of_a_broken_connection_are_those_of_httpx(adapter: Adapter) -> None:
    store = store_with("times=1 drop", "times=1 reset", "times=1 cut")
    with adapter(store) as client:
        words = []
        for _ in range(3):
            with pytest.raises(httpx.TransportError) as caught:
                client.get("/v2/account")
            words.append(str(caught.value))
    assert words[:2] == [
        "Server disconnected without sending a response.",
        "[Errno 104] Connection reset by peer",
    ]
    assert words[2].startswith("peer closed connection without sending complete message body (rec")


@both_adapters
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("empty", b""),
        ("malformed", b'{"data": what you asked for, "status" 200}'),
        ("deep=3", b'{"data":[[[]]],"status":200,"request_id":"f0000000000000000000000000000001"}'),
        ("nan", b'{"data":NaN,"status":200,"request_id":"f0000000000000000000000000000001"}'),
        (
            "null-data",
            b'{"data":null,"status":200,"request_id":"f0000000000000000000000000000001"}',
        ),
        (
            "wrong-type",
            b'{"data":"unexpected","status":200,"request_id":"f0000000000000000000000000000001"}',
        ),
    ],
)
def test_a_spoiled_body_comes_with_200(adapter: Adapter, kind: str, body: bytes) -> None:
    with adapter(store_with(kind)) as client:
        answer = client.get("/v2/account")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.content == body


@both_adapters
def test_a_body_can_be_half_double_unreadable_huge_or_a_page(adapter: Adapter) -> None:
    rules = ("truncated", "duplicate-keys", "bad-utf8", "huge=1", "html")
    with adapter(store_with(*(f"times=1 {each}" for each in rules))) as client:
        half, double, unreadable, huge, page = (client.get("/v2/account") for _ in rules)
        whole = client.get("/v2/account")
    assert half.content == whole.content.replace(b'6"}', b'1"}')[: len(whole.content) // 2]
    pairs = json.loads(double.content, object_pairs_hook=list)
    assert [name for name, _ in pairs] == ["data", "status", "request_id", "data"]
    with pytest.raises(UnicodeDecodeError):
        unreadable.content.decode()
    assert len(huge.content) > 1024 * 1024
    assert huge.json()["data"] == whole.json()["data"]
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html")
    assert page.text.startswith("<html>")


@both_adapters
def test_an_answer_without_a_body_gets_one_to_be_spoiled(adapter: Adapter) -> None:
    store = store_with("DELETE truncated")
    blog = Shop().id_of("blog")
    with adapter(store) as client:
        answer = client.delete(f"/v2/segment/{blog}")
    assert (answer.status_code, answer.content) == (
        200,
        b'{"data":null,"status":200,"request_id',
    )
    assert not is_there(store, "blog")


@both_adapters
def test_a_redirect_names_another_host_and_keeps_the_path(adapter: Adapter) -> None:
    store = store_with("redirect")
    with adapter(store) as client:
        answer = client.get("/v2/segment/known?table=all")
    assert answer.status_code == 301
    assert answer.headers["location"] == "https://elsewhere.invalid/v2/segment/known"


@both_adapters
def test_a_delay_within_patience_is_waited_out(adapter: Adapter) -> None:
    with adapter(store_with("latency=60")) as client:
        start = time.perf_counter()
        assert client.get("/v2/account").status_code == 200
        assert time.perf_counter() - start >= 0.06


@both_adapters
def test_a_delay_past_patience_is_a_timeout_and_the_write_took_effect(adapter: Adapter) -> None:
    store = store_with("POST latency=300")
    with adapter(store) as client, pytest.raises(httpx.ReadTimeout) as caught:
        client.post("/v2/segment", json=BODY, timeout=0.1)
    assert str(caught.value) == "timed out"
    assert is_there(store)


@both_adapters
def test_a_slow_body_comes_in_pieces_that_each_stay_within_patience(adapter: Adapter) -> None:
    with adapter(store_with("drip=0.2")) as client:
        start = time.perf_counter()
        answer = client.get("/v2/account", timeout=0.15)
    assert answer.json()["data"]
    assert time.perf_counter() - start >= 0.2


@both_adapters
def test_pieces_that_come_too_slowly_are_a_timeout(adapter: Adapter) -> None:
    with adapter(store_with("drip=3")) as client, pytest.raises(httpx.ReadTimeout):
        client.get("/v2/account", timeout=0.1)


@both_adapters
@pytest.mark.parametrize(
    ("wanted", "sent"),
    [
        ("5", "5"),
        ("0", "0"),
        ("-1", "-1"),
        ("1000000000", "1000000000"),
        ("soon", "soon"),
        ("'next week'", "next week"),
        ("date", "Mon, 02 Nov 2026 12:00:01 GMT"),
        ("date+90", "Mon, 02 Nov 2026 12:01:31 GMT"),
        ("date+x", "date+x"),
    ],
)
def test_a_429_may_say_when_to_come_back(adapter: Adapter, wanted: str, sent: str) -> None:
    with adapter(store_with(f"429 retry-after={wanted}")) as client:
        answer = client.get("/v2/segment")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, sent)


@both_adapters
@pytest.mark.parametrize("rule", ["", "429 retry-after=date+90", "html", "UNAUTHORIZED-017"])
def test_every_answer_has_the_date_of_the_account(adapter: Adapter, rule: str) -> None:
    store = store_with(*([rule] if rule else []))
    advance_clock(store, 3600)
    with adapter(store) as client:
        answer = client.get("/v2/segment")
    sent = parsedate_to_datetime(answer.headers["date"])
    assert abs(sent - parsedate_to_datetime("Mon, 02 Nov 2026 13:00:00 GMT")) < MINUTE


@both_adapters
def test_a_date_to_come_back_at_is_measured_by_the_date_of_the_answer(adapter: Adapter) -> None:
    store = store_with("429 retry-after=date+90")
    advance_clock(store, 86_400)
    with adapter(store) as client:
        headers = client.get("/v2/segment").headers
    back, now = (parsedate_to_datetime(headers[name]) for name in ("retry-after", "date"))
    assert back - now == timedelta(seconds=90)


@both_adapters
def test_a_rate_limit_answers_429_with_or_without_when_to_come_back(adapter: Adapter) -> None:
    # The clock of this account ticks once a second and answers once a tick.
    silent, exact = store_with("rate=0.1"), store_with("rate=0.1 retry-after=exact")
    for store, expected in ((silent, None), (exact, "9")):
        with adapter(store) as client:
            passed, refused = (client.get("/v2/account") for _ in range(2))
        assert (passed.status_code, refused.status_code) == (200, 429)
        assert refused.headers.get("retry-after") == expected
        assert store.requests[1].fault.startswith("rate=0.1")


def test_errors_come_in_the_envelope_of_the_version_and_in_no_unknown_code() -> None:
    store = store_with(*(f"times=1 {status}" for status in (429, 500, 404, 403, 418, 499)))
    with in_process(store) as client:
        codes = [client.get("/v2/segment").json()["errors"][0]["code"] for _ in range(6)]
    assert codes == [
        "UNKNOWN-000",
        "INTERNAL-019",
        "NOTFOUND-003",
        "FORBIDDEN-026",
        "BADREQ-001",
        "BADREQ-001",
    ]


def test_an_error_of_v1_and_a_401_keep_their_shapes() -> None:
    store = store_with("/api/** 503", "401")
    with in_process(store) as client:
        assert client.get("/api/segment").json() == {
            "data": None,
            "status": 503,
            "message": "Service Unavailable",
            "request_id": f"f{1:031x}",
        }
        assert client.get("/v2/segment").json() == {"message": "Not authorized", "status": 401}


def test_every_answer_made_up_has_its_request_id_in_the_log() -> None:
    store = store_with("500", "/v2/segment drop")
    with in_process(store) as client:
        body = client.get("/v2/account").json()
    assert [each.request_id for each in store.requests] == [body["request_id"]]


def test_a_rule_that_does_not_strike_leaves_the_answer_as_it_is() -> None:
    store = store_with("nth=9 500")
    with in_process(store) as client:
        answer = client.get("/v2/account")
    assert answer.status_code == 200
    assert store.requests[0].fault == ""


def test_a_redirect_in_process_has_no_body_and_may_be_late() -> None:
    with in_process(store_with("redirect", "latency=1")) as client:
        answer = client.get("/v2/account")
    assert (answer.status_code, answer.content) == (301, b"")
