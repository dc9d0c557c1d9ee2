"""Whether a saved plan still fits the account: everything it touches or includes is as it was."""

from collections.abc import Iterator

from segsync.plan import Action, Change, Kind, Plan
from segsync.planning.fingerprint import fingerprint
from segsync.planning.identity import group_names, identities, references
from segsync.planning.impact import jobs_by_segment
from segsync.segment import LiveState, Segment


def what_moved(plan: Plan, live: LiveState) -> tuple[str, ...]:
    """Return in words what no longer is as the plan saw it; nothing when the plan still fits.

    Objects that the plan neither touches nor includes may change as they like, unless they now
    stand in its way: under a slug or name that it gives, in a group or with an INCLUDE of a
    segment that it takes away, or as a job that uses one. Jobs count when `live` has them.
    """
    return (
        *_changed(plan, live),
        *_newly_there(plan, live),
        *_groups_gone(plan, live),
        *_newly_using(plan, live),
        *_newly_exported(plan, live),
    )


def _changed(plan: Plan, live: LiveState) -> Iterator[str]:
    digests = {each.id: fingerprint(each.segment) for each in live.segments}
    digests |= {each.id: fingerprint(each.group) for each in live.groups}
    names = {each.id: f"segment {each.key}" for each in live.segments}
    names |= {each.id: f"group {each.key}" for each in live.groups}
    planned = {each.id: _name(each) for each in reversed(plan.changes)}
    for identity, digest in plan.fingerprints.items():
        if identity not in names:
            yield f"{planned.get(identity, 'an included segment')} was deleted ({identity})"
        elif digests[identity] != digest:
            yield f"{names[identity]} was changed"


def _newly_there(plan: Plan, live: LiveState) -> Iterator[str]:
    """Return what holds a key that the plan gives, other than what the plan moves away from it."""
    held = {(Kind.SEGMENT, each.key) for each in live.segments if each.id not in plan.fingerprints}
    held |= {(Kind.GROUP, each.key) for each in live.groups if each.id not in plan.fingerprints}
    for change in plan.changes:
        if change.action in {Action.CREATE, Action.RENAME} and (change.kind, change.key) in held:
            yield f"{change.kind} {change.key} is now in the account"


def _groups_gone(plan: Plan, live: LiveState) -> Iterator[str]:
    """Return the groups that segments are put into, and that are not there under that name."""
    there = {each.id: each.key for each in live.groups}
    written = [each.after for each in plan.changes if isinstance(each.after, Segment)]
    needed = {name: plan.group_ids.get(name) for each in written for name in each.groups}
    for name, identity in sorted(needed.items()):
        if not identity or identity in plan.fingerprints:
            continue
        if identity not in there:
            yield f"group {name} was deleted ({identity})"
        elif there[identity] != name:
            yield f"group {name} was renamed to {there[identity]}"


def _newly_using(plan: Plan, live: LiveState) -> Iterator[str]:
    """Return what uses something that the plan takes away; the plan knew of nothing that did."""
    gone = {each.id for each in plan.changes if each.action is Action.DELETE}
    renamed = {each.id for each in plan.changes if each.action is Action.RENAME}
    names = identities(live, {})
    groups = {name for each in live.groups if each.id in gone for name in group_names(each)}
    for each in live.segments if gone or renamed else ():
        if each.id in plan.fingerprints:
            continue
        for reference in references(each.segment.definition, names.all):
            target = names.live(reference)
            if target in gone or (target in renamed and target != reference):
                yield f"segment {each.key} includes {reference} now"
        for group in sorted(each.segment.groups & groups):
            yield f"segment {each.key} is in group {group} now"


def _newly_exported(plan: Plan, live: LiveState) -> Iterator[str]:
    """Return the active jobs that use a segment that the plan deletes."""
    gone = {each.id for each in plan.changes if each.action is Action.DELETE}
    going = [each for each in live.segments if each.id in gone]
    users = jobs_by_segment(live.jobs or (), going)
    for each in going:
        for job in (user for user in users.get(each.id, ()) if user.is_active):
            yield f'segment {each.key} is used by {job.workflow} "{job.name}" now'


def _name(change: Change) -> str:
    return f"{change.kind} {change.previous_key or change.key}"
