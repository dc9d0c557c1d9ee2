"""What is said and returned when a command ends with an exception."""

import traceback
from collections.abc import Iterator

import click

from segsync.cli.options import colored
from segsync.config.settings import DEFAULT_TOKEN_ENV
from segsync.errors import (
    ApiError,
    AuthenticationError,
    ExitCode,
    InvalidInputError,
    PermissionDeniedError,
    SegsyncError,
    WrongAccountError,
)
from segsync.report.safe import safe_text
from segsync.report.text import diagnostics_text


def explain(problem: Exception) -> int:
    """Say on standard error what happened and return the exit code."""
    match problem:
        case InvalidInputError():
            color = colored(err=True)
            click.echo(diagnostics_text(problem.diagnostics, color=color), nl=False, err=True)
            return problem.exit_code
        case SegsyncError():
            told = "\n".join((f"Error: {safe_text(str(problem))}", *_way_out(problem)))
            click.echo(told, err=True)
            return problem.exit_code
        case OSError():
            where = f"{problem.filename}: " if problem.filename else ""
            click.echo(f"Error: {safe_text(where)}{problem.strerror or problem}", err=True)
            return ExitCode.INVALID_INPUT
        case _:
            traceback.print_exception(problem)
            click.echo(
                "This is a bug in segsync. Please report it with the lines above; they hold no"
                " token.",
                err=True,
            )
            return ExitCode.UNEXPECTED


def _way_out(problem: SegsyncError) -> Iterator[str]:
    """Yield what a person can do where the API's words do not say it."""
    match problem:
        case AuthenticationError(status=int()):
            yield (
                "The token was not accepted. Is the right one in the environment variable that"
                f" segsync.yaml names, {DEFAULT_TOKEN_ENV} by default?"
            )
        case PermissionDeniedError():
            yield "The token may not do this: an apply needs one that may change segments."
        case WrongAccountError():
            yield "Use the token of the other account, or correct aid."
        case ApiError(exit_code=ExitCode.UNAVAILABLE):
            yield "It is safe to run this again."
