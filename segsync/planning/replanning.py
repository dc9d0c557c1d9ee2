"""Whether a plan from a file is one that segsync would make for this account: it is made again.

The digest of a saved plan shows slips only. Whoever edits one on purpose must still say what the
planner says of the same account and the same wishes: nothing protected, used or not owned is
touched, nothing comes before what it needs, and what a person reads is what is done.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from segsync.diagnostics import Location
from segsync.plan import Action, Blocked, Change, Plan, Reevaluate
from segsync.planning.matching import matching_of
from segsync.planning.options import PlanOptions
from segsync.planning.planner import build_plan
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

_HERE: Final = Location("the plan")
_NO_FILES: Final = DesiredState({}, {})
_SEGMENT: Final = frozenset(Segment.__struct_fields__)
_GROUP: Final = frozenset(Group.__struct_fields__)
# What is done, in which order, and what was shown of it. The rest are words about it.
_COMPARED: Final = (
    *("kind", "action", "key", "id", "before", "after"),
    *("fields", "previous_key", "bridge", "follows", "moves_members"),
)


def plan_again(
    plan: Plan, live: LiveState, options: PlanOptions, *, files: DesiredState = _NO_FILES
) -> Plan:
    """Return the plan that leads from the account to what the given plan leads to.

    The account must be as the plan saw it. Limits are those of the options. What the plan neither
    changes nor deletes is to stay as it is. Of the files counts what they say about a run and not
    about the account: what may be adopted, and what is frozen.
    """
    wanted = _Wanted(plan, live, files)

    def build(mode: Reevaluate) -> Plan:
        return build_plan(
            DesiredState(wanted.segments, wanted.groups),
            live,
            replace(options, reevaluate=mode),
            matched=matching_of(wanted.segment_pairs, live.segments),
            matched_groups=matching_of(wanted.group_pairs, live.groups),
        )

    again = build(Reevaluate.NEVER)
    asked = {each.id for each in _reevaluations(plan)}
    if not asked:
        return again
    every = _reevaluations(build(Reevaluate.AFFECTED))
    # Each file says for itself what is evaluated anew, so that any of these may be left out.
    return replace(again, changes=(*again.changes, *(each for each in every if each.id in asked)))


def forbidden_now(plan: Plan, again: Plan) -> tuple[Blocked, ...]:
    """Return what the plan does and a rule does not allow, as the plan made again tells."""
    done = {(each.kind, each.key) for each in plan.changes}
    return tuple(each for each in again.blocked if (each.kind, each.key) in done)


def differences(plan: Plan, again: Plan) -> tuple[str, ...]:
    """Return in words where the plan says another thing than the one that was made again."""
    return (
        *_bad_numbers(plan),
        *_other_changes(plan, again),
        *_other_groups(plan, again),
        *_unseen(plan, again),
    )


class _Wanted:
    """What a plan wants of an account, as files would say it, and what each entry stands for."""

    def __init__(self, plan: Plan, live: LiveState, files: DesiredState) -> None:
        self._files = files
        self.segments: dict[str, DesiredSegment] = {}
        self.groups: dict[str, DesiredGroup] = {}
        self.segment_pairs: dict[str, LiveSegment | None] = {}
        self.group_pairs: dict[str, LiveGroup | None] = {}
        segments = {each.id: each for each in live.segments}
        groups = {each.id: each for each in live.groups}
        last = _last_changes(plan)
        for change in last.values():
            match change.after:
                case Segment() as segment:
                    self._want(segment, _SEGMENT, segments.get(change.id or ""))
                case Group() as group:
                    self._want_group(group, _GROUP, groups.get(change.id or ""))
                case None:
                    pass
        gone = {each.id for each in last.values() if each.after is None}
        changed = {each.id for each in last.values()} - gone
        for one in live.segments:
            if one.id not in changed and one.segment.owned:
                self._want(one.segment, frozenset(), one, absent=one.id in gone)
        for other in live.groups:
            if other.id not in changed and other.group.owned:
                self._want_group(other.group, frozenset(), other, absent=other.id in gone)

    def _want(
        self,
        value: Segment,
        managed: frozenset[str],
        live: LiveSegment | None,
        *,
        absent: bool = False,
    ) -> None:
        if value.slug not in self.segments:
            said = self._files.segments.get(value.slug)
            entry = DesiredSegment(
                value,
                managed,
                _HERE,
                adopt=said is not None and said.adopt,
                absent=absent,
                freeze=said.freeze if said else None,
            )
            self.segments[value.slug], self.segment_pairs[value.slug] = entry, live

    def _want_group(
        self,
        value: Group,
        managed: frozenset[str],
        live: LiveGroup | None,
        *,
        absent: bool = False,
    ) -> None:
        if value.name not in self.groups:
            said = self._files.groups.get(value.name)
            adopt = said is not None and said.adopt
            entry = DesiredGroup(value, managed, _HERE, adopt=adopt, absent=absent)
            self.groups[value.name], self.group_pairs[value.name] = entry, live


def _writes(plan: Plan) -> Iterator[Change]:
    return (each for each in plan.changes if each.action is not Action.REEVALUATE)


def _reevaluations(plan: Plan) -> Iterator[Change]:
    return (each for each in plan.changes if each.action is Action.REEVALUATE)


def _last_changes(plan: Plan) -> dict[Hashable, Change]:
    """Return the last change of each object."""
    return {each.id or (each.kind, each.key): each for each in _writes(plan)}


def _bad_numbers(plan: Plan) -> Iterator[str]:
    if [each.number for each in plan.changes] != list(range(1, len(plan.changes) + 1)):
        yield "the changes are not numbered one after the other"
    for change in plan.changes:
        if any(not 0 < each < change.number for each in change.waits_for):
            yield f"{_name(change)} waits for what does not come before it"


def _other_changes(plan: Plan, again: Plan) -> Iterator[str]:
    given, made = _by_role(plan.changes), _by_role(again.changes)
    given_roles = {each.number: role for role, each in given.items()}
    made_roles = {each.number: role for role, each in made.items()}
    for role, change in given.items():
        other = made.get(role)
        if other is None:
            yield f"{_name(change)} is not what segsync would do"
            continue
        for name in _COMPARED:
            if getattr(change, name) != getattr(other, name):
                yield f"{_name(change)} has another {name} than segsync would give it"
        waits = {given_roles.get(each) for each in change.waits_for}
        # A reevaluation that is left out is waited for by none.
        needed = {made_roles[each] for each in other.waits_for if each in made_roles}
        if waits != needed:
            yield f"{_name(change)} waits for other changes than it must"
    for role, change in made.items():
        if role not in given:
            yield f"{_name(change)} is missing"


def _by_role(changes: Iterable[Change]) -> dict[Hashable, Change]:
    """Return the changes by the object that they are about, and which of its changes they are."""
    counts: Counter[Hashable] = Counter()
    roles: dict[Hashable, Change] = {}
    for change in changes:
        is_last = change.action is Action.REEVALUATE
        what = (change.kind, change.id or f"new:{change.key}", is_last)
        counts[what] += 1
        roles[*what, counts[what]] = change
    return roles


def _other_groups(plan: Plan, again: Plan) -> Iterator[str]:
    written = (each.after for each in plan.changes if isinstance(each.after, Segment))
    for name in sorted({name for each in written for name in each.groups}):
        if plan.group_ids.get(name) != again.group_ids.get(name):
            yield f"group {name} has another id in the account"


def _unseen(plan: Plan, again: Plan) -> Iterator[str]:
    if not again.fingerprints.items() <= plan.fingerprints.items():
        yield "it has no fingerprint of something that it touches or includes"


def _name(change: Change) -> str:
    return f"change {change.number} ({change.action} {change.key})"
