"""`segsync drift`."""

import time
from pathlib import Path

import click

from segsync import workflow
from segsync.cli.options import ENVIRONMENT, common, settings_of, width
from segsync.cli.reports import Target, Writer, deliver, report_option
from segsync.cli.wishes import today
from segsync.errors import ExitCode
from segsync.plan import Plan
from segsync.report.facts import DriftFacts, RunFacts
from segsync.report.text import drift_text

_EPILOG = """\b
Examples:
  segsync drift
  segsync drift --account prod --report text --report markdown=drift.md
"""


@click.command(epilog=_EPILOG, context_settings=ENVIRONMENT)
@common
@report_option("text", "json", "markdown")
def drift(*, config: Path | None, account: str | None, targets: tuple[Target, ...]) -> int:
    """Show what somebody changed by hand; for a nightly job.

    Each difference is shown with the live value, the value in the files, and when the object last
    changed. Drift that the files accept for a while is listed apart. Ends with exit code 2 when
    anything differs or a managed segment is invalid. Nothing is written to the account.
    """
    started = time.monotonic()
    settings = settings_of(config, account)
    with workflow.open_client(settings) as client:
        planned = workflow.make_plan(settings, client, workflow.Wishes(today=today()))
        facts = RunFacts("drift", settings.account.name, client.calls, time.monotonic() - started)
    plan, differences = workflow.find_drift(planned)
    deliver(targets, _writers(plan, differences, facts))
    differs = plan.changes or plan.blocked or differences.unhealthy
    return ExitCode.CHANGES if differs else ExitCode.OK


def _writers(plan: Plan, differences: DriftFacts, facts: RunFacts) -> dict[str, Writer]:
    return {
        "text": lambda color: drift_text(
            plan, differences, facts=facts, color=color, width=width()
        ),
        "json": lambda _: _json(plan),
        "markdown": lambda _: _markdown(plan, differences, facts),
    }


# Imported when asked for, as in `segsync.cli.plan`.
def _json(plan: Plan) -> str:
    from segsync.planfile import dump  # noqa: PLC0415

    return dump(plan)


def _markdown(plan: Plan, differences: DriftFacts, facts: RunFacts) -> str:
    from segsync.report.markdown import drift_markdown  # noqa: PLC0415

    return drift_markdown(plan, differences, facts=facts)
