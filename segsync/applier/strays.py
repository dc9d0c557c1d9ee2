"""Removes what a write of this run made by accident, and nothing else."""

from segsync.applier.endings import Done
from segsync.applier.guards import Seen
from segsync.applier.looking import look_until
from segsync.applier.removing import remove
from segsync.applier.run import Run
from segsync.errors import ApiError, JournalError
from segsync.plan import Managed

REMOVED = "it was removed again"


def remove_stray(stray: Seen, run: Run, *, sent: Managed) -> str:
    """Remove an object if this run has made it beyond doubt, and return what became of it."""
    try:
        if not (run.has_made(stray, sent=sent) and _is_still(stray, run)):
            return "it was left alone, because nothing proves that this run made it"
        ending = remove(stray.id, stray.value, run)
    except ApiError as problem:
        return f"it could not be removed, so remove it by hand: {problem.summary}"
    except JournalError as problem:
        return f"it could not be removed, so remove it by hand: {problem}"
    if isinstance(ending, Done):
        return REMOVED
    return f"it could not be removed, so remove it by hand: {ending.reason}"


def _is_still(stray: Seen, run: Run) -> bool:
    return look_until(bool, lambda: run.is_still(stray), sleep=run.sleep)
