"""`segsync reevaluate`."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import click
from click.core import ParameterSource

from segsync import workflow
from segsync.cli.asking import confirmed
from segsync.cli.documents import inspection_document
from segsync.cli.interrupts import graceful_stop
from segsync.cli.options import ENVIRONMENT, colored, common, patient, settings_of, width
from segsync.cli.output import say, warn
from segsync.cli.reports import Target, deliver, report_option, writers
from segsync.cli.watching import watch
from segsync.errors import ExitCode, NotApprovedError
from segsync.outcome import Outcome
from segsync.report.facts import RunFacts
from segsync.report.reevaluated import reevaluation_report
from segsync.report.text import report_text
from segsync.report.words import counted
from segsync.workflow import reevaluating

Report: TypeAlias = Callable[[Sequence[Outcome], reevaluating.Watched | None], None]

_EPILOG = """\b
Examples:
  segsync reevaluate high_value_customers
  segsync reevaluate vip --with-ancestors --wait --timeout 300
  segsync reevaluate 'loyalty_*' tag:winter 'group:Campaigns' --dry-run
"""


@click.command(epilog=_EPILOG, context_settings=ENVIRONMENT)
@click.argument("slugs", nargs=-1, required=True, metavar="SLUG...")
@common
@patient
@report_option("text", "json", "markdown")
@click.option("--with-ancestors", is_flag=True, help="Also what the segments include, before them.")
@click.option("--wait", is_flag=True, help="Watch the sizes afterwards, and tell which moved.")
@click.option(
    "--timeout",
    type=click.IntRange(1, 3600),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="How long --wait watches at most.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be sent, and send nothing.")
@click.option("--auto-approve", is_flag=True, help="Do not ask before writing.")
def reevaluate(  # noqa: PLR0913 - one parameter for each option
    *,
    slugs: tuple[str, ...],
    config: Path | None,
    account: str | None,
    targets: tuple[Target, ...],
    with_ancestors: bool,
    wait: bool,
    timeout: int,
    dry_run: bool,
    auto_approve: bool,
) -> int:
    """Have the members of segments computed anew, ancestors first.

    SLUG is a slug or an id, a pattern such as 'loyalty_*', tag:NAME or group:NAME. Only segments
    that segsync manages are reevaluated. Segments that the command line names one by one are
    reevaluated without a question; what a pattern or --with-ancestors adds is shown and confirmed
    first. No definition changes, but exports may follow who enters and leaves.

    The API says that it took a request, and never that it is done. With --wait the sizes are
    watched until all have moved or the time is up; a size that stays proves nothing.
    """
    _refuse_idle_timeout(wait=wait)
    started = time.monotonic()
    settings = settings_of(config, account)
    with workflow.open_client(settings, connections=reevaluating.PARALLELISM) as client:
        chosen = reevaluating.choose(settings, client, slugs, with_ancestors=with_ancestors)

        def facts() -> RunFacts:
            seconds = time.monotonic() - started
            return RunFacts("reevaluate", settings.account.name, client.calls, seconds)

        def report(
            outcomes: Sequence[Outcome] = (), watched: reevaluating.Watched | None = None
        ) -> None:
            result = reevaluating.reevaluation_of(chosen, outcomes, watched)
            deliver(
                targets,
                writers(
                    lambda: reevaluation_report(result, facts()),
                    lambda: inspection_document(result),
                ),
            )

        if dry_run or not chosen.plan.changes:
            report()
            return ExitCode.OK
        if not (chosen.selection.is_literal or auto_approve):
            _ask(chosen, facts())
        requests = reevaluating.Requests(settings, chosen, client, warn)
        return _carry_out(requests, report, timeout if wait else None)


def _refuse_idle_timeout(*, wait: bool) -> None:
    source = click.get_current_context().get_parameter_source("timeout")
    if source is ParameterSource.COMMANDLINE and not wait:
        message = "--timeout says how long --wait watches, and without --wait nothing is watched"
        raise click.UsageError(message)


def _ask(chosen: reevaluating.Chosen, facts: RunFacts) -> None:
    """Show what would be sent and ask; raise `NotApprovedError` for any answer but yes."""
    result = reevaluation_report(reevaluating.reevaluation_of(chosen), facts)
    say(report_text(result, color=colored(err=True), width=width()), err=True)
    question = f"Reevaluate {counted(len(chosen.plan.changes), 'segment')}"
    if not confirmed(question, review="review the list above"):
        message = "Not confirmed; nothing was sent."
        raise NotApprovedError(message)


def _carry_out(requests: reevaluating.Requests, report: Report, timeout: float | None) -> int:
    """Send the requests, watch the sizes if there is a timeout, and report in any case."""
    before = {} if timeout is None else requests.sizes()
    outcomes: list[Outcome] = []
    watched = None
    try:
        total = len(requests.chosen.plan.changes)
        _, stopped = watch(requests.send, total=total, report=outcomes.extend)
        if timeout is not None and not stopped:
            with graceful_stop() as stop:
                watched = requests.watch(outcomes, before, timeout=timeout, stop=stop)
                stopped = stop.is_set()
    finally:
        report(outcomes, watched)
    return workflow.apply_exit_code(requests.chosen.plan, outcomes, stopped=stopped)
