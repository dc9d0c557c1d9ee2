"""What should happen to one object, before order and surroundings are looked at.

The decision table for a live object that a file entry stands for:

    owned   equal to its target            -> unchanged
    owned   differs                        -> update, or rename when the slug or name differs
    not     equal but for segsync's marks  -> adopt (only the marks are added)
    not     differs, adoption allowed      -> update (or rename), which adopts as well
    not     differs                        -> blocked
"""

from datetime import date

from msgspec.structs import replace

from segsync.diagnostics import Location
from segsync.plan import Action, Blocked, Kind
from segsync.planning.differ import group_target, same_definition, segment_target
from segsync.planning.identity import Identities, moved_meanings
from segsync.segment import (
    Definition,
    DesiredGroup,
    DesiredSegment,
    Group,
    LiveGroup,
    LiveSegment,
    Segment,
)
from segsync.value import Value


class SegmentIntent(Value, frozen=True):
    """What should happen to one segment; `action` is None when nothing should.

    `live` is None on create, `target` is None on delete. `identity` names the node in graphs.
    `redefined` tells whether the target's definition is the file's and means another thing than
    the live one; so it is for a new segment.
    """

    identity: str
    action: Action | None
    live: LiveSegment | None
    target: Segment | None
    reason: str = ""
    source: Location | None = None
    redefined: bool = False

    @property
    def key(self) -> str:
        """The slug to speak of: the one wanted, or the live one on delete."""
        if self.target is not None:
            return self.target.slug
        return self.live.key if self.live else self.identity

    @property
    def final(self) -> Segment | None:
        """What the segment is in the end; None when it is deleted."""
        if self.action is Action.DELETE:
            return None
        return self.target or (self.live.segment if self.live else None)

    @property
    def is_rename(self) -> bool:
        """Whether the slug changes."""
        return bool(self.live and self.target and self.live.key != self.target.slug)


class GroupIntent(Value, frozen=True):
    """What should happen to one group; as `SegmentIntent`."""

    action: Action | None
    live: LiveGroup | None
    target: Group | None
    reason: str = ""
    source: Location | None = None

    @property
    def key(self) -> str:
        """The name to speak of: the one wanted, or the live one on delete."""
        if self.target is not None:
            return self.target.name
        return self.live.key if self.live else ""


NOT_IN_ACCOUNT = "not in the account"
REMOVED = "removed from the files"
ABSENT = "the file says state: absent"


def intend_segment(
    entry: DesiredSegment, live: LiveSegment | None, *, names: Identities, adopt: bool
) -> SegmentIntent | Blocked:
    """Decide about a segment that the files want to be there."""
    identity = names.desired(entry.key)
    if live is None:
        return SegmentIntent(
            identity,
            Action.CREATE,
            None,
            entry.segment,
            NOT_IN_ACCOUNT,
            entry.source,
            redefined=True,
        )
    redefined = "definition" in entry.managed and not _is_same_definition(
        live.segment, entry.segment.definition, names
    )
    target = segment_target(entry, live.segment, redefined=redefined)
    action, reason = _segment_action(live, target, redefined=redefined)
    if redefined:
        reason = "; ".join(moved_meanings(live.segment.definition, target.definition, names))
    obstacle = None
    if action is not None:
        obstacle = _obstacle(entry, live, target, action=action, adopt=adopt or entry.adopt)
    return obstacle or SegmentIntent(
        identity, action, live, target, reason, entry.source, redefined=redefined
    )


def _segment_action(
    live: LiveSegment, target: Segment, *, redefined: bool
) -> tuple[Action | None, str]:
    if live.key != target.slug:
        return Action.RENAME, ""
    # Comparing the two would take longer than everything else.
    if target is live.segment and not redefined:
        return None, ""
    unmarked = replace(target, owned=live.segment.owned, protected=live.segment.protected)
    if not live.segment.owned and unmarked == live.segment and not redefined:
        return Action.ADOPT, "equal, and not yet marked as managed here"
    return Action.UPDATE, ""


