import threading
from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from segsync.applier import OnError, apply_plan
from segsync.applier.scheduler import schedule
from segsync.errors import AuthenticationError, ExitCode
from segsync.outcome import Outcome, Result
from segsync.plan import Action, Change, Kind
from tests.applier.account import Scene, a_segment, create, update

WRITES = {Action.CREATE, Action.UPDATE, Action.RENAME, Action.ADOPT}


def a_change(
    number: int,
    action: Action = Action.CREATE,
    *,
    waits_for: Collection[int] = (),
    kind: Kind = Kind.SEGMENT,
) -> Change:
    return Change(
        number,
        kind,
        action,
        key=f"s{number}",
        id=None,
        before=None,
        after=None,
        waits_for=frozenset(waits_for),
    )


def applied(change: Change) -> Outcome:
    return Outcome(change, Result.APPLIED)


def failing(*numbers: int) -> Callable[[Change], Outcome]:
    def perform(change: Change) -> Outcome:
        if change.number in numbers:
            return Outcome(change, Result.FAILED, reason="no luck")
        return applied(change)

    return perform


def run(
    changes: Collection[Change],
    perform: Callable[[Change], Outcome] = applied,
    *,
    parallelism: int = 1,
    stop: threading.Event | None = None,
    on_error: OnError = OnError.CONTINUE,
) -> Generator[Outcome, None, None]:
    return schedule(tuple(changes), perform, parallelism=parallelism, stop=stop, on_error=on_error)


def told(outcomes: Iterable[Outcome]) -> dict[int, tuple[str, str]]:
    """Return result and reason by number, after a check that no change has two outcomes."""
    seen = [(each.change.number, (str(each.result), each.reason)) for each in outcomes]
    assert len(dict(seen)) == len(seen)
    return dict(sorted(seen))


def test_an_empty_plan_has_no_outcomes() -> None:
    assert list(run([])) == []


def test_a_change_starts_when_what_it_waits_for_is_applied() -> None:
    changes = [a_change(1, waits_for={3}), a_change(2, waits_for={1}), a_change(3)]
    assert [each.change.number for each in run(changes, parallelism=4)] == [3, 1, 2]


def test_the_longest_chain_goes_first() -> None:
    changes = [a_change(1), a_change(2), a_change(3, waits_for={2}), a_change(4, waits_for={3})]
    assert [each.change.number for each in run(changes)] == [2, 3, 1, 4]


def test_deletes_come_after_writes_and_reevaluations_last() -> None:
    changes = [
        a_change(1, Action.REEVALUATE),
        a_change(2, Action.DELETE),
        a_change(3, Action.UPDATE),
        a_change(4, Action.DELETE, waits_for={2}),
    ]
    assert [each.change.number for each in run(changes, parallelism=4)] == [3, 2, 4, 1]


def test_a_delete_that_a_write_waits_for_comes_early() -> None:
    changes = [
        a_change(1, Action.DELETE),
        a_change(2, Action.DELETE),
        a_change(3, waits_for={2}),
    ]
    assert [each.change.number for each in run(changes, parallelism=4)] == [2, 3, 1]


def test_what_depends_on_a_failure_is_skipped_and_the_rest_goes_on() -> None:
    changes = [
        a_change(1, kind=Kind.GROUP),
        a_change(2, waits_for={1}),
        a_change(3, Action.UPDATE, waits_for={2}),
        a_change(4, Action.UPDATE),
    ]
    assert told(run(changes, failing(1))) == {
        1: ("failed", "no luck"),
        2: ("skipped", "waits for create of group s1, which failed"),
        3: ("skipped", "waits for create of group s1, which failed"),
        4: ("applied", ""),
    }


@pytest.mark.parametrize("action", sorted(WRITES))
def test_nothing_is_deleted_after_a_failed_write(action: Action) -> None:
    changes = [
        a_change(1, action),
        a_change(2, Action.DELETE),
        a_change(3, Action.REEVALUATE),
        a_change(4, Action.REEVALUATE, waits_for={1}),
    ]
    assert told(run(changes, failing(1), parallelism=4)) == {
        1: ("failed", "no luck"),
        2: ("skipped", f"nothing is deleted after {action} of s1 failed"),
        3: ("applied", ""),
        4: ("skipped", f"waits for {action} of s1, which failed"),
    }


