"""Tells about runs that were interrupted: what was settled, and what is left to settle."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from segsync import workflow
from segsync.cli.interrupts import mark_writing
from segsync.cli.output import say
from segsync.config import Settings
from segsync.report.safe import log_line, safe_line

if TYPE_CHECKING:
    from segsync.workflow import Recovered


def tell_settled(found: "Iterable[Recovered | str]") -> None:
    """Say on standard error what became of the calls that earlier runs had in flight."""
    mark_writing()
    is_any = False
    for each in found:
        is_any = True
        if isinstance(each, str):
            _say(each)
            continue
        head = each.head
        _say(f"Run {head.run} of {head.who} did not end cleanly; what it had in flight:")
        for line in each.told or ("nothing",):
            _say(f"  {line}")
    mark_writing(is_possible=is_any)


def tell_interrupted(settings: Settings) -> None:
    """Say on standard error which runs the next apply will settle."""
    if not workflow.has_journals(settings):
        return  # before what reads journals is imported
    for head in workflow.interrupted(settings):
        _say(f"Run {head.run} of {head.who} did not end cleanly; the next apply settles it.")


def _say(line: str) -> None:
    say(f"{log_line(safe_line(line))}\n", err=True)
