"""Makes the plan of a run: files against account."""

from collections.abc import Collection

from msgspec.structs import replace

from segsync.api.client import Client
from segsync.config import Settings
from segsync.diagnostics import Diagnostic, did_you_mean, has_errors, warning
from segsync.errors import ExitCode, InvalidInputError
from segsync.plan import Action, Plan, Refusal
from segsync.planning.check import check
from segsync.planning.matching import match_segments
from segsync.planning.options import PlanOptions
from segsync.planning.planner import build_plan
from segsync.planning.room import check_room
from segsync.planning.trust import unlisted
from segsync.segment import DEFAULT_TABLE, DesiredState, LiveState
from segsync.value import Value
from segsync.workflow.account import read_account
from segsync.workflow.fields import field_problems
from segsync.workflow.files import read_files
from segsync.workflow.refusing import without_forbidden
from segsync.workflow.seen import check_presence
from segsync.workflow.sizing import with_sizes
from segsync.workflow.wishes import Wishes
from segsync.yamlfile.pause import paused_collector


class Planned(Value, frozen=True):
    """A plan and the two states that it was made from."""

    plan: Plan
    desired: DesiredState
    live: LiveState


def make_plan(settings: Settings, client: Client, wishes: Wishes) -> Planned:
    """Read files and account and plan; raises `InvalidInputError` with every problem found."""
    loaded = read_files(settings)
    if has_errors(loaded.diagnostics):
        raise InvalidInputError(loaded.diagnostics)
    with paused_collector():
        live = read_account(settings, client, tables=_tables(loaded.desired))
        check_presence(settings, live, wishes.allow)
        matched = match_segments(loaded.desired.segments, live.segments)
        problems = check(loaded.desired, live, matched=matched)
        # The account has answered what the files alone left open, or `check` complains.
        told = tuple(each for each in loaded.diagnostics if each.code != "include-not-in-files")
        told += _idle_allowances(wishes, loaded.desired)
        if problems:
            raise InvalidInputError((*told, *problems))
        options = plan_options(settings, wishes)
        plan = build_plan(loaded.desired, live, options, matched=matched)
        told += tuple(check_room(plan, live))
        if wishes.sends:
            told += field_problems(settings, client, plan, loaded.desired)
            if has_errors(told):
                raise InvalidInputError(told)
        if _jobs_matter(plan):
            live = replace(live, jobs=client.jobs())
            plan = build_plan(loaded.desired, live, options, matched=matched)
        doubts = list_disagrees(client, plan, live)
    plan = with_sizes(
        plan,
        loaded.desired.segments,
        live,
        settings=settings,
        client=client,
        wishes=wishes,
    )
    refusals = (*plan.refusals, *doubts)
    refusals = tuple(without_forbidden(settings, refusals))
    return Planned(replace(plan, diagnostics=told, refusals=refusals), loaded.desired, live)


def _idle_allowances(wishes: Wishes, desired: DesiredState) -> tuple[Diagnostic, ...]:
    """Return a warning for each size that is allowed to a segment which no file declares."""
    return tuple(
        warning(
            "idle-allowance",
            f"--allow-size-change {slug} allows nothing: the files declare no such segment",
            detail=did_you_mean(slug, desired.segments),
        )
        for slug in wishes.allow.size_changes
        if slug not in desired.segments
    )


def plan_options(settings: Settings, wishes: Wishes) -> PlanOptions:
    """Return what the planner is told: the settings, and what was asked of this run."""
    return PlanOptions(
        tag=settings.tag,
        today=wishes.today,
        prune=settings.prune,
        limits=settings.limits,
        allow=wishes.allow,
        reevaluate=wishes.reevaluate,
    )


def _tables(desired: DesiredState) -> Collection[str]:
    return {each.segment.table for each in desired.segments.values()} | {DEFAULT_TABLE}


def _jobs_matter(plan: Plan) -> bool:
    """Return whether exports have to be known: a segment goes, or its members move."""
    return any(each.moves_members for each in plan.changes)


def list_disagrees(client: Client, plan: Plan, live: LiveState) -> tuple[Refusal, ...]:
    """Return the refusal to delete by a list that the account contradicts, table by table."""
    if not any(each.action is Action.DELETE for each in plan.changes):
        return ()
    tables = sorted({each.segment.table for each in live.segments} | {DEFAULT_TABLE})
    return unlisted(
        live, (each for table in tables for each in client.segments_of_table(table, {}))
    )


def plan_exit_code(plan: Plan, *, detailed: bool) -> ExitCode:
    """Return the exit code for a plan that was only shown; `detailed` tells changes by it."""
    if plan.is_refused:
        return ExitCode.REFUSED
    return ExitCode.CHANGES if detailed and plan.changes else ExitCode.OK
