import logging
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click
import pytest

from segsync import workflow
from segsync.api.retry import Policy
from segsync.cli.endings import explain
from segsync.cli.main import main
from segsync.config import read_settings
from segsync.errors import PermissionDeniedError
from segsync.sandbox.state import Kind
from tests.cli.shell import FILES, Shell
from tests.cli.test_plan import CHANGED

ON_ACCOUNT = ("plan", "drift", "apply --auto-approve", "pull --into live")
WITH_FILES = ("plan", "drift", "apply --auto-approve")
EVERYWHERE = ("validate", *ON_ACCOUNT, "sandbox status", "sandbox reset", "sandbox serve --port 0")

# A word that no token looks like, and that must never be seen again.
CANARY = "canary-in-a-coal-mine"

FILE_PROBLEMS = {
    "not YAML": (
        "groups: [\n",
        (
            "audiences/all.yaml:2:1: error: a value is missing here [yaml-syntax]\n"
            "    Add it, or close the [ or { before it.\n"
        ),
    ),
    "a slug that cannot be": (
        FILES.replace("slug_name: active", "slug_name: Active Ones"),
        (
            'audiences/all.yaml:5:16: error: "Active Ones" cannot be a slug: use a-z, 0-9, "_"'
            ' and "-" [wrong-value]\n'
            '    The account would make something like "active_ones" of it; write that.\n'
        ),
    ),
    "a cycle": (
        FILES.replace("visits > 2", "INCLUDE buyers"),
        (
            "audiences/all.yaml:7:24: error: these segments include each other: active -> buyers ->"
            " active [include-cycle]\n"
            "    Remove one of the INCLUDEs.\n"
        ),
    ),
    "an undeclared group": (
        FILES.replace("[Campaigns]", "[Campains]"),
        (
            'audiences/all.yaml:11:14: error: no group "Campains" is declared [unknown-group]\n'
            '    Did you mean "Campaigns"?\n'
        ),
    ),
    "both forms of a definition": (
        FILES.replace("    groups:", "    ast: {op: '*'}\n    groups:"),
        (
            "audiences/all.yaml:11:5: error: a segment has one definition, segment_ql or ast, not"
            " both [two-definitions]\n"
            "    Remove one.\n"
        ),
    ),
    "another ALIAS": (
        FILES.replace("visits > 2", "visits > 2 ALIAS other"),
        (
            'audiences/all.yaml:7:35: error: ALIAS says "other", but slug_name is "active"'
            " [alias-differs]\n"
            "    Remove the ALIAS; a segment is renamed with previously.\n"
        ),
    ),
    "another table": (
        FILES.replace("visits > 2", "visits > 2 FROM content\n    table: user"),
        (
            'audiences/all.yaml:7:35: error: FROM says "content", but the table is "user"'
            " [from-differs]\n"
            "    Remove one.\n"
        ),
    ),
}


@pytest.mark.parametrize("command", ["validate", *WITH_FILES])
@pytest.mark.parametrize("problem", FILE_PROBLEMS)
def test_a_wrong_file_ends_with_3_and_the_place(shell: Shell, command: str, problem: str) -> None:
    text, told = FILE_PROBLEMS[problem]
    shell.audiences(text)
    version, files = shell.version(), shell.files()
    ended = shell(command)
    assert ended.code == 3
    if command == "validate":
        assert (ended.out, ended.err) == (f"{told}\n1 error in 1 file.\n", "")
    else:
        assert (ended.out, ended.err) == ("", f"{told}\n1 error.\n")
    assert (shell.version(), shell.files()) == (version, files)


@pytest.mark.parametrize("command", WITH_FILES)
def test_an_include_of_nothing_ends_with_3(shell: Shell, command: str) -> None:
    shell.audiences(FILES.replace("INCLUDE active", "INCLUDE nobody"))
    version = shell.version()
    ended = shell(command)
    assert (ended.code, ended.out) == (3, "")
    assert "audiences/all.yaml:10:29: error: buyers includes nobody" in ended.err
    assert shell.version() == version


SETTINGS_PROBLEMS = {
    "no YAML": ("accounts: [", "segsync.yaml:"),
    "another version": (
        "version: 2\naccounts: {test: {}}\n",
        (
            "segsync.yaml:1:10: error: this version of segsync reads files of version 1"
            " [wrong-value]\n    Write version: 1.\n\n1 error.\n"
        ),
    ),
    "a token in the file": (
        "version: 1\naccounts: {test: {token: x}}\n",
        'segsync.yaml:2:19: error: unknown key "token" [unknown-key]\n',
    ),
    "plain http": (
        "version: 1\naccounts: {test: {url: 'http://lytics.example.com'}}\n",
        (
            "segsync.yaml:2:24: error: the token would travel in the open: plain http is for this"
            " machine only [wrong-value]\n    Write https://.\n\n1 error.\n"
        ),
    ),
}


