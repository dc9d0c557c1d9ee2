"""What makes a client give up: time, the retry budget, an account that is unwell."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from segsync.api.limits import Limits
from segsync.errors import (
    ApiError,
    ConnectionLostError,
    Effect,
    MalformedAnswerError,
    NotAttemptedError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from segsync.segment import Group
from tests.api.support import Api, Reply, answer, refusal

ACCOUNT = [{"aid": 7}]
GROUP_ROW = {"id": "g1", "name": "VIP"}
GROUP = Group("VIP")


def failing(kind: type[ApiError], call: Callable[[], object]) -> str:
    """Return what the error of a call says."""
    with pytest.raises(kind) as caught:
        call()
    assert type(caught.value) is kind
    return caught.value.message


def test_a_longer_wait_can_be_asked_for() -> None:
    hour = httpx.Response(429, headers={"Retry-After": "3600"})
    api = Api(hour, answer(ACCOUNT), limits=Limits(max_wait=3600))
    assert api.client.account().aid == 7
    assert sum(api.time.sleeps) >= 3600


def test_an_hour_that_nobody_waits_for_holds_up_nobody_else() -> None:
    hour = httpx.Response(429, headers={"Retry-After": "3600"})
    api = Api(hour, answer(ACCOUNT))
    with pytest.raises(RateLimitedError) as caught:
        api.client.account()
    assert caught.value.retry_after == 3600
    assert api.client.account().aid == 7
    # No more than the pace of one request per second that the 429 has set.
    assert api.time.sleeps == [1.0]


def test_an_account_that_says_it_is_busy_is_left_alone_by_everybody() -> None:
    busy = httpx.Response(503, headers={"Retry-After": "7"})
    api = Api(busy, answer(ACCOUNT))
    with pytest.raises(UnavailableError) as caught:
        api.client.create_group(GROUP)
    assert caught.value.ambiguous
    assert api.time.sleeps == []
    api.client.account()
    assert api.time.sleeps == [pytest.approx(7.7)]


def test_a_read_after_a_dropped_connection_is_repeated_at_once() -> None:
    api = Api(httpx.RemoteProtocolError("closed"), httpx.ReadError("reset"), answer(ACCOUNT))
    api.client.account()
    assert api.time.sleeps == [1.0]


class Slow(httpx.SyncByteStream):
    """A body that comes drop by drop, each of which takes 50 s."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self._api.time.now += 50
            yield b" "


def test_a_body_that_comes_drop_by_drop_is_given_up_after_two_minutes() -> None:
    api = Api()
    api.replies = [lambda _: httpx.Response(200, stream=Slow(api))]
    started = api.time.now
    message = failing(MalformedAnswerError, api.client.account)
    assert "it broke off (it took too long)" in message
    assert message.endswith("there was no time left to send it again")
    assert api.time.now - started <= 200
    assert api.client.calls == 1


def test_a_list_may_take_longer() -> None:
    api = Api()
    api.replies = [lambda _: httpx.Response(200, stream=Slow(api))]
    started = api.time.now
    failing(MalformedAnswerError, api.client.groups)
    assert 300 < api.time.now - started <= 400


def test_attempts_that_take_long_are_not_repeated_for_ever() -> None:
    api = Api()

    def hang(request: httpx.Request) -> httpx.Response:
        api.time.now += 50
        message = "late"
        raise httpx.ReadTimeout(message, request=request)

    api.replies = [hang] * 5
    message = failing(ConnectionLostError, api.client.account)
    assert message == "the connection failed: late; there was no time left to send it again"
    assert api.client.calls == 3


def test_a_request_waits_no_longer_than_its_operation_has_left() -> None:
    api = Api(answer(ACCOUNT), limits=Limits(operation=12))
    api.client.account()
    timeout = api.requests[0].extensions["timeout"]
    assert timeout == {"connect": 5.0, "read": 12.0, "write": 12.0}


def test_what_an_account_asks_to_wait_does_not_count_as_time_of_the_operation() -> None:
    busy = httpx.Response(429, headers={"Retry-After": "60"})
    api = Api(busy, busy, busy, answer(ACCOUNT))
    assert api.client.account().aid == 7
    assert sum(api.time.sleeps) > 180


def test_after_the_deadline_of_a_run_no_write_is_sent_and_whoever_wrote_may_look() -> None:
    api = Api(answer(GROUP_ROW), answer([]), limits=Limits(deadline=60))
    api.client.create_group(GROUP)
    api.time.now += 60
    with pytest.raises(NotAttemptedError) as caught:
        api.client.create_group(GROUP)
    assert str(caught.value) == (
        "POST /v2/segment/group: it was not sent: the run has reached its deadline of 60 s"
    )
    assert caught.value.effect is Effect.NOT_SENT
    assert api.client.groups() == ()


