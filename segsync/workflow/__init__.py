"""The use cases, one module each: the only place where the stages are put together.

A command calls a use case by its name here: `workflow.make_plan(…)`. Those of a single command,
which others need not wait for, are imported from their own modules: `showing.show(…)`.
"""

from segsync.workflow.account import open_client, read_account
from segsync.workflow.applying import (
    Ready,
    apply_exit_code,
    approve,
    carry_out,
    ready_plan,
)
from segsync.workflow.drifting import drift_exit_code, find_drift
from segsync.workflow.files import read_files
from segsync.workflow.plans import Planned, make_plan, plan_exit_code
from segsync.workflow.pulling import pull
from segsync.workflow.recovering import Recovered, interrupted, settle_interrupted
from segsync.workflow.refusing import refuse_forbidden, refuse_unsafe
from segsync.workflow.rolling_back import plan_rollback
from segsync.workflow.saved import check_plan_fits, load_saved_plan
from segsync.workflow.testing import run_tests
from segsync.workflow.wishes import Wishes
from segsync.workflow.writer import Session, open_to_write

__all__ = [
    "Planned",
    "Ready",
    "Recovered",
    "Session",
    "Wishes",
    "apply_exit_code",
    "approve",
    "carry_out",
    "check_plan_fits",
    "drift_exit_code",
    "find_drift",
    "interrupted",
    "load_saved_plan",
    "make_plan",
    "open_client",
    "open_to_write",
    "plan_exit_code",
    "plan_rollback",
    "pull",
    "read_account",
    "read_files",
    "ready_plan",
    "refuse_forbidden",
    "refuse_unsafe",
    "run_tests",
    "settle_interrupted",
]
