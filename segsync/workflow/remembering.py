"""Reads what earlier runs did from their journals; no account is asked."""

from segsync.config import Settings
from segsync.errors import JournalError
from segsync.journal import JournaledRun, read_run, run_files
from segsync.workflow.places import journals_of
from segsync.workflow.rolling_back import journal_of


def past_runs(settings: Settings) -> tuple[tuple[JournaledRun, ...], tuple[str, ...]]:
    """Return the journaled runs, the newest first, and in words which cannot be read."""
    runs, unread = [], []
    for path in run_files(journals_of(settings)):
        try:
            runs.append(read_run(path))
        except JournalError as problem:
            unread.append(str(problem))
    return tuple(runs), tuple(unread)


def past_run(settings: Settings, name: str) -> JournaledRun:
    """Return one run; raise `InvalidInputError` or `JournalError` as `plan_rollback`."""
    return read_run(journal_of(settings, name))
