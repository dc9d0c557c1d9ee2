import os
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from segsync.errors import ExitCode, JournalError
from segsync.journal import CallResult, Ended, Fate, Journal, read_run, run_files, writing
from segsync.journal.records import ChangeEnd, Settlement
from segsync.journal.writing import KEPT, UNRECORDED
from tests.journal.runs import HEAD


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journal.create(tmp_path / "journal", HEAD)) as made:
        yield made


def full_disk(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "x.jsonl", os.open("/dev/full", os.O_WRONLY))


def test_only_the_owner_can_read_a_journal_and_git_leaves_it_alone(journal: Journal) -> None:
    folder = journal.path.parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    assert (folder / ".gitignore").read_text() == "*\n"


def test_a_call_is_in_the_file_before_it_may_be_sent(journal: Journal) -> None:
    number = journal.begin(7, "POST", "/v2/segment")
    (call,) = read_run(journal.path).calls
    assert (call.number, call.change, call.method) == (number, 7, "POST")
    assert (call.path, call.result) == ("/v2/segment", None)


def test_what_became_of_calls_and_changes_is_read_back(journal: Journal) -> None:
    call = journal.begin(1, "PUT", "/v2/segment/a")
    journal.end(call, CallResult.FAILED, request_id="r1", message="no")
    end = ChangeEnd(1, "failed", "a", "no")
    journal.close_change(end)
    journal.finish(Ended.COMPLETED, in_flight=0)
    run = read_run(journal.path)
    (read,) = run.calls
    assert (read.result, read.request_id, read.message) == (CallResult.FAILED, "r1", "no")
    assert (run.head, run.outcomes, run.ended) == (HEAD, {1: end}, Ended.COMPLETED)


def test_calls_that_begin_together_share_flushes_and_none_is_sent_before_its_own(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []
    first, go_on = threading.Event(), threading.Event()

    def flush(descriptor: int) -> None:
        size = os.fstat(descriptor).st_size
        first.set()
        assert go_on.wait(10)
        flushed.append(size)

    monkeypatch.setattr(writing, "_flush", flush)
    sent: list[int] = []

    def begin() -> None:
        number = journal.begin(1, "POST", "/v2/segment")
        lines = journal.path.read_bytes()[: flushed[-1]].splitlines()
        assert sum(b'"begin"' in each for each in lines) >= number
        sent.append(number)

    threads = [threading.Thread(target=begin) for _ in range(10)]
    threads[0].start()
    assert first.wait(10)
    for each in threads[1:]:
        each.start()
    while len(read_run(journal.path).calls) < 10:
        pass
    assert not sent
    go_on.set()
    for each in threads:
        each.join()
    assert sorted(sent) == list(range(1, 11))
    assert len(flushed) == 2


def test_nothing_may_be_sent_once_the_disk_is_full(tmp_path: Path) -> None:
    with closing(full_disk(tmp_path)) as journal:
        assert journal.problem == ""
        for _ in range(2):
            with pytest.raises(JournalError) as refusal:
                journal.begin(1, "POST", "/v2/segment")
        journal.end(1, CallResult.DONE, request_id="")
        journal.finish(Ended.COMPLETED, in_flight=0)
    name = tmp_path / "x.jsonl"
    assert str(refusal.value) == f"the journal {name} cannot be written: No space left on device"
    assert refusal.value.exit_code == ExitCode.INVALID_INPUT
    assert journal.problem == "No space left on device"


def test_nothing_may_be_sent_when_the_disk_does_not_flush(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flush(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(writing, "_flush", flush)
    with pytest.raises(JournalError, match="Input/output error"):
        journal.begin(1, "POST", "/v2/segment")


def test_a_run_without_a_place_for_its_journal_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("a file")
    with pytest.raises(JournalError, match="cannot be written: File exists"):
        Journal.create(tmp_path / "journal", HEAD)


@pytest.mark.parametrize("what", ["_flush", "_flush_folder"])
def test_a_journal_that_cannot_begin_leaves_no_part_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    def fail(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, what, fail)
    with pytest.raises(JournalError, match="No space left on device"):
        Journal.create(tmp_path / "journal", HEAD)
    assert run_files(tmp_path / "journal") == []


def test_fifty_runs_are_kept_and_none_is_dropped_that_needs_settling(tmp_path: Path) -> None:
    for number in range(KEPT + 5):
        with closing(Journal.create(tmp_path, replace(HEAD, run=f"run{number:02}"))) as journal:
            if number != 1:
                journal.finish(Ended.COMPLETED, in_flight=0)
    kept = [each.stem for each in run_files(tmp_path)]
    assert kept == [f"run{number:02}" for number in (*range(54, 4, -1), 1)]


def test_a_journal_goes_on_after_a_torn_line(journal: Journal) -> None:
    journal.begin(1, "POST", "/v2/segment")
    with journal.path.open("ab") as stream:
        stream.write(b'{"record": "end", "num')
    settlement = Settlement(1, Fate.HAPPENED, "a", "it was found")
    with closing(Journal.reopen(journal.path, calls=1)) as again:
        assert again.begin(1, "DELETE", "/v2/segment/b") == 2
        again.settle(settlement)
        again.finish(Ended.SETTLED, in_flight=0)
    run = read_run(journal.path)
    assert [each.number for each in run.calls] == [1, 2]
    assert (run.settlements, run.ended) == ({1: settlement}, Ended.SETTLED)


def test_a_journal_that_is_gone_cannot_be_gone_on_with(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="No such file or directory"):
        Journal.reopen(tmp_path / "x.jsonl", calls=0)


def test_what_need_not_be_recorded_is_not() -> None:
    assert UNRECORDED.begin(1, "POST", "/v2/segment") == 0
    UNRECORDED.end(0, CallResult.DONE, request_id="")
    UNRECORDED.close_change(ChangeEnd(1, "applied"))
