"""Takes a saved plan up again, as long as it fits the account."""

from dataclasses import replace
from pathlib import Path

from segsync.api.client import Client
from segsync.config import Settings
from segsync.diagnostics import Location, error
from segsync.errors import InvalidInputError, StalePlanError, UnsafePlanError, WrongAccountError
from segsync.plan import Action, Plan
from segsync.planning.staleness import what_moved
from segsync.planning.trust import inconsistencies
from segsync.segment import DEFAULT_TABLE, LiveState, Segment
from segsync.workflow.account import read_account
from segsync.workflow.plans import list_disagrees
from segsync.yamlfile.pause import paused_collector


def load_saved_plan(settings: Settings, client: Client, file: Path) -> tuple[Plan, LiveState]:
    """Return the plan of a file that `plan --out` wrote, and what the account has now.

    Raises `InvalidInputError` when the file is damaged, `WrongAccountError` when it was made for
    another account, `StalePlanError` when what it touches or includes has changed since.
    """
    from segsync.planfile import load as load_plan  # noqa: PLC0415 - few runs need the schema

    # What is no text is no plan: the strict reading that follows says so.
    plan = load_plan(file.read_text(encoding="utf-8", errors="replace"), path=str(file))
    wrong = inconsistencies(plan)
    if wrong:
        summary = "the plan says what no plan of segsync says"
        raise InvalidInputError(
            [error("plan-inconsistent", summary, detail="\n".join(wrong), at=Location(str(file)))]
        )
    if plan.tag != settings.tag:
        message = f'the plan marks with the tag "{plan.tag}", segsync.yaml says "{settings.tag}"'
        raise StalePlanError(message)
    return plan, check_plan_fits(settings, client, plan)


def check_plan_fits(settings: Settings, client: Client, plan: Plan) -> LiveState:
    """Return what the account has now; raise as `load_saved_plan` when the plan does not fit it."""
    tables = {each.after.table for each in plan.changes if isinstance(each.after, Segment)}
    with paused_collector():
        live = read_account(settings, client, tables=tables | {DEFAULT_TABLE})
        if live.account.aid != plan.account.aid:
            message = (
                f"the plan was made for account {plan.account.aid},"
                f" and the token belongs to account {live.account.aid}"
            )
            raise WrongAccountError(message)
        if plan.counted(Action.DELETE):
            live = replace(live, jobs=client.jobs())
        moved = what_moved(plan, live)
        doubts = list_disagrees(client, plan, live)
    if doubts:
        message = f"{doubts[0].reason}. Nothing was written."
        raise UnsafePlanError(
            message, diagnostics=[error(each.rule, each.reason) for each in doubts]
        )
    if moved:
        listed = "\n".join(f"  - {each}" for each in moved)
        message = (
            f"the account has changed since the plan was made:\n{listed}\n"
            "Nothing was written. Make a new plan and review it."
        )
        raise StalePlanError(message, diagnostics=[error("account-moved", each) for each in moved])
    return live
