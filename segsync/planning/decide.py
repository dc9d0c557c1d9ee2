"""An intent or a block for every object of both states, each looked at by itself."""

from collections.abc import Iterable
from dataclasses import replace

from segsync.plan import Action, Blocked, Kind
from segsync.planning.draft import Draft
from segsync.planning.identity import identities
from segsync.planning.intent import (
    ABSENT,
    REMOVED,
    GroupIntent,
    SegmentIntent,
    frozen,
    intend_group,
    intend_segment,
)
from segsync.planning.matching import Matching
from segsync.planning.options import PlanOptions
from segsync.segment import (
    DesiredGroup,
    DesiredSegment,
    DesiredState,
    LiveGroup,
    LiveSegment,
    LiveState,
)


def group_intents(
    desired: DesiredState, matching: Matching, options: PlanOptions
) -> tuple[tuple[GroupIntent, ...], tuple[Blocked, ...]]:
    """Return the intents of all groups, and what is blocked."""
    intents: list[GroupIntent] = []
    blocked: list[Blocked] = []
    for name, entry in desired.groups.items():
        decision = _decide_group(entry, matching.groups[name], matching, options)
        if isinstance(decision, Blocked):
            blocked.append(decision)
            decision = GroupIntent(None, matching.groups[name], None)
        intents.append(decision)
    for other in matching.other_groups:
        action = Action.DELETE if other.group.owned else None
        intents.append(GroupIntent(action, other, None, REMOVED if action else ""))
    return tuple(each for each in intents if each.live or each.action), tuple(blocked)


def _decide_group(
    entry: DesiredGroup, live: LiveGroup | None, matching: Matching, options: PlanOptions
) -> GroupIntent | Blocked:
    if entry.key in matching.ambiguous_names:
        return Blocked(
            Kind.GROUP,
            Action.UPDATE,
            entry.key,
            "ambiguous-name",
            "the account has several groups of this name",
            "rename or delete all but one in the Lytics UI",
            source=entry.source,
        )
    if not entry.absent:
        return intend_group(entry, live, adopt=options.allow.adopt)
    if live is None:
        return GroupIntent(None, None, None)
    if not live.group.owned:
        return _not_owned_to_delete(Kind.GROUP, entry)
    return GroupIntent(Action.DELETE, live, None, ABSENT, entry.source)


def _not_owned_to_delete(kind: Kind, entry: DesiredGroup | DesiredSegment) -> Blocked:
    return Blocked(
        kind,
        Action.DELETE,
        entry.key,
        "not-owned",
        "it is not managed here",
        "adopt it first, with state: present and adopt: true",
        source=entry.source,
    )


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
    desired: DesiredState,
    live: LiveState,
    matching: Matching,
    groups: tuple[GroupIntent, ...],
    options: PlanOptions,
) -> tuple[Draft, tuple[Blocked, ...]]:
    """Return the intents of all segments, and what is blocked."""
    names = identities(live, matching.segments)
    segments: dict[str, SegmentIntent] = {}
    blocked: list[Blocked] = []
    draft = Draft(names, segments, groups)
    for slug, entry in desired.segments.items():
        found = matching.segments[slug]
        decision = _decide_segment(entry, found, matching, draft, options)
        if isinstance(decision, Blocked):
            blocked.append(decision)
            decision = SegmentIntent(names.desired(slug), None, found, None)
        if decision.live or decision.action:
            segments[decision.identity] = decision
    for other in matching.other_segments:
        action = Action.DELETE if other.segment.owned else None
        reason = REMOVED if action else ""
        segments[other.id] = SegmentIntent(other.id, action, other, None, reason)
    return draft, tuple(blocked)


def _decide_segment(
    entry: DesiredSegment,
    live: LiveSegment | None,
    matching: Matching,
    draft: Draft,
    options: PlanOptions,
) -> SegmentIntent | Blocked:
    unclear = _unclear(entry, matching)
    if unclear:
        return unclear
    identity = draft.names.desired(entry.key)
    if not entry.absent:
        decision = intend_segment(entry, live, names=draft.names, adopt=options.allow.adopt)
        if isinstance(decision, Blocked):
            return decision
        return frozen(entry, decision, options.today) or decision
    if live is None:
        return SegmentIntent(identity, None, None, None)
    if not live.segment.owned:
        return _not_owned_to_delete(Kind.SEGMENT, entry)
    return SegmentIntent(identity, Action.DELETE, live, None, ABSENT, entry.source)


def _unclear(entry: DesiredSegment, matching: Matching) -> Blocked | None:
    if entry.key in matching.ambiguous_slugs:
        return Blocked(
            Kind.SEGMENT,
            Action.UPDATE,
            entry.key,
            "ambiguous-slug",
            "the account has several segments of this slug",
            "rename or delete all but one in the Lytics UI",
            source=entry.source,
        )
    if entry.key in matching.undecided:
        earlier = matching.undecided[entry.key]
        return Blocked(
            Kind.SEGMENT,
            Action.RENAME,
            entry.key,
            "unclear-rename",
            f"the files also have a segment {earlier}, and the definition of the live {earlier}"
            " does not tell which of the two it is",
            "rename in one pull request and change definitions in the next",
            source=entry.source,
        )
    return None
