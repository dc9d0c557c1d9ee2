"""What is said and returned when a command ends with an exception."""

import traceback

import click

from segsync.cli.options import colored
from segsync.errors import ExitCode, InvalidInputError, SegsyncError
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
            click.echo(f"Error: {safe_text(str(problem))}", err=True)
            return problem.exit_code
        case OSError(filename=str(name), strerror=str(why)):
            click.echo(f"Error: {safe_text(name)}: {why}", err=True)
            return ExitCode.INVALID_INPUT
        case _:
            traceback.print_exception(problem)
            click.echo(
                "This is a bug in segsync. Please report it with the lines above; they hold no"
                " token.",
                err=True,
            )
            return ExitCode.UNEXPECTED
