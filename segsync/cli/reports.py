"""`--report FORMAT[=FILE]`, as often as wanted: one run feeds terminal, comment and artifact."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import click

from segsync.cli.options import colored, width
from segsync.cli.output import say_last
from segsync.report.document import Report
from segsync.report.text import report_text
from segsync.value import Value
from segsync.yamlfile.files import write_atomically

Command = TypeVar("Command", bound=Callable[..., Any])

_OWED = "segsync.reports.owed"
_FORMATS = {"text", "json", "markdown", "junit"}

# A report on demand; it is told whether colors are wanted.
Writer = Callable[[bool], str]


class Target(Value, frozen=True):
    """Where one report goes: a format, and a file or standard output."""

    format: str
    file: Path | None


def destination(path: Path) -> Path:
    """Return the path of a file to write; refuse early what could only fail in the end."""
    if path.is_dir():
        message = f"{path} is a folder."
        raise click.BadParameter(message)
    if not path.parent.is_dir():
        message = f"there is no folder {path.parent}."
        raise click.BadParameter(message)
    return path


class _TargetType(click.ParamType[Target]):
    name = "FORMAT[=FILE]"

    def __init__(self, formats: Sequence[str]) -> None:
        self.formats = tuple(formats)

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Target:
        """Read `json` or `json=plan.json`."""
        name, _, file = str(value).partition("=")
        if name not in self.formats:
            known = ", ".join(self.formats)
            self.fail(f"{name!r} is not a report format; choose from {known}.", param, ctx)
        return Target(name, destination(Path(file)) if file else None)


def report_option(*formats: str) -> Callable[[Command], Command]:
    """Add `--report` with these formats; the first is the default."""

    def add(command: Command) -> Command:
        return click.option(
            "--report",
            "targets",
            envvar="SEGSYNC_REPORT",
            type=_TargetType(formats),
            multiple=True,
            # Known first, so that a failure in any other option is reported as well.
            is_eager=True,
            callback=_owe,
            default=(formats[0],),
            show_default=True,
            help=f"A report ({', '.join(formats)}), to a file if one is given. Repeatable.",
        )(command)

    return add


def _owe(
    ctx: click.Context, param: click.Parameter, targets: tuple[Target, ...]
) -> tuple[Target, ...]:
    """Remember what was asked for, in case that the command fails before it delivers."""
    del param
    ctx.meta[_OWED] = targets
    return targets


def owed(context: click.Context) -> tuple[Target, ...]:
    """Return the reports that a command was asked for and has not delivered.

    When its options could not even be read, they are looked for as they stand.
    """
    targets: tuple[Target, ...] | None = context.meta.get(_OWED)
    return tuple(_asked_for(sys.argv[1:])) if targets is None else targets


def _asked_for(arguments: Sequence[str]) -> Iterator[Target]:
    for before, argument in pairwise(("", *arguments)):
        option, _, value = argument.partition("=")
        asked = argument if before == "--report" else value if option == "--report" else ""
        name, _, file = asked.partition("=")
        if name in _FORMATS and (not file or Path(file).parent.is_dir()):
            yield Target(name, Path(file) if file else None)


def writers(report: Callable[[], Report], document: Callable[[], str]) -> dict[str, Writer]:
    """Return the formats of a command: one report for people, and a JSON document for programs."""

    def markdown(_: bool) -> str:  # noqa: FBT001
        # Imported when asked for: most runs are printed as text.
        from segsync.report.markdown import report_markdown  # noqa: PLC0415

        return report_markdown(report())

    return {
        "text": lambda color: report_text(report(), color=color, width=width()),
        "json": lambda _: document(),
        "markdown": markdown,
    }


def deliver(targets: Sequence[Target], writers: Mapping[str, Writer]) -> None:
    """Write every report that was asked for; raise the first OSError when all were tried."""
    context = click.get_current_context()
    problems: list[OSError] = []
    for number, target in enumerate(targets, start=1):
        text = writers[target.format](target.file is None and colored())
        # From here on, a failure has something else to tell than what this report tells.
        context.meta[_OWED] = tuple(targets[number:])
        try:
            if target.file is None:
                say_last(text)
            else:
                write_report(target.file, text)
        except OSError as problem:
            problems.append(problem)
    if problems:
        raise problems[0]


def write_report(file: Path, text: str) -> None:
    """Write a report to a file, which is replaced whole; a device or a pipe is written to.

    GitHub's step summary is a file to append to; an empty one is the same either way.
    """
    if file.is_file() and file.stat().st_size == 0:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(text)
        return
    write_atomically(file, text)
