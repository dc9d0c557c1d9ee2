import json
import re
import signal
import socket
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from segsync.cli.sandbox_serve import log
from segsync.sandbox.requestlog import AuditEntry
from segsync.sandbox.switches import meanings
from tests.cli.shell import FILES, Shell
from tests.cli.test_plan import IN_STEP

SMALL = {"account": {"aid": 7, "name": "Small\u001b[31m"}, "segments": []}


def test_status_counts_what_the_account_holds(shell: Shell) -> None:
    ended = shell("sandbox status")
    assert (ended.code, ended.err) == (0, "")
    assert (
        ended.out
        == """\
Account 1234 "Acme", kept in ROOT/.segsync/sandbox.db
  3 segments
  1 group
  0 jobs
"""
    )


def test_reset_brings_back_the_account_that_comes_along(shell: Shell) -> None:
    ended = shell("sandbox reset")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "The account in ROOT/.segsync/sandbox.db is back at its seed.\n"
    assert shell("sandbox status").out.startswith('Account 4242 "Fernwood Outfitters (sandbox)"')


def test_reset_can_start_from_a_seed_of_ones_own(shell: Shell) -> None:
    seed = shell.write("small.json", json.dumps(SMALL))
    assert shell(f"sandbox reset --seed {seed}").code == 0
    assert shell("sandbox status").out.startswith('Account 7 "Small\\u{1b}[31m"')


def test_reset_can_start_from_generated_segments(shell: Shell) -> None:
    assert shell("sandbox reset --generate 30 --state big.db").code == 0
    assert "  30 segments\n" in shell("sandbox status --state big.db").out
    assert "  3 segments\n" in shell("sandbox status").out


def test_an_account_cannot_start_from_two(shell: Shell) -> None:
    seed = shell.write("small.json", json.dumps(SMALL))
    ended = shell(f"sandbox reset --seed {seed} --generate 30")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.endswith("two accounts to start from; give one\n")
    assert "  3 segments\n" in shell("sandbox status").out


def test_a_file_needs_no_configuration(shell: Shell) -> None:
    (shell.root / "segsync.yaml").unlink()
    assert shell("sandbox status --state .segsync/sandbox.db").code == 0


def test_a_bad_seed_ends_with_3_and_leaves_the_account_alone(shell: Shell) -> None:
    shell.write("bad.json", "{}")
    version = shell.version()
    ended = shell("sandbox reset --seed bad.json")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("error: the seed in bad.json is not a sandbox account: ")
    assert shell.version() == version


@pytest.mark.parametrize("command", ["status", "reset", "serve"])
def test_an_account_behind_a_url_is_no_sandbox(shell: Shell, command: str) -> None:
    shell.write("segsync.yaml", "version: 1\naccounts: {prod: {}}\n")
    ended = shell(f"sandbox {command}")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == (
        'error: the account "prod" is not embedded: its url is no "sandbox:" [not-a-sandbox]\n'
        "    Name one that is with --account, or a file with --state.\n\n1 error.\n"
    )


def test_an_address_that_is_taken_ends_with_3_and_the_way_out(shell: Shell) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        ended = shell(f"sandbox serve --port {port}")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == (
        f"error: cannot listen on 127.0.0.1, port {port}: Address already in use [cannot-listen]\n"
        "    Choose another with --host and --port; port 0 takes any that is free.\n\n1 error.\n"
    )


def test_the_served_account_answers_until_ctrl_c(shell: Shell, tmp_path: Path) -> None:
    server = shell.spawn("sandbox serve --port 0 --latency 1")
    assert server.stdout is not None
    line, second = server.stdout.readline(), server.stdout.readline()
    url = line.removeprefix("The local Lytics answers on ").partition(";")[0]
    shell.write("other.yaml", f"version: 1\naccounts: {{test: {{url: '{url}'}}}}\n")
    planned = shell("plan --config other.yaml", LYTICS_API_TOKEN="sandbox")
    server.send_signal(signal.SIGINT)
    ended = shell.ended(server)
    assert line.endswith('; its token is "sandbox".\n')
    assert (planned.code, planned.out, planned.err) == (0, IN_STEP, "")
    assert ended.code == 0
    assert second == f"Its account is kept in {shell.state_file}. Ctrl-C stops it.\n"
    assert [" ".join(each) for each in re.findall(r"(GET) +(\S+) +(\d+)", ended.err)] == [
        "GET /v2/account 200",
        "GET /v2/segment/group 200",
        "GET /v2/segment 200",
    ]
    assert (tmp_path / "audiences/all.yaml").read_text() == FILES


