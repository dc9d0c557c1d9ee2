import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from segsync.api.lane import Lane
from segsync.api.pace import Interval, Pace, Turns
from tests.api.support import Time


def lane(time: Time, turns: Turns | None = None, *, random: float = 0.0) -> Lane:
    return Lane(turns or Turns(), clock=time.clock, sleep=time.sleep, random=lambda: random)


def test_nobody_waits_without_a_reason() -> None:
    time = Time()
    assert lane(time).enter() == 0
    assert time.sleeps == []


def test_everybody_waits_for_the_end_of_the_longest_pause() -> None:
    time = Time()
    tested = lane(time)
    tested.pause(5.0)
    tested.pause(2.0)
    assert tested.enter() == 5.0
    assert tested.enter() == 0
    assert time.sleeps == [5.0]


def test_workers_come_back_spread_over_a_tenth_of_the_pause() -> None:
    time = Time()
    tested = lane(time, random=1.0)
    tested.pause(5.0)
    assert tested.enter() == pytest.approx(5.5)
    assert time.sleeps == [5.5]


def test_a_known_pace_is_kept_to_the_moment() -> None:
    time = Time()
    tested = lane(time, Interval(10.0), random=1.0)
    assert [tested.enter(), tested.enter()] == [0, 10.0]
    assert time.sleeps == [10.0]


def test_a_pause_that_grows_while_somebody_waits_is_waited_for_to_its_end() -> None:
    time = Time()
    tested = lane(time)
    time.meanwhile.append(lambda: tested.pause(8.0))
    tested.pause(5.0)
    assert tested.enter() == 8.0
    assert time.sleeps == [5.0, 3.0]


def test_a_sleep_that_returns_early_does_not_make_the_worker_spin() -> None:
    sleeps: list[float] = []
    tested = Lane(Turns(), clock=lambda: 0.0, sleep=sleeps.append, random=lambda: 0.0)
    tested.pause(5.0)
    assert tested.enter() == 5.0
    assert sleeps == [5.0]


def test_a_turn_that_comes_too_late_is_not_waited_for() -> None:
    time = Time(now=100.0)
    tested = lane(time)
    tested.pause(5.0)
    assert tested.enter(until=104.9) is None
    assert time.sleeps == []
    assert tested.enter(until=105.0) == 5.0


@pytest.mark.parametrize("leave", [Lane.leave, Lane.leave_well, Lane.leave_throttled])
def test_whoever_leaves_lets_somebody_else_in(leave: object) -> None:
    tested = Lane(Pace(parallelism=1), clock=lambda: 0.0, sleep=lambda _: None, random=lambda: 0.0)
    tested.enter()
    inside = threading.Event()

    def follow() -> None:
        tested.enter()
        inside.set()

    with ThreadPoolExecutor(1) as worker:
        done = worker.submit(follow)
        assert not inside.wait(0.05)
        assert callable(leave)
        leave(tested)
        done.result(10)
    assert inside.is_set()
