"""`segsync validate`."""

import json
from pathlib import Path

import click
from msgspec import to_builtins

from segsync import workflow
from segsync.cli.options import ENVIRONMENT, common, settings_of
from segsync.cli.reports import Target, Writer, deliver, report_option
from segsync.cli.wishes import today
from segsync.diagnostics import has_errors, sort_key
from segsync.errors import ExitCode
from segsync.loader.load import Loaded
from segsync.report.text import diagnostics_text

_EPILOG = """\b
Examples:
  segsync validate
  segsync validate --account prod
  segsync validate --report json=problems.json
"""


@click.command(epilog=_EPILOG, context_settings=ENVIRONMENT)
@common
@report_option("text", "json")
def validate(*, config: Path | None, account: str | None, targets: tuple[Target, ...]) -> int:
    """Check the files: shape, language, references, cycles, duplicates, lint.

    Needs no account and no token. All problems of all files are reported in one run, each with
    file, line and column; any error ends with exit code 3.
    """
    loaded = workflow.read_files(settings_of(config, account), lint=True, today=today())
    deliver(targets, _writers(loaded))
    return ExitCode.INVALID_INPUT if has_errors(loaded.diagnostics) else ExitCode.OK


def _writers(loaded: Loaded) -> dict[str, Writer]:
    problems = sorted(loaded.diagnostics, key=sort_key)
    document = {
        "format_version": 1,
        "files": loaded.files,
        "segments": len(loaded.desired.segments),
        "groups": len(loaded.desired.groups),
        "diagnostics": [to_builtins(each) for each in problems],
    }
    return {
        "text": lambda color: diagnostics_text(problems, color=color, files=loaded.files),
        "json": lambda _: json.dumps(document, indent=2) + "\n",
    }
