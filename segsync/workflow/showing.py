"""Everything about one segment: account, files, graph, jobs and sizes put together. Reads only."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from msgspec.structs import replace

from segsync.api.client import Client
from segsync.api.results import Flow
from segsync.config import Settings
from segsync.diagnostics import Diagnostic, has_errors
from segsync.errors import ApiError, AuthenticationError, InvalidInputError
from segsync.filterql import format_statement
from segsync.inspection.portrait import Declaration, Origin, Portrait, SizeAt, Standing
from segsync.loader.load import Loaded
from segsync.planning.check import check
from segsync.planning.lineage import Lineage
from segsync.planning.lookup import Found, find_segment
from segsync.planning.planner import build_plan
from segsync.planning.standing import standing, uses
from segsync.segment import DEFAULT_TABLE, Job, LiveSegment, LiveState
from segsync.workflow.account import read_account
from segsync.workflow.files import read_files
from segsync.workflow.plans import plan_options
from segsync.workflow.wishes import Wishes

T = TypeVar("T")


def show(settings: Settings, client: Client, word: str, *, today: date) -> Portrait:
    """Return everything about the segment that a slug, an id or a former slug stands for.

    Errors in the files are no obstacle: then what they say about it is unknown. Raises
    `InvalidInputError` when the word stands for no segment, or for several.
    """
    loaded = read_files(settings)
    tables = {each.segment.table for each in loaded.desired.segments.values()} | {DEFAULT_TABLE}
    live = read_account(settings, client, tables=tables)
    found = find_segment(word, live, loaded.desired.segments)
    if isinstance(found, Diagnostic):
        raise InvalidInputError([found])
    unknown: dict[str, str] = {}
    jobs = _asked(unknown, "jobs", client.jobs)
    if jobs is not None:
        live = replace(live, jobs=jobs)
    portrait = _portrait(settings, loaded, live, found, today=today)
    if found.live is None:
        return replace(portrait, unknown=unknown)
    return _with_surroundings(portrait, client, live, found.live, unknown)


def _portrait(
    settings: Settings, loaded: Loaded, live: LiveState, found: Found, *, today: date
) -> Portrait:
    """Return what account and files say about the segment by themselves."""
    from segsync.filterql.explain import explain  # noqa: PLC0415 - only this command explains

    lineage = Lineage(live)
    segment = found.segment
    statement = segment.definition.statement
    return Portrait(
        account=live.account,
        found_by=found.by,
        segment=segment,
        origin=_origin(found.live) if found.live else None,
        explanation=explain(statement, names=lineage.name_of) if statement else (),
        layout=format_statement(statement) if statement else "",
        declaration=_declaration(settings, loaded, live, found, today=today),
        includes=lineage.ancestors(segment.definition),
        included_by=lineage.dependants(found.live.id) if found.live else (),
    )


def _origin(live: LiveSegment) -> Origin:
    return Origin(
        live.id,
        author_id=live.author_id,
        created=live.created,
        updated=live.updated,
        untouchable=live.untouchable,
        invalid_reason=live.invalid_reason,
    )


def _declaration(
    settings: Settings, loaded: Loaded, live: LiveState, found: Found, *, today: date
) -> Declaration:
    source = found.entry.source if found.entry else None
    if has_errors(loaded.diagnostics):
        return Declaration(
            Standing.UNKNOWN, source, remark="the files have errors: segsync validate tells them"
        )
    if check(loaded.desired, live):
        return Declaration(
            Standing.UNKNOWN, source, remark="the files do not fit the account: see segsync plan"
        )
    options = plan_options(settings, Wishes(today=today))
    return standing(found.live, found.entry, build_plan(loaded.desired, live, options))


def _with_surroundings(
    portrait: Portrait,
    client: Client,
    live: LiveState,
    segment: LiveSegment,
    unknown: dict[str, str],
) -> Portrait:
    """Return the portrait with jobs, flows and sizes, as far as the account tells them."""
    table = segment.segment.table
    told = _asked(unknown, "jobs of the segment", lambda: client.segment_jobs(segment.id))
    # The list of all jobs has them too; alone, this one knows nothing of what includes the segment.
    unknown.pop("jobs of the segment", None)
    jobs = _joined(live.jobs, told) or ()
    flows = [_as_job(each) for each in _asked(unknown, "flows", client.flows) or ()]
    history = _asked(unknown, "history", lambda: client.size_history([segment.id])) or {}
    return replace(
        portrait,
        jobs=uses(segment, portrait.included_by, jobs, live.segments),
        flows=uses(segment, portrait.included_by, flows, live.segments),
        size=_asked(unknown, "size", lambda: client.segment_size(segment.id, table=table)),
        history=tuple(
            SizeAt(f"{each.at:%Y-%m-%dT%H:%M:%SZ}", each.size)
            for each in history.get(segment.id, ())
        ),
        unknown=unknown,
    )


def _as_job(flow: Flow) -> Job:
    """Return a flow in the form in which the uses of segments are found."""
    return Job(flow.id, flow.name, "flow", flow.status, flow.segment_ids, flow.mentions)


def _joined(
    all_jobs: tuple[Job, ...] | None, of_segment: tuple[Job, ...] | None
) -> tuple[Job, ...] | None:
    """Return the jobs of both lists; that of one segment may say no more than ids."""
    if all_jobs is None or of_segment is None:
        return all_jobs or of_segment
    known = {each.id: each for each in all_jobs}
    for each in of_segment:
        job = known.get(each.id, each)
        known[each.id] = replace(job, segment_ids=job.segment_ids | each.segment_ids)
    return tuple(known.values())


def _asked(unknown: dict[str, str], what: str, ask: Callable[[], T]) -> T | None:
    """Return an answer, or None and why there is none; a token that is refused is no detail."""
    try:
        return ask()
    except AuthenticationError:
        raise
    except ApiError as problem:
        unknown[what] = problem.summary
        return None
