"""Writes what commands say, as it is, and copes with a reader who goes away before the end."""

import os
import sys
from typing import TextIO

import click


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


def silence() -> None:
    """Write nowhere from now on, so that the interpreter does not complain when it flushes."""
    for stream in (sys.stdout, sys.stderr):
        _silence(stream)


def _silence(stream: TextIO) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
