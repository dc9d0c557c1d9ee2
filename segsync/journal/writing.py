"""Writes the journal of one run: what is about to be sent is on the disk before it is sent.

Workers that begin calls at the same time share one flush: while the disk is busy with the first
of them the others queue up, and the next flush covers all of them.
"""

import json
import os
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from segsync.errors import JournalError
from segsync.journal.reading import is_open, run_files
from segsync.journal.records import (
    FORMAT_VERSION,
    SUFFIX,
    CallResult,
    ChangeEnd,
    Ended,
    Head,
    Settlement,
)

KEPT = 50

# macOS has no fdatasync.
_flush = getattr(os, "fdatasync", os.fsync)


class CallLog(Protocol):
    """What the applier needs of a journal; safe to use from several threads."""

    def begin(self, change: int, method: str, path: str) -> int:
        """Write down a call of a change before it is sent, and return its number.

        Raises `JournalError` when that cannot be done; then the call must not be sent.
        """

    def end(self, call: int, result: CallResult, *, request_id: str, message: str = "") -> None:
        """Write down how a call ended; a journal that cannot be written any more says nothing."""

    def close_change(self, end: ChangeEnd) -> None:
        """Write down what became of a change; as `end`."""


class _Unrecorded:
    """Writes nothing down."""

    def begin(self, change: int, method: str, path: str) -> int:
        del change, method, path
        return 0

    def end(self, call: int, result: CallResult, *, request_id: str, message: str = "") -> None:
        """Forget it."""

    def close_change(self, end: ChangeEnd) -> None:
        """Forget it."""


UNRECORDED: CallLog = _Unrecorded()
"""For an account that nobody has to account for, such as one in memory."""


class Journal:
    """The journal of one run, open for writing; all methods may be called by any thread."""

    def __init__(self, path: Path, descriptor: int, *, calls: int = 0) -> None:
        self.path = path
        self._descriptor = descriptor
        self._calls = calls
        self._state = threading.Condition()
        self._written = 0
        self._flushed = 0
        self._flushing = False
        self._problem: OSError | None = None

    @classmethod
    def create(cls, folder: Path, head: Head) -> "Journal":
        """Start the journal of a run and let go of the oldest ones.

        The folder is made if it is missing, for its owner only. Raises `JournalError`.
        """
        path = folder / f"{head.run}{SUFFIX}"
        try:
            _make_folder(folder)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        except OSError as problem:
            raise _unwritable(path, problem) from problem
        journal = cls(path, descriptor)
        try:
            journal.write_through(
                {"record": "run", "format_version": FORMAT_VERSION, **_record(head)}
            )
            _flush_folder(folder)
        except (JournalError, OSError) as problem:
            journal.close()
            with suppress(OSError):
                path.unlink()
            if isinstance(problem, JournalError):
                raise
            raise _unwritable(path, problem) from problem
        _let_go(folder)
        return journal

    @classmethod
    def reopen(cls, path: Path, *, calls: int) -> "Journal":
        """Go on with the journal of a run that has written down so many calls."""
        try:
            whole = path.read_bytes()
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
            if not whole.endswith(b"\n"):
                # The line that a crash has torn says nothing; what follows needs one of its own.
                os.ftruncate(descriptor, whole.rfind(b"\n") + 1)
        except OSError as problem:
            raise _unwritable(path, problem) from problem
        return cls(path, descriptor, calls=calls)

    @property
    def problem(self) -> str:
        """Why the journal is incomplete, or an empty text."""
        return _words(self._problem) if self._problem else ""

    def check(self) -> None:
        """Raise `JournalError` when the journal is incomplete, which `end` and `finish` do not."""
        if self._problem is not None:
            raise _unwritable(self.path, self._problem) from self._problem

    def begin(self, change: int, method: str, path: str) -> int:
        """See `CallLog`."""
        with self._state:
            self._calls += 1
            number = self._calls
            record = {"record": "begin", "number": number, "change": change}
            self._append({**record, "method": method, "path": path, "at": moment()})
            written = self._written
        self._flush_up_to(written)
        return number

    def end(self, call: int, result: CallResult, *, request_id: str, message: str = "") -> None:
        """See `CallLog`."""
        record = {"record": "end", "number": call, "result": result, "request_id": request_id}
        self._tell({**record, "message": message, "at": moment()})

    def close_change(self, end: ChangeEnd) -> None:
        """See `CallLog`."""
        self._tell({"record": "outcome", **_record(end)})

    def settle(self, settlement: Settlement) -> None:
        """Write down what was found out about a change that was in flight."""
        self._tell({"record": "settled", **_record(settlement)})

    def finish(self, ended: Ended, *, in_flight: int) -> None:
        """Write down that the run is over, with so many changes of unknown effect."""
        with suppress(JournalError):
            self.write_through(
                {"record": "finish", "ended": ended, "in_flight": in_flight, "at": moment()}
            )

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def write_through(self, record: dict[str, Any]) -> None:
        """Write a record and wait until it is on the disk; raise `JournalError`."""
        with self._state:
            self._append(record)
            written = self._written
        self._flush_up_to(written)

    def _tell(self, record: dict[str, Any]) -> None:
        """Write a record that the next flush may take along; the call was made already."""
        with suppress(JournalError), self._state:
            self._append(record)

    def _append(self, record: dict[str, Any]) -> None:
        self.check()
        rest = f"{json.dumps(record)}\n".encode()
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as problem:
            # What follows half a line could not be read, so nothing follows.
            self._problem = problem
            self.check()
        self._written += 1

    def _flush_up_to(self, written: int) -> None:
        with self._state:
            while self._flushing and self._flushed < written:
                self._state.wait()
            self.check()
            if self._flushed >= written:
                return
            self._flushing = True
            covered = self._written
        problem = None
        try:
            _flush(self._descriptor)
        except OSError as failure:
            problem = failure
        with self._state:
            self._flushing = False
            self._flushed = covered
            self._problem = self._problem or problem
            self._state.notify_all()
            self.check()


def moment() -> str:
    """Return the time in UTC, as ISO 8601 with milliseconds."""
    return datetime.now(tz=UTC).isoformat(timespec="milliseconds")


def _record(value: Head | ChangeEnd | Settlement) -> dict[str, Any]:
    # Not asdict: it would copy the plan.
    return {name: getattr(value, name) for name in value.__struct_fields__}


def _make_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Whoever keeps the repository in git must not have to think of it.
    with suppress(FileExistsError), (folder / ".gitignore").open("x", encoding="utf-8") as ignore:
        ignore.write("*\n")


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _let_go(folder: Path) -> None:
    """Remove the oldest journals beyond those that are kept; one that needs settling stays."""
    for path in run_files(folder)[KEPT:]:
        with suppress(OSError):
            if not is_open(path):
                path.unlink()


def _unwritable(path: Path, problem: OSError) -> JournalError:
    return JournalError(f"the journal {path} cannot be written: {_words(problem)}")


def _words(problem: OSError) -> str:
    return problem.strerror or str(problem)
