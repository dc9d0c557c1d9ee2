import json
from contextlib import closing
from pathlib import Path

import pytest

from segsync.errors import JournalError
from segsync.journal import (
    CallResult,
    Ended,
    Fate,
    Journal,
    find_runs,
    open_runs,
    read_run,
    run_files,
)
from segsync.journal.records import ChangeEnd, Settlement
from tests.journal.runs import HEAD


def written(folder: Path) -> Path:
    """Write down a run with one change applied, one lost, one failed, one only begun."""
    with closing(Journal.create(folder, HEAD)) as journal:
        for change, result in ((1, CallResult.DONE), (2, CallResult.UNKNOWN)):
            call = journal.begin(change, "POST", "/v2/segment")
            journal.end(call, result, request_id="r")
        journal.close_change(ChangeEnd(1, "applied", "a"))
        journal.close_change(ChangeEnd(2, "failed", None, "the answer was lost"))
        call = journal.begin(3, "PUT", "/v2/segment/c")
        journal.end(call, CallResult.FAILED, request_id="r")
        journal.close_change(ChangeEnd(3, "failed", "c", "no"))
        journal.begin(4, "PUT", "/v2/segment/d")
        journal.close_change(ChangeEnd(5, "skipped", None, "interrupted"))
    return journal.path


def test_changes_of_unknown_effect_are_in_flight_until_somebody_settles_them(
    tmp_path: Path,
) -> None:
    path = written(tmp_path)
    run = read_run(path)
    assert (run.in_flight, run.ended, run.crashed) == ((2, 4), None, True)
    assert [run.took_effect(number) for number in range(1, 6)] == ["a", None, None, None, None]
    with closing(Journal.reopen(path, calls=4)) as journal:
        journal.settle(Settlement(2, Fate.HAPPENED, "b"))
        journal.settle(Settlement(4, Fate.DID_NOT_HAPPEN, "d"))
    settled = read_run(path)
    assert settled.in_flight == ()
    assert [settled.took_effect(number) for number in (2, 4)] == ["b", None]


@pytest.mark.parametrize(
    ("ended", "in_flight", "is_open"),
    [(None, 0, True), (Ended.COMPLETED, 0, False), (Ended.STOPPED, 1, True)],
)
def test_a_run_stays_open_until_all_of_it_is_known(
    tmp_path: Path, ended: Ended | None, in_flight: int, *, is_open: bool
) -> None:
    with closing(Journal.create(tmp_path, HEAD)) as journal:
        if ended:
            journal.finish(ended, in_flight=in_flight)
    assert open_runs(tmp_path) == ([journal.path] if is_open else [])


def test_a_run_that_ended_by_itself_and_was_settled_later_has_not_crashed(tmp_path: Path) -> None:
    with closing(Journal.create(tmp_path, HEAD)) as journal:
        journal.finish(Ended.STOPPED, in_flight=1)
        journal.finish(Ended.SETTLED, in_flight=0)
    run = read_run(journal.path)
    assert (run.ended, run.crashed) == (Ended.STOPPED, False)


def test_wherever_a_crash_cuts_the_file_what_was_whole_is_read(tmp_path: Path) -> None:
    path = written(tmp_path)
    whole = path.read_bytes()
    calls = read_run(path).calls
    for cut in range(whole.index(b"\n") + 1, len(whole), 5):
        path.write_bytes(whole[:cut])
        run = read_run(path)
        assert [each.number for each in run.calls] == [
            each.number for each in calls[: len(run.calls)]
        ]
        assert open_runs(tmp_path) == [path]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it ends before the run began"),
        ('{"record": "run"', "it ends before the run began"),
        ("[]\n", "line 1 is no record of this version"),
        ('{"record": "run", "format_version": 2}\n', "line 1 is no record of this version"),
        ("{}\n{}\n", "line 1 is no record of this version"),
        (f"{'[' * 100_000}\n", "line 1 is no record of this version"),
    ],
)
def test_what_is_no_journal_is_told(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(text)
    with pytest.raises(JournalError) as refusal:
        read_run(path)
    assert str(refusal.value) == f"the journal {path} cannot be read: {why}"
    assert open_runs(tmp_path) == [path]


@pytest.mark.parametrize(
    "record",
    [
        {"record": "dance"},
        {"record": "end", "number": 9, "result": "done"},
        {"record": "settled", "change": 1, "fate": "who knows", "id": None, "told": ""},
        {"record": "begin", "number": 9, "change": 5, "method": "PUT", "path": "/", "at": "now"},
        {"record": "begin", "number": 9, "change": 5, "method": "PUT", "path": "/", "at": 5},
        {
            "record": "begin",
            "number": 9,
            "change": 5,
            "method": "PUT",
            "path": "/",
            "at": "2026-11-23T05:00:00",
        },
        [],
    ],
)
def test_a_line_that_nobody_wrote_is_told(tmp_path: Path, record: object) -> None:
    path = written(tmp_path)
    lines = len(path.read_bytes().splitlines())
    with path.open("a") as stream:
        stream.write(f"{json.dumps(record)}\n")
    with pytest.raises(JournalError, match=f"line {lines + 1} is no record of this version"):
        read_run(path)


def test_a_journal_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").mkdir()
    with pytest.raises(JournalError, match="Is a directory"):
        open_runs(tmp_path)
    with pytest.raises(JournalError, match="Is a directory"):
        read_run(tmp_path / "x.jsonl")


def test_runs_are_found_by_their_whole_name_or_by_how_it_begins(tmp_path: Path) -> None:
    for name in ("2026a", "2026b", "2026bb"):
        (tmp_path / f"{name}.jsonl").touch()
    assert [each.stem for each in run_files(tmp_path)] == ["2026bb", "2026b", "2026a"]
    names = ("2026a", "2026b", "2026", "2025", "")
    found = {name: [each.stem for each in find_runs(tmp_path, name)] for name in names}
    assert found == {
        "2026a": ["2026a"],
        "2026b": ["2026b"],
        "2026": ["2026bb", "2026b", "2026a"],
        "2025": [],
        "": [],
    }
    assert run_files(tmp_path / "nowhere") == []
