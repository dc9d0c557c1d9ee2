"""What people see while an apply runs: one line that moves on a terminal, plain lines elsewhere."""

import shutil
import sys
from collections.abc import Iterable, Iterator

import click

from segsync.cli.options import colored
from segsync.cli.output import say_last
from segsync.outcome import Outcome, Result
from segsync.report.page import beginning, columns
from segsync.report.text import outcome_line

_CLEAR_LINE = "\r\x1b[K"


def told(outcomes: Iterable[Outcome], *, total: int) -> Iterator[Outcome]:
    """Pass outcomes on and tell each on standard error as it comes.

    On a terminal a line of good news gives way to the next; what went wrong stays. That nobody
    reads it, or that it cannot be written, stops nothing.
    """
    moving = sys.stderr.isatty()
    color = colored(err=True)
    for done, outcome in enumerate(outcomes, start=1):
        line = outcome_line(outcome, done=done, total=total, color=color)
        stays = not moving or outcome.result is not Result.APPLIED or outcome.note
        say_last((_CLEAR_LINE if moving else "") + (line if stays else _fit(line)), err=True)
        yield outcome
    if moving:
        say_last(_CLEAR_LINE, err=True)


def _fit(line: str) -> str:
    """Return as much of the line as the terminal shows in one row; colors take no room."""
    width = shutil.get_terminal_size().columns - 1
    painted = line.rstrip("\n")
    plain = click.unstyle(painted)
    return painted if columns(plain) <= width else beginning(plain, width)