def test_what_waits_for_a_delete_that_was_held_back_is_skipped() -> None:
    changes = [
        a_change(1),
        a_change(2, waits_for={1}),
        a_change(3, waits_for={2}),
        a_change(4, Action.DELETE),
        a_change(5, waits_for={4}),
    ]
    assert told(run(changes, failing(1))) == {
        1: ("failed", "no luck"),
        2: ("skipped", "waits for create of s1, which failed"),
        3: ("skipped", "waits for create of s1, which failed"),
        4: ("skipped", "nothing is deleted after create of s1 failed"),
        5: ("skipped", "waits for delete of s4, which was skipped"),
    }


def test_a_change_that_is_skipped_tells_the_id_of_its_object() -> None:
    second = replace(a_change(2, Action.UPDATE, waits_for={1}), id="x")
    _, skipped = run([a_change(1), second], failing(1))
    assert (skipped.result, skipped.id) == (Result.SKIPPED, "x")


def test_a_failed_delete_leaves_other_deletes_alone() -> None:
    changes = [
        a_change(1, Action.DELETE),
        a_change(2, Action.DELETE),
        a_change(3, Action.DELETE, waits_for={1}),
    ]
    assert told(run(changes, failing(1))) == {
        1: ("failed", "no luck"),
        2: ("applied", ""),
        3: ("skipped", "waits for delete of s1, which failed"),
    }


@pytest.mark.parametrize("on_error", OnError)
def test_a_failed_reevaluation_fails_nothing_else(on_error: OnError) -> None:
    changes = [
        a_change(1, Action.REEVALUATE),
        a_change(2, Action.REEVALUATE, waits_for={1}),
        a_change(3, Action.REEVALUATE),
    ]
    assert told(run(changes, failing(1), on_error=on_error)) == {
        1: ("failed", "no luck"),
        2: ("applied", ""),
        3: ("applied", ""),
    }


def test_a_skipped_reevaluation_holds_up_no_other() -> None:
    changes = [
        a_change(1),
        a_change(2, Action.REEVALUATE, waits_for={1}),
        a_change(3, Action.REEVALUATE, waits_for={2}),
    ]
    assert told(run(changes, failing(1))) == {
        1: ("failed", "no luck"),
        2: ("skipped", "waits for create of s1, which failed"),
        3: ("applied", ""),
    }


def test_on_error_stop_starts_nothing_after_a_failure() -> None:
    changes = [a_change(1), a_change(2), a_change(3, waits_for={1}), a_change(4, Action.DELETE)]
    assert told(run(changes, failing(1), on_error=OnError.STOP)) == {
        1: ("failed", "no luck"),
        2: ("skipped", "the run stopped when create of s1 failed"),
        3: ("skipped", "waits for create of s1, which failed"),
        4: ("skipped", "the run stopped when create of s1 failed"),
    }


@pytest.mark.parametrize("problem", [AuthenticationError("no", status=401), KeyError("x")])
def test_what_ends_the_run_is_told_with_the_id_of_its_object(problem: Exception) -> None:
    def perform(_: Change) -> NoReturn:
        raise problem

    outcome = next(run([replace(a_change(1), id="x")], perform))
    assert (outcome.result, outcome.id) == (Result.FAILED, "x")


def test_a_rejected_token_stops_the_run() -> None:
    def perform(change: Change) -> Outcome:
        if change.number == 1:
            message = "Expired Token"
            raise AuthenticationError(message, status=401, request_id="r7")
        return applied(change)

    first, second = run([a_change(1), a_change(2)], perform)
    assert (first.reason, first.request_id) == ("Expired Token (HTTP 401)", "r7")
    assert first.result is Result.FAILED
    assert first.exit_code is ExitCode.AUTHENTICATION
    assert second == Outcome(
        a_change(2), Result.SKIPPED, reason="the run stopped when create of s1 failed"
    )


