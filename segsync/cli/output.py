"""Writes what commands say, as it is, and copes with a reader who goes away before the end."""

import os
import sys
from typing import TextIO

import click


def open_missing_streams() -> None:
    """Open the standard streams that the process was started without, as `<&-` does.

    Otherwise the next file that is opened takes their number, and who writes to the stream writes
    into it. Standard input is empty then, standard error goes nowhere, and standard output cannot
    be written, which is an error as on a full disk: a result that nobody can see is none.
    """
    for name, flags, mode in (
        ("stdin", os.O_RDONLY, "r"),
        ("stdout", os.O_RDONLY, "w"),  # not the way in which it is used, so writing fails
        ("stderr", os.O_WRONLY, "w"),
    ):
        if getattr(sys, name) is None:
            # The lowest free number, and so the one of the stream.
            number = os.open(os.devnull, flags)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def say(text: str, *, err: bool = False) -> None:
    """Write text that has colors only where they are wanted.

    Raises BrokenPipeError when the reader has gone, and OSError that names the stream when it
    cannot be written, such as a file on a full disk.
    """
    try:
        # Left alone, click would strip the colors that FORCE_COLOR asks for.
        click.echo(text, nl=False, err=err, color=True)
    except BrokenPipeError:
        raise
    except OSError as problem:
        _silence(sys.stderr if err else sys.stdout)
        name = "standard error" if err else "standard output"
        raise OSError(problem.errno, problem.strerror, name) from problem


def say_last(text: str, *, err: bool = False) -> None:
    """Write the result of finished work; that nobody reads it any more changes nothing.

    Raises OSError when standard output cannot be written; of standard error nothing can be told.
    """
    try:
        say(text, err=err)
    except BrokenPipeError:
        _silence(sys.stderr if err else sys.stdout)
    except OSError:
        if not err:
            raise


def warn(line: str) -> None:
    """Write a line on standard error that no report tells; who has gone misses it."""
    say_last(f"{line}\n", err=True)


def silence(*streams: TextIO) -> None:
    """Write nowhere from now on, so that the interpreter does not complain when it flushes.

    Both standard output and standard error, unless `streams` are given.
    """
    for stream in streams or (sys.stdout, sys.stderr):
        _silence(stream)


def _silence(stream: TextIO) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
