"""`segsync sandbox serve`: the local Lytics over HTTP, with a log that people can read."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from segsync.cli.interrupts import graceful_stop
from segsync.cli.options import ENVIRONMENT, colored, common
from segsync.cli.sandbox_account import opened, state_file, state_option
from segsync.cli.sandbox_faults import explained_rules
from segsync.diagnostics import error
from segsync.errors import ExitCode, InvalidInputError
from segsync.report.safe import safe_line
from segsync.report.style import Style, paint
from segsync.sandbox.control_endpoints import PREFIX
from segsync.sandbox.controls import for_a_while
from segsync.sandbox.requestlog import AuditEntry
from segsync.sandbox.server import Event, SandboxServer
from segsync.sandbox.server import serve as run_server
from segsync.sandbox.store import Store

_EXAMPLES = """\b
Examples:
  segsync sandbox serve --port 8484 --latency 50
  segsync sandbox serve --fault "POST /v2/segment nth=3 drop-after" --rate-limit 4:8
  segsync sandbox serve --switch merge_on_put
"""


@click.command(epilog=_EXAMPLES, context_settings=ENVIRONMENT)
@common
@state_option
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
@click.option(
    "--fault",
    "rules",
    multiple=True,
    metavar="RULE",
    help="Let requests go wrong by this rule while the server runs; may be given several times.",
)
@click.option(
    "--switch",
    "switches",
    multiple=True,
    metavar="NAME[=off]",
    help="Turn a switch on, or off, while the server runs; may be given several times.",
)
@click.option(
    "--rate-limit",
    metavar="N[:BURST]",
    help="Answer 429 to more than N requests a second, after BURST at once.",
)
def serve(  # noqa: PLR0913 - one parameter for each option
    *,
    config: Path | None,
    account: str | None,
    state: Path | None,
    host: str,
    port: int,
    latency: int,
    rules: tuple[str, ...],
    switches: tuple[str, ...],
    rate_limit: str | None,
) -> int:
    """Serve the local Lytics over HTTP until Ctrl-C; one line for each request."""
    with (
        opened(state_file(config, account, state)) as store,
        _set_up(store, (*rules, *_limit(rate_limit)), switches),
        _listening(store, host, port, latency_ms=latency) as server,
        graceful_stop() as stop,
    ):
        click.echo(f'The local Lytics answers on {server.url}; its token is "sandbox".')
        click.echo(f"Its account is kept in {store.place}. Ctrl-C stops it.")
        click.echo(f"A page shows the account in a browser: {server.url}/{PREFIX}/")
        stop.wait()
    return ExitCode.OK


def _limit(value: str | None) -> tuple[str, ...]:
    if value is None:
        return ()
    rate, _, burst = value.partition(":")
    return (f"rate={rate}" + (f" burst={burst}" if burst else ""),)


@contextmanager
def _set_up(store: Store, rules: tuple[str, ...], switches: tuple[str, ...]) -> Iterator[None]:
    values = {
        name.removesuffix("=on").removesuffix("=off"): name[-4:] != "=off" for name in switches
    }
    with ExitStack() as stack:
        with explained_rules():
            stack.enter_context(for_a_while(store, rules=rules, switches=values))
        yield


@contextmanager
def _listening(store: Store, host: str, port: int, *, latency_ms: int) -> Iterator[SandboxServer]:
    with ExitStack() as stack:
        running = run_server(store, host=host, port=port, latency_ms=latency_ms, log=log)
        try:
            server = stack.enter_context(running)
        except OSError as problem:
            summary = f"cannot listen on {host}, port {port}: {problem.strerror}"
            detail = "Choose another with --host and --port; port 0 takes any that is free."
            raise InvalidInputError([error("cannot-listen", summary, detail=detail)]) from problem
        yield server


def log(event: Event) -> None:
    """Write the line of an event to standard error, with the time."""
    color = colored(err=True)
    line = event if isinstance(event, str) else _line(event, color=color)
    click.echo(f"{time.strftime('%H:%M:%S')}  {line}", err=True, color=color)


def _line(entry: AuditEntry, *, color: bool) -> str:
    """Return the line for a request: never its query, which may hold a token."""
    answer = str(entry.status or "---")
    words = [
        f"{entry.method:<6}",
        f"{safe_line(entry.path):<44}",
        paint(answer, _style(entry.status), color=color),
        f"{entry.ms:5.0f} ms",
    ]
    if entry.fault:
        words.append(paint(f"[{safe_line(entry.fault)}]", Style.RED, color=color))
    if entry.request_id:
        words.append(paint(entry.request_id, Style.FAINT, color=color))
    return " ".join(words)


def _style(status: int) -> Style:
    by_class = {2: Style.GREEN, 3: Style.CYAN, 4: Style.YELLOW}
    return by_class.get(status // 100, Style.RED)