@pytest.mark.parametrize("bug", [KeyError("x"), SystemExit("x")])
def test_an_unexpected_exception_is_an_outcome_and_is_raised_at_the_end(
    bug: BaseException,
) -> None:
    def perform(_: Change) -> NoReturn:
        raise bug

    outcomes = run([a_change(1), a_change(2)], perform)
    first, second = next(outcomes), next(outcomes)
    assert first.result is Result.FAILED
    assert first.reason == f"unexpected error: {type(bug).__name__}: {bug}"
    assert second.result is Result.SKIPPED
    assert second.reason == "the run stopped when create of s1 failed"
    with pytest.raises(type(bug)) as raised:
        next(outcomes)
    assert raised.value is bug


def test_after_an_interrupt_the_calls_in_flight_finish_and_nothing_starts() -> None:
    stop, both_in_flight, may_end = threading.Event(), threading.Barrier(3), threading.Event()

    def perform(change: Change) -> Outcome:
        both_in_flight.wait()
        may_end.wait()
        return applied(change)

    outcomes = run([a_change(n) for n in (1, 2, 3, 4)], perform, parallelism=2, stop=stop)
    seen: list[Outcome] = []
    reader = threading.Thread(target=lambda: seen.extend(outcomes))
    reader.start()
    both_in_flight.wait()
    stop.set()
    may_end.set()
    reader.join()
    assert told(seen) == {
        1: ("applied", ""),
        2: ("applied", ""),
        3: ("skipped", "interrupted"),
        4: ("skipped", "interrupted"),
    }


def test_a_run_that_is_interrupted_before_it_starts_does_nothing() -> None:
    stop = threading.Event()
    stop.set()
    assert told(run([a_change(1), a_change(2)], failing(1, 2), stop=stop)) == {
        1: ("skipped", "interrupted"),
        2: ("skipped", "interrupted"),
    }


def test_closing_early_starts_nothing_more_and_leaves_no_thread() -> None:
    started: list[int] = []
    threads_before = set(threading.enumerate())
    in_flight, both_at_work = threading.Event(), threading.Event()

    def perform(change: Change) -> Outcome:
        started.append(change.number)
        if change.number == 2:
            in_flight.set()
            both_at_work.wait()
            # The idle worker ends when the generator is closed, and not before.
            for each in set(threading.enumerate()) - threads_before - {threading.current_thread()}:
                each.join()
        return applied(change)

    outcomes = run(
        [a_change(n, waits_for={n - 1} - {0}) for n in (1, 2, 3)], perform, parallelism=2
    )
    next(outcomes)
    in_flight.wait()
    both_at_work.set()
    outcomes.close()
    assert started == [1, 2]
    assert set(threading.enumerate()) == threads_before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([a_change(1, waits_for={1})], "nodes are in a cycle"),
        ([a_change(1, waits_for={7})], r"the plan has no changes \[7\], which others wait for"),
    ],
)
def test_a_plan_that_could_never_end_is_refused_before_it_starts(
    changes: list[Change], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        next(run(changes))


def test_a_run_without_workers_is_refused() -> None:
    with pytest.raises(ValueError, match="parallelism is 0, and at least 1 is needed"):
        next(run([a_change(1)], parallelism=0))


def test_the_time_that_a_change_takes_is_told() -> None:
    (outcome,) = run([a_change(1)])
    assert 0 < outcome.seconds < 60
    assert replace(outcome, seconds=0.0) == applied(a_change(1))


@st.composite
def plans(draw: st.DrawFn) -> list[Change]:
    count = draw(st.integers(1, 12))
    numbers = draw(st.permutations(range(1, count + 1)))
    changes = []
    for place, number in enumerate(numbers):
        waits_for = draw(st.sets(st.sampled_from(numbers[:place]), max_size=3)) if place else set()
        changes.append(a_change(number, draw(st.sampled_from(list(Action))), waits_for=waits_for))
    return draw(st.permutations(changes))


@settings(deadline=None)  # threads on a busy machine take the time that they take
@given(plans(), st.sets(st.integers(1, 12)), st.integers(1, 5), st.sampled_from(OnError))
def test_the_laws_of_scheduling(
    changes: list[Change], failures: set[int], parallelism: int, on_error: OnError
) -> None:
    history = History(failures)
    outcomes = list(run(changes, history.perform, parallelism=parallelism, on_error=on_error))

    results = {each.change.number: each.result for each in outcomes}
    assert len(outcomes) == len(results) == len(changes), "each change has one outcome"
    assert all(each.reason for each in outcomes if each.result is not Result.APPLIED)
    assert history.most_at_once <= parallelism
    by_number = {each.number: each for each in changes}
    history.check_order(by_number)
    history.check_deletes(by_number)
    started = {number for what, number in history.events if what == "start"}
    assert started == {n for n, result in results.items() if result is not Result.SKIPPED}


class History:
    """Performs changes and keeps the order of starts and ends."""

    def __init__(self, failures: Collection[int]) -> None:
        self._failures = failures
        self._lock = threading.Lock()
        self._at_once = 0
        self.most_at_once = 0
        self.events: list[tuple[str, int]] = []

    def perform(self, change: Change) -> Outcome:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self._at_once, self.most_at_once)
            self.events.append(("start", change.number))
        outcome = failing(*self._failures)(change)
        with self._lock:
            self._at_once -= 1
            self.events.append((str(outcome.result), change.number))
        return outcome

    def check_order(self, changes: Mapping[int, Change]) -> None:
        """Check that each start found applied what it waits for; a reevaluation may have failed."""
        applied_so_far: set[int] = set()
        for what, number in self.events:
            if what == "applied":
                applied_so_far.add(number)
            if what == "start":
                needed = {
                    each
                    for each in changes[number].waits_for
                    if changes[each].action is not Action.REEVALUATE
                }
                assert needed <= applied_so_far

    def check_deletes(self, changes: Mapping[int, Change]) -> None:
        """Check that deletes follow no failed write, but for those that a write waits for."""
        early: set[int] = set()
        for change in changes.values():
            if change.action in WRITES:
                early |= ancestors(change, changes)
        broken = {n for what, n in self.events if what == "failed" and changes[n].action in WRITES}
        started = {n for what, n in self.events if what == "start"}
        deleted = {n for n in started if changes[n].action is Action.DELETE}
        assert not broken or deleted <= early


