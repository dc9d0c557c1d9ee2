"""Ctrl-C in two steps: the first lets calls in flight finish, the second stops at once."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

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
            # The handler may interrupt a write to the same stream, so it goes around its buffer.
            os.write(sys.stderr.fileno(), f"{last_words}\n".encode())
            os._exit(ExitCode.INTERRUPTED)
        stop.set()
        click.echo("Stopping: the calls in flight finish first. Once more to stop now.", err=True)

    previous = {each: signal.signal(each, on_signal) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for each, handler in previous.items():
            signal.signal(each, handler)
