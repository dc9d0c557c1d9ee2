"""What a run leaves on disk: each call is written down before it is sent, and read again later."""

from segsync.journal.reading import find_runs, open_runs, read_run, run_files
from segsync.journal.records import CallResult, Ended, Fate, Head, JournaledRun
from segsync.journal.writing import UNRECORDED, CallLog, Journal

__all__ = [
    "UNRECORDED",
    "CallLog",
    "CallResult",
    "Ended",
    "Fate",
    "Head",
    "Journal",
    "JournaledRun",
    "find_runs",
    "open_runs",
    "read_run",
    "run_files",
]
