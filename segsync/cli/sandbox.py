"""`segsync sandbox`: the local Lytics that is built in."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import click

from segsync.cli.interrupts import graceful_stop
from segsync.cli.options import ENVIRONMENT, common, settings_of
from segsync.config import Settings
from segsync.diagnostics import error
from segsync.errors import ExitCode, InvalidInputError
from segsync.report.safe import safe_line
from segsync.report.words import counted
from segsync.sandbox.errors import SandboxStateError
from segsync.sandbox.seed import Seed, embedded_seed, generated, load_seed
from segsync.sandbox.server import Event, SandboxServer
from segsync.sandbox.server import serve as run_server
from segsync.sandbox.state import Kind
from segsync.sandbox.store import Store, open_store
from segsync.sandbox.store import reset as reset_store

# How every SQLite file begins.
_SQLITE = b"SQLite format 3\0"

_state_option = click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The file that holds the account.  [default: that of the account in segsync.yaml]",
)


@click.group(epilog="\b\nExamples:\n  segsync sandbox status\n  segsync sandbox serve --latency 50")
def sandbox() -> None:
    """Run the local Lytics, look at it, or start it afresh.

    An account in segsync.yaml with `url: "sandbox:"` needs none of these commands: it works on
    the same file in the same process.
    """


@sandbox.command(
    epilog="\b\nExamples:\n  segsync sandbox serve --port 8484 --latency 50",
    context_settings=ENVIRONMENT,
)
@common
@_state_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8484, show_default=True)
@click.option(
    "--latency",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="MS",
    help="Answer so many milliseconds later.",
)
def serve(
    *,
    config: Path | None,
    account: str | None,
    state: Path | None,
    host: str,
    port: int,
    latency: int,
) -> int:
    """Serve the local Lytics over HTTP until Ctrl-C; one line for each request."""
    with (
        _opened(_state_file(config, account, state)) as store,
        _listening(store, host, port, latency_ms=latency) as server,
        graceful_stop() as stop,
    ):
        click.echo(f'The local Lytics answers on {server.url}; its token is "sandbox".')
        click.echo(f"Its account is kept in {store.place}. Ctrl-C stops it.")
        stop.wait()
    return ExitCode.OK


@contextmanager
def _listening(store: Store, host: str, port: int, *, latency_ms: int) -> Iterator[SandboxServer]:
    with ExitStack() as stack:
        running = run_server(store, host=host, port=port, latency_ms=latency_ms, log=_log)
        try:
            server = stack.enter_context(running)
        except OSError as problem:
            summary = f"cannot listen on {host}, port {port}: {problem.strerror}"
            detail = "Choose another with --host and --port; port 0 takes any that is free."
            raise InvalidInputError([error("cannot-listen", summary, detail=detail)]) from problem
        yield server


def _log(event: Event) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')}  {safe_line(str(event))}", err=True)


@sandbox.command(
    epilog="\b\nExamples:\n  segsync sandbox reset\n"
    "  segsync sandbox reset --generate 5000 --state big.db",
    context_settings=ENVIRONMENT,
)
@common
@_state_option
@click.option(
    "--seed",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Start from the account in this JSON file instead of the one that comes along.",
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
    file = _state_file(config, account, state)
    if state is not None:
        _refuse_other_file(state)
    with _explained():
        reset_store(file, seed=_seed(seed, generate))
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
@_state_option
def status(*, config: Path | None, account: str | None, state: Path | None) -> int:
    """Tell what the account holds."""
    with (
        _opened(_state_file(config, account, state)) as store,
        store.read() as account_state,
    ):
        name = next(iter(account_state.all(Kind.ACCOUNT)))
        click.echo(f'Account {name["aid"]} "{safe_line(name["name"])}", kept in {store.place}')
        for kind in (Kind.SEGMENT, Kind.GROUP, Kind.JOB):
            click.echo(f"  {counted(sum(1 for _ in account_state.all(kind)), kind)}")
    return ExitCode.OK


def _state_file(config: Path | None, account: str | None, state: Path | None) -> Path:
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
def _opened(file: Path) -> Iterator[Store]:
    with _explained(), closing(open_store(file)) as store:
        yield store


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except SandboxStateError as problem:
        raise InvalidInputError([error("sandbox-state", str(problem))]) from problem
