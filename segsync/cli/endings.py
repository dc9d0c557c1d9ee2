"""What is said and returned when a command ends with an exception."""

import re
import traceback
from collections.abc import Iterator

import click

from segsync.cli.interrupts import interrupted
from segsync.cli.options import colored, width
from segsync.cli.output import say_last
from segsync.cli.reports import Target, owed, write_report
from segsync.config.settings import DEFAULT_TOKEN_ENV
from segsync.errors import (
    ApiError,
    AuthenticationError,
    ExitCode,
    InvalidInputError,
    NotApprovedError,
    PermissionDeniedError,
    SegsyncError,
    StalePlanError,
    WrongAccountError,
)
from segsync.permissions import way_out_of
from segsync.report.failed import Failure, failure_json, failure_report
from segsync.report.safe import safe_lines
from segsync.report.text import diagnostics_text, problems_in_words, report_text

_BUG = "This is a bug in segsync. Please report it with the lines above; they hold no token."
_REPORT_IT = "This is a bug in segsync. Please report it."


def explain(problem: Exception, context: click.Context) -> int:
    """Say on standard error and in the reports what happened, and return the exit code."""
    say_last("".join(f"{each}\n" for each in _told(problem)), err=True)
    return tell_reports(problem, context)


def tell_reports(problem: BaseException, context: click.Context) -> int:
    """Write what happened in place of the reports that were not delivered; return the exit code."""
    failure = _failure(problem, context)
    for target in owed(context):
        text = _rendered(failure, target)
        try:
            if target.file is not None:
                write_report(target.file, text)
            elif target.format != "text":
                say_last(text)
        except OSError as refused:
            say_last(f"{safe_lines(f'Error: {_system(refused)}')}\n", err=True)
    return failure.exit_code


def _told(problem: Exception) -> Iterator[str]:
    """Yield the lines for standard error."""
    match problem:
        case InvalidInputError():
            yield diagnostics_text(problem.diagnostics, color=colored(err=True)).removesuffix("\n")
        case NotApprovedError():
            yield str(problem)
        case SegsyncError():
            yield safe_lines(f"Error: {problem}")
            yield from _way_out(problem)
        case OSError():
            yield safe_lines(f"Error: {_system(problem)}")
        case _:
            yield safe_lines("".join(traceback.format_exception(problem)).removesuffix("\n"))
            yield _BUG


def _failure(problem: BaseException, context: click.Context) -> Failure:
    command = context.invoked_subcommand or "segsync"
    match problem:
        case InvalidInputError():
            summary = f"the input is wrong: {problems_in_words(problem.diagnostics)}"
            return Failure(
                command, problem.exit_code, kind_of(type(problem)), summary, "", problem.diagnostics
            )
        case SegsyncError():
            return Failure(
                command,
                problem.exit_code,
                kind_of(type(problem)),
                summary=str(problem).partition("\n")[0].removesuffix(":"),
                way_out=" ".join(_way_out(problem)) or _plan_again(problem),
                diagnostics=problem.diagnostics,
            )
        case click.ClickException():
            return Failure(command, ExitCode.INVALID_INPUT, "usage", problem.format_message())
        case OSError():
            return Failure(command, ExitCode.INVALID_INPUT, "system", _system(problem))
        case KeyboardInterrupt() | click.Abort():
            return Failure(
                command, ExitCode.INTERRUPTED, "interrupted", interrupted(context), "Run it again."
            )
        case _:
            summary = f"{type(problem).__name__}: {problem}"
            return Failure(command, ExitCode.UNEXPECTED, "unexpected", summary, _REPORT_IT)


def kind_of(problem: type[SegsyncError]) -> str:
    """Return the stable id of an expected failure: the name of its class, as in `stale-plan`."""
    words = re.findall("[A-Z][a-z]+", problem.__name__.removesuffix("Error"))
    return "-".join(words).lower()


def _rendered(failure: Failure, target: Target) -> str:
    match target.format:
        case "json":
            return failure_json(failure)
        case "markdown":
            from segsync.report.markdown import report_markdown  # noqa: PLC0415 - few ask for it

            return report_markdown(failure_report(failure))
        case "junit":
            from segsync.report.junit import failure_junit  # noqa: PLC0415 - few ask for it

            return failure_junit(failure)
        case _:
            return report_text(failure_report(failure), color=False, width=width())


def _system(problem: OSError) -> str:
    where = f"{problem.filename}: " if problem.filename else ""
    return f"{where}{problem.strerror or problem}"


def _plan_again(problem: SegsyncError) -> str:
    return "Make a new plan and review it." if isinstance(problem, StalePlanError) else ""


def _way_out(problem: SegsyncError) -> Iterator[str]:
    """Yield what a person can do where the API's words do not say it."""
    match problem:
        case AuthenticationError(status=int()):
            yield (
                "The token was not accepted. Is the right one in the environment variable that"
                f" segsync.yaml names, {DEFAULT_TOKEN_ENV} by default?"
            )
        case PermissionDeniedError():
            yield way_out_of(problem)
        case WrongAccountError():
            yield "Use the token of the other account, or correct aid."
        case ApiError(exit_code=ExitCode.UNAVAILABLE):
            yield "It is safe to run this again."
