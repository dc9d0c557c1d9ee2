"""Reads a plan as what somebody did to the account."""

from segsync.errors import ExitCode
from segsync.plan import Plan
from segsync.planning.drift import as_drift, unhealthy
from segsync.report.facts import DriftFacts, LastChange
from segsync.workflow.plans import Planned


def find_drift(planned: Planned) -> tuple[Plan, DriftFacts]:
    """Return what differs in the account, accepted differences set apart."""
    plan = as_drift(planned.plan)
    last_changes = {
        each.id: LastChange(each.updated, each.author_id) for each in planned.live.segments
    } | {each.id: LastChange(each.updated, each.author) for each in planned.live.groups}
    touched = {each.id for each in plan.changes}
    facts = DriftFacts(
        changed={key: each for key, each in last_changes.items() if key in touched},
        accepted=plan.accepted,
        unhealthy=tuple(unhealthy(planned.live)),
    )
    return plan, facts


def drift_exit_code(plan: Plan, drift: DriftFacts) -> ExitCode:
    """Return the exit code for drift that was told; what the files accept is none."""
    differs = plan.changes or plan.blocked or drift.unhealthy
    return ExitCode.CHANGES if differs else ExitCode.OK
