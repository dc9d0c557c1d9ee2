"""Ctrl-C in two steps: the first lets calls in flight finish, the second stops at once."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from segsync.errors import ExitCode


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
