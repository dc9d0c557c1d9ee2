"""Brings a plan before a person and then to the account: shown, approved, carried out, reported."""

from collections.abc import Callable, Sequence
from typing import Any, TypedDict, TypeVar

import click

from segsync import workflow
from segsync.applier import OnError
from segsync.cli.asking import confirmed
from segsync.cli.documents import apply_document
from segsync.cli.options import colored, width
from segsync.cli.output import say, say_last, warn
from segsync.cli.reports import Target, deliver, writers
from segsync.cli.watching import watch
from segsync.cli.wishes import WishOptions
from segsync.errors import ExitCode
from segsync.outcome import Outcome
from segsync.plan import Plan
from segsync.report.applied import apply_report
from segsync.report.facts import RunFacts
from segsync.report.planned import plan_report
from segsync.report.text import report_text
from segsync.report.words import counted
from segsync.value import Value

Command = TypeVar("Command", bound=Callable[..., Any])

TERMINAL = Target("text", None)


class MannerOptions(TypedDict):
    """The options as click hands them over."""

    auto_approve: bool
    skip_blocked: bool
    on_error: str
    parallelism: int


class ApplyOptions(WishOptions, MannerOptions):
    """The options of a command that makes a plan and carries it out."""


def divided(options: ApplyOptions) -> tuple[WishOptions, MannerOptions]:
    """Return what shapes the plan, and how it is carried out."""
    manner = MannerOptions(
        auto_approve=options["auto_approve"],
        skip_blocked=options["skip_blocked"],
        on_error=options["on_error"],
        parallelism=options["parallelism"],
    )
    wishes = WishOptions(
        adopt=options["adopt"],
        allow_deletes=options["allow_deletes"],
        allow_updates=options["allow_updates"],
        allow_empty=options["allow_empty"],
        allow_missing=options["allow_missing"],
        allow_size_change=options["allow_size_change"],
        reevaluate=options["reevaluate"],
        sizes=options["sizes"],
        size_budget=options["size_budget"],
    )
    return wishes, manner


class Manner(Value, frozen=True):
    """How a plan is carried out; `facts` tells of the run so far, by the name of a report."""

    options: MannerOptions
    targets: Sequence[Target]
    facts: Callable[[str], RunFacts]


def manner_options(command: Command) -> Command:
    """Add the options that say how a plan is carried out."""
    for option in (
        click.option(
            "--parallelism",
            type=click.IntRange(1, 50),
            default=10,
            show_default=True,
            metavar="N",
            help="How many calls may be in flight at once.",
        ),
        click.option(
            "--on-error",
            type=click.Choice([each.value for each in OnError]),
            default=OnError.CONTINUE.value,
            show_default=True,
            help="After a failure: go on with what does not depend on it, or stop.",
        ),
        click.option(
            "--skip-blocked",
            is_flag=True,
            help="Apply the rest when changes are blocked; ends with 7.",
        ),
        click.option("--auto-approve", is_flag=True, help="Do not ask before writing."),
    ):
        command = option(command)
    return command


def carry_out(session: workflow.Session, ready: workflow.Ready, manner: Manner) -> ExitCode:
    """Show the plan, ask where somebody has to be asked, carry it out and report."""
    options = manner.options
    workflow.refuse_forbidden(
        session.settings, ready.plan.allowed, skip_blocked=options["skip_blocked"]
    )
    asks = not ready.saved and bool(ready.plan.changes) and not options["auto_approve"]
    on_stdout = not ready.saved and TERMINAL in manner.targets
    if on_stdout or asks or ready.plan.is_refused:
        _show(ready.plan, manner.facts("plan"), err=not on_stdout)
    workflow.refuse_unsafe(ready.plan, skip_blocked=options["skip_blocked"])
    if asks:
        ready = workflow.approve(session.settings, session.client, ready, ask=_confirmed)
    outcomes, stopped = watch(
        lambda stop: workflow.carry_out(
            ready,
            session.client,
            session.writer,
            parallelism=options["parallelism"],
            on_error=OnError(options["on_error"]),
            stop=stop,
            warn=warn,
        ),
        total=len(ready.plan.changes),
        report=lambda outcomes: _report(manner.targets, ready, outcomes, manner.facts("apply")),
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
    left = [each for each in targets if says_more or each != TERMINAL]
    if TERMINAL in left and not ready.saved:
        say_last("\n")
    deliver(
        left,
        writers(
            lambda: apply_report(ready.plan, outcomes, facts),
            lambda: apply_document(ready.plan, outcomes),
        ),
    )
