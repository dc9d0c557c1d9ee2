"""What the account would have to be for a run to be undone, as if files said so.

The planner then makes the plan, with all its rules. What somebody changed since the run is a
conflict: it is blocked, and left as it is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from segsync.diagnostics import Diagnostic, Location, Severity
from segsync.plan import Action, Blocked, Change, Kind
from segsync.planning.differ import same_definition
from segsync.planning.identity import Identities, identities, references
from segsync.planning.matching import aside_slug
from segsync.segment import (
    DesiredGroup,
    DesiredSegment,
    DesiredState,
    Group,
    LiveGroup,
    LiveSegment,
    LiveState,
    Segment,
)
from segsync.value import Value

_WAY_OUT = "change it by hand, or leave it as it is with --skip-blocked"


class Effect(Value, frozen=True):
    """A change that took effect, and the id of the object that it was about."""

    change: Change
    id: str


class Undoing(Value, frozen=True):
    """What should be there again, what somebody changed since, and what a person should know."""

    desired: DesiredState
    conflicts: tuple[Blocked, ...]
    notes: tuple[Diagnostic, ...]


class _Net(Value, frozen=True):
    """What a run has done to one object, all its changes taken together."""

    id: str
    kind: Kind
    before: Segment | Group | None
    after: Segment | Group | None

    @property
    def key(self) -> str:
        """The slug or name that the object had, or got."""
        value = self.before or self.after
        return "" if value is None else _key(value)


def undo(
    effects: Sequence[Effect],
    live: LiveState,
    *,
    source: Location,
    doubtful: Sequence[Effect] = (),
) -> Undoing:
    """Return what undoes these changes, which are in the order in which they were made.

    All that segsync owns beside them is to stay as it is. `source` is where the run is told.
    `doubtful` are the changes that failed and may have left something (without an id: of their
    key): what is not as it was before them is a conflict, and not passed over in silence.
    """
    return _Undo(effects, live, source).result(doubtful)


class _Undo:
    def __init__(self, effects: Sequence[Effect], live: LiveState, source: Location) -> None:
        self._source = source
        self._names = identities(live, {})
        self._live: dict[str, LiveSegment | LiveGroup] = {each.id: each for each in live.segments}
        self._live |= {each.id: each for each in live.groups}
        self._nets = self._in_present_groups(tuple(_nets(effects)))
        self._again = {
            each.id: each.key
            for each in self._nets
            if each.after is None and each.id not in self._live
        }
        # Slugs as definitions said them before the run and after it, and what they are now.
        self._from_before = dict(self._moved(lambda net: net.before))
        self._from_after = dict(self._moved(lambda net: net.after))
        self._homeless = self._find_homeless()
        # What is wished for speaks of groups by the names that they get.
        self._old_names = {
            _key(each.after): _key(each.before)
            for each in self._nets
            if isinstance(each.after, Group)
            and each.before
            and self._is_undone(each)
            and each.id not in self._homeless
        }
        # What is made again has another id than definitions know, and what cannot go back to its
        # old slug is not what has that slug now.
        self._again |= {
            each.key: self._live[each.id].key
            for each in self._nets
            if each.id in self._homeless and each.kind is Kind.SEGMENT
        }
        self._taken = {(_kind(_value(each)), each.key): each for each in self._live.values()}
        self._lost: frozenset[str] = frozenset()
        self._find_lost()
        self._segments: dict[str, DesiredSegment] = {}
        self._groups: dict[str, DesiredGroup] = {}
        self._conflicts: list[Blocked] = []
        self._notes: list[Diagnostic] = []

    def result(self, doubtful: Sequence[Effect]) -> Undoing:
        undone = {each.id for each in self._nets}
        for identity, each in self._live.items():
            if identity not in undone:
                self._keep(each)
        for net in self._nets:
            self._undo(net)
        for effect in doubtful:
            if effect.id not in undone:
                self._doubt(effect.change, self._live.get(effect.id))
        desired = DesiredState(self._segments, self._groups)
        return Undoing(desired, tuple(self._conflicts), tuple(self._notes))

    def _undo(self, net: _Net) -> None:
        there = self._live.get(net.id)
        if there is None:
            self._undo_missing(net)
        elif net.before is not None and not self._differing(self._was(net.before), _value(there)):
            self._leave(net.before, there)
        elif net.after is None or self._changed_since(net, net.after, there):
            self._conflict(net, there, "was changed by somebody else since the run")
        elif net.before is None:
            self._put(_value(there), absent=True)
        elif net.id in self._homeless:
            what = f'cannot be called "{net.key}" again: another {net.kind} has taken that place'
            self._conflict(net, there, what)
        elif lost := self._told_lost(net.before, net.after):
            self._conflict(net, there, lost)
        else:
            self._restore(net.before, net.after, there)

    def _doubt(self, change: Change, there: LiveSegment | LiveGroup | None) -> None:
        there = there or self._taken.get((change.kind, change.key))
        if there is None or change.action is Action.REEVALUATE:
            return
        if change.before is not None and not self._differing(change.before, _value(there)):
            return
        net = _Net(there.id, change.kind, change.before, change.after)
        what = f"is not as before the run, which did not finish the {change.action} of it"
        self._conflict(net, there, what)

    def _is_undone(self, net: _Net) -> bool:
        there = self._live.get(net.id)
        if there is None or net.after is None:
            return False
        return not self._changed_since(net, net.after, there)

    def _moved(self, side: Callable[[_Net], Segment | Group | None]) -> Iterator[tuple[str, str]]:
        """Yield the slugs of segments on one side of the run that are others now."""
        for each in self._nets:
            value, there = side(each), self._live.get(each.id)
            if isinstance(value, Segment) and there is not None and value.slug != there.key:
                yield value.slug, there.key

    def _was(self, before: Segment | Group) -> Segment | Group:
        """Return what was before the run, in the words of the account as it is now."""
        return _repointed(before, self._from_before)

    def _became(self, after: Segment | Group) -> Segment | Group:
        """Return what the run made of it, in the words of the account as it is now."""
        return _repointed(after, self._from_after)

    def _in_present_groups(self, nets: Sequence[_Net]) -> tuple[_Net, ...]:
        """Return the same with the groups of segments by the names that these have now.

        A plan speaks of groups by the names that they get, in what was before it as well.
        """
        names = {
            _key(each.after): self._live[each.id].key
            for each in nets
            if isinstance(each.after, Group) and each.id in self._live
        }
        return tuple(
            replace(
                each, before=_in_groups(each.before, names), after=_in_groups(each.after, names)
            )
            for each in nets
        )

    def _find_homeless(self) -> frozenset[str]:
        """Return the ids of what was renamed, and whose old key is not free for it.

        Entries are told apart by their keys: of two with one key the second would replace the
        first, whose object would be deleted. What stays may be in the way of the next.
        """
        moving = {
            each.id: each.key
            for each in self._nets
            if each.before and self._is_undone(each) and each.key != self._live[each.id].key
        }
        homeless: set[str] = set()
        while True:
            # What the run created goes last, and holds its key until then.
            keys = Counter(
                (_kind(_value(each)), moving.get(identity, each.key))
                for identity, each in self._live.items()
            )
            found = [
                identity
                for identity, key in moving.items()
                if keys[_kind(_value(self._live[identity])), key] > 1
            ]
            if not found:
                return frozenset(homeless)
            homeless.update(found)
            for each in found:
                del moving[each]

    def _find_lost(self) -> None:
        """Find the ids and slugs of the segments that are gone and are not made again either.

        Another segment may have such a slug by now: what is restored must not come to include it.
        """
        segments = [each for each in self._nets if isinstance(each.before, Segment)]
        gone = [each for each in segments if each.id not in self._live]
        while found := {each.id for each in gone if self._obstacle(each)} - self._lost:
            self._lost |= found | {each.key for each in gone if each.id in found}

    def _told_lost(self, before: Segment | Group | None, after: Segment | Group | None) -> str:
        """Return in words what a definition that comes back would include in vain, or nothing."""
        if not (self._lost and isinstance(before, Segment)):
            return ""
        if after and "definition" not in self._differing(self._was(before), self._became(after)):
            return ""
        included = references(before.definition, sorted(self._lost))
        told = " and ".join(each for each in included if each.lower() in self._lost)
        return told and f"included {told}, which cannot be made again"

    def _obstacle(self, net: _Net) -> str:
        """Return in words why what is gone cannot be made again, or an empty text."""
        if net.after is not None:
            return "was deleted by somebody else since the run"
        there = self._taken.get((net.kind, net.key))
        if net.before is None or there is None:
            return self._told_lost(net.before, None)
        if self._differing(self._was(net.before), _value(there)) or not _value(there).owned:
            return "is there again, made by somebody else since the run"
        return ""

    def _undo_missing(self, net: _Net) -> None:
        if net.before is None:
            return
        obstacle = self._obstacle(net)
        if obstacle:
            self._conflict(net, None, obstacle)
        elif (net.kind, net.key) not in self._taken:
            self._put(replace(net.before, owned=True), managed=_names_of(net.before))
            summary = (
                f"{net.kind} {net.key} is made again with a new id: exports and whatever else knows"
                f" the old one, {net.id}, do not follow"
            )
            self._note(Severity.WARNING, "new-id", summary)

    def _changed_since(
        self, net: _Net, after: Segment | Group, there: LiveSegment | LiveGroup
    ) -> frozenset[str]:
        """Return what somebody changed; a rollback that was cut short has only begun a rename."""
        found = self._differing(self._became(after), _value(there))
        steps_aside = isinstance(net.before, Segment) and there.key == aside_slug(net.before.slug)
        return found - {"slug"} if steps_aside else found

    def _restore(
        self, before: Segment | Group, after: Segment | Group, there: LiveSegment | LiveGroup
    ) -> None:
        changed = self._differing(self._was(before), self._became(after))
        old, new = _key(before), there.key
        self._put(
            replace(before, owned=True),
            managed=changed - {"name" if isinstance(before, Group) else "slug"},
            previously=(new,) if new != old else (),
        )

    def _leave(self, before: Segment | Group, there: LiveSegment | LiveGroup) -> None:
        """Let be what is as it was before the run; the mark of an adoption stays."""
        self._keep(there)
        if _value(there).owned and not before.owned:
            summary = f"{there.key} was taken over by the run, and stays managed here"
            self._note(Severity.INFO, "stays-managed", summary)

    def _keep(self, there: LiveSegment | LiveGroup) -> None:
        """Let an object stay as it is; only what is owned would go without an entry."""
        if _value(there).owned:
            self._put(_value(there))

    def _put(
        self,
        value: Segment | Group,
        *,
        managed: frozenset[str] = frozenset(),
        previously: tuple[str, ...] = (),
        absent: bool = False,
    ) -> None:
        if isinstance(value, Segment):
            definition = value.definition.repointed(self._again) if managed else value.definition
            groups = frozenset(self._old_names.get(each, each) for each in value.groups)
            self._segments[value.slug] = DesiredSegment(
                replace(value, definition=definition, groups=groups),
                managed,
                self._source,
                previously=previously,
                absent=absent,
            )
        else:
            self._groups[value.name] = DesiredGroup(
                value, managed, self._source, previously=previously, absent=absent
            )

    def _conflict(self, net: _Net, there: LiveSegment | LiveGroup | None, what: str) -> None:
        if there is not None:
            self._keep(there)
        action = Action.DELETE if net.before is None else Action.UPDATE
        key = there.key if there else net.key
        self._conflicts.append(
            Blocked(
                net.kind,
                Action.CREATE if net.after is None else action,
                key,
                "changed-since-run",
                f"it {what}",
                _WAY_OUT,
                source=self._source,
            )
        )

    def _note(self, severity: Severity, rule: str, summary: str) -> None:
        self._notes.append(Diagnostic(severity, rule, summary, location=self._source))

    def _differing(self, one: Segment | Group, other: Segment | Group) -> frozenset[str]:
        return frozenset(_differing(one, other, self._names))


def _nets(effects: Iterable[Effect]) -> Iterator[_Net]:
    first: dict[str, Change] = {}
    last: dict[str, Change] = {}
    for each in effects:
        if each.change.action is not Action.REEVALUATE:
            first.setdefault(each.id, each.change)
            last[each.id] = each.change
    for identity, change in first.items():
        yield _Net(identity, change.kind, change.before, last[identity].after)


def _differing(one: Segment | Group, other: Segment | Group, names: Identities) -> Iterator[str]:
    """Return the fields that differ, without the mark of ownership; definitions by meaning."""
    for name in _names_of(one):
        left, right = getattr(one, name), getattr(other, name)
        if left == right:
            continue
        if name == "definition" and same_definition(
            left, right, resolve_before=names.live, resolve_after=names.live
        ):
            continue
        yield name


def _repointed(value: Segment | Group, slugs: Mapping[str, str]) -> Segment | Group:
    if isinstance(value, Group) or not slugs:
        return value
    return replace(value, definition=value.definition.repointed(slugs))


def _in_groups(value: Segment | Group | None, names: Mapping[str, str]) -> Segment | Group | None:
    if not isinstance(value, Segment):
        return value
    return replace(value, groups=frozenset(names.get(each, each) for each in value.groups))


def _names_of(value: Segment | Group) -> frozenset[str]:
    return frozenset(value.__struct_fields__) - {"owned"}


def _value(live: LiveSegment | LiveGroup) -> Segment | Group:
    return live.segment if isinstance(live, LiveSegment) else live.group


def _kind(value: Segment | Group) -> Kind:
    return Kind.SEGMENT if isinstance(value, Segment) else Kind.GROUP


def _key(value: Segment | Group) -> str:
    return value.slug if isinstance(value, Segment) else value.name
