"""Takes a saved plan up again, as long as it fits the account and is what segsync would plan."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from segsync.api.client import Client
from segsync.config import Settings
from segsync.diagnostics import Location, error
from segsync.errors import InvalidInputError, StalePlanError, UnsafePlanError, WrongAccountError
from segsync.plan import Action, Plan
from segsync.planning.absence import fewer
from segsync.planning.options import PlanOptions
from segsync.planning.replanning import differences, forbidden_now, plan_again
from segsync.planning.size_rules import size_refusals
from segsync.planning.staleness import what_moved
from segsync.planning.trust import inconsistencies
from segsync.segment import DEFAULT_TABLE, LiveState, Segment
from segsync.workflow.account import read_account
from segsync.workflow.plans import list_disagrees
from segsync.workflow.refusing import blocked_told, refuse, without_forbidden
from segsync.workflow.seen import check_presence
from segsync.yamlfile.pause import paused_collector

_SHOWN = 5
# A plan of ten thousand changes has some thirty.
_MOST_BYTES = 256 * 1024 * 1024


def load_saved_plan(settings: Settings, client: Client, file: Path) -> tuple[Plan, LiveState]:
    """Return the plan of a file that `plan --out` wrote, and what the account has now.

    Raises `InvalidInputError` when the file is damaged or says what segsync would not,
    `WrongAccountError` when it was made for another account, `StalePlanError` when what it touches
    or includes has changed since, `UnsafePlanError` when it was edited to do what a rule forbids.
    The limits are those of now, and what the plan breaks of them is in its refusals.
    """
    from segsync.planfile import load as load_plan  # noqa: PLC0415 - few runs need the schema

    # What is no text is no plan: the strict reading that follows says so.
    plan = load_plan(_text(file), path=str(file))
    _refuse_inconsistent(inconsistencies(plan), file)
    if plan.tag != settings.tag:
        message = f'the plan marks with the tag "{plan.tag}", segsync.yaml says "{settings.tag}"'
        raise StalePlanError(message)
    live = check_plan_fits(settings, client, plan)
    with paused_collector():
        return _believed(settings, plan, live, file), live


def _text(file: Path) -> str:
    """Return what the file holds; raise `InvalidInputError` when it does not end, as a device."""
    with file.open("rb") as stream:
        raw = stream.read(_MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES:
        summary = f"the file is larger than any plan: more than {_MOST_BYTES // 2**20} MiB"
        detail = "Make it again: segsync plan --out plan.json"
        at = Location(str(file))
        raise InvalidInputError([error("plan-too-large", summary, detail=detail, at=at)])
    return raw.decode("utf-8", errors="replace")


def _believed(settings: Settings, plan: Plan, live: LiveState, file: Path) -> Plan:
    """Return the plan with the limits that it breaks now; raise when segsync would not make it."""
    options = PlanOptions(
        tag=settings.tag,
        # What a saved plan wants has no freeze, so that no day matters.
        today=date.min,
        prune=settings.prune,
        limits=settings.limits,
        allow=plan.allowed,
    )
    again = plan_again(plan, live, options)
    refuse([blocked_told(each) for each in forbidden_now(plan, again)])
    _refuse_inconsistent(differences(plan, again), file)
    known = {each.rule for each in plan.refusals}
    more = [each for each in again.refusals if each.rule not in known]
    told = {(each.rule, each.reason.partition(":")[0]) for each in plan.refusals}
    sizes = size_refusals(plan, settings.limits, plan.allowed)
    more += [each for each in sizes if (each.rule, each.reason.partition(":")[0]) not in told]
    return replace(plan, refusals=tuple(without_forbidden(settings, (*plan.refusals, *more))))


def _refuse_inconsistent(wrong: Sequence[str], file: Path) -> None:
    if not wrong:
        return
    summary = "the plan says what no plan of segsync says"
    detail = "\n".join(wrong[:_SHOWN])
    raise InvalidInputError(
        [error("plan-inconsistent", summary, detail=detail, at=Location(str(file)))]
    )


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
        lacking = fewer(
            plan.live,
            len(live.segments) + len(live.groups),
            limits=settings.limits,
            allow=plan.allowed,
        )
        refuse([lacking] if lacking else [])
        check_presence(settings, live, plan.allowed)
        if any(each.action is Action.DELETE for each in plan.changes):
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
