"""The options that shape a plan, shared by the commands that make one."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, TypedDict, TypeVar, Unpack

import click
from click.core import ParameterSource

from segsync.cli.output import warn
from segsync.plan import Allowances, Reevaluate
from segsync.workflow import Wishes
from segsync.workflow.wishes import SIZE_BUDGET

Command = TypeVar("Command", bound=Callable[..., Any])


class WishOptions(TypedDict):
    """The options as click hands them over."""

    adopt: bool
    allow_deletes: int
    allow_updates: int
    allow_empty: bool
    allow_missing: int
    allow_size_change: tuple[str, ...]
    reevaluate: str | None
    sizes: bool
    size_budget: float


def size_options(command: Command) -> Command:
    """Add the options that ask for sizes."""
    for option in (
        click.option(
            "--size-budget",
            type=click.FloatRange(0),
            default=SIZE_BUDGET,
            show_default=True,
            metavar="SECONDS",
            help="Ask for no further size after so long; what was not measured says so.",
        ),
        click.option(
            "--sizes",
            is_flag=True,
            help="Measure how many profiles each changed definition selects, now and then, and how"
            " many enter and leave; the account counts one definition in 10 seconds.",
        ),
    ):
        command = option(command)
    return command


def wish_options(command: Command) -> Command:
    """Add the options that say what a plan may do."""
    command = size_options(command)
    for option in (
        click.option(
            "--reevaluate",
            type=click.Choice([each.value for each in Reevaluate]),
            help="Reevaluate at the end: never, the changed segments, or also those that include"
            " them.  [default: as each file says]",
        ),
        click.option(
            "--allow-size-change",
            multiple=True,
            metavar="SLUG",
            help="Allow this segment any size, whatever its guard and the limit. Repeatable.",
        ),
        click.option(
            "--allow-missing",
            type=click.IntRange(0),
            default=0,
            metavar="N",
            help="Allow that N objects that the last run saw are not in the account any more.",
        ),
        click.option(
            "--allow-empty", is_flag=True, help="Allow files, or an account, that declare nothing."
        ),
        click.option(
            "--allow-updates",
            type=click.IntRange(0),
            default=0,
            metavar="N",
            help="Allow N updates, whatever the limit.",
        ),
        click.option(
            "--allow-deletes",
            type=click.IntRange(0),
            default=0,
            metavar="N",
            help="Allow N deletes, whatever the limit.",
        ),
        click.option(
            "--adopt",
            is_flag=True,
            help="Take over unmanaged objects that differ from the files, too.",
        ),
    ):
        command = option(command)
    return command


def refuse_wishes(names: Iterable[str], why: str) -> None:
    """Raise a usage error for a wish on the command line that nothing would come of.

    The environment wishes for every run; there, it is only said.
    """
    context = click.get_current_context()
    for name in names:
        source = context.get_parameter_source(name)
        if source is ParameterSource.ENVIRONMENT:
            variable = f"SEGSYNC_{name.upper()}"
            click.echo(f"{variable} is ignored: it shapes a new plan, and {why}.", err=True)
        if source is ParameterSource.COMMANDLINE:
            message = f"--{name.replace('_', '-')} shapes a new plan, and {why}"
            raise click.UsageError(message)


def today() -> date:
    """Return the day in UTC, so that all machines agree."""
    return datetime.now(tz=UTC).date()


def wishes_of(**options: Unpack[WishOptions]) -> Wishes:
    """Return what the user asked for."""
    reevaluate = options["reevaluate"]
    return Wishes(
        today=today(),
        allow=Allowances(
            adopt=options["adopt"],
            deletes=options["allow_deletes"],
            updates=options["allow_updates"],
            empty=options["allow_empty"],
            missing=options["allow_missing"],
            size_changes=tuple(dict.fromkeys(options["allow_size_change"])),
        ),
        reevaluate=Reevaluate(reevaluate) if reevaluate else None,
        sizes=options["sizes"],
        size_budget=options["size_budget"],
        notice=warn,
    )
