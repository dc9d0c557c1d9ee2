"""Options that several commands share, and what is read from them."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from msgspec.structs import replace

from segsync.config import Settings, read_settings

Command = TypeVar("Command", bound=Callable[..., Any])

# Where the options that no command looks at itself are kept until the settings are read.
_PATIENCE = f"{__name__}.patience"

ENVIRONMENT: Final = {"auto_envvar_prefix": "SEGSYNC"}
"""The context settings of a command whose options can be given as SEGSYNC_<OPTION>."""


def configured(command: Command) -> Command:
    """Add the options of a command that reads `segsync.yaml` and is told its accounts by name."""
    for option in (
        click.option(
            "--no-color",
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_no_color,
            help="No colors; so does the variable NO_COLOR.",
        ),
        click.option(
            "--config",
            type=click.Path(path_type=Path, dir_okay=False),
            help="The configuration file.  [default: segsync.yaml here or above]",
        ),
    ):
        command = option(command)
    return command


def common(command: Command) -> Command:
    """Add the options of every command that works on one account of `segsync.yaml`."""
    return click.option(
        "--account",
        metavar="NAME",
        help="The account of segsync.yaml to work on.  [default: its default_account]",
    )(configured(command))


def patient(command: Command) -> Command:
    """Add the options that say how long a command may wait for an account."""
    for option in (
        click.option(
            "--deadline",
            type=click.FloatRange(0, min_open=True),
            expose_value=False,
            callback=_remember,
            metavar="SECONDS",
            help="Send nothing more so long after the first call; what is under way ends.",
        ),
        click.option(
            "--max-wait",
            type=click.FloatRange(0),
            default=60.0,
            expose_value=False,
            callback=_remember,
            metavar="SECONDS",
            help="How long the account may ask to be left alone for.  [default: 60]",
        ),
    ):
        command = option(command)
    return command


def settings_of(config: Path | None, account: str | None, *, must_choose: bool = True) -> Settings:
    """Read the configuration as the command line and the environment ask for it."""
    settings = read_settings(
        config, account=account, environ=os.environ, cwd=Path.cwd(), must_choose=must_choose
    )
    return replace(settings, **click.get_current_context().meta.get(_PATIENCE, {}))


def _remember(ctx: click.Context, param: click.Parameter, value: float | None) -> None:
    ctx.meta.setdefault(_PATIENCE, {})[param.name] = value


def _no_color(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: FBT001
    del param
    if value:
        ctx.find_root().color = False


def colored(*, err: bool = False) -> bool:
    """Return whether colors are wanted on standard output, or on standard error."""
    context = click.get_current_context(silent=True)
    if context is not None and context.find_root().color is False:
        return False
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return (sys.stderr if err else sys.stdout).isatty()


def width() -> int:
    """Return how many columns a report may take."""
    return min(shutil.get_terminal_size((100, 24)).columns, 120)
