"""What the surroundings of segments forbid: who includes them, who uses them, what they need."""

from collections import Counter
from collections.abc import Iterator

from segsync.graph import find_cycles, reversed_edges
from segsync.plan import Action
from segsync.planning.draft import Draft
from segsync.planning.findings import (
    Finding,
    Surroundings,
    forbid,
    forbid_protected,
    forbid_pruning,
    listed,
)
from segsync.planning.identity import references
from segsync.planning.intent import SegmentIntent
from segsync.planning.matching import STEP_ASIDE
from segsync.segment import LiveSegment


def _deletes(draft: Draft) -> Iterator[tuple[SegmentIntent, LiveSegment]]:
    return (
        (each, each.live) for each in draft.active() if each.live and each.action is Action.DELETE
    )


def unwanted_deletes(draft: Draft, around: Surroundings) -> Iterator[Finding]:
    """Forbid to delete what is protected, Lytics' own, or half-way through a rename.

    While prune is off nothing is deleted at all, so nothing else has to be told about a delete.
    """
    for intent, live in _deletes(draft):
        if not around.prune:
            yield forbid_pruning(intent)
        elif live.segment.protected:
            yield forbid_protected(intent)
        elif live.untouchable:
            yield forbid(intent, "untouchable", f"it is {live.untouchable}", "leave it to Lytics")
        elif intent.key.endswith(STEP_ASIDE):
            yield forbid(
                intent,
                "half-renamed",
                "an interrupted rename left it under this slug, and no file entry can take it",
                "run an interrupted rollback again, or rename or delete it by hand in the"
                " Lytics UI",
            )


def deletes_in_use(draft: Draft, around: Surroundings) -> Iterator[Finding]:
    """Forbid to delete what an active job uses."""
    for intent, live in _deletes(draft):
        jobs = [each for each in around.jobs.get(live.id, ()) if each.is_active]
        if jobs:
            names = listed([f'{each.workflow} "{each.name}"' for each in jobs])
            count = f"{len(jobs)} active job" + ("s" if len(jobs) > 1 else "")
            yield forbid(
                intent,
                "in-use",
                f"used by {count}: {names}",
                "stop the job first, or keep the segment",
            )


def included_deletes(draft: Draft, _: Surroundings) -> Iterator[Finding]:
    """Forbid to delete what a remaining segment includes."""
    deletes = tuple(_deletes(draft))
    if not deletes:
        return
    dependants = reversed_edges(draft.final_edges())
    slugs = draft.final_slugs()
    for intent, live in deletes:
        users = sorted({slugs[each] for each in dependants.get(live.id, ())})
        if users:
            yield forbid(
                intent,
                "included",
                f"still included by {listed(users)}",
                "remove the INCLUDE first, or keep the segment",
            )


def renames_with_stuck_dependants(draft: Draft, around: Surroundings) -> Iterator[Finding]:
    """Forbid to rename what others include by slug that may not be rewritten."""
    renames = draft.renames()
    if not renames:
        return
    stuck: dict[str, set[str]] = {}
    for intent in draft.segments.values():
        if intent.live and not _can_follow(intent, intent.live, around):
            for slug in draft.named_renames(intent.live, renames).values():
                stuck.setdefault(slug, set()).add(intent.live.key)
    for intent in draft.active():
        if intent.is_rename and intent.live and intent.live.key in stuck:
            users = listed(sorted(stuck[intent.live.key]))
            yield forbid(
                intent,
                "dependant-cannot-follow",
                f"included by slug in {users}, which this run may not rewrite",
                "bring it into the files or change its INCLUDE to the id, then rename",
            )


def _can_follow(intent: SegmentIntent, live: LiveSegment, around: Surroundings) -> bool:
    """Return whether a dependant may be rewritten to follow a rename: it is ours, or becomes so.

    A file entry that stands for it and has no target is blocked or frozen.
    """
    if live.untouchable or live.segment.definition.filter is None:
        return False
    if intent.action is not None:
        return True
    return live.segment.owned and (intent.target is not None or live.id not in around.managed_ids)


def taken_slugs(draft: Draft, _: Surroundings) -> Iterator[Finding]:
    """Forbid to give a slug to a segment that another one keeps."""
    holders = Counter(draft.final_slugs().values())
    for intent in draft.active():
        newcomer = intent.live is None or intent.is_rename
        if newcomer and holders[intent.key] > 1:
            yield forbid(
                intent,
                "slug-taken",
                f"another segment keeps the slug {intent.key}",
                "unblock the other one first, or choose another slug_name",
            )


def unresolvable_references(draft: Draft, _: Surroundings) -> Iterator[Finding]:
    """Forbid definitions that include what will not be there under that slug."""
    slugs = draft.final_slugs()
    for intent in draft.active():
        if intent.target is None or not intent.redefined:
            continue
        for reference in references(intent.target.definition):
            identity = draft.names.desired(reference)
            if identity != reference and slugs.get(identity) != reference:
                yield forbid(
                    intent,
                    "needs-blocked",
                    f"it includes {reference}, which will not be there",
                    f"unblock {reference} first",
                )
                break


def closed_cycles(draft: Draft, _: Surroundings) -> Iterator[Finding]:
    """Forbid definitions that would close a cycle with what stays as it is."""
    new = {each.identity for each in draft.active() if each.redefined}
    if not new:
        return
    slugs = draft.final_slugs()
    for cycle in find_cycles(draft.final_edges(), new):
        shown = " -> ".join(slugs[each] for each in cycle)
        for node in (each for each in cycle[1:] if each in new):
            yield forbid(
                draft.segments[node],
                "cycle",
                f"with what stays as it is, it would close the cycle {shown}",
                "break the cycle, or unblock the others first",
            )