@pytest.mark.parametrize("command", EVERYWHERE)
@pytest.mark.parametrize("problem", SETTINGS_PROBLEMS)
def test_a_wrong_configuration_ends_with_3_and_the_place(
    shell: Shell, command: str, problem: str
) -> None:
    text, told = SETTINGS_PROBLEMS[problem]
    shell.write("segsync.yaml", text)
    ended = shell(command)
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith(told)


@pytest.mark.parametrize("command", EVERYWHERE)
def test_an_unknown_account_ends_with_3_and_the_names_that_there_are(
    shell: Shell, command: str
) -> None:
    ended = shell(f"{command} --account tset")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == (
        'segsync.yaml:2:1: error: there is no account "tset" [unknown-account]\n'
        '    Did you mean "test"?\n\n1 error.\n'
    )


@pytest.mark.parametrize("command", EVERYWHERE)
def test_without_a_configuration_every_command_ends_with_3(shell: Shell, command: str) -> None:
    (shell.root / "segsync.yaml").unlink()
    ended = shell(command)
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("error: there is no segsync.yaml in this folder or above it")


@pytest.mark.parametrize("command", ["plan", "apply", "drift", "pull", "validate", "sandbox reset"])
@pytest.mark.parametrize("option", ["--bogus", "surplus nonsense"])
def test_a_usage_error_ends_with_3_and_never_with_2(
    shell: Shell, command: str, option: str
) -> None:
    ended = shell(f"{command} {option}")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("Usage: segsync ")
    assert f"Try 'segsync {command} --help' for help." in ended.err


@pytest.mark.parametrize("command", ["plan", "apply", "drift", "pull", "validate", "sandbox reset"])
def test_an_option_without_its_value_ends_with_3(shell: Shell, command: str) -> None:
    ended = shell(f"{command} --account")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == "Error: Option '--account' requires an argument.\n"


@pytest.mark.parametrize("command", ON_ACCOUNT)
def test_a_missing_token_ends_with_4_and_the_name_of_the_variable(
    shell: Shell, command: str
) -> None:
    shell.write("segsync.yaml", "version: 1\naccounts: {test: {token_env: ACME_TOKEN}}\n")
    ended = shell(command)
    assert (ended.code, ended.out, ended.err) == (
        4,
        "",
        (
            'Error: there is no token for the account "test": set the environment variable'
            " ACME_TOKEN\n"
        ),
    )


@pytest.mark.parametrize("command", ON_ACCOUNT)
@pytest.mark.parametrize(
    ("token", "what"), [(CANARY, "Not authorized"), ("sandbox-expired", "Expired Token")]
)
def test_a_rejected_token_ends_with_4_and_the_way_out(
    shell: Shell, command: str, token: str, what: str
) -> None:
    with shell.served() as store:
        ended = shell(command, LYTICS_API_TOKEN=token)
        assert len(store.requests) == 1
    assert (ended.code, ended.out, ended.err) == (
        4,
        "",
        (
            f"Error: GET /v2/account: {what} (HTTP 401)\n"
            "The token was not accepted. Is the right one in the environment variable that"
            " segsync.yaml names, LYTICS_API_TOKEN by default?\n"
        ),
    )


def test_a_token_that_may_not_even_read_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    problem = PermissionDeniedError("No", method="GET", path="/v2/account", status=403)
    assert explain(problem, click.Context(main)) == 4
    assert capsys.readouterr().err == (
        "Error: GET /v2/account: No (HTTP 403)\n"
        "Every token may see its own account, so the address of this machine is probably not in the"
        " account's setting api_ip_whitelist.\n"
    )


@pytest.mark.parametrize("command", ON_ACCOUNT)
def test_a_token_of_another_account_ends_with_4(shell: Shell, command: str) -> None:
    shell.write("segsync.yaml", "version: 1\naccounts: {test: {url: 'sandbox:', aid: 99}}\n")
    version = shell.version()
    ended = shell(command)
    assert (ended.code, ended.out, ended.err) == (
        4,
        "",
        (
            'Error: the token belongs to account 1234, but account "test" in segsync.yaml says'
            " aid: 99\nUse the token of the other account, or correct aid.\n"
        ),
    )
    assert shell.version() == version


