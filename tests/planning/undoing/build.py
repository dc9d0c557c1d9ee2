"""Short ways to say what a run did, what is there now, and what undoing it should come to."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from segsync.diagnostics import Diagnostic, Location, Severity
from segsync.plan import Action, Blocked, Change, Kind, Managed, key_of, kind_of
from segsync.planning.undoing.effects import Effect
from segsync.planning.undoing.undo import Undoing, undo
from segsync.segment import (
    DesiredSegment,
    Group,
    LiveGroup,
    LiveSegment,
    LiveState,
    Segment,
)
from tests.planning.build import hex_id, live_state, segment

RUN = Location(".segsync/journal/run.jsonl")
NOTHING: frozenset[str] = frozenset()
BY_HAND = "change it by hand, or leave it as it is with --skip-blocked"
CHANGED = "it was changed by somebody else since the run"
NEW_ID = "f" * 32


def ours(slug: str, ql: str = "FILTER visits > 5", **values: object) -> Segment:
    return segment(slug, ql, **{"owned": True, **values})


def our_group(name: str, description: str = "") -> Group:
    return Group(name, description, owned=True)


def action_of(before: Managed | None, after: Managed | None) -> Action:
    if before is None:
        return Action.CREATE
    if after is None:
        return Action.DELETE
    return Action.UPDATE if key_of(before) == key_of(after) else Action.RENAME


def did(before: Managed | None, after: Managed | None, identity: str | None = None) -> Effect:
    """Return a change of a run; the id is that of the first key, as `found` makes it."""
    value = before or after
    assert value is not None
    key, kind = key_of(after or value), kind_of(value)
    made_up = hex_id(key_of(value) if kind is Kind.SEGMENT else f"g{key_of(value)}")
    known = made_up if identity is None else identity
    return Effect(Change(1, kind, action_of(before, after), key, known, before, after), known)


def there(value: Segment, identity: str) -> LiveSegment:
    return LiveSegment(identity or hex_id(value.slug), value)


def undone(
    effects: Sequence[Effect],
    segments: Sequence[LiveSegment] = (),
    groups: Sequence[LiveGroup] = (),
    *,
    doubtful: Sequence[Effect] = (),
    group_ids: Mapping[str, str] | None = None,
) -> Undoing:
    live: LiveState = live_state(segments, groups)
    return undo(effects, live, source=RUN, doubtful=doubtful, group_ids=group_ids)


def stays(value: Segment) -> DesiredSegment:
    """Return the entry of what is owned and left alone."""
    return DesiredSegment(value, NOTHING, RUN)


def back(value: Segment, *managed: str) -> DesiredSegment:
    """Return the entry of what becomes what it was, in these fields and by its slug."""
    return DesiredSegment(replace(value, owned=True), frozenset(managed), RUN)


def blocked(
    key: str,
    what: str,
    *,
    action: Action = Action.UPDATE,
    kind: Kind = Kind.SEGMENT,
    way_out: str = BY_HAND,
) -> Blocked:
    """Return the conflict about a segment, unless another kind is given."""
    return Blocked(kind, action, key, "changed-since-run", what, way_out, source=RUN)


def info(code: str, summary: str) -> Diagnostic:
    return Diagnostic(Severity.INFO, code, summary, location=RUN)


def made_again(kind: str, key: str, identity: str) -> Diagnostic:
    summary = (
        f"{kind} {key} is made again with a new id: exports and whatever else knows the old one,"
        f" {identity}, do not follow"
    )
    return Diagnostic(Severity.WARNING, "new-id", summary, location=RUN)


def pairs(result: Undoing) -> dict[str, str | None]:
    """Return the ids of what the entries stand for, by key."""
    both = {**result.matched.pairs, **result.matched_groups.pairs}
    return {key: each.id if each else None for key, each in both.items()}
