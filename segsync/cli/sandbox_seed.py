"""`segsync sandbox seed`: a new local Lytics from a file."""

from contextlib import closing
from pathlib import Path

import click

from segsync.cli.options import ENVIRONMENT, common
from segsync.cli.sandbox_account import explained, opened, state_file, state_option
from segsync.diagnostics import error
from segsync.errors import ExitCode, InvalidInputError
from segsync.report.safe import safe_line
from segsync.report.words import counted
from segsync.sandbox.seed import load_seed
from segsync.sandbox.state import AccountState, Kind
from segsync.sandbox.store import memory_store, open_store


@click.command(
    epilog="\b\nExamples:\n  segsync sandbox seed shop.json\n"
    "  segsync sandbox seed snapshot.json --state copy.db",
    context_settings=ENVIRONMENT,
)
@common
@state_option
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def seed(*, config: Path | None, account: str | None, state: Path | None, file: Path) -> int:
    """Make a new account from FILE: a seed, or a snapshot of an account.

    An account that is there already is left alone; `segsync sandbox reset --seed FILE` replaces it.
    """
    target = state_file(config, account, state)
    if target.exists():
        _refuse(target, file)
    with explained():
        planted = load_seed(file)
        # What cannot be planted leaves no file behind.
        memory_store(planted).close()
        with closing(open_store(target, seed=planted)):
            pass
    with opened(target) as store, store.read() as made:
        click.echo(f"Account {told(made)} is new in {target}.")
    return ExitCode.OK


def told(state: AccountState) -> str:
    """Return which account this is and how much it holds, in one line."""
    kinds = (Kind.SEGMENT, Kind.GROUP, Kind.JOB, Kind.FLOW)
    counts = ", ".join(counted(sum(1 for _ in state.all(kind)), kind) for kind in kinds)
    return f'{state.account["aid"]} "{safe_line(state.account["name"])}" ({counts})'


def _refuse(target: Path, file: Path) -> None:
    summary = f"{target} is there already, and a seed makes a new account"
    detail = f"`segsync sandbox reset --seed {file}` replaces the account; --state names another."
    raise InvalidInputError([error("account-exists", summary, detail=detail)])