@pytest.mark.parametrize("command", ON_ACCOUNT)
def test_an_account_that_cannot_be_reached_ends_with_5(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr("segsync.api.session._USUAL", Policy(base=0.0))
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    shell.write("segsync.yaml", f"version: 1\naccounts: {{test: {{url: '{url}'}}}}\n")
    ended = shell(command, LYTICS_API_TOKEN="sandbox")
    assert (ended.code, ended.out, ended.err) == (
        5,
        "",
        (
            f"Error: GET /v2/account: the API at 127.0.0.1:{port} cannot be reached:"
            " [Errno 111] Connection refused\n"
            "It is safe to run this again.\n"
        ),
    )


def junk(shell: Shell) -> None:
    shell.state_file.write_bytes(b"junk" * 200)


def a_bad_row(shell: Shell) -> None:
    with closing(sqlite3.connect(shell.state_file)) as connection:
        connection.execute("UPDATE objects SET body = '{' WHERE kind = 'segment'")
        connection.commit()


@pytest.mark.parametrize("command", [*ON_ACCOUNT, "sandbox status"])
@pytest.mark.parametrize("damage", [junk, a_bad_row])
def test_a_damaged_sandbox_ends_with_3_and_the_way_out(
    shell: Shell, command: str, damage: Callable[[Shell], None]
) -> None:
    damage(shell)
    ended = shell(command)
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("error: cannot use the sandbox state in ROOT/.segsync/sandbox.db: ")
    assert "`segsync sandbox reset` starts a new one" in ended.err
    assert shell("sandbox reset").code == 0


def test_a_file_that_cannot_be_written_ends_with_3_and_its_name(shell: Shell) -> None:
    shell.write("live", "a file and no folder")
    ended = shell("pull --into live/here")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == "Error: live/here: Not a directory\n"


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (OSError(28, "No space left on device"), "Error: No space left on device\n"),
        (OSError("odd"), "Error: odd\n"),
        (
            PermissionError(13, "Permission denied", "a\x1bb"),
            "Error: a\\u{1b}b: Permission denied\n",
        ),
    ],
)
def test_what_the_system_refuses_is_told_in_a_line(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, problem: OSError, told: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise problem

    monkeypatch.setattr("segsync.workflow.plans.build_plan", refuse)
    ended = shell("plan")
    assert (ended.code, ended.out, ended.err) == (3, "", told)


@pytest.mark.parametrize("command", WITH_FILES)
def test_a_bug_ends_with_1_its_traceback_and_what_to_do(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        message = "impossible"
        raise AssertionError(message)

    monkeypatch.setattr("segsync.workflow.plans.build_plan", fail)
    ended = shell(command)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("Traceback (most recent call last):\n")
    assert ended.err.endswith(
        "AssertionError: impossible\n"
        "This is a bug in segsync. Please report it with the lines above; they hold no token.\n"
    )


@pytest.mark.parametrize("command", WITH_FILES)
def test_ctrl_c_before_the_first_write_ends_with_130(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("segsync.workflow.plans.build_plan", interrupt)
    ended = shell(command)
    said = "Interrupted; nothing was written to the account.\n"
    assert (ended.code, ended.out, ended.err.lstrip()) == (130, "", said)


def test_no_color_holds_for_errors_as_well(shell: Shell) -> None:
    shell.audiences("x: 1\n")
    assert "\x1b[" in shell("plan", FORCE_COLOR="1").err
    assert "\x1b[" not in shell("plan --no-color", FORCE_COLOR="1").err


def test_the_token_is_never_seen(
    shell: Shell,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("segsync.api.session._USUAL", Policy(base=0.0))
    shell.audiences(CHANGED)
    seen: list[str] = []

    def run(line: str) -> int:
        ended = shell(line, LYTICS_API_TOKEN=CANARY)
        seen.extend((ended.out, ended.err))
        return ended.code

    with shell.served() as store:
        codes = [run(each) for each in ON_ACCOUNT]
        with store.edit() as state:
            state.put(Kind.TOKEN, {"id": CANARY, "access": "view", "author": "somebody"})
        codes += [run("plan --out plan.json --report markdown"), run("apply plan.json")]
        codes += [run("drift --report json"), run("pull --into live")]
        with monkeypatch.context() as broken:
            broken.setattr("segsync.workflow.plans.build_plan", None)
            codes.append(run("plan"))
    codes.append(run("plan"))
    shell.write("segsync.yaml", f"version: 1\naccounts: {{test: {{token: {CANARY}}}}}\n")
    settings = "version: 1\naccounts: {test: {}}\n"
    kept = read_settings(
        shell.write("other.yaml", settings),
        account=None,
        environ={"LYTICS_API_TOKEN": CANARY},
        cwd=tmp_path,
    )
    with workflow.open_client(kept) as client:
        seen += [repr(kept), repr(kept.account), repr(client)]
    assert codes == [4, 4, 4, 4, 0, 4, 2, 0, 1, 5]
    (tmp_path / "segsync.yaml").unlink()
    assert CANARY not in "".join(seen)
    assert CANARY not in caplog.text
    # What the account itself keeps of its tokens is no business of ours.
    assert CANARY.encode() not in b"".join(shell.files().values())
