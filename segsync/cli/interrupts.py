"""Ctrl-C in two steps: the first lets calls in flight finish, the second stops at once."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import click

from segsync.errors import ExitCode

_WRITING = "segsync.interrupts.writing"
# These write to the account behind a mark, or never.
_TOLD = {"plan", "apply", "rollback", "drift", "show", "compare", "reevaluate", "doctor"}


def mark_writing(*, is_possible: bool = True) -> None:
    """Remember whether the command may have written to the account from here on."""
    click.get_current_context().meta[_WRITING] = is_possible


def interrupted(context: click.Context) -> str:
    """Return what to say of an interrupted command: also that nothing was written, if it is so."""
    wrote_nothing = context.invoked_subcommand in _TOLD and not context.meta.get(_WRITING)
    return "interrupted; nothing was written to the account" if wrote_nothing else "interrupted"


@contextmanager
def graceful_stop(*, last_words: str = "Stopped.") -> Iterator[threading.Event]:
    """Give an event that is set by the first SIGINT or SIGTERM; a second one ends the process.

    `last_words` are said on standard error by then.
    """
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        del number, frame
        if stop.is_set():
            _say(last_words)
            os._exit(ExitCode.INTERRUPTED)
        stop.set()
        _say("Stopping: the calls in flight finish first. Once more to stop now.")

    previous = {each: signal.signal(each, on_signal) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for each, handler in previous.items():
            signal.signal(each, handler)


def _say(line: str) -> None:
    """Write to standard error around its buffer, which the signal may have interrupted.

    That nobody reads it must not raise in the middle of anything.
    """
    with suppress(OSError):
        os.write(sys.stderr.fileno(), f"{line}\n".encode())
