"""Whose members a change moves: the audiences that include it, and the jobs that use them."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from segsync.graph import reachable, reversed_edges
from segsync.plan import Change
from segsync.planning.draft import Draft
from segsync.segment import Job, LiveSegment


def jobs_by_segment(
    jobs: Iterable[Job], segments: Iterable[LiveSegment]
) -> dict[str, tuple[Job, ...]]:
    """Return the jobs that use each segment, by segment id.

    A job that only may mean a segment counts as one that uses it: being wrong here holds a delete
    back; not looking would let it through.
    """
    named: dict[str, list[Job]] = {}
    for job in jobs:
        for name in job.names:
            named.setdefault(name, []).append(job)
    by_segment: dict[str, tuple[Job, ...]] = {}
    for each in segments if named else ():
        found = [*named.get(each.id.lower(), ()), *named.get(each.key.lower(), ())]
        if found:
            by_segment[each.id] = tuple(dict.fromkeys(found))
    return by_segment


def with_impact(
    changes: tuple[Change, ...], draft: Draft, jobs: Mapping[str, tuple[Job, ...]]
) -> tuple[Change, ...]:
    """Return the changes with the audiences and exports whose membership they move."""
    if not any(each.moves_members for each in changes):
        return changes
    dependants = reversed_edges(draft.final_edges())
    slugs = draft.final_slugs()
    result = []
    for change in changes:
        if change.id is not None and change.moves_members:
            affected = reachable(dependants, change.id)
            used = [job for each in (change.id, *affected) for job in jobs.get(each, ())]
            change = replace(  # noqa: PLW2901 - the same change, with its impact
                change,
                affects=tuple(slugs[each] for each in affected),
                exports=tuple(
                    dict.fromkeys(
                        f'{each.workflow} "{each.name}"' for each in used if each.is_active
                    )
                ),
            )
        result.append(change)
    return tuple(result)
