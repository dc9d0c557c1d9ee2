"""Waits that end when somebody asks to stop; what is under way finishes."""

import threading
import time
from collections.abc import Callable

import httpx
import pytest

from segsync.api.waits import CutShortError, Waits
from segsync.errors import RateLimitedError, StoppedError, UnavailableError
from segsync.segment import Group
from tests.api.support import Api, answer, refusal

GROUP = Group("VIP")
ACCOUNT = [{"aid": 7, "name": "Acme"}]


def busy(seconds: int) -> httpx.Response:
    """Return the answer of an account that wants to be left alone for so long."""
    reply = refusal(429, "busy")
    reply.headers["Retry-After"] = str(seconds)
    return reply


def in_another_thread(call: Callable[[], None]) -> None:
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()


def stopping(api: Api) -> threading.Event:
    """Let somebody ask to stop in the middle of the next sleep."""
    stop = threading.Event()
    api.client.heed(stop)
    api.time.meanwhile.append(stop.set)
    return stop


def test_a_write_that_was_refused_for_now_is_not_sent_again_once_somebody_asks_to_stop() -> None:
    api = Api(busy(30))
    stopping(api)
    with pytest.raises(RateLimitedError) as caught:
        api.client.update_group("g1", GROUP)
    assert caught.value.summary == (
        "PUT /v2/segment/group/g1: busy (BADREQ-001); it asks to wait 30 s;"
        " somebody asked to stop before it was sent again (HTTP 429)"
    )
    assert len(api.requests) == 1


def test_a_read_is_not_sent_again_either() -> None:
    api = Api(*(refusal(500, "oh") for _ in range(4)))
    api.client.heed(stop := threading.Event())
    api.time.meanwhile += [lambda: None, stop.set]
    with pytest.raises(UnavailableError, match="somebody asked to stop before it was sent again"):
        api.client.account()
    assert api.time.sleeps == [0.5, 1.0, 2.0]


def test_what_waits_for_the_end_of_a_pause_is_not_sent_once_somebody_asks_to_stop() -> None:
    api = Api(busy(30))
    stopping(api)
    found: list[StoppedError] = []

    def another() -> None:
        with pytest.raises(StoppedError) as caught:
            api.client.delete_group("g1")
        found.append(caught.value)

    api.time.meanwhile.append(lambda: in_another_thread(another))
    with pytest.raises(RateLimitedError):
        api.client.update_group("g1", GROUP)
    assert [each.summary for each in found] == [
        "DELETE /v2/segment/group/g1: it was not sent: somebody asked to stop"
    ]
    assert len(api.requests) == 1


def test_a_short_wait_that_keeps_the_pace_is_no_reason_to_leave_something_half_done() -> None:
    api = Api(refusal(500, "oh"), answer(ACCOUNT))
    stopping(api)
    assert api.client.account().aid == 7
    assert api.time.sleeps == [0.5]


def test_a_real_wait_ends_when_somebody_asks_to_stop_and_a_short_one_on_time() -> None:
    waits, stop = Waits(None), threading.Event()
    waits.sleep(0.001)
    waits.heed(stop)
    asking = threading.Timer(0.05, stop.set)
    asking.start()
    began = time.monotonic()
    with pytest.raises(CutShortError):
        waits.sleep(60.0)
    assert time.monotonic() - began < 30
    waits.sleep(0.001)
    asking.join()


def test_a_wait_that_nobody_cuts_short_ends_on_time() -> None:
    waits = Waits(None)
    began = time.monotonic()
    waits.sleep(1.01)
    assert time.monotonic() - began >= 1.01
