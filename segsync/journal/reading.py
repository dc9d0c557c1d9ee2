"""Reads the journals of earlier runs; a last line that a crash has torn says nothing."""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from segsync.errors import JournalError
from segsync.journal.records import (
    FORMAT_VERSION,
    SUFFIX,
    Call,
    CallResult,
    ChangeEnd,
    Ended,
    Fate,
    Head,
    JournaledRun,
    Settlement,
)

# The record that ends a run is a short line.
_TAIL_BYTES = 1024

_BEGIN = ("number", "change", "method", "path", "at")

Record = Mapping[str, Any]


def run_files(folder: Path) -> list[Path]:
    """Return the journals in a folder, the newest first; the names begin with the time."""
    return sorted(folder.glob(f"*{SUFFIX}"), key=lambda each: each.name, reverse=True)


def open_runs(folder: Path) -> list[Path]:
    """Return the journals of runs that may have left calls in flight, the oldest first."""
    return [each for each in reversed(run_files(folder)) if is_open(each)]


def find_runs(folder: Path, name: str) -> list[Path]:
    """Return the journal of the run of this name, or those of all whose names begin so."""
    files = run_files(folder)
    exact = [each for each in files if each.stem == name]
    return exact or [each for each in files if name and each.stem.startswith(name)]


def is_open(path: Path) -> bool:
    """Return whether the run has not ended, or ended with changes of unknown effect.

    Only the end of the file is read.
    """
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - _TAIL_BYTES))
            tail = stream.read()
    except OSError as problem:
        raise _unreadable(path, problem.strerror or str(problem)) from problem
    last = tail.rstrip(b"\n").rpartition(b"\n")[2] if tail.endswith(b"\n") else b""
    try:
        record = json.loads(last)
    except (ValueError, RecursionError):
        return True
    is_end = isinstance(record, dict) and record.get("record") == "finish"
    return not (is_end and record.get("in_flight") == 0)


def read_run(path: Path) -> JournaledRun:
    """Return the run that a journal tells; raise `JournalError` when it cannot be understood."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise _unreadable(path, str(problem)) from problem
    whole, _, _ = text.rpartition("\n")
    reading = None
    for number, line in enumerate(whole.splitlines(), start=1):
        try:
            record = json.loads(line)
            if reading is None:
                reading = _Reading(_head(record))
            else:
                reading.take(record)
        except (ValueError, TypeError, KeyError, RecursionError) as problem:
            raise _unreadable(path, f"line {number} is no record of this version") from problem
    if reading is None:
        raise _unreadable(path, "it ends before the run began")
    return reading.run()


class _Reading:
    """A run of which more and more is known."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._calls: dict[int, Call] = {}
        self._outcomes: dict[int, ChangeEnd] = {}
        self._settlements: dict[int, Settlement] = {}
        self._ended: Ended | None = None

    def take(self, record: Record) -> None:
        """Learn from one record; raise KeyError, TypeError or ValueError for what is none."""
        match record["record"]:
            case "begin":
                call = Call(**{each: record[each] for each in _BEGIN})
                _check_moment(call.at)
                self._calls[call.number] = call
            case "end":
                self._end_call(record)
            case "outcome":
                outcome = ChangeEnd(**{each: record[each] for each in ChangeEnd.__struct_fields__})
                self._outcomes[outcome.change] = outcome
            case "settled":
                values = {each: record[each] for each in Settlement.__struct_fields__}
                settlement = Settlement(**{**values, "fate": Fate(record["fate"])})
                self._settlements[settlement.change] = settlement
            case "finish":
                # A run that ended, and was settled later, ended as it did.
                self._ended = self._ended or Ended(record["ended"])
            case other:
                message = f"there is no record {other}"
                raise ValueError(message)

    def _end_call(self, record: Record) -> None:
        number = record["number"]
        self._calls[number] = replace(
            self._calls[number],
            result=CallResult(record["result"]),
            request_id=record["request_id"],
            message=record["message"],
        )

    def run(self) -> JournaledRun:
        """Return what is known."""
        calls = tuple(self._calls.values())
        return JournaledRun(self._head, calls, self._outcomes, self._settlements, self._ended)


def _head(record: Record) -> Head:
    if record["record"] != "run" or record["format_version"] != FORMAT_VERSION:
        message = "another format"
        raise ValueError(message)
    values = {each: record[each] for each in Head.__struct_fields__}
    return Head(**{**values, "namesakes": tuple(map(str, values["namesakes"]))})


def _check_moment(text: str) -> None:
    """Raise TypeError or ValueError for what is no time with a zone; calls are waited for by it."""
    if datetime.fromisoformat(text).tzinfo is None:
        message = f"{text} has no time zone"
        raise ValueError(message)


def _unreadable(path: Path, why: str) -> JournalError:
    return JournalError(f"the journal {path} cannot be read: {why}")
