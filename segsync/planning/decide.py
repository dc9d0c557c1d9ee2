"""An intent or a block for every object of both states, each looked at by itself."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from segsync.plan import Action, Blocked, Kind
from segsync.planning.draft import Draft
from segsync.planning.identity import Identities, identities
from segsync.planning.intent import (
    ABSENT,
    REMOVED,
    GroupIntent,
    SegmentIntent,
    intend_group,
    intend_segment,
    under_freeze,
)
from segsync.planning.matching import Live, Matching
from segsync.planning.options import PlanOptions
from segsync.segment import DesiredGroup, DesiredSegment, LiveGroup, LiveSegment, LiveState

_KEY = {Kind.SEGMENT: "slug", Kind.GROUP: "name"}


def group_intents(
    desired: Mapping[str, DesiredGroup], matching: Matching[LiveGroup], options: PlanOptions
) -> tuple[tuple[GroupIntent, ...], tuple[Blocked, ...]]:
    """Return the intents of all groups, and what is blocked."""
    intents: list[GroupIntent] = []
    blocked: list[Blocked] = []
    for name, entry in desired.items():
        live = matching.pairs[name]
        decision = _unclear(Kind.GROUP, entry, matching) or _decide_group(entry, live, options)
        if isinstance(decision, Blocked):
            blocked.append(decision)
            decision = GroupIntent(None, live, None)
        if decision.live or decision.action:
            intents.append(decision)
    successors = _successors(desired, blocked)
    for other in matching.others:
        obstacle = _undeletable(Kind.GROUP, other.key, matching, successors)
        action = _removal(obstacle, blocked, options) if other.group.owned else None
        intents.append(GroupIntent(action, other, None, REMOVED if action else ""))
    return tuple(intents), tuple(blocked)


def _decide_group(
    entry: DesiredGroup, live: LiveGroup | None, options: PlanOptions
) -> GroupIntent | Blocked:
    if not entry.absent:
        return intend_group(entry, live, adopt=options.allow.adopt)
    if live is None:
        return GroupIntent(None, None, None)
    if not live.group.owned:
        return _not_owned_to_delete(Kind.GROUP, entry, options)
    return GroupIntent(Action.DELETE, live, None, ABSENT, entry.source)


def with_new_group_names(live: LiveState, groups: Iterable[GroupIntent]) -> LiveState:
    """Return the live state with segments in the groups' new names, so that they compare equal."""
    renamed = {
        each.live.key: each.target.name
        for each in groups
        if each.live and each.target and each.live.key != each.target.name
    }
    if not renamed:
        return live
    segments = tuple(
        replace(
            each,
            segment=replace(
                each.segment,
                groups=frozenset(renamed.get(name, name) for name in each.segment.groups),
            ),
        )
        for each in live.segments
    )
    return replace(live, segments=segments)


def first_draft(
    desired: Mapping[str, DesiredSegment],
    live: LiveState,
    matching: Matching[LiveSegment],
    groups: tuple[GroupIntent, ...],
    options: PlanOptions,
) -> tuple[Draft, tuple[Blocked, ...]]:
    """Return the intents of all segments, and what is blocked."""
    names = identities(live, matching.pairs)
    segments: dict[str, SegmentIntent] = {}
    blocked: list[Blocked] = []
    for slug, entry in desired.items():
        found = matching.pairs[slug]
        decision = _unclear(Kind.SEGMENT, entry, matching) or _decide_segment(
            entry, found, names, options
        )
        if isinstance(decision, Blocked):
            blocked.append(decision)
            decision = SegmentIntent(names.desired(slug), None, found, None)
        if decision.live or decision.action:
            segments[decision.identity] = decision
    successors = _successors(desired, blocked)
    for other in matching.others:
        obstacle = _undeletable(Kind.SEGMENT, other.key, matching, successors)
        action = _removal(obstacle, blocked, options) if other.segment.owned else None
        segments[other.id] = SegmentIntent(other.id, action, other, None, REMOVED if action else "")
    return Draft(names, segments, groups), tuple(blocked)


def _decide_segment(
    entry: DesiredSegment, live: LiveSegment | None, names: Identities, options: PlanOptions
) -> SegmentIntent | Blocked:
    if not entry.absent:
        decision = intend_segment(entry, live, names=names, adopt=options.allow.adopt)
    elif live is not None and not live.segment.owned:
        decision = _not_owned_to_delete(Kind.SEGMENT, entry, options)
    else:
        action, reason = (Action.DELETE, ABSENT) if live else (None, "")
        identity = names.desired(entry.key)
        decision = SegmentIntent(identity, action, live, None, reason, entry.source)
    # With prune off nothing is deleted, so no freeze has to hold a delete.
    if isinstance(decision, Blocked) or (entry.absent and not options.prune):
        return decision
    return under_freeze(entry, decision, options.today)


def _not_owned_to_delete(
    kind: Kind, entry: DesiredGroup | DesiredSegment, options: PlanOptions
) -> Blocked:
    """Return the block, which holds nothing while prune is off: nothing is deleted anyway."""
    return Blocked(
        kind,
        Action.DELETE,
        entry.key,
        "not-owned",
        "it is not managed here",
        "adopt it first, with state: present and adopt: true",
        holds=options.prune,
        source=entry.source,
    )


def _unclear(
    kind: Kind, entry: DesiredGroup | DesiredSegment, matching: Matching[Live]
) -> Blocked | None:
    """Return why it is not clear which live object the entry stands for, or None."""
    live = matching.pairs[entry.key]
    for key in (entry.key, live.key if live else entry.key):
        if key in matching.ambiguous:
            return replace(_ambiguous(kind, key), key=entry.key, source=entry.source)
    if entry.key in matching.undecided:
        return Blocked(
            kind,
            Action.RENAME,
            entry.key,
            "unclear-rename",
            matching.undecided[entry.key],
            "rename in one pull request and change definitions in the next; after a rename,"
            " remove previously",
            source=entry.source,
        )
    return None


def _successors(
    desired: Mapping[str, DesiredGroup] | Mapping[str, DesiredSegment], blocked: Iterable[Blocked]
) -> dict[str, str]:
    """Return by earlier key the blocked entries that may stand for what has that key."""
    return {earlier: each.key for each in blocked for earlier in desired[each.key].previously}


def _removal(
    obstacle: Blocked | None, blocked: list[Blocked], options: PlanOptions
) -> Action | None:
    """Return what is done with something of ours that is gone from the files; tell an obstacle.

    With prune off the delete is held back anyway, and nothing else about it matters.
    """
    if obstacle is None or not options.prune:
        return Action.DELETE
    blocked.append(obstacle)
    return None


def _undeletable(
    kind: Kind, key: str, matching: Matching[Live], successors: Mapping[str, str]
) -> Blocked | None:
    """Return why something that no file entry stands for must stay, or None."""
    if key in matching.ambiguous:
        return replace(_ambiguous(kind, key), action=Action.DELETE)
    if key in successors:
        return Blocked(
            kind,
            Action.DELETE,
            key,
            "needs-blocked",
            f"it may be what {successors[key]} was before, which is blocked",
            f"unblock {successors[key]} first",
        )
    return None


def _ambiguous(kind: Kind, key: str) -> Blocked:
    return Blocked(
        kind,
        Action.UPDATE,
        key,
        f"ambiguous-{_KEY[kind]}",
        f"the account has several {kind}s with the {_KEY[kind]} {key}",
        "rename or delete all but one in the Lytics UI",
    )
