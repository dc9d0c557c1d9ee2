import os
import subprocess

import pytest

from tests.cli.shell import Shell
from tests.cli.test_plan import CHANGED


def closed_pipe() -> int:
    """Return the end of a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def test_a_reader_who_has_gone_does_not_change_what_was_found(shell: Shell) -> None:
    shell.audiences(CHANGED)
    pipe = closed_pipe()
    ended = shell.ended(shell.spawn("plan --detailed-exitcode", stdout=pipe))
    linted = shell.ended(shell.spawn("""ql lint "FILTER plan = 'gold'\"""", stdout=pipe))
    os.close(pipe)
    assert (ended.code, ended.err) == (2, "")
    assert (linted.code, linted.err) == (3, "")


@pytest.mark.parametrize(
    "command",
    [
        "--help",
        "plan --help",
        "ql lint --help",
        "ql explain 'FILTER a = 1'",
        "ql parse 'FILTER a = 1'",
        "ql fmt 'FILTER a = 1'",
        "sandbox switch",
        "sandbox status",
        "sandbox fault list",
    ],
)
def test_a_reader_who_has_gone_is_no_error_of_what_only_shows(shell: Shell, command: str) -> None:
    pipe = closed_pipe()
    ended = shell.ended(shell.spawn(command, stdout=pipe))
    os.close(pipe)
    assert (ended.code, ended.err) == (0, "")


def test_an_apply_whose_plan_nobody_reads_writes_nothing(shell: Shell) -> None:
    shell.audiences(CHANGED)
    version = shell.version()
    pipe = closed_pipe()
    ended = shell.ended(shell.spawn("apply --auto-approve", stdout=pipe))
    os.close(pipe)
    assert (ended.code, ended.err) == (130, "")
    assert shell.version() == version


def test_an_apply_whose_progress_nobody_reads_goes_on(shell: Shell) -> None:
    shell.audiences(CHANGED)
    pipe = closed_pipe()
    process = shell.spawn("apply --auto-approve --parallelism 1", stderr=pipe)
    ended = shell.ended(process)
    os.close(pipe)
    assert ended.code == 0
    assert "0 failed, 0 skipped." in ended.out
    assert shell.slugs().count("lapsed") == 1


def test_a_pipe_that_closes_early_leaves_no_traceback(shell: Shell) -> None:
    process = shell.spawn("sandbox status --state /dev/null/none", stderr=subprocess.STDOUT)
    ended = shell.ended(process)
    assert ended.code == 3
    assert "Traceback" not in ended.out
