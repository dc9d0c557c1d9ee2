"""Standard output, when whoever reads it may go away before the end."""

import os
import sys

import click


def say(text: str) -> None:
    """Write the end of a result; if nobody reads it any more, the work is done all the same."""
    try:
        click.echo(text, nl=False)
    except BrokenPipeError:
        silence()


def silence() -> None:
    """Write nowhere from now on, so that the interpreter does not complain when it flushes."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
