"""Writes what commands say, as it is, and copes with a reader who goes away before the end."""

import os
import sys

import click


def say(text: str, *, err: bool = False) -> None:
    """Write text that has colors only where they are wanted."""
    # Left alone, click would strip the colors that FORCE_COLOR asks for.
    click.echo(text, nl=False, err=err, color=True)


def say_last(text: str, *, err: bool = False) -> None:
    """Write the result of finished work; that nobody reads it any more changes nothing."""
    try:
        say(text, err=err)
    except BrokenPipeError:
        silence()


def warn(line: str) -> None:
    """Write a line on standard error that no report tells; who has gone misses it."""
    say_last(f"{line}\n", err=True)


def silence() -> None:
    """Write nowhere from now on, so that the interpreter does not complain when it flushes."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
