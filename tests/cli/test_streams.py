"""What becomes of a command whose output goes nowhere: a reader who leaves, a full disk."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing

import pytest

from segsync.journal import read_run, run_files
from tests.cli.shell import FILES, Shell

TOKEN = {"LYTICS_API_TOKEN": "sandbox"}
NAMES = tuple(f"n{number:02}" for number in range(8))
MANY = FILES + "".join(
    f"  - {{slug_name: {name}, name: {name}, segment_ql: FILTER visits > 1}}\n" for name in NAMES
)


def full_disk() -> int:
    return os.open("/dev/full", os.O_WRONLY)


@pytest.mark.parametrize("command", ["plan", "validate", "apply --auto-approve", "history"])
def test_a_full_disk_under_standard_output_is_an_error(shell: Shell, command: str) -> None:
    shell.audiences(MANY)
    version = shell.version()
    stdout = full_disk()
    ended = shell.ended(shell.spawn(command, stdout=stdout))
    os.close(stdout)
    assert (ended.code, ended.err) == (
        3,
        "Error: standard output: No space left on device\n",
    )
    assert shell.version() == version


def test_a_full_disk_under_the_report_hides_nothing_that_was_done(shell: Shell) -> None:
    shell.audiences(MANY)
    assert shell("plan --out plan.json").code == 0
    stdout = full_disk()
    line = "apply plan.json --report text --report json=done.json"
    ended = shell.ended(shell.spawn(line, stdout=stdout))
    os.close(stdout)
    assert ended.code == 3
    assert ended.err.endswith("Error: standard output: No space left on device\n")
    assert '"applied": 8' in (shell.root / "done.json").read_text()
    (path,) = run_files(shell.root / ".segsync/journal")
    assert read_run(path).ended == "completed"


def test_a_full_disk_under_standard_error_stops_nothing(shell: Shell) -> None:
    shell.audiences(MANY)
    stderr = full_disk()
    ended = shell.ended(shell.spawn("apply --auto-approve", stderr=stderr))
    os.close(stderr)
    assert ended.code == 0
    assert "Applied: 8 created" in ended.out


@pytest.mark.parametrize("what", ["--help", "--version"])
def test_a_full_disk_under_a_help_text_is_an_error(shell: Shell, what: str) -> None:
    stdout = full_disk()
    ended = shell.ended(shell.spawn(what, stdout=stdout))
    os.close(stdout)
    assert (ended.code, ended.err) == (3, "Error: standard output: No space left on device\n")


NOTHING = """\
standard input:1:1: error: expected FILTER [filterql-syntax]
    \n    ^
    hint: a segment starts with FILTER; SELECT statements are no segments

1 error.
"""


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("plan >&-", 3, "Error: standard output: Bad file descriptor\n"),
        ("ql parse <&-", 3, NOTHING),
        ("apply --auto-approve 2>&- >/dev/null", 0, ""),
    ],
)
def test_a_stream_that_was_closed_from_the_start_is_no_bug(
    shell: Shell, line: str, code: int, told: str
) -> None:
    shell.audiences(MANY)
    ended = subprocess.run(  # noqa: S603 - our own program
        ["/bin/sh", "-c", f"exec {sys.executable} -m segsync {line}"],
        cwd=shell.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (code, "", told)


@pytest.mark.parametrize("what", ["--out /dev/full", "--report json=/dev/full"])
def test_a_plan_that_cannot_be_saved_is_an_error(shell: Shell, what: str) -> None:
    ended = shell(f"plan {what}")
    assert ended.code == 3
    assert "/dev/" in ended.err
    assert "Traceback" not in ended.err


def test_an_apply_goes_on_when_nobody_watches_any_more(shell: Shell) -> None:
    shell.audiences(MANY)
    read, write = os.pipe()
    with shell.served(latency_ms=60) as store:
        process = shell.spawn(
            "apply --auto-approve --parallelism 2", env=TOKEN, stdout=write, stderr=write
        )
        os.close(write)
        with closing(os.fdopen(read, "rb")) as output:
            while not store.writes:
                assert process.poll() is None
                time.sleep(0.005)
            assert output.readline()
        assert process.wait(60) == 0
    assert set(NAMES) <= set(shell.slugs())
    (path,) = run_files(shell.root / ".segsync/journal")
    assert len(read_run(path).outcomes) == len(NAMES)


def test_ctrl_c_without_a_reader_is_journaled_too(shell: Shell) -> None:
    shell.audiences(MANY)
    with shell.served(latency_ms=80) as store:
        process = shell.spawn(
            "apply --auto-approve --parallelism 2",
            env=TOKEN,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert process.stderr is not None
        while not store.writes:
            assert process.poll() is None
            time.sleep(0.005)
        process.stderr.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 130
    (path,) = run_files(shell.root / ".segsync/journal")
    run = read_run(path)
    assert (run.ended, run.in_flight) == ("stopped", ())
    applied = [each for each in run.outcomes.values() if each.result == "applied"]
    assert len(applied) == len(shell.slugs()) - 3 < len(NAMES)
