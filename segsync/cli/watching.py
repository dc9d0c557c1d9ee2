"""Lets changes be carried out before a person's eyes: progress, Ctrl-C, a report in any case."""

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing

from segsync.cli.interrupts import graceful_stop, mark_writing
from segsync.cli.progress import told
from segsync.outcome import Outcome

_STOPPED = "Stopped. Run segsync plan to see what is left."


def watch(
    start: Callable[[threading.Event], Generator[Outcome, None, None]],
    *,
    total: int,
    report: Callable[[Sequence[Outcome]], None],
) -> tuple[Sequence[Outcome], bool]:
    """Return what became of the changes, and whether a person stopped them.

    `start` is given the event that the first Ctrl-C sets. `report` gets what ended, also when an
    error that nobody expected comes through.
    """
    outcomes: list[Outcome] = []
    mark_writing()
    try:
        with graceful_stop(last_words=_STOPPED) as stop, closing(start(stop)) as running:
            for outcome in told(running, total=total):
                outcomes.append(outcome)  # noqa: PERF402 - what ended before an error is told
    finally:
        report(outcomes)
    return outcomes, stop.is_set()
