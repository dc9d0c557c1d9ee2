"""`segsync apply`."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

import click

from segsync import workflow
from segsync.applier import OnError
from segsync.cli.asking import confirmed
from segsync.cli.documents import apply_document, plan_digest
from segsync.cli.options import ENVIRONMENT, colored, common, patient, settings_of, width
from segsync.cli.output import say, say_last, warn
from segsync.cli.recovering import tell_settled
from segsync.cli.reports import Target, deliver, report_option, writers
from segsync.cli.watching import watch
from segsync.cli.wishes import WishOptions, refuse_wishes, wish_options, wishes_of
from segsync.outcome import Outcome
from segsync.plan import Plan
from segsync.report.applied import apply_report
from segsync.report.facts import RunFacts
from segsync.report.planned import plan_report
from segsync.report.text import report_text
from segsync.report.words import counted

_TERMINAL = Target("text", None)

_EPILOG = """\b
Examples:
  segsync apply
  segsync apply --auto-approve
  segsync plan --out plan.json && segsync apply plan.json
  segsync apply --reevaluate affected
"""


@click.command(epilog=_EPILOG, context_settings=ENVIRONMENT)
@common
@patient
@report_option("text", "json", "markdown")
@click.argument(
    "plan_file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option("--auto-approve", is_flag=True, help="Do not ask before writing.")
@click.option(
    "--skip-blocked", is_flag=True, help="Apply the rest when changes are blocked; ends with 7."
)
@click.option(
    "--on-error",
    type=click.Choice([each.value for each in OnError]),
    default=OnError.CONTINUE.value,
    show_default=True,
    help="After a failure: go on with what does not depend on it, or stop.",
)
@click.option(
    "--parallelism",
    type=click.IntRange(1, 50),
    default=10,
    show_default=True,
    metavar="N",
    help="How many calls may be in flight at once.",
)
@wish_options
def apply(  # noqa: PLR0913 - one parameter for each option
    *,
    config: Path | None,
    account: str | None,
    targets: tuple[Target, ...],
    plan_file: Path | None,
    auto_approve: bool,
    skip_blocked: bool,
    on_error: str,
    parallelism: int,
    **wishes: Unpack[WishOptions],
) -> int:
    """Carry out a plan: the saved one in PLAN_FILE, or a fresh one after a confirmation.

    A saved plan was reviewed, so it is applied without asking; it is refused (exit code 8) when
    anything that it touches or includes has changed since. Each answer of the API is checked
    before it counts as success. After a success, the same command writes nothing.
    """
    if plan_file is not None:
        refuse_wishes(wishes, f"{plan_file} was planned and reviewed before")
    started = time.monotonic()
    settings = settings_of(config, account)
    with (
        workflow.open_client(settings, connections=parallelism) as client,
        workflow.sole_writer(settings, client, command="apply") as writer,
    ):
        tell_settled(workflow.settle_interrupted(client, writer))
        ready = workflow.ready_plan(settings, client, wishes_of(**wishes), plan_file)

        def facts(command: str) -> RunFacts:
            seconds = time.monotonic() - started
            name = settings.account.name
            digest = plan_digest(ready.plan) if ready.saved else ""
            return RunFacts(command, name, client.calls, seconds, digest, ready.saved)

        asks = not ready.saved and bool(ready.plan.changes) and not auto_approve
        on_stdout = not ready.saved and _TERMINAL in targets
        if on_stdout or asks or ready.plan.is_refused:
            _show(ready.plan, facts("plan"), err=not on_stdout)
        workflow.refuse_unsafe(ready.plan, skip_blocked=skip_blocked)
        if asks:
            ready = workflow.approve(settings, client, ready, ask=_confirmed)
        outcomes, stopped = watch(
            lambda stop: workflow.carry_out(
                ready,
                client,
                writer,
                parallelism=parallelism,
                on_error=OnError(on_error),
                stop=stop,
                warn=warn,
            ),
            total=len(ready.plan.changes),
            report=lambda outcomes: _report(targets, ready, outcomes, facts("apply")),
        )
    return workflow.apply_exit_code(ready.plan, outcomes, stopped=stopped)


def _show(plan: Plan, facts: RunFacts, *, err: bool) -> None:
    text = report_text(plan_report(plan, facts), color=colored(err=err), width=width())
    say(text, err=err)


def _confirmed(plan: Plan) -> bool:
    count = counted(sum(each.is_counted for each in plan.changes), "change")
    return confirmed(f"Apply {count}", review="review the plan")


def _report(
    targets: Sequence[Target], ready: workflow.Ready, outcomes: Sequence[Outcome], facts: RunFacts
) -> None:
    # A new plan without changes was shown, and that is all there is to say.
    says_more = ready.plan.changes or ready.saved
    left = [each for each in targets if says_more or each != _TERMINAL]
    if _TERMINAL in left and not ready.saved:
        say_last("\n")
    deliver(
        left,
        writers(
            lambda: apply_report(ready.plan, outcomes, facts),
            lambda: apply_document(ready.plan, outcomes),
        ),
    )
