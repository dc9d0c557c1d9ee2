"""`segsync plan`."""

import time
from pathlib import Path
from typing import Unpack

import click
from msgspec.structs import replace

from segsync import workflow
from segsync.cli.documents import plan_digest, plan_document
from segsync.cli.options import ENVIRONMENT, common, patient, settings_of
from segsync.cli.output import warn
from segsync.cli.recovering import tell_interrupted
from segsync.cli.reports import Target, deliver, destination, report_option, writers
from segsync.cli.wishes import WishOptions, wish_options, wishes_of
from segsync.errors import ExitCode
from segsync.report.facts import RunFacts
from segsync.report.planned import plan_report
from segsync.report.safe import safe_line
from segsync.report.words import listed
from segsync.yamlfile.files import write_atomically

_EPILOG = """\b
Examples:
  segsync plan
  segsync plan --detailed-exitcode --report text --report markdown=summary.md
  segsync plan --account prod --out plan.json && segsync apply plan.json
"""


@click.command(epilog=_EPILOG, context_settings=ENVIRONMENT)
@common
@patient
@report_option("text", "json", "markdown")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=lambda _ctx, _param, file: file and destination(file),
    help="Save the plan to a file that `segsync apply FILE` carries out as reviewed.",
)
@click.option(
    "--detailed-exitcode", is_flag=True, help="Exit with 2 when there is something to apply."
)
@wish_options
def plan(
    *,
    config: Path | None,
    account: str | None,
    targets: tuple[Target, ...],
    out: Path | None,
    detailed_exitcode: bool,
    **wishes: Unpack[WishOptions],
) -> int:
    """Show what an apply would do, and why; nothing is written to the account.

    The files and the live account are read and compared by meaning. Dangerous things come first;
    what a safety rule holds back is shown with the way out, and ends with exit code 6.
    """
    started = time.monotonic()
    settings = settings_of(config, account)
    tell_interrupted(settings)
    with workflow.open_client(settings) as client:
        planned = workflow.make_plan(settings, client, wishes_of(**wishes))
        facts = RunFacts("plan", settings.account.name, client.calls, time.monotonic() - started)
    if out is not None:
        write_atomically(out, plan_document(planned.plan))
        facts = replace(facts, digest=plan_digest(planned.plan))
    deliver(
        targets,
        writers(lambda: plan_report(planned.plan, facts), lambda: plan_document(planned.plan)),
    )
    code = workflow.plan_exit_code(planned.plan, detailed=detailed_exitcode)
    if code is ExitCode.REFUSED:
        _tell_refused(targets)
    return code


def _tell_refused(targets: tuple[Target, ...]) -> None:
    """Say on standard error where a refusal is told, when no report was printed."""
    files = [str(each.file) for each in targets if each.file is not None]
    if len(files) == len(targets):
        told = f"Refused by a safety rule. The reason and the way out: {listed(files)}"
        warn(safe_line(told))
