"""`segsync sandbox`: the local Lytics that is built in."""

from pathlib import Path

import click

from segsync.cli.options import ENVIRONMENT, common
from segsync.cli.output import say_last
from segsync.cli.sandbox_account import explained, opened, state_file, state_option
from segsync.cli.sandbox_faults import fault, switch
from segsync.cli.sandbox_seed import seed as seed_command
from segsync.cli.sandbox_serve import serve
from segsync.diagnostics import error
from segsync.errors import ExitCode, InvalidInputError
from segsync.report.safe import safe_line
from segsync.report.words import counted
from segsync.sandbox.reevaluation import under_way
from segsync.sandbox.seed import Seed, embedded_seed, generated, load_seed
from segsync.sandbox.state import Kind
from segsync.sandbox.store import reset as reset_store

# How every SQLite file begins.
_SQLITE = b"SQLite format 3\0"


@click.group(epilog="\b\nExamples:\n  segsync sandbox status\n  segsync sandbox serve --latency 50")
def sandbox() -> None:
    """Run the local Lytics, look at it, set it up, or start it afresh.

    An account in segsync.yaml with `url: "sandbox:"` needs none of these commands: it works on
    the same file in the same process.
    """


sandbox.add_command(serve)
sandbox.add_command(fault)
sandbox.add_command(switch)
sandbox.add_command(seed_command, "seed")


@sandbox.command(
    epilog="\b\nExamples:\n  segsync sandbox reset\n"
    "  segsync sandbox reset --generate 5000 --state big.db",
    context_settings=ENVIRONMENT,
)
@common
@state_option
@click.option(
    "--seed",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Start from the seed or snapshot in this JSON file, not from the one that comes along.",
)
@click.option(
    "--generate", type=click.IntRange(1), metavar="N", help="Start from N generated segments."
)
def reset(
    *,
    config: Path | None,
    account: str | None,
    state: Path | None,
    seed: Path | None,
    generate: int | None,
) -> int:
    """Bring the account back to where it started; everything in it is lost."""
    if seed is not None and generate is not None:
        message = "--seed and --generate name two accounts to start from; give one"
        raise click.UsageError(message)
    file = state_file(config, account, state)
    if state is not None:
        _refuse_other_file(state)
    with explained():
        reset_store(file, seed=_seed(seed, generate))
    from segsync.workflow.seen import forget_sandbox  # noqa: PLC0415 - the workflow is heavy

    forget_sandbox(file)
    click.echo(f"The account in {file} is back at its seed.")
    return ExitCode.OK


def _refuse_other_file(file: Path) -> None:
    """Refuse to replace a file that holds something else than the state of a sandbox."""
    if not file.exists():
        return
    with file.open("rb") as stream:
        begin = stream.read(len(_SQLITE))
    if begin not in {b"", _SQLITE}:
        summary = f"{file} is not the file of a sandbox, and a reset would replace it"
        detail = "Name another with --state, or delete it first."
        raise InvalidInputError([error("not-a-sandbox", summary, detail=detail)])


def _seed(file: Path | None, count: int | None) -> Seed:
    if file is not None:
        return load_seed(file)
    return embedded_seed() if count is None else generated(count)


@sandbox.command(epilog="\b\nExamples:\n  segsync sandbox status", context_settings=ENVIRONMENT)
@common
@state_option
def status(*, config: Path | None, account: str | None, state: Path | None) -> int:
    """Tell what the account holds."""
    with (
        opened(state_file(config, account, state)) as store,
        store.read() as account_state,
    ):
        name = next(iter(account_state.all(Kind.ACCOUNT)))
        say_last(f'Account {name["aid"]} "{safe_line(name["name"])}", kept in {store.place}\n')
        for kind in (Kind.SEGMENT, Kind.GROUP, Kind.JOB):
            say_last(f"  {counted(sum(1 for _ in account_state.all(kind)), kind)}\n")
        running = sum(1 for _ in under_way(account_state, store.now(account_state)))
        if running:
            say_last(f"  {counted(running, 'reevaluation')} under way\n")
    return ExitCode.OK
