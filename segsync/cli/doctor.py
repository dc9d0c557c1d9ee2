"""`segsync doctor`."""

import os
import time
from pathlib import Path

import click

from segsync.cli.documents import inspection_document
from segsync.cli.options import ENVIRONMENT, common
from segsync.cli.reports import Target, deliver, report_option, writers
from segsync.report.checked import checkup_report
from segsync.workflow import checkup as checking

_EPILOG = """\b
Examples:
  segsync doctor
  segsync doctor --account prod
  segsync doctor --report json | jq '.checks[] | select(.status == "problem")'
"""


@click.command(epilog=_EPILOG, context_settings=ENVIRONMENT)
@common
@report_option("text", "json", "markdown")
def doctor(*, config: Path | None, account: str | None, targets: tuple[Target, ...]) -> int:
    """Find out what stops a run, and what to do about it.

    Looks at versions, configuration, git, journals, files, the way to the account, clocks, the
    token and what it may see; also when segsync.yaml itself is broken. The exit code is that of
    the worst problem: 3 for configuration and files, 4 for the token, 5 for the network; with
    warnings alone it is 0. Nothing is written, and so nobody knows whether the token may write.
    """
    started = time.monotonic()
    checkup = checking.examine(config, account=account, environ=os.environ, cwd=Path.cwd())
    seconds = time.monotonic() - started
    deliver(
        targets,
        writers(
            lambda: checkup_report(checkup, seconds=seconds), lambda: inspection_document(checkup)
        ),
    )
    return checkup.exit_code
