"""Deletes and creates that look like the two halves of a rename that nobody declared."""

from collections.abc import Callable, Hashable, Iterator
from typing import TypeAlias

from msgspec.structs import replace

from segsync.filterql import canonical
from segsync.plan import Action
from segsync.planning.draft import Draft
from segsync.planning.findings import Finding, Surroundings, forbid
from segsync.planning.intent import SegmentIntent
from segsync.segment import LiveSegment, Segment

Resolve: TypeAlias = Callable[[str], str]


def lost_renames(draft: Draft, _: Surroundings) -> Iterator[Finding]:
    """Forbid to delete what no file names while one of its name and definition is created."""
    for gone, live, new in _twins(draft, alike=_named_and_selected):
        is_asked_for = gone.source is not None
        if not is_asked_for:
            yield forbid(
                gone,
                "lost-rename",
                f"the new {new.key} has the same name and definition, so this looks like a rename",
                f"add previously: [{live.key}] to {new.key}, or declare {live.key} with"
                " state: absent",
            )


def with_likely_renames_told(draft: Draft) -> Draft:
    """Return the draft in which deletes and creates of one definition tell of each other."""
    segments = dict(draft.segments)
    for gone, live, new in _twins(draft, alike=_selected):
        segments[gone.identity] = replace(
            gone,
            reason=f"{gone.reason}; the new {new.key} has the same definition: if it is a rename,"
            f" add previously: [{live.key}] to it",
        )
        segments[new.identity] = replace(
            new, reason=f"{new.reason}; it has the definition of {live.key}, which goes"
        )
    return replace(draft, segments=segments)


def _twins(
    draft: Draft, *, alike: Callable[[Segment, Resolve], Hashable]
) -> Iterator[tuple[SegmentIntent, LiveSegment, SegmentIntent]]:
    """Return deletes, and for each the new segment that is like it."""
    deletes = [each for each in draft.active() if each.action is Action.DELETE]
    creates = [each for each in draft.active() if each.live is None]
    if not deletes or not creates:
        return
    new = {
        alike(each.target, draft.names.desired): each for each in reversed(creates) if each.target
    }
    for each in deletes:
        twin = new.pop(alike(each.live.segment, draft.names.live), None) if each.live else None
        if each.live and twin:
            yield each, each.live, twin


def _selected(segment: Segment, resolve: Resolve) -> Hashable:
    """Return what two segments have in common when they select the same profiles."""
    statement = segment.definition.statement
    if statement is None:
        return segment.table, segment.definition.text.strip()
    tree = canonical(statement.filter, resolve)
    return segment.table, statement.limit, statement.options, tree


def _named_and_selected(segment: Segment, resolve: Resolve) -> Hashable:
    return segment.name, _selected(segment, resolve)
