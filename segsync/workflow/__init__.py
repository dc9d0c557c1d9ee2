"""The use cases, one module each: the only place where the stages are put together.

A command calls a use case by its name here: `workflow.make_plan(…)`. Those of a single command,
which others need not wait for, are imported from their own modules: `showing.show(…)`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

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
    "has_journals",
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

# Each use case is imported when it is first called: a plan does not wait for what an apply needs.
if TYPE_CHECKING:
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
    from segsync.workflow.places import has_journals
    from segsync.workflow.plans import Planned, make_plan, plan_exit_code
    from segsync.workflow.pulling import pull
    from segsync.workflow.recovering import Recovered, interrupted, settle_interrupted
    from segsync.workflow.refusing import refuse_forbidden, refuse_unsafe
    from segsync.workflow.rolling_back import plan_rollback
    from segsync.workflow.saved import check_plan_fits, load_saved_plan
    from segsync.workflow.testing import run_tests
    from segsync.workflow.wishes import Wishes
    from segsync.workflow.writer import Session, open_to_write
else:
    _MODULES = {
        "Planned": "plans",
        "Ready": "applying",
        "Recovered": "recovering",
        "Session": "writer",
        "Wishes": "wishes",
        "apply_exit_code": "applying",
        "approve": "applying",
        "carry_out": "applying",
        "check_plan_fits": "saved",
        "drift_exit_code": "drifting",
        "find_drift": "drifting",
        "has_journals": "places",
        "interrupted": "recovering",
        "load_saved_plan": "saved",
        "make_plan": "plans",
        "open_client": "account",
        "open_to_write": "writer",
        "plan_exit_code": "plans",
        "plan_rollback": "rolling_back",
        "pull": "pulling",
        "read_account": "account",
        "read_files": "files",
        "ready_plan": "applying",
        "refuse_forbidden": "refusing",
        "refuse_unsafe": "refusing",
        "run_tests": "testing",
        "settle_interrupted": "recovering",
    }

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = value
        return value
