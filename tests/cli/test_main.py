import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from segsync import __version__
from segsync.errors import ExitCode
from tests.cli.shell import Shell

HELP = Path(__file__).with_name("help")
COMMANDS = (
    "",
    "validate",
    "test",
    "plan",
    "apply",
    "history",
    "rollback",
    "drift",
    "show",
    "compare",
    "pull",
    "reevaluate",
    "doctor",
    "ql",
    "ql parse",
    "ql fmt",
    "ql lint",
    "ql ast",
    "ql equal",
    "ql diff",
    "ql explain",
    "ql eval",
    "sandbox",
    "sandbox fault",
    "sandbox fault add",
    "sandbox fault clear",
    "sandbox fault list",
    "sandbox serve",
    "sandbox switch",
    "sandbox reset",
    "sandbox seed",
    "sandbox status",
)
HEAVY = ("asyncio", "deepdiff", "httpx", "pydantic", "segsync.workflow", "yaml")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_it_said_when_somebody_last_read_it(shell: Shell, command: str) -> None:
    ended = shell(f"{command} --help")
    stored = HELP / f"{command.replace(' ', '-') or 'segsync'}.txt"
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == stored.read_text(), f"if that is meant, write the new text to {stored}"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_examples_and_explains_every_option(shell: Shell, command: str) -> None:
    text = shell(f"{command} --help").out
    assert f"\n  Examples:\n    segsync {command}".rstrip() in text
    table = text.partition("Options:\n")[2].partition("\n\n")[0]
    for entry in re.split(r"\n(?=  -)", table):
        assert re.search(r"\S {2,}\S|\n {10,}\S", entry), entry


def test_there_is_a_help_text_for_each_command_and_no_other() -> None:
    names = {each.replace(" ", "-") or "segsync" for each in COMMANDS}
    assert {each.stem for each in HELP.iterdir()} == names


def test_help_names_every_exit_code(shell: Shell) -> None:
    lines = shell("--help").out.splitlines()
    numbers = [int(each.split()[0]) for each in lines if each.strip()[:1].isdigit()]
    assert numbers == [each.value for each in ExitCode]


def test_help_imports_nothing_that_takes_time() -> None:
    program = (
        "import json, sys\n"
        "from segsync.cli.main import run\n"
        "sys.argv = ['segsync', '--help']\n"
        "try:\n    run()\n"
        "except SystemExit:\n    print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert set(json.loads(done.stderr)) & set(HEAVY) == set()


def test_the_version(shell: Shell) -> None:
    ended = shell("--version")
    assert (ended.code, ended.out) == (0, f"segsync {__version__}\n")


def test_without_a_command_the_help_is_shown_and_the_code_is_3(shell: Shell) -> None:
    ended = shell("")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("Usage: segsync [OPTIONS] COMMAND [ARGS]...\n")


@pytest.mark.parametrize("line", ["plna", "sandbox strat", "--bogus"])
def test_an_unknown_command_or_option_ends_with_3(shell: Shell, line: str) -> None:
    ended = shell(line)
    assert (ended.code, ended.out) == (3, "")
    assert "No such" in ended.err


@pytest.mark.parametrize(
    ("line", "told"),
    [("paln", """No such command 'paln'. Did you mean "plan"?"""), ("x", "No such command 'x'.")],
)
def test_an_unknown_command_gets_a_suggestion(shell: Shell, line: str, told: str) -> None:
    assert shell(line).err.splitlines()[-1] == f"Error: {told}"


def test_a_shell_can_complete_the_commands(shell: Shell) -> None:
    words = {"COMP_WORDS": "segsync p", "COMP_CWORD": "1"}
    ended = shell("", _SEGSYNC_COMPLETE="bash_complete", **words)
    assert (ended.code, ended.out, ended.err) == (0, "plain,plan\nplain,pull\n", "")


def test_python_m_segsync_is_the_same_command(shell: Shell) -> None:
    ended = shell.ended(shell.spawn("plan --bogus"))
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("Usage: segsync plan [OPTIONS]\n")
    assert shell.ended(shell.spawn("validate")).out == "No problems in 1 file.\n"
