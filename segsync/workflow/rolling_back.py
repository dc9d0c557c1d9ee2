"""Makes the plan that undoes an earlier run, from its journal and the account as it is now."""

from pathlib import Path

from msgspec.structs import replace

from segsync.api.client import Client
from segsync.config import Settings
from segsync.diagnostics import Location, error
from segsync.errors import InvalidInputError, WrongAccountError
from segsync.journal import find_runs, read_run
from segsync.plan import Plan
from segsync.planning.check import check
from segsync.planning.planner import build_plan
from segsync.planning.undoing.effects import Effect
from segsync.planning.undoing.undo import undo
from segsync.segment import DEFAULT_TABLE, Segment
from segsync.workflow.account import origin_of, read_account
from segsync.workflow.applying import Ready
from segsync.workflow.places import journals_of
from segsync.workflow.plans import list_disagrees, plan_options
from segsync.workflow.recovering import plan_of
from segsync.workflow.refusing import without_forbidden
from segsync.workflow.seen import check_presence
from segsync.workflow.sizing import with_sizes
from segsync.workflow.wishes import Wishes

_GONE_SINCE = "It went after the run: roll back first what took it away, or make it again."


def plan_rollback(settings: Settings, client: Client, wishes: Wishes, *, name: str) -> Ready:
    """Return the plan that undoes the run of this name, or of the only one that begins so.

    Raises `InvalidInputError` when there is no such run, when something of it is still in flight,
    or when what it would restore does not fit the account, `JournalError` when its journal cannot
    be read, `WrongAccountError` when it wrote to another account.
    """
    path = journal_of(settings, name)
    run = read_run(path)
    plan = plan_of(run)
    if run.in_flight:
        summary = f"run {run.head.run} has changes in flight, and nobody knows what became of them"
        detail = (
            f"segsync rollback {name} without --out settles them first, and asks before it writes."
        )
        raise InvalidInputError([error("run-in-flight", summary, detail=detail)])
    tables = {each.before.table for each in plan.changes if isinstance(each.before, Segment)}
    live = read_account(settings, client, tables=tables | {DEFAULT_TABLE})
    check_presence(settings, live, wishes.allow)
    if (run.head.origin, run.head.aid) != (origin_of(settings), live.account.aid):
        message = (
            f"run {run.head.run} wrote to account {run.head.aid} at {run.head.origin},"
            f" and this is account {live.account.aid} at {origin_of(settings)}"
        )
        raise WrongAccountError(message)
    effects = [
        Effect(change, done)
        for change in plan.changes
        if (done := run.took_effect(change.number)) is not None
    ]
    doubtful = [
        Effect(change, run.id_of(change.number) or "")
        for change in plan.changes
        if run.is_in_doubt(change.number)
    ]
    source = Location(path.relative_to(settings.root).as_posix())
    undoing = undo(effects, live, source=source, doubtful=doubtful, group_ids=plan.group_ids)
    problems = check(undoing.desired, live, matched=undoing.matched)
    if problems:
        raise InvalidInputError(
            [
                replace(each, detail=_GONE_SINCE) if each.code == "include-missing" else each
                for each in problems
            ]
        )
    live = replace(live, jobs=client.jobs())
    made = with_sizes(
        build_plan(
            undoing.desired,
            live,
            plan_options(settings, wishes),
            matched=undoing.matched,
            matched_groups=undoing.matched_groups,
        ),
        undoing.desired.segments,
        live,
        settings=settings,
        client=client,
        wishes=wishes,
    )
    blocked = (*undoing.conflicts, *made.blocked)
    refusals = tuple(
        without_forbidden(settings, (*made.refusals, *list_disagrees(client, made, live)))
    )
    return Ready(
        replace(_telling(made), blocked=blocked, refusals=refusals, diagnostics=undoing.notes),
        live,
    )


def _telling(plan: Plan) -> Plan:
    """Return the plan with reasons that speak of the run and not of files."""
    changes = tuple(
        replace(each, reason="the run deleted it; it gets a new id")
        if each.before is None
        else replace(each, reason="the run created it")
        if each.after is None
        else each
        for each in plan.changes
    )
    return replace(plan, changes=changes)


def journal_of(settings: Settings, name: str) -> Path:
    """Return the journal of a run; raise `InvalidInputError` when there is not exactly one."""
    found = find_runs(journals_of(settings), name)
    if len(found) != 1:
        summary = f'{len(found)} runs begin with "{name}"' if found else f'there is no run "{name}"'
        detail = "segsync history lists the runs."
        raise InvalidInputError([error("no-run", summary, detail=detail)])
    return found[0]
