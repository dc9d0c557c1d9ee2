import errno
import json
import os
import signal
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from segsync.journal import Journal, JournaledRun, read_run, run_files
from segsync.sandbox.store import Store
from tests.cli.shell import FILES, Shell

TOKEN = {"LYTICS_API_TOKEN": "sandbox"}
NAMES = tuple(f"n{number:02}" for number in range(12))
MANY = FILES + "".join(
    f"  - {{slug_name: {name}, name: {name}, segment_ql: FILTER visits > 1}}\n" for name in NAMES
)
IN_STEP = sorted(["active", "buyers", "foreign", *NAMES])


def journals(shell: Shell) -> list[Path]:
    return run_files(shell.root / ".segsync/journal")


def has_begun(shell: Shell) -> bool:
    return any(b"\n" in each.read_bytes() for each in journals(shell))


def last_run(shell: Shell) -> JournaledRun:
    return read_run(journals(shell)[0])


def killed(
    shell: Shell, store: Store, after: Callable[[Store], bool], parallelism: int = 3
) -> None:
    """Kill an apply, as the system does that runs out of memory, when `after` is true."""
    process = shell.spawn(f"apply --auto-approve --parallelism {parallelism}", env=TOKEN)
    while not after(store):
        assert process.poll() is None
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    assert shell.ended(process).code == -signal.SIGKILL


