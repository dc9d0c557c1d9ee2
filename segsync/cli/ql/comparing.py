"""Commands on two definitions: equal, diff."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from segsync.cli.ql.inputs import ENVIRONMENT, Command, on_stream, read, say_line
from segsync.errors import ExitCode
from segsync.filterql import Statement
from segsync.filterql.records import edits
from segsync.filterql.records import equal as are_equal
from segsync.report.safe import safe_line

_SIGNS = {"context": " ", "added": "+", "removed": "-", "changed": "~", "moved": ">"}


def _on_pair(verb: str) -> Callable[[Command], Command]:
    """Make a command of a function that takes two statements."""

    def decorate(command: Command) -> Command:
        @on_stream(verb)
        @click.argument("first", required=False)
        @click.argument("second", required=False)
        @functools.wraps(command)
        def wrapped(
            *,
            first: str | None,
            second: str | None,
            file: Path | None,
            **given: Any,  # noqa: ANN401
        ) -> int:
            if first is None or second is None or file is not None:
                message = "two definitions are needed, each as text, @FILE, or - once"
                raise click.UsageError(message)
            one, other = read(first, "first definition"), read(second, "second definition")
            return command(one.statement(), other.statement(), **given)

        return wrapped

    return decorate


@click.command(
    epilog="\b\nExamples:\n  segsync ql equal 'FILTER a == 1' 'filter a = 1'\n"
    "  segsync ql equal @before.fql @after.fql",
    context_settings=ENVIRONMENT,
)
@_on_pair("equal")
def equal(one: Statement, other: Statement) -> int:
    """Say whether two definitions mean the same.

    Ends with 2 if not. Only table and filter count, not LIMIT, WITH and ALIAS.
    """
    same = are_equal(one, other)
    say_line("equal" if same else "different")
    return ExitCode.OK if same else ExitCode.CHANGES


@click.command(
    epilog="\b\nExamples:\n  segsync ql diff 'FILTER visits > 5' 'FILTER visits > 7'\n"
    "  git show HEAD:vip.fql | segsync ql diff - @vip.fql",
    context_settings=ENVIRONMENT,
)
@_on_pair("diff")
def diff(before: Statement, after: Statement) -> int:
    """Show which conditions differ.

    Ends with 2 if any does; nothing is shown for definitions that mean the same.
    """
    found = edits(before, after)
    for each in found:
        say_line(f"{_SIGNS[each.kind]} {'  ' * each.depth}{safe_line(each.text)}")
    return ExitCode.CHANGES if found else ExitCode.OK
