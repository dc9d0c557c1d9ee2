"""`segsync history`."""

import json
from pathlib import Path

import click

from segsync.cli.options import ENVIRONMENT, common, settings_of
from segsync.cli.output import warn
from segsync.cli.reports import Target, deliver, report_option
from segsync.report.history import history_document
from segsync.report.journaled import history_text, run_text
from segsync.report.safe import log_line, safe_line
from segsync.workflow.remembering import past_run, past_runs

_EPILOG = """\b
Examples:
  segsync history
  segsync history 20261123T033045120Z-3f9a1c
  segsync history --report json
"""


@click.command(epilog=_EPILOG, context_settings=ENVIRONMENT)
@common
@report_option("text", "json")
@click.argument("run", required=False)
def history(
    *, config: Path | None, account: str | None, targets: tuple[Target, ...], run: str | None
) -> int:
    """List what earlier runs did, the newest first; or show RUN with what became of each change.

    Runs are journaled in .segsync/journal beside segsync.yaml, and the last 50 are kept. No
    account is asked. --account, when given, leaves out the runs of others. RUN may be the
    beginning of a name that only one run has.
    """
    settings = settings_of(config, account, must_choose=False)
    if run is None:
        everything, unread = past_runs(settings)
        runs = tuple(each for each in everything if account in {None, each.head.account})
        text = history_text(runs)
    else:
        runs, unread = (past_run(settings, run),), ()
        text = run_text(runs[0])
    for line in unread:
        warn(log_line(safe_line(line)))
    document = f"{json.dumps(history_document(runs), indent=2)}\n"
    deliver(targets, {"text": lambda _: text, "json": lambda _: document})
    return 0