@pytest.mark.parametrize("writes", [0, 1, 5])
def test_what_a_killed_apply_left_is_settled_and_finished_by_the_next(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    # This account shows at once what was written.
    monkeypatch.setattr("segsync.applier.patience.LONGEST", 0.0)
    shell.audiences(MANY)
    with shell.served(latency_ms=40) as store:
        killed(
            shell,
            store,
            lambda store: len(store.writes) >= writes and has_begun(shell),
        )
        plan = shell("plan", **TOKEN)
        again = shell("apply --auto-approve", **TOKEN)
        last = shell("plan --detailed-exitcode", **TOKEN)
    (name,) = [each.stem for each in journals(shell)[1:]] or [journals(shell)[0].stem]
    assert f"Run {name} of " in plan.err
    assert "did not end cleanly; the next apply settles it." in plan.err
    assert f"Run {name} of " in again.err
    assert "did not end cleanly; what it had in flight:" in again.err
    assert (again.code, last.code, last.err) == (0, 0, "")
    assert sorted(shell.slugs()) == IN_STEP


def test_an_apply_keeps_a_journal_of_who_did_what(shell: Shell) -> None:
    shell.audiences(MANY)
    assert shell("apply --auto-approve").code == 0
    run = last_run(shell)
    assert (run.ended, run.in_flight, run.head.aid) == ("completed", (), 1234)
    assert run.head.account == "test"
    assert len(run.calls) == len(NAMES)
    assert {each.path for each in run.calls} == {"/v2/segment"}
    assert all(each.request_id for each in run.calls)
    assert {each.result for each in run.outcomes.values()} == {"applied"}


def test_an_apply_with_nothing_to_do_leaves_no_journal(shell: Shell) -> None:
    assert shell("apply --auto-approve").code == 0
    assert journals(shell) == []


def test_nothing_is_sent_when_there_can_be_no_journal(shell: Shell) -> None:
    shell.audiences(MANY)
    version = shell.version()
    (shell.root / ".segsync/journal").write_text("a file in the way")
    ended = shell("apply --auto-approve")
    assert ended.code == 3
    assert "Error: the journal ROOT/.segsync/journal/" in ended.err
    assert "cannot be written: File exists" in ended.err
    assert shell.version() == version


def test_nothing_more_is_sent_when_the_disk_is_full(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.audiences(MANY)
    real = Journal.begin

    def begin(self: Journal, change: int, method: str, path: str) -> int:
        if len(shell.slugs()) > 5:
            full = open("/dev/full", "wb", buffering=0)  # noqa: SIM115, PTH123 - for ever full
            monkeypatch.setattr(self, "_descriptor", full.fileno())
            with closing(full):
                return real(self, change, method, path)
        return real(self, change, method, path)

    monkeypatch.setattr(Journal, "begin", begin)
    monkeypatch.setattr(Journal, "close", lambda _: None)
    ended = shell("apply --auto-approve --parallelism 1")
    assert ended.code == 7
    assert "cannot be written: No space left on device; it was not sent" in ended.out
    assert (
        "Applied: 3 created, 0 updated, 0 renamed, 0 deleted, 0 adopted; 1 failed, 8" in ended.out
    )
    assert "is incomplete: No space left on device." in ended.err
    monkeypatch.undo()
    assert shell("apply --auto-approve").code == 0
    assert sorted(shell.slugs()) == IN_STEP


@pytest.mark.parametrize("failing", ["write", "fdatasync"])
def test_nothing_is_planned_when_a_settlement_cannot_be_written_down(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def fail(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    # This account shows at once what was written.
    monkeypatch.setattr("segsync.applier.patience.LONGEST", 0.0)
    shell.audiences(MANY)
    assert shell("apply --auto-approve").code == 0
    (path,) = journals(shell)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(each for each in lines if '"outcome"' not in each)[: -len(lines[-1])])
    version = shell.version()
    shell.audiences()
    with monkeypatch.context() as patch:
        if failing == "write":
            patch.setattr("segsync.journal.writing.os.write", fail)
        else:
            patch.setattr("segsync.journal.writing._flush", fail)
        ended = shell("apply --auto-approve")
    assert (ended.code, shell.version()) == (3, version)
    assert ended.err.splitlines()[-1] == (
        f"Error: the journal ROOT/.segsync/journal/{path.name} cannot be written:"
        " No space left on device"
    )


def test_a_second_apply_stops_and_names_the_one_that_writes(shell: Shell) -> None:
    shell.audiences(MANY)
    with shell.served(latency_ms=80) as store:
        process = shell.spawn("apply --auto-approve --parallelism 1", env=TOKEN)
        while not store.writes:
            assert process.poll() is None
            time.sleep(0.005)
        second = shell("apply --auto-approve", **TOKEN)
        first = shell.ended(process)
    assert (first.code, second.code) == (0, 6)
    assert f"(process {process.pid}, since " in second.err
    assert second.err.startswith("Error: account 1234 is being written to by segsync apply of ")
    assert sorted(shell.slugs()) == IN_STEP


def test_a_journal_that_nobody_can_read_is_told_and_stops_nothing(shell: Shell) -> None:
    shell.audiences(MANY)
    folder = shell.root / ".segsync/journal"
    folder.mkdir(parents=True)
    (folder / "a.jsonl").write_text("nonsense\n")
    (folder / "b.jsonl").write_text('{"record": "run", "form')
    plan = shell("plan")
    ended = shell("apply --auto-approve")
    assert (plan.err, ended.code) == ("", 0)
    assert (
        "the journal ROOT/.segsync/journal/a.jsonl cannot be read: line 1 is no record of this"
        " version. The plan is made from the account alone; move the file away."
    ) in ended.err
    assert not (folder / "b.jsonl").exists()


def test_the_runs_of_other_accounts_are_left_to_them(shell: Shell) -> None:
    shell.audiences(MANY)
    shell("apply --auto-approve")
    path = journals(shell)[0]
    head, *_ = path.read_text().splitlines()
    other = json.dumps(json.loads(head) | {"aid": 1, "account": "other"})
    path.write_text(f"{other}\n")
    assert shell("plan").err == ""
    assert shell("apply --auto-approve").err == ""
    assert path.read_text() == f"{other}\n"


def test_a_plan_of_another_format_in_a_journal_is_told(shell: Shell) -> None:
    shell.audiences(MANY)
    shell("apply --auto-approve")
    path = journals(shell)[0]
    head = json.loads(path.read_text().splitlines()[0])
    head["plan"]["format_version"] = 99
    path.write_text(f"{json.dumps(head)}\n")
    ended = shell("apply --auto-approve")
    assert ended.code == 0
    assert f"the plan in the journal of {path.stem} cannot be read: " in ended.err


def test_a_user_without_a_name_is_a_number(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr("getpass.getuser", nobody)
    shell.audiences(MANY)
    assert shell("apply --auto-approve").code == 0
    assert last_run(shell).head.who.startswith(f"{os.getuid()}@")


def test_a_run_that_writes_needs_the_configured_account(shell: Shell) -> None:
    shell.write("segsync.yaml", 'version: 1\naccounts:\n  test: {url: "sandbox:", aid: 9}\n')
    ended = shell("apply --auto-approve")
    assert ended.code == 4
    assert "the token belongs to account 1234, but account" in ended.err
