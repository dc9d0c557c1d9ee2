"""`segsync drift`."""

import time
from pathlib import Path

import click

from segsync import workflow
from segsync.cli.documents import plan_document
from segsync.cli.options import ENVIRONMENT, common, patient, settings_of
from segsync.cli.output import warn
from segsync.cli.recovering import tell_interrupted
from segsync.cli.reports import Target, deliver, report_option, writers
from segsync.cli.wishes import size_options, today
from segsync.report.drifted import drift_report
from segsync.report.facts import RunFacts

_EPILOG = """\b
Examples:
  segsync drift
  segsync drift --account prod --report text --report markdown=drift.md
"""


@click.command(epilog=_EPILOG, context_settings=ENVIRONMENT)
@common
@patient
@report_option("text", "json", "markdown")
@size_options
def drift(
    *,
    config: Path | None,
    account: str | None,
    targets: tuple[Target, ...],
    sizes: bool,
    size_budget: float,
) -> int:
    """Show what somebody changed by hand; for a nightly job.

    Each difference is shown with the live value, the value in the files, and when the object last
    changed. Drift that the files accept for a while is listed apart. Ends with exit code 2 when
    anything differs or a managed segment is invalid. Nothing is written to the account.
    """
    started = time.monotonic()
    settings = settings_of(config, account)
    tell_interrupted(settings)
    wishes = workflow.Wishes(
        today=today(), sends=False, sizes=sizes, size_budget=size_budget, notice=warn
    )
    with workflow.open_client(settings) as client:
        planned = workflow.make_plan(settings, client, wishes)
        facts = RunFacts("drift", settings.account.name, client.calls, time.monotonic() - started)
    plan, differences = workflow.find_drift(planned)
    deliver(
        targets,
        writers(lambda: drift_report(plan, differences, facts), lambda: plan_document(plan)),
    )
    return workflow.drift_exit_code(plan, differences)
