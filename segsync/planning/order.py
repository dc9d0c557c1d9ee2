"""The order of the steps: what each must wait for, and the numbers that people see.

A step waits for the changes among all desired ancestors of its segment, through unchanged ones
too. With direct ancestors only, a cycle can exist for a moment: A drops B while B gains A through
an unchanged C. A delete waits for every change to what includes the segment now. Groups come
before the segments that use them and go after those that leave them.
"""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from segsync.graph import ancestors_first, nearest_changed, reversed_edges
from segsync.plan import Action, Change, FieldChange, Kind
from segsync.planning.differ import group_changes, segment_changes
from segsync.planning.draft import Draft
from segsync.planning.identity import Identities, moved_references
from segsync.planning.intent import GroupIntent
from segsync.planning.steps import SegmentSteps, Step, segment_steps


class _Node(Struct, eq=False):
    """A step of either kind on its way to a number."""

    change: Change
    waits: list[object]


def ordered_changes(draft: Draft) -> tuple[Change, ...]:
    """Return the changes that carry out the draft, numbered in an order that keeps it sound."""
    steps = segment_steps(draft)
    _wait_for_ancestors(draft, steps)
    _deletes_wait_for_dependants(draft, steps)
    finals = sorted(steps.final.values(), key=lambda each: each.action is Action.DELETE)
    sequence = [*steps.bridges, *finals]
    staying, going = _group_changes(draft)
    nodes: dict[object, _Node] = {}
    for group, change in staying.items():
        nodes[group] = _Node(change, [])
    for step in sequence:
        change = _segment_change(step, draft.names)
        nodes[step] = _Node(change, [*step.waits, *_groups_of(step, staying)])
    for group, change in going.items():
        nodes[group] = _Node(change, list(_leaving(group, sequence)))
    return _numbered(nodes)


def _group_changes(
    draft: Draft,
) -> tuple[dict[GroupIntent, Change], dict[GroupIntent, Change]]:
    """Return the changes of the groups that stay or come, and of those that go."""
    changes = {each: _group_change(each, each.action) for each in draft.groups if each.action}
    staying = {each: change for each, change in changes.items() if change.after}
    return staying, {each: changes[each] for each in changes if each not in staying}


def _wait_for_ancestors(draft: Draft, steps: SegmentSteps) -> None:
    changing = [
        identity for identity, step in steps.final.items() if step.action is not Action.DELETE
    ]
    if len(changing) < 2:  # noqa: PLR2004 - one change alone waits for nothing
        return
    position = {identity: index for index, identity in enumerate(changing)}
    upstream = nearest_changed(draft.final_edges(), position)
    for identity in changing:
        steps.final[identity].waits.extend(
            steps.final[changing[index]] for index in sorted(upstream[identity])
        )


def _deletes_wait_for_dependants(draft: Draft, steps: SegmentSteps) -> None:
    deleted = [identity for identity, step in steps.final.items() if step.action is Action.DELETE]
    if not deleted:
        return
    dependants = reversed_edges(draft.live_edges())
    for identity in deleted:
        # Each of them changes or goes, or the delete would be blocked.
        steps.final[identity].waits.extend(
            steps.final[each] for each in dependants.get(identity, ())
        )


def _groups_of(step: Step, groups: Iterable[GroupIntent]) -> Iterable[GroupIntent]:
    """Return the groups that must be there, under their new name, before the step."""
    if step.after is None:
        return []
    new = {Action.CREATE, Action.RENAME}
    return [each for each in groups if each.action in new and each.key in step.after.groups]


def _leaving(group: GroupIntent, steps: Iterable[Step]) -> Iterable[Step]:
    """Return the steps that take segments out of the group."""
    return (each for each in steps if each.before and group.key in each.before.groups)


def _numbered(nodes: dict[object, _Node]) -> tuple[Change, ...]:
    order = ancestors_first({key: node.waits for key, node in nodes.items()})
    number = {key: index for index, key in enumerate(order, start=1)}
    return tuple(
        replace(
            nodes[key].change,
            number=number[key],
            waits_for=frozenset(number[each] for each in nodes[key].waits),
        )
        for key in order
    )


def _segment_change(step: Step, names: Identities) -> Change:
    intent, live = step.intent, step.intent.live
    key = step.after.slug if step.after else intent.key
    was = live.key if live else key
    return Change(
        number=0,
        kind=Kind.SEGMENT,
        action=step.action,
        key=key,
        id=live.id if live else None,
        before=step.before,
        after=step.after,
        fields=_segment_fields(step, names),
        previous_key=was if was != key else None,
        bridge=step.bridge,
        follows=step.follows,
        reason=step.reason,
        moves_members=step.moves_members,
        source=intent.source,
    )


def _segment_fields(step: Step, names: Identities) -> tuple[FieldChange, ...]:
    """Return what differs for a person: from the live object, whatever a bridge made of it."""
    live, before, after = step.intent.live, step.before, step.after
    if live is None or before is None or after is None:
        return ()
    if not step.bridge:
        before = live.segment
    if step.moves_members:
        # An INCLUDE of a slug that moved reads the same; the id shows what it meant.
        ids = moved_references(before.definition, after.definition, names)
        before = replace(before, definition=before.definition.repointed(ids))
    return segment_changes(before, after)


def _group_change(intent: GroupIntent, action: Action) -> Change:
    before = intent.live.group if intent.live else None
    was = before.name if before else intent.key
    return Change(
        number=0,
        kind=Kind.GROUP,
        action=action,
        key=intent.key,
        id=intent.live.id if intent.live else None,
        before=before,
        after=intent.target,
        fields=group_changes(before, intent.target) if before and intent.target else (),
        previous_key=was if was != intent.key else None,
        reason=intent.reason,
        source=intent.source,
    )
