"""What is said and returned when a command ends with an exception."""

import traceback
from collections.abc import Iterator

from segsync.cli.options import colored
from segsync.cli.output import say_last
from segsync.config.settings import DEFAULT_TOKEN_ENV
from segsync.errors import (
    ApiError,
    AuthenticationError,
    ExitCode,
    InvalidInputError,
    NotApprovedError,
    PermissionDeniedError,
    SegsyncError,
    WrongAccountError,
)
from segsync.report.safe import safe_text
from segsync.report.text import diagnostics_text

_BUG = "This is a bug in segsync. Please report it with the lines above; they hold no token."


def explain(problem: Exception) -> int:
    """Say on standard error what happened and return the exit code."""
    match problem:
        case InvalidInputError():
            color = colored(err=True)
            say_last(diagnostics_text(problem.diagnostics, color=color), err=True)
            return problem.exit_code
        case NotApprovedError():
            say_last(f"{problem}\n", err=True)
            return problem.exit_code
        case SegsyncError():
            told = (f"Error: {safe_text(str(problem))}", *_way_out(problem))
            say_last("".join(f"{line}\n" for line in told), err=True)
            return problem.exit_code
        case OSError():
            where = f"{problem.filename}: " if problem.filename else ""
            say_last(f"Error: {safe_text(where)}{problem.strerror or problem}\n", err=True)
            return ExitCode.INVALID_INPUT
        case _:
            lines = "".join(traceback.format_exception(problem))
            say_last(f"{lines}{_BUG}\n", err=True)
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