def test_a_server_can_be_set_up_for_as_long_as_it_runs(shell: Shell) -> None:
    server = shell.spawn(
        "sandbox serve --port 0 --switch list_all_tables --switch sort_tags=off"
        " --rate-limit 0.001:2 --fault '/v2/nothing 500-before'"
    )
    assert server.stdout is not None
    url = server.stdout.readline().removeprefix("The local Lytics answers on ").partition(";")[0]
    headers = {"authorization": "sandbox"}
    statuses = [
        httpx.get(f"{url}/v2/{path}", headers=headers).status_code
        for path in ("nothing", "account", "account", "account")
    ]
    set_up = shell("sandbox fault list").out
    server.send_signal(signal.SIGINT)
    ended = shell.ended(server)
    assert statuses == [500, 200, 200, 429]
    assert set_up == (
        "  1  /v2/nothing 500-before  (1 seen, 1 struck)\n"
        "  2  rate=0.001 burst=2  (4 seen, 1 struck)\n"
    )
    lines = [re.sub(r"[0-9a-f]{32}", "ID", line[10:]) for line in ended.err.splitlines()[:-1]]
    assert [re.sub(r" +\d+ ms", " 1 ms", line) for line in lines] == [
        f"GET    {'/v2/nothing':<44} 500 1 ms [/v2/nothing 500-before] ID",
        f"GET    {'/v2/account':<44} 200 1 ms ID",
        f"GET    {'/v2/account':<44} 200 1 ms ID",
        f"GET    {'/v2/account':<44} 429 1 ms [rate=0.001 burst=2] ID",
    ]
    assert shell("sandbox fault list").out == "No rule: nothing goes wrong.\n"
    assert "\non " not in shell("sandbox switch").out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--fault explode", "error: the fault rule 'explode' cannot be used: 'explode' is not"),
        ("--switch nope", "error: unknown switch 'nope'; "),
        ("--rate-limit much", "error: the fault rule 'rate=much' cannot be used: rate= needs"),
    ],
)
def test_a_set_up_that_does_not_exist_ends_with_3(shell: Shell, options: str, message: str) -> None:
    ended = shell(f"sandbox serve --port 0 {options}")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith(message)


def test_log_lines_have_colors_where_they_are_wanted(
    shell: Shell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    del shell
    monkeypatch.setenv("FORCE_COLOR", "1")
    entry = AuditEntry("GET", "/v2/\x1b[2J", 0, "", "", 12.3, "abc", "drop")
    log(entry)
    log("connection lost")
    err = capsys.readouterr().err
    assert err[10:].splitlines()[0] == (
        f"GET    {'/v2/' + chr(92) + 'u{1b}[2J':<44} \x1b[31m---\x1b[0m    12 ms "
        "\x1b[31m[drop]\x1b[0m \x1b[2mabc\x1b[0m"
    )
    assert err.endswith("  connection lost\n")


def test_rules_are_added_listed_and_cleared(shell: Shell) -> None:
    assert shell("sandbox fault list").out == "No rule: nothing goes wrong.\n"
    ended = shell("sandbox fault add POST /v2/segment/* nth=3 'retry-after=next week' 429")
    assert ended.out == "Rule 1 holds now; `segsync sandbox fault clear 1` takes it out.\n"
    assert shell("sandbox fault add 'GET drop times=2'").code == 0
    assert shell("sandbox fault list").out == (
        "  1  POST /v2/segment/* nth=3 'retry-after=next week' 429  (0 seen, 0 struck)\n"
        "  2  GET drop times=2  (0 seen, 0 struck)\n"
    )
    assert shell("sandbox fault clear 1").out == "Took out 1 rule.\n"
    ended = shell("sandbox fault clear 1")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("error: the sandbox has no fault rule '1'; it has 2 ")
    assert shell("sandbox fault clear").out == "Took out 1 rule.\n"


def test_a_rule_that_is_none_is_told_with_what_there_is(shell: Shell) -> None:
    ended = shell("sandbox fault add POST explode")
    assert (ended.code, ended.out) == (3, "")
    assert "[bad-fault-rule]\n    A rule is [METHOD] [/path] FAULT" in ended.err


def test_a_plan_meets_the_faults_of_an_embedded_account(shell: Shell) -> None:
    shell("sandbox fault add GET /v2/account 401")
    assert shell("plan").code == 4
    shell("sandbox fault clear")
    assert shell("plan").code == 0


def test_switches_are_shown_and_turned(shell: Shell) -> None:
    shown = shell("sandbox switch")
    assert (shown.code, shown.err) == (0, "")
    assert len(shown.out.splitlines()) == len(meanings())
    assert all(line.startswith("off  ") for line in shown.out.splitlines())
    turned = shell("sandbox switch sort_tags on")
    assert turned.out == f"on   sort_tags: {meanings()['sort_tags']}\n"
    assert shell("sandbox switch sort_tags").out == turned.out
    assert shell("sandbox switch sort_tags off").out == turned.out.replace("on ", "off", 1)
    for line in ("sandbox switch nope", "sandbox switch nope on"):
        ended = shell(line)
        assert (ended.code, ended.out) == (3, "")
        assert ended.err.startswith("error: unknown switch 'nope'; ")


@pytest.mark.parametrize("command", ["status", "reset", "serve"])
def test_without_a_configuration_a_file_is_asked_for(shell: Shell, command: str) -> None:
    (shell.root / "segsync.yaml").unlink()
    ended = shell(f"sandbox {command}")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == (
        "error: there is no segsync.yaml in this folder or above it [no-settings]\n"
        "    Name the file that holds the account with --state FILE; a new one is made.\n\n"
        "1 error.\n"
    )


def test_a_configuration_that_is_wrong_is_told_as_everywhere(shell: Shell) -> None:
    shell.write("segsync.yaml", "version: 1\n")
    assert "[missing-key]" in shell("sandbox status").err


def test_reset_replaces_no_file_of_another_kind(shell: Shell) -> None:
    before = (shell.root / "segsync.yaml").read_text()
    ended = shell("sandbox reset --state segsync.yaml")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == (
        "error: segsync.yaml is not the file of a sandbox, and a reset would replace it"
        " [not-a-sandbox]\n    Name another with --state, or delete it first.\n\n1 error.\n"
    )
    assert (shell.root / "segsync.yaml").read_text() == before

    shell.write("empty.db", "")
    assert shell("sandbox reset --state empty.db").code == 0
