"""How one segment stands to the files, read off a plan; and which jobs use it."""

from collections.abc import Iterable, Iterator, Sequence

from segsync.inspection.portrait import Declaration, Relative, Standing, Use
from segsync.plan import Action, Blocked, Change, Kind, Plan
from segsync.planning.impact import jobs_by_segment
from segsync.segment import DesiredSegment, Job, LiveSegment

_STANDINGS = {
    Action.CREATE: Standing.TO_CREATE,
    Action.DELETE: Standing.TO_DELETE,
    Action.ADOPT: Standing.EQUAL,
}


def standing(live: LiveSegment | None, entry: DesiredSegment | None, plan: Plan) -> Declaration:
    """Return what the files say about a segment that one of the two states has."""
    source = entry.source if entry else None
    keys = {each.key for each in (live, entry) if each is not None}
    change = next((each for each in plan.changes if _is_about(each, live, keys)), None)
    if change is not None:
        return Declaration(
            _STANDINGS.get(change.action, Standing.DIFFERENT),
            source,
            fields=change.fields,
            remark=change.reason if change.action is Action.ADOPT else _followed(change),
        )
    blocked = next(
        (each for each in plan.blocked if each.kind is Kind.SEGMENT and each.key in keys), None
    )
    if blocked is not None:
        return Declaration(Standing.BLOCKED, source, remark=_why(blocked))
    if entry is None or entry.absent:
        return Declaration(Standing.NOT_DECLARED, source)
    return Declaration(Standing.EQUAL, source, remark="; ".join(_accepted(plan, entry)))


def _is_about(change: Change, live: LiveSegment | None, keys: Iterable[str]) -> bool:
    """Return whether a change, other than a step on the way, is about the segment."""
    if change.kind is not Kind.SEGMENT or change.bridge or change.action is Action.REEVALUATE:
        return False
    return change.id == live.id if live else change.id is None and change.key in keys


def _followed(change: Change) -> str:
    return f"it follows the new slug of {', '.join(change.follows)}" if change.follows else ""


def _why(blocked: Blocked) -> str:
    way_out = f"; {blocked.way_out}" if blocked.way_out else ""
    return f"{blocked.action}: {blocked.reason}{way_out}"


def _accepted(plan: Plan, entry: DesiredSegment) -> Iterator[str]:
    for each in plan.accepted:
        if each.key == entry.key:
            why = f": {each.reason}" if each.reason else ""
            yield f"drift in {', '.join(each.fields)} is accepted until {each.until}{why}"


def uses(
    live: LiveSegment,
    dependants: Iterable[Relative],
    jobs: Iterable[Job],
    segments: Sequence[LiveSegment],
) -> tuple[Use, ...]:
    """Return the jobs that use a segment, or one that includes it, each once; active ones first."""
    by_segment = jobs_by_segment(jobs, segments)
    found: dict[str, Use] = {}
    ways = [(live.id, ""), *((each.id, each.key) for each in dependants if each.id)]
    for segment_id, through in ways:
        for job in by_segment.get(segment_id, ()):
            found.setdefault(job.id, _use(job, segment_id, through))
    return tuple(sorted(found.values(), key=_order))


def _use(job: Job, segment_id: str, through: str) -> Use:
    return Use(
        job.id,
        job.name,
        job.workflow,
        job.status,
        is_active=job.is_active,
        is_certain=segment_id.lower() in {each.lower() for each in job.segment_ids},
        through=through,
    )


def _order(use: Use) -> tuple[bool, str, str, str]:
    return not use.is_active, use.through, use.workflow, use.name