def test_after_the_deadline_of_a_run_that_only_reads_nothing_is_read() -> None:
    api = Api(answer(ACCOUNT), limits=Limits(deadline=60))
    api.client.account()
    api.time.now += 61
    failing(NotAttemptedError, api.client.account)


def test_a_pause_that_ends_after_the_deadline_is_not_waited_for() -> None:
    api = Api(refusal(503, "busy"), limits=Limits(deadline=0.4))
    message = failing(UnavailableError, api.client.account)
    assert message == "busy (BADREQ-001); the run has reached its deadline"
    assert api.time.sleeps == []
    failing(NotAttemptedError, api.client.account)


def test_five_operations_that_fail_in_a_row_are_the_last_writes() -> None:
    down = [httpx.ConnectError("refused")] * 4
    api = Api(*down * 5, answer([]))
    for number in range(5):
        with pytest.raises(UnavailableError):
            api.client.create_group(Group(str(number)))
    message = failing(NotAttemptedError, lambda: api.client.create_group(GROUP))
    assert message == "it was not sent: 5 calls in a row have failed"
    assert api.client.groups() == ()
    failing(NotAttemptedError, lambda: api.client.create_group(GROUP))


def test_a_write_that_waited_while_others_failed_is_not_sent_either() -> None:
    down = [httpx.ConnectError("refused")] * 4
    api = Api(answer(GROUP_ROW), refusal(503, "busy"), *down * 5, answer([]))
    api.client.create_group(GROUP)
    with pytest.raises(UnavailableError):
        api.client.create_group(GROUP)

    def fail_meanwhile() -> None:
        for number in range(5):
            with pytest.raises(UnavailableError):
                api.client.update_group(str(number), GROUP)

    api.time.meanwhile.append(fail_meanwhile)
    message = failing(NotAttemptedError, lambda: api.client.create_group(GROUP))
    assert message == "it was not sent: 5 calls in a row have failed"
    assert api.client.groups() == ()


@pytest.mark.parametrize("reply", [refusal(400, "no"), refusal(404, "no"), answer(GROUP_ROW)])
def test_an_account_that_answers_is_not_unwell(reply: Reply) -> None:
    down = [httpx.ConnectError("refused")] * 4
    api = Api(*down * 4, reply, *down, answer(GROUP_ROW))
    for number in range(6):
        try:
            api.client.create_group(Group(str(number)))
        except ApiError:
            continue
    assert api.client.create_group(GROUP).id == "g1"


def test_writes_in_doubt_alone_do_not_stop_a_run() -> None:
    api = Api(*[httpx.ReadError("reset")] * 9, answer(GROUP_ROW))
    for number in range(9):
        with pytest.raises(ConnectionLostError) as caught:
            api.client.create_group(Group(str(number)))
        assert caught.value.effect is Effect.UNKNOWN
    assert api.client.create_group(GROUP).id == "g1"


def test_a_run_that_has_spent_its_retries_fails_at_the_first_failure() -> None:
    replies: list[Reply] = []
    for _ in range(10):
        replies += [*[refusal(500, "oh")] * 4, answer(ACCOUNT)]
    api = Api(*replies)
    for _ in range(9):
        api.client.account()
    message = failing(UnavailableError, api.client.account)
    assert message == "oh (BADREQ-001); too many requests of this run had to be sent again"
    assert api.client.calls == 9 * 5 + 1


def test_sizes_on_demand_are_ten_seconds_apart() -> None:
    api = Api(*[answer({"size": 3})] * 3)
    assert [api.client.size("FILTER *") for _ in range(3)] == [3, 3, 3]
    assert api.time.sleeps == [10.0, 10.0]


def test_an_account_that_sets_no_such_limit_is_not_waited_for() -> None:
    api = Api(*[answer({"size": 3})] * 3, limits=Limits(size_interval=0.0))
    assert [api.client.size("FILTER *") for _ in range(3)] == [3, 3, 3]
    assert api.time.sleeps == []


def test_a_bug_in_a_reader_frees_its_place() -> None:
    api = Api(*[answer(ACCOUNT)] * 20)

    def fail(_: object) -> None:
        raise RuntimeError

    for _ in range(10):
        with pytest.raises(RuntimeError):
            api.client._get("/v2/account", fail)  # noqa: SLF001 (no reader of ours fails so)
    assert api.client.account().aid == 7


def test_a_refusal_says_what_it_has_done() -> None:
    api = Api(refusal(400, "no"))
    with pytest.raises(RejectedError) as caught:
        api.client.create_group(GROUP)
    assert caught.value.effect is Effect.NONE
