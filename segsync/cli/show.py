"""`segsync show`."""

import time
from pathlib import Path

import click

from segsync import workflow
from segsync.cli.documents import inspection_document
from segsync.cli.options import ENVIRONMENT, common, patient, settings_of
from segsync.cli.reports import Target, deliver, report_option, writers
from segsync.cli.wishes import today
from segsync.errors import ExitCode
from segsync.report.facts import RunFacts
from segsync.report.shown import portrait_report
from segsync.workflow import showing

_EPILOG = """\b
Examples:
  segsync show high_value_customers
  segsync show 6b0c1e0f4a6d2a7f0c5f7c9a1d2e3f40 --account prod
  segsync show vip --report json | jq .included_by
"""


@click.command(epilog=_EPILOG, context_settings=ENVIRONMENT)
@click.argument("slug")
@common
@patient
@report_option("text", "json", "markdown")
def show(
    *, slug: str, config: Path | None, account: str | None, targets: tuple[Target, ...]
) -> int:
    """Show everything about one segment.

    SLUG is its slug, its id, or a slug that it had before, by `previously` in the files. Shown are
    the definition, in plain English too; what it includes and what includes it, at any distance;
    jobs and size, where the account tells them; when it changed last; where it is declared, and
    what an apply would change. Nothing is written.
    """
    started = time.monotonic()
    settings = settings_of(config, account)
    with workflow.open_client(settings) as client:
        portrait = showing.show(settings, client, slug, today=today())
        facts = RunFacts("show", settings.account.name, client.calls, time.monotonic() - started)
    deliver(
        targets,
        writers(lambda: portrait_report(portrait, facts), lambda: inspection_document(portrait)),
    )
    return ExitCode.OK