def ancestors(change: Change, changes: Mapping[int, Change]) -> set[int]:
    found: set[int] = set()
    rest = list(change.waits_for)
    while rest:
        number = rest.pop()
        found.add(number)
        rest.extend(changes[number].waits_for - found)
    return found


def test_a_plan_is_not_applied_after_an_interrupt() -> None:
    scene, stop = Scene(), threading.Event()
    stop.set()
    plan = scene.plan(create(a_segment()))
    outcomes = apply_plan(plan, scene.client, known_ids=(), stop=stop)
    assert told(outcomes) == {1: ("skipped", "interrupted")}
    assert scene.account.log == []


def test_a_plan_is_not_applied_further_after_a_failure_that_is_to_stop_it() -> None:
    scene = Scene()
    changes = update("f" * 32, a_segment(), a_segment(name="New")), create(a_segment("b"), number=2)
    outcomes = apply_plan(
        scene.plan(*changes),
        scene.client,
        known_ids=(),
        parallelism=1,
        on_error=OnError.STOP,
    )
    assert told(outcomes) == {
        1: ("failed", "deleted by somebody else since the plan"),
        2: ("skipped", "the run stopped when update of buyers failed"),
    }


def test_a_plan_is_applied_to_the_account_in_parallel() -> None:
    scene = Scene()
    wanted = [a_segment(f"s{n}") for n in range(1, 30)]
    plan = scene.plan(
        *(
            Change(n, Kind.SEGMENT, Action.CREATE, each.slug, None, before=None, after=each)
            for n, each in enumerate(wanted, start=1)
        )
    )
    outcomes = list(apply_plan(plan, scene.client, known_ids=scene.ids))
    assert {each.result for each in outcomes} == {Result.APPLIED}
    live = {each["slug_name"]: each["id"] for each in scene.account.segments.values()}
    assert {each.change.key: each.id for each in outcomes} == live
    assert sorted(live) == sorted(each.slug for each in wanted)
