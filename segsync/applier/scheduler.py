"""Applies a plan: worker threads carry out the changes, a generator yields what became of each."""

import threading
import time
from collections.abc import Callable, Collection, Generator, Sequence
from functools import partial

from msgspec.structs import replace

from segsync.api.client import Client
from segsync.applier.board import Board, OnError
from segsync.applier.calls import carry_out
from segsync.applier.run import Run
from segsync.errors import ApiError, JournalError
from segsync.journal import UNRECORDED, CallLog
from segsync.journal.records import ChangeEnd
from segsync.outcome import Outcome, Result
from segsync.plan import Change, Plan


def apply_plan(  # noqa: PLR0913 - what a test must control is passed in
    plan: Plan,
    client: Client,
    *,
    known_ids: Collection[str],
    parallelism: int = 10,
    stop: threading.Event | None = None,
    on_error: OnError = OnError.CONTINUE,
    journal: CallLog = UNRECORDED,
    sleep: Callable[[float], None] = time.sleep,
) -> Generator[Outcome, None, None]:
    """Yield exactly one outcome for each change of the plan, as they end.

    Whether the plan may be applied at all (`Plan.is_refused`) is for the caller to ask. At most
    `parallelism` calls are in flight. Once `stop` is set no new change starts; the rest is yielded
    as skipped. A failure skips what depends on it, and all deletes unless it was one itself; a
    rejected token, a read that is forbidden, or `OnError.STOP`, skips everything that has not
    started. An exception that nobody expected ends in the same way and is raised after the last
    outcome. Close the generator to give up early: that returns when the calls in flight have
    finished.

    `known_ids` are the ids of everything that the account had when the run started: nothing of it
    is ever taken for something that this run has made by accident. Each write is in the `journal`
    before it is sent, and each outcome before it is yielded; when the journal cannot be written,
    nothing more is sent. `sleep`, which takes seconds, is used between looks for what a lost call
    may have made.
    """
    run = Run(plan, client, known_ids=known_ids, journal=journal, sleep=sleep)

    def record(outcome: Outcome) -> None:
        why = outcome.reason or outcome.note
        number, result = outcome.change.number, str(outcome.result)
        journal.close_change(ChangeEnd(number, result, outcome.id, why))

    return schedule(
        plan.changes,
        partial(carry_out, run=run),
        parallelism=parallelism,
        stop=stop,
        on_error=on_error,
        record=record,
    )


def schedule(
    changes: Sequence[Change],
    perform: Callable[[Change], Outcome],
    *,
    parallelism: int,
    stop: threading.Event | None,
    on_error: OnError,
    record: Callable[[Outcome], None] = lambda _: None,
) -> Generator[Outcome, None, None]:
    """Yield the outcome of each change, with `perform` called in worker threads; see above.

    `record` is given each outcome before it is yielded, and also when nobody waits for it any more.
    """
    if parallelism < 1:
        message = f"parallelism is {parallelism}, and at least 1 is needed"
        raise ValueError(message)
    board = Board(changes, stop=stop or threading.Event(), on_error=on_error, record=record)
    unexpected: list[BaseException] = []
    workers: list[threading.Thread] = []
    try:
        for _ in range(min(parallelism, len(changes))):
            worker = threading.Thread(target=_work, args=(board, perform, unexpected))
            worker.start()
            workers.append(worker)
        for _ in changes:
            yield board.outcomes.get()
    finally:
        board.close()
        for worker in workers:
            worker.join()
    if unexpected:
        raise unexpected[0]


def _work(
    board: Board, perform: Callable[[Change], Outcome], unexpected: list[BaseException]
) -> None:
    while (change := board.take()) is not None:
        started = time.perf_counter()
        stops_run = True
        try:
            outcome = perform(change)
            stops_run = False
        except ApiError as problem:
            outcome = Outcome(
                change,
                Result.FAILED,
                reason=problem.summary,
                id=change.id,
                request_id=problem.request_id,
                exit_code=problem.exit_code,
            )
        except JournalError as problem:
            reason = f"{problem}; it was not sent"
            code = problem.exit_code
            outcome = Outcome(change, Result.FAILED, reason=reason, id=change.id, exit_code=code)
        except BaseException as bug:  # noqa: BLE001 - a worker that dies would hang the reader
            unexpected.append(bug)
            reason = f"unexpected error: {type(bug).__name__}: {bug}"
            outcome = Outcome(change, Result.FAILED, reason=reason, id=change.id)
        board.settle(replace(outcome, seconds=time.perf_counter() - started), stops_run=stops_run)