def _is_same_definition(live: Segment, wanted: Definition, names: Identities) -> bool:
    """Return whether both select the same profiles; the common case is decided without parsing."""
    found = live.definition
    written_alike = found.text == wanted.text or found.text == wanted.with_clauses(
        live.table, live.slug
    )
    if written_alike and not _mentions(found, names.moved):
        return True
    return same_definition(found, wanted, resolve_before=names.live, resolve_after=names.desired)


def _mentions(definition: Definition, slugs: frozenset[str]) -> bool:
    # The account may ignore the case of an INCLUDE.
    return bool(slugs) and any(slug in definition.text.lower() for slug in slugs)


def _obstacle(
    entry: DesiredSegment, live: LiveSegment, target: Segment, *, action: Action, adopt: bool
) -> Blocked | None:
    """Return why the action may not be carried out, or None."""

    def blocked(rule: str, reason: str, way_out: str) -> Blocked:
        return Blocked(Kind.SEGMENT, action, entry.key, rule, reason, way_out, source=entry.source)

    is_rename = action is Action.RENAME
    renamed = f"the segment {live.key} that it would rename" if is_rename else ""
    if live.untouchable:
        way_out = (
            "remove it from previously" if is_rename else "give your segment another slug_name"
        )
        return blocked("untouchable", f"{renamed or 'it'} is {live.untouchable}", way_out)
    if (target.table, target.kind) != (live.segment.table, live.segment.kind):
        return blocked(
            "table-is-fixed",
            f"it has kind {live.segment.kind} and table {live.segment.table}, and the file wants"
            f" kind {target.kind} and table {target.table}, which no update can do",
            "use another slug_name, or delete the live segment first",
        )
    if not live.segment.owned and action is not Action.ADOPT and not adopt:
        return blocked(
            "not-owned",
            f"{renamed} is not managed here"
            if is_rename
            else "a segment of this slug exists, differs, and is not managed here",
            "pull it, or take it over with adopt: true or --adopt",
        )
    if target.definition.filter is None:
        return blocked(
            "unreadable-definition",
            "its live definition cannot be read, so it cannot be sent back safely",
            "set segment_ql in the file, or correct the definition in the Lytics UI",
        )
    return None


def under_freeze(
    entry: DesiredSegment, intent: SegmentIntent, today: date
) -> SegmentIntent | Blocked:
    """Return the intent as a freeze leaves it: what would change is blocked.

    What stays loses its target, so that it does not follow the rename of a segment either.
    """
    freeze = entry.freeze
    if freeze is None or today > freeze.until:
        return intent
    if intent.action is None:
        return replace(intent, target=None)
    why = f": {freeze.reason}" if freeze.reason else ""
    return Blocked(
        Kind.SEGMENT,
        intent.action,
        intent.key,
        "frozen",
        f"frozen until {freeze.until.isoformat()}{why}",
        "wait, or change the freeze in the file",
        source=entry.source,
    )


def intend_group(
    entry: DesiredGroup, live: LiveGroup | None, *, adopt: bool
) -> GroupIntent | Blocked:
    """Decide about a group that the files want to be there."""
    if live is None:
        return GroupIntent(Action.CREATE, None, entry.group, NOT_IN_ACCOUNT, entry.source)
    target = group_target(entry, live.group)
    if target == live.group:
        return GroupIntent(None, live, target, source=entry.source)
    if not live.group.owned and _equal_but_for_marks(live.group, target):
        reason = "equal, and not yet marked as managed here"
        return GroupIntent(Action.ADOPT, live, target, reason, entry.source)
    action = Action.UPDATE if target.name == live.key else Action.RENAME
    if live.group.owned or adopt or entry.adopt:
        return GroupIntent(action, live, target, source=entry.source)
    return Blocked(
        Kind.GROUP,
        action,
        entry.key,
        "not-owned",
        f"the group {live.key} that it would rename is not managed here"
        if action is Action.RENAME
        else "a group of this name exists, differs, and is not managed here",
        "take it over with adopt: true or --adopt",
        source=entry.source,
    )


def _equal_but_for_marks(live: Group, target: Group) -> bool:
    return replace(target, owned=live.owned, protected=live.protected) == live
