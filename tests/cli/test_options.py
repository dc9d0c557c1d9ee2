import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import click
import pytest

from segsync.cli.options import colored, width
from tests.cli.shell import Shell
from tests.cli.test_plan import CHANGED

ESCAPE = "\x1b["


@pytest.mark.parametrize(
    ("environment", "terminal", "wanted"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, True, False),
    ],
)
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_colors_are_for_terminals_unless_the_environment_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
    stream: str,
    environment: dict[str, str],
    *,
    terminal: bool,
    wanted: bool,
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: terminal)
    assert colored(err=stream == "stderr") is wanted


def test_no_color_on_the_command_line_beats_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with click.Context(click.Command("plan")) as context:
        assert colored()
        context.color = False
        assert not colored()


@pytest.mark.parametrize(("columns", "wanted"), [("40", 40), ("500", 120), ("0", 100)])
def test_reports_are_as_wide_as_the_terminal_but_never_too_wide_to_read(
    monkeypatch: pytest.MonkeyPatch, columns: str, wanted: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert width() == wanted


def test_a_report_away_from_a_terminal_has_no_colors(shell: Shell) -> None:
    shell.audiences(CHANGED)
    assert ESCAPE not in shell("plan").out
    assert ESCAPE in shell("plan", FORCE_COLOR="1").out
    assert ESCAPE not in shell("plan", FORCE_COLOR="1", NO_COLOR="1").out
    assert ESCAPE not in shell("plan --no-color", FORCE_COLOR="1").out
    assert ESCAPE not in shell("plan", FORCE_COLOR="1", SEGSYNC_NO_COLOR="1").out


def test_a_report_in_a_file_never_has_colors(shell: Shell) -> None:
    shell.audiences(CHANGED)
    shell("plan --report text=plan.txt", FORCE_COLOR="1")
    assert ESCAPE not in (shell.root / "plan.txt").read_text()


def test_a_narrow_report_stays_narrow(shell: Shell) -> None:
    shell.audiences(CHANGED)
    out = shell("plan", COLUMNS="40").out
    assert all(len(line) <= 40 for line in out.splitlines() if not line.startswith("Plan: "))


def test_the_configuration_is_found_from_a_folder_below(shell: Shell) -> None:
    below = shell.root / "audiences"
    shell.root = below
    assert shell("plan").code == 0


def test_the_account_can_come_from_the_environment(shell: Shell) -> None:
    accounts = "{a: {url: 'sandbox:a.db'}, b: {url: 'sandbox:.segsync/sandbox.db'}}"
    shell.write("segsync.yaml", f"version: 1\ndefault_account: a\naccounts: {accounts}\n")
    assert '"Acme" (b)' in shell("plan", SEGSYNC_ACCOUNT="b").out
    assert '"Acme" (b)' in shell("plan --account b", SEGSYNC_ACCOUNT="a").out


def test_a_value_of_the_environment_that_is_wrong_is_told_with_its_variable(shell: Shell) -> None:
    ended = shell("validate", SEGSYNC_REPORT="markdown")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.endswith(
        "'markdown' is not a report format; choose from text, json.\n"
        "The value comes from the environment variable SEGSYNC_REPORT.\n"
    )
    ended = shell("apply", SEGSYNC_PARALLELISM="99")
    assert ended.err.endswith(
        "The value comes from the environment variable SEGSYNC_PARALLELISM.\n"
    )
    assert "environment" not in shell("apply --parallelism 99").err


class Busy(BaseHTTPRequestHandler):
    """An account that asks to be left alone for two minutes."""

    def do_GET(self) -> None:
        self.send_response(429)
        self.send_header("Retry-After", "120")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as inherited)
        """Print nothing."""


@pytest.fixture
def busy(shell: Shell) -> Iterator[Shell]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Busy) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        url = f"http://127.0.0.1:{http.server_port}"
        shell.write("segsync.yaml", f"version: 1\naccounts: {{test: {{url: '{url}'}}}}\n")
        yield shell
        http.shutdown()
        thread.join()


WAIT = "Error: GET /v2/account: Too Many Requests; it asks to wait 120 s"


def test_an_account_that_asks_for_more_than_a_minute_is_not_waited_for(busy: Shell) -> None:
    ended = busy("plan", LYTICS_API_TOKEN="sandbox")
    assert ended.code == 5
    assert ended.err == f"{WAIT} (HTTP 429)\nIt is safe to run this again.\n"


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        ("--max-wait 300 --deadline 30", {}),
        ("", {"SEGSYNC_MAX_WAIT": "300", "SEGSYNC_DEADLINE": "30"}),
    ],
)
def test_a_longer_wait_is_cut_short_by_the_deadline(
    busy: Shell, options: str, environment: dict[str, str]
) -> None:
    ended = busy(f"plan {options}", LYTICS_API_TOKEN="sandbox", **environment)
    assert ended.code == 5
    assert ended.err == (
        f"{WAIT}; the run has reached its deadline (HTTP 429)\nIt is safe to run this again.\n"
    )


def test_a_deadline_that_has_passed_ends_before_anything_is_sent(shell: Shell) -> None:
    ended = shell("plan --deadline 0.000000001")
    assert (ended.code, ended.err) == (
        5,
        (
            "Error: GET /v2/account: it was not sent: the run has reached its deadline of 1e-09 s\n"
            "It is safe to run this again.\n"
        ),
    )
