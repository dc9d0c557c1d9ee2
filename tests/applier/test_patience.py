from datetime import UTC, datetime, timedelta

import pytest

from segsync.applier.patience import wait_until_seen
from segsync.journal import JournaledRun
from segsync.journal.records import Call
from tests.journal.runs import HEAD


@pytest.mark.parametrize(
    ("seconds", "longest", "shortest"), [(0, 4.0, 2.0), (2, 2.1, 0.0), (60, 0.0, 0.0)]
)
def test_a_run_that_called_a_moment_ago_is_given_four_seconds_to_be_seen(
    seconds: int, longest: float, shortest: float
) -> None:
    slept: list[float] = []
    now = datetime.now(tz=UTC)
    calls = tuple(
        Call(number, 1, "POST", "/v2/segment", (now - timedelta(seconds=ago)).isoformat())
        for number, ago in enumerate((seconds + 30, seconds), start=1)
    )
    wait_until_seen(JournaledRun(HEAD, calls), sleep=slept.append)
    (found,) = slept
    assert shortest <= found <= longest


def test_a_clock_that_was_set_back_does_not_stop_the_next_run_for_long() -> None:
    slept: list[float] = []
    later = (datetime.now(tz=UTC) + timedelta(days=1)).isoformat()
    run = JournaledRun(HEAD, (Call(1, 1, "POST", "/v2/segment", later),))
    wait_until_seen(run, sleep=slept.append)
    assert slept == [4.0]


def test_a_run_that_called_nothing_is_not_waited_for() -> None:
    slept: list[float] = []
    wait_until_seen(JournaledRun(HEAD), sleep=slept.append)
    assert slept == []
