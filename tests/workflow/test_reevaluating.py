import threading
from collections.abc import Callable, Mapping
from itertools import count

import pytest

from segsync.errors import AuthenticationError
from segsync.inspection.reevaluation import Size
from segsync.sandbox.controls import add_fault
from segsync.sandbox.store import open_store
from segsync.workflow.reevaluating import Watched, sizes_now, watch_sizes
from tests.workflow.repository import Repository

OLD, LATER = "2026-11-23T09:00:00.000Z", "2026-11-23T10:00:00.000Z"


class Waiting(threading.Event):
    """An event that is never set, and lets no real time pass."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0)
        return False

    def clock(self) -> float:
        """Return the seconds that were waited so far."""
        return sum(self.waits)


def reading(*looks: Mapping[str, Size]) -> Callable[[], Mapping[str, Size]]:
    """Return what reads these sizes, the last ones again and again."""
    left = iter([*looks, *([looks[-1]] * 1000)])
    return lambda: next(left)


def watched(
    before: Mapping[str, Size], *looks: Mapping[str, Size], timeout: float = 60
) -> tuple[Watched, list[float]]:
    time = Waiting()
    seen = watch_sizes(reading(*looks), before, timeout=timeout, stop=time, clock=time.clock)
    return seen, time.waits


def test_the_watch_ends_when_every_size_has_moved() -> None:
    before = {"a": Size(1), "b": Size(2, OLD)}
    seen, waits = watched(
        before,
        {"a": Size(1), "b": Size(2, OLD)},
        {"a": Size(5), "b": Size(2, OLD)},
        {"a": Size(6), "b": Size(2, LATER)},
    )
    assert seen.moved == {"a": 3.0, "b": 7.0}
    assert seen.after == {"a": Size(6), "b": Size(2, LATER)}
    assert seen.before == before
    assert seen.seconds == 7.0
    assert waits == [1.0, 2.0, 4.0]


def test_a_size_with_an_older_date_has_not_moved() -> None:
    seen, waits = watched({"a": Size(1, LATER)}, {"a": Size(1, OLD)}, timeout=20)
    assert seen.moved == {}
    assert waits == [1.0, 2.0, 4.0, 8.0, 5.0]
    assert seen.seconds == 20.0


def test_looks_are_never_more_than_ten_seconds_apart() -> None:
    _, waits = watched({"a": Size(1)}, {"a": Size(1)}, timeout=60)
    assert max(waits) == 10.0


def test_a_size_that_is_no_longer_told_keeps_its_last_value() -> None:
    seen, _ = watched({"a": Size(1)}, {}, timeout=3)
    assert (seen.after, seen.moved) == ({"a": Size(1)}, {})


def test_without_sizes_there_is_nothing_to_watch() -> None:
    seen, waits = watched({}, {})
    assert (seen.seconds, waits) == (0, [])


def test_the_watch_ends_when_it_is_stopped() -> None:
    stop = threading.Event()
    stop.set()
    clock = count()
    seen = watch_sizes(
        reading({}), {"a": Size(1)}, timeout=60, stop=stop, clock=lambda: next(clock)
    )
    assert (seen.moved, seen.after) == ({}, {"a": Size(1)})


def test_sizes_are_asked_for_in_one_call_and_one_by_one_where_a_list_lacks_them(
    repository: Repository,
) -> None:
    with repository.client() as client:
        segments = client.live_state().segments
        calls = client.calls
        listed = sizes_now(client, segments)
        assert client.calls == calls + 1
        assert all(each.dated for each in listed.values())
        store = open_store(repository.state)
        add_fault(store, "GET /api/segment/sizes 404")
        store.close()
        single = sizes_now(client, segments)
    assert {key: each.profiles for key, each in single.items()} == {
        key: each.profiles for key, each in listed.items()
    }
    assert not any(each.dated for each in single.values())


def test_a_token_that_is_refused_is_no_missing_size(repository: Repository) -> None:
    with repository.client() as client:
        segments = client.live_state().segments
        store = open_store(repository.state)
        add_fault(store, "GET /api/segment/sizes 401")
        store.close()
        with pytest.raises(AuthenticationError):
            sizes_now(client, segments)
