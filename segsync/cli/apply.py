"""`segsync apply`."""

import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Unpack

import click

from segsync import workflow
from segsync.applier import OnError, apply_plan
from segsync.cli.interrupts import graceful_stop
from segsync.cli.options import ENVIRONMENT, colored, common, settings_of, width
from segsync.cli.output import say
from segsync.cli.progress import told
from segsync.cli.reports import Target, Writer, deliver, report_option
from segsync.cli.wishes import WishOptions, refuse_wishes, wish_options, wishes_of
from segsync.errors import ExitCode
from segsync.outcome import Outcome, Result
from segsync.plan import Plan
from segsync.report.facts import RunFacts
from segsync.report.text import apply_text, plan_text
from segsync.report.words import counted

_TERMINAL = Target("text", None)

# Seconds. Whoever thought about a plan for longer may say yes to an account that has moved.
PATIENCE = 60.0

_STOPPED = "Stopped. Run segsync plan to see what is left."

_EPILOG = """\b
Examples:
  segsync apply
  segsync apply --auto-approve
  segsync plan --out plan.json && segsync apply plan.json
  segsync apply --reevaluate affected
"""


@click.command(epilog=_EPILOG, context_settings=ENVIRONMENT)
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
    is_new = plan_file is None
    with workflow.open_client(settings, connections=parallelism) as client:
        if plan_file is None:
            planned = workflow.make_plan(settings, client, wishes_of(**wishes))
            plan, live = planned.plan, planned.live
        else:
            plan, live = workflow.load_saved_plan(settings, client, plan_file)

        def facts(command: str) -> RunFacts:
            seconds = time.monotonic() - started
            return RunFacts(command, settings.account.name, client.calls, seconds, saved=not is_new)

        asks = is_new and bool(plan.changes) and not auto_approve
        on_stdout = is_new and _TERMINAL in targets
        if on_stdout or asks or plan.is_refused:
            _show(plan, facts("plan"), err=not on_stdout)
        workflow.refuse_unsafe(plan, skip_blocked=skip_blocked)
        if asks:
            asked = time.monotonic()
            if not _confirmed(plan):
                click.echo("Not confirmed; nothing was written.", err=True)
                return ExitCode.INTERRUPTED
            if time.monotonic() - asked > PATIENCE:
                live = workflow.check_plan_fits(settings, client, plan)
        outcomes: list[Outcome] = []
        try:
            with (
                graceful_stop(last_words=_STOPPED) as stop,
                closing(
                    apply_plan(
                        plan,
                        client,
                        known_ids=live.ids,
                        parallelism=parallelism,
                        stop=stop,
                        on_error=OnError(on_error),
                    )
                ) as running,
            ):
                for outcome in told(running, total=len(plan.changes)):
                    outcomes.append(outcome)  # noqa: PERF402 - what ended before an error is told
        finally:
            # A new plan without changes was shown, and that is all there is to say.
            says_more = plan.changes or not is_new
            left = [each for each in targets if says_more or each != _TERMINAL]
            deliver(left, _writers(plan, outcomes, facts("apply")))
    return ExitCode.INTERRUPTED if stop.is_set() else exit_code(plan, outcomes)


def _show(plan: Plan, facts: RunFacts, *, err: bool) -> None:
    text = plan_text(plan, facts=facts, color=colored(err=err), width=width())
    say(text, err=err)


def _confirmed(plan: Plan) -> bool:
    """Ask before the first write; where nobody can answer, that is a usage error."""
    if not sys.stdin.isatty():
        message = "there is no terminal to ask on; review the plan and give --auto-approve"
        raise click.UsageError(message)
    count = counted(sum(each.is_counted for each in plan.changes), "change")
    question = f"\nApply {count}? Only yes is taken for yes"
    return bool(click.prompt(question, default="no", err=True) == "yes")


def exit_code(plan: Plan, outcomes: Sequence[Outcome]) -> ExitCode:
    """Return the exit code for a plan that was carried out.

    When the token was not good enough for a single write, that is all there is to say.
    """
    results = {each.result for each in outcomes}
    if results <= {Result.APPLIED} and not plan.holding:
        return ExitCode.OK
    failures = {each.exit_code for each in outcomes if each.result is Result.FAILED}
    if Result.APPLIED not in results and failures == {ExitCode.AUTHENTICATION}:
        return ExitCode.AUTHENTICATION
    return ExitCode.PARTIAL


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
