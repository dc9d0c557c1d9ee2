"""Gives the account time to show what a run wrote that was cut off a moment ago."""

import time
from collections.abc import Callable
from datetime import datetime

from segsync.journal import JournaledRun
from segsync.journal.writing import moment

LONGEST = 4.0
"""Seconds after which an account is taken to show what was written, as for a create whose answer
was lost: lists and single reads may lag behind (assumed)."""


def wait_until_seen(run: JournaledRun, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Return when nothing that the run has called can be too young to be seen.

    `sleep` takes seconds. Journals and this process have one clock; one that was set back says
    nothing, and costs no more than the longest wait.
    """
    if run.calls:
        last = max(datetime.fromisoformat(each.at) for each in run.calls)
        passed = (datetime.fromisoformat(moment()) - last).total_seconds()
        sleep(min(LONGEST, max(0.0, LONGEST - passed)))
