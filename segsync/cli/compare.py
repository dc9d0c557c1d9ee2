"""`segsync compare`."""

import time
from pathlib import Path

import click

from segsync import workflow
from segsync.cli.documents import inspection_document
from segsync.cli.options import ENVIRONMENT, configured, patient, settings_of
from segsync.cli.reports import Target, deliver, report_option, writers
from segsync.report.compared import comparison_report
from segsync.report.facts import RunFacts
from segsync.workflow import comparing

_EPILOG = """\b
Examples:
  segsync compare staging prod
  segsync compare staging prod --deep --detailed-exitcode
  segsync compare staging prod --report text --report markdown=summary.md
"""


@click.command(epilog=_EPILOG, context_settings=ENVIRONMENT)
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@configured
@patient
@report_option("text", "json", "markdown")
@click.option(
    "--deep",
    is_flag=True,
    help="Follow INCLUDE: tell equal text over different ancestors apart.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when anything differs.")
def compare(
    *,
    a: str,
    b: str,
    config: Path | None,
    targets: tuple[Target, ...],
    deep: bool,
    detailed_exitcode: bool,
) -> int:
    """Compare two accounts with each other.

    A and B are accounts of segsync.yaml. Segments are the same by slug, groups by name;
    definitions are compared by meaning, and an INCLUDE by the slug of what it points at. Ids,
    authors, times and marks of ownership are no difference; what Lytics made itself is left out.
    The files are not read, and nothing is written.
    """
    if a == b:
        message = f"{a} would be compared with itself; name two accounts"
        raise click.UsageError(message)
    started = time.monotonic()
    left, right = settings_of(config, a), settings_of(config, b)
    with workflow.open_client(left) as one, workflow.open_client(right) as other:
        comparison = comparing.compare_accounts((left, one), (right, other), deep=deep)
        facts = RunFacts("compare", "", one.calls + other.calls, time.monotonic() - started)
    deliver(
        targets,
        writers(
            lambda: comparison_report(comparison, facts), lambda: inspection_document(comparison)
        ),
    )
    return comparing.comparison_exit_code(comparison, detailed=detailed_exitcode)
