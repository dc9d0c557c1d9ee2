"""What the commands of `segsync ql` read: definitions, JSON, and streams of questions."""

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

import click

from segsync.cli.output import say, say_last
from segsync.diagnostics import Location, error
from segsync.errors import ExitCode, InvalidInputError
from segsync.filterql import FilterQLSyntaxError, Statement
from segsync.filterql import parse as parse_text
from segsync.filterql.records import reply
from segsync.report.safe import safe_text
from segsync.value import Value

Command: TypeAlias = Callable[..., int]

# As for every command; the module of their common options would load the whole configuration.
ENVIRONMENT: Final = {"auto_envvar_prefix": "SEGSYNC"}


class Source(Value, frozen=True):
    """A text, and where it is from: a file, standard input or an argument."""

    text: str
    name: str

    def statement(self) -> Statement:
        """Read the text as a definition."""
        with explained(self.name):
            return parse_text(self.text)

    def json(self) -> Any:  # noqa: ANN401 - whatever it holds
        """Read the text as JSON."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError) as problem:
            raise refused(self.name, "json", f"this is no JSON: {problem}") from problem


def read(argument: str, name: str) -> Source:
    """Return what an argument says: a text of this name, @FILE, or - for standard input."""
    if argument == "-":
        return Source(_decoded(sys.stdin.buffer.read(), "standard input"), "standard input")
    if argument.startswith("@"):
        return _file(Path(argument[1:]))
    # An argument that is no UTF-8 has halves of characters in it.
    return Source(_decoded(argument.encode(errors="surrogateescape"), name), name)


def _file(path: Path) -> Source:
    return Source(_decoded(path.read_bytes(), str(path)), str(path))


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise refused(name, "encoding", "this is no text in UTF-8") from problem


def refused(name: str, code: str, summary: str) -> InvalidInputError:
    """Return the error for a source that cannot be used at all."""
    return InvalidInputError([error(code, summary, at=Location(name))])


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn a mistake in a definition of this name into a diagnostic."""
    try:
        yield
    except FilterQLSyntaxError as problem:
        at = Location(name, problem.line, problem.column)
        found = error("filterql-syntax", problem.message, detail=_picture(problem), at=at)
        raise InvalidInputError([found]) from problem


def _picture(problem: FilterQLSyntaxError) -> str:
    """Return the line with the mistake, carets below it, and the hint."""
    _, _, picture = str(problem).partition("\n")
    return "\n".join(line.removeprefix("  ") for line in picture.split("\n"))


def on_stream(verb: str) -> Callable[[Command], Command]:
    """Add `--jsonl` and `--file` to a command; with `--jsonl` a stream is answered instead.

    Without it, the command gets the file as the argument `file`.
    """

    def decorate(command: Command) -> Command:
        @click.option(
            "--file",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            help="Read this file instead of standard input.",
        )
        @click.option("--jsonl", is_flag=True, help="Answer questions, one JSON object per line.")
        @functools.wraps(command)
        def wrapped(*, file: Path | None, jsonl: bool, **given: Any) -> int:  # noqa: ANN401
            if not jsonl:
                return command(file=file, **given)
            _refuse_arguments(given)
            with _opened(file) as stream:
                return _answer_all(verb, stream, now=given.get("now"))

        return wrapped

    return decorate


def _opened(file: Path | None) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if file is None else file.open("rb")


def _refuse_arguments(given: dict[str, Any]) -> None:
    if any(value not in {None, False, (), "-"} for name, value in given.items() if name != "now"):
        message = "with --jsonl the questions hold everything: only --file and --now go with it"
        raise click.UsageError(message)


def _answer_all(verb: str, stream: BinaryIO, *, now: datetime | None) -> int:
    """Answer each line at once, so that a program can ask and wait; empty lines have no answer."""
    for line in stream:
        if line.strip():
            say(f"{reply(verb, line, now=now or datetime.now(UTC))}\n")
    return ExitCode.OK


def on_definition(verb: str) -> Callable[[Command], Command]:
    """Make a command of a function that takes one definition, as a `Source`, first."""

    def decorate(command: Command) -> Command:
        @on_stream(verb)
        @click.argument("definition", required=False)
        @functools.wraps(command)
        def wrapped(*, definition: str | None, file: Path | None, **given: Any) -> int:  # noqa: ANN401
            if definition is not None and file is not None:
                message = "give a definition or --file, not both"
                raise click.UsageError(message)
            source = (
                _file(file)
                if file
                else read("-" if definition is None else definition, "definition")
            )
            return command(source, **given)

        return wrapped

    return decorate


def say_data(text: str) -> None:
    """Write a definition as it is for a program, and made harmless for a terminal."""
    say_line(safe_text(text) if sys.stdout.isatty() else text)


def say_line(text: str) -> None:
    """Write a line of the result, which has been found whether anybody reads it or not."""
    say_last(f"{text}\n")
