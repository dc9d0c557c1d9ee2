"""Which live object each file entry stands for: by slug or name, by `previously`, or none yet.

A slug names a segment, and `previously` says what it was called before. Where both readings are
possible (a swap, a chain, a slug that was given to a new segment), the definitions decide: the one
that the live object has tells whose it is. Where they cannot decide, the rename is left undecided
and blocked; guessing could put one audience's definition under another's exports.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from segsync.filterql import canonical
from segsync.segment import (
    DesiredGroup,
    DesiredSegment,
    DesiredState,
    LiveGroup,
    LiveSegment,
    LiveState,
)

# A slug that another segment needs is freed first: its holder steps aside under the slug that it
# will get in the end, and this suffix. A run that was cut short is recognized by it.
STEP_ASIDE = "__segsync_moving"


@dataclass(frozen=True, slots=True)
class Matching:
    """What belongs together, by desired key; what no file entry stands for; what is unclear.

    `undecided` maps a desired slug to the `previously` slug that could not be decided about.
    `ambiguous_slugs` and `ambiguous_names` are held by more than one live object.
    """

    segments: Mapping[str, LiveSegment | None]
    groups: Mapping[str, LiveGroup | None]
    other_segments: tuple[LiveSegment, ...]
    other_groups: tuple[LiveGroup, ...]
    undecided: Mapping[str, str]
    ambiguous_slugs: frozenset[str]
    ambiguous_names: frozenset[str]


def match(desired: DesiredState, live: LiveState) -> Matching:
    """Pair what the files say with what the account has."""
    segments, undecided = _match_segments(desired.segments, live.segments)
    groups = _match_groups(desired.groups, live.groups)
    matched_segments = {each.id for each in segments.values() if each}
    matched_groups = {each.id for each in groups.values() if each}
    return Matching(
        segments=segments,
        groups=groups,
        other_segments=tuple(each for each in live.segments if each.id not in matched_segments),
        other_groups=tuple(each for each in live.groups if each.id not in matched_groups),
        undecided=undecided,
        ambiguous_slugs=_repeated(each.key for each in live.segments),
        ambiguous_names=_repeated(each.key for each in live.groups),
    )


def _repeated(keys: Iterable[str]) -> frozenset[str]:
    return frozenset(key for key, count in Counter(keys).items() if count > 1)


def _match_segments(
    desired: Mapping[str, DesiredSegment], live: Iterable[LiveSegment]
) -> tuple[dict[str, LiveSegment | None], dict[str, str]]:
    by_slug = {each.key: each for each in live}
    claims = _stepped_aside(desired, by_slug)
    undecided: dict[str, str] = {}
    for slug, entry in desired.items():
        earlier = next((each for each in entry.previously if each in by_slug), None)
        if earlier is None or entry.absent or slug in claims:
            continue
        verdict = _claims(entry, earlier, desired, by_slug)
        if verdict is None:
            undecided[slug] = earlier
        elif verdict:
            claims[slug] = by_slug[earlier]
    _drop_evictions(claims, by_slug)
    taken = {each.id for each in claims.values()}
    result: dict[str, LiveSegment | None] = {}
    for slug in desired:
        own = by_slug.get(slug)
        free = None if own is None or own.id in taken else own
        result[slug] = claims.get(slug, free)
    return result, undecided


def _stepped_aside(
    desired: Mapping[str, DesiredSegment], live: Mapping[str, LiveSegment]
) -> dict[str, LiveSegment]:
    """Return the segments that an interrupted run left on their way to a new slug."""
    waiting = {slug: live.get(slug + STEP_ASIDE) for slug in desired}
    return {slug: each for slug, each in waiting.items() if each and each.segment.owned}


def _claims(
    entry: DesiredSegment,
    earlier: str,
    desired: Mapping[str, DesiredSegment],
    live: Mapping[str, LiveSegment],
) -> bool | None:
    """Return whether the live segment of the earlier slug is this entry's; None if unclear."""
    own = live.get(entry.key)
    rival = desired.get(earlier)
    rival_is_elsewhere = rival is None or rival.absent or earlier + STEP_ASIDE in live
    if rival is None or rival_is_elsewhere:
        return own is None
    mine = _fits(entry, live[earlier])
    if own is None:
        theirs = _fits(rival, live[earlier])
        if mine and theirs:
            mine, theirs = _named(entry, live[earlier]), _named(rival, live[earlier])
        return mine if mine != theirs else None
    # Both slugs exist on both sides: a swap that is still to do, or one that was done.
    return mine and not _fits(entry, own)


def _fits(entry: DesiredSegment, live: LiveSegment) -> bool:
    """Return whether the live segment has the definition that the file asks for."""
    wanted, found = entry.segment.definition.filter, live.segment.definition.filter
    if wanted is None or found is None:
        return entry.segment.definition == live.segment.definition
    return canonical(wanted) == canonical(found)


def _named(entry: DesiredSegment, live: LiveSegment) -> bool:
    return entry.segment.name == live.segment.name


def _drop_evictions(claims: dict[str, LiveSegment], live: Mapping[str, LiveSegment]) -> None:
    """Take back claims that would push out a segment for which nobody else has a place."""
    while True:
        taken = {each.id for each in claims.values()}
        evicting = [
            slug
            for slug, claimed in claims.items()
            if slug in live and live[slug].id not in taken and live[slug] is not claimed
        ]
        if not evicting:
            return
        for slug in evicting:
            del claims[slug]


def _match_groups(
    desired: Mapping[str, DesiredGroup], live: Iterable[LiveGroup]
) -> dict[str, LiveGroup | None]:
    by_name = {each.key: each for each in live}
    result = {name: by_name.get(name) for name in desired}
    for name, entry in desired.items():
        earlier = (each for each in entry.previously if each in by_name and each not in desired)
        if result[name] is None and not entry.absent:
            result[name] = next((by_name[each] for each in earlier), None)
    return result
