"""Which file a `segsync sandbox` command works on, and how it is opened."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from segsync.cli.options import settings_of
from segsync.config import Settings
from segsync.diagnostics import error
from segsync.errors import InvalidInputError
from segsync.sandbox.errors import SandboxStateError
from segsync.sandbox.store import Store, open_store

state_option = click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The file that holds the account.  [default: that of the account in segsync.yaml]",
)


def state_file(config: Path | None, account: str | None, state: Path | None) -> Path:
    """Return the file to work on; the name of an account that is not embedded is an error."""
    if state is not None:
        return state
    settings = _settings(config, account)
    if settings.account.sandbox is None:
        problem = error(
            "not-a-sandbox",
            f'the account "{settings.account.name}" is not embedded: its url is no "sandbox:"',
            detail="Name one that is with --account, or a file with --state.",
        )
        raise InvalidInputError([problem])
    return settings.account.sandbox


def _settings(config: Path | None, account: str | None) -> Settings:
    """Read the configuration; where there is none, a file will do."""
    try:
        return settings_of(config, account)
    except InvalidInputError as problem:
        if [each.code for each in problem.diagnostics] != ["no-settings"]:
            raise
        summary = "there is no segsync.yaml in this folder or above it"
        detail = "Name the file that holds the account with --state FILE; a new one is made."
        raise InvalidInputError([error("no-settings", summary, detail=detail)]) from problem


@contextmanager
def opened(file: Path) -> Iterator[Store]:
    """Give the account in a file; it is made when it is new."""
    with explained(), closing(open_store(file)) as store:
        yield store


@contextmanager
def explained() -> Iterator[None]:
    """Tell people of a state or a seed that cannot be used."""
    try:
        yield
    except SandboxStateError as problem:
        raise InvalidInputError([error("sandbox-state", str(problem))]) from problem
