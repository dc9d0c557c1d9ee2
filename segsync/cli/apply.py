"""`segsync apply`."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

import click

from segsync import workflow
from segsync.applier import OnError, apply_plan
from segsync.cli.interrupts import graceful_stop
from segsync.cli.options import colored, common, settings_of, width
from segsync.cli.progress import told
from segsync.cli.reports import Target, Writer, deliver, report_option
from segsync.cli.wishes import WishOptions, wish_options, wishes_of
from segsync.errors import ExitCode
from segsync.outcome import Outcome, Result
from segsync.plan import Plan
from segsync.report.facts import RunFacts
from segsync.report.text import apply_text, plan_text

_EPILOG = """\b
Examples:
  segsync apply
  segsync apply --auto-approve
  segsync plan --out plan.json && segsync apply plan.json
  segsync apply --reevaluate affected
"""


@click.command(epilog=_EPILOG)
@common
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
    shows_text = Target("text", None) in targets
    clock = _Clock(time.monotonic())
    settings = settings_of(config, account)
    with workflow.open_client(settings, connections=parallelism) as client:
        if plan_file is None:
            plan = workflow.make_plan(settings, client, wishes_of(**wishes)).plan
        else:
            plan = workflow.load_saved_plan(settings, client, plan_file)
        if shows_text and plan_file is None:
            facts = RunFacts("plan", settings.account.name, client.calls, clock.seconds)
            click.echo(plan_text(plan, facts=facts, color=colored(), width=width()), nl=False)
        workflow.refuse_unsafe(plan, skip_blocked=skip_blocked)
        if plan.changes and plan_file is None and not auto_approve:
            _confirm(plan)
        with graceful_stop() as stop:
            running = apply_plan(
                plan, client, parallelism=parallelism, stop=stop, on_error=OnError(on_error)
            )
            outcomes = tuple(told(running, total=len(plan.changes)))
        facts = RunFacts("apply", settings.account.name, client.calls, clock.seconds)
    if plan.changes or not shows_text:
        deliver(targets, _writers(plan, outcomes, facts))
    return ExitCode.INTERRUPTED if stop.is_set() else _exit_code(plan, outcomes)


@dataclass(frozen=True, slots=True)
class _Clock:
    started: float

    @property
    def seconds(self) -> float:
        """The time since the start."""
        return time.monotonic() - self.started


def _confirm(plan: Plan) -> None:
    """Ask before the first write; where nobody can answer, that is a usage error."""
    if not sys.stdin.isatty():
        message = "there is no terminal to ask on; review the plan and give --auto-approve"
        raise click.UsageError(message)
    count = sum(not each.bridge for each in plan.changes)
    answer = click.prompt(
        f"\nApply these {count} changes? Only yes is taken for yes", default="no", err=True
    )
    if answer != "yes":
        raise click.Abort


def _exit_code(plan: Plan, outcomes: Sequence[Outcome]) -> int:
    complete = all(each.result is Result.APPLIED for each in outcomes)
    return ExitCode.OK if complete and not plan.holding else ExitCode.PARTIAL


def _writers(plan: Plan, outcomes: Sequence[Outcome], facts: RunFacts) -> dict[str, Writer]:
    return {
        "text": lambda color: (
            "\n" + apply_text(plan, outcomes, facts=facts, color=color, width=width())
        ),
        "json": lambda _: _json(plan, outcomes),
        "markdown": lambda _: _markdown(plan, outcomes, facts),
    }


# Imported when asked for, as in `segsync.cli.plan`.
def _json(plan: Plan, outcomes: Sequence[Outcome]) -> str:
    from segsync.planfile import outcomes_json  # noqa: PLC0415

    return outcomes_json(plan, outcomes)


def _markdown(plan: Plan, outcomes: Sequence[Outcome], facts: RunFacts) -> str:
    from segsync.report.markdown import apply_markdown  # noqa: PLC0415

    return apply_markdown(plan, outcomes, facts=facts)
