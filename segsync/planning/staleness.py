"""Whether a saved plan still fits the account: everything it touches or includes is as it was."""

from collections.abc import Iterator

from segsync.plan import Action, Change, Kind, Plan
from segsync.planning.fingerprint import fingerprint
from segsync.segment import LiveState


def what_moved(plan: Plan, live: LiveState) -> tuple[str, ...]:
    """Return in words what no longer is as the plan saw it; nothing when the plan still fits.

    Objects that the plan neither touches nor includes may change as they like.
    """
    digests = {each.id: fingerprint(each.segment) for each in live.segments}
    digests |= {each.id: fingerprint(each.group) for each in live.groups}
    names = {each.id: f"segment {each.key}" for each in live.segments}
    names |= {each.id: f"group {each.key}" for each in live.groups}
    return (*_changed(plan, digests, names), *_newly_there(plan, live))


def _changed(plan: Plan, digests: dict[str, str], names: dict[str, str]) -> Iterator[str]:
    planned = {each.id: each for each in plan.changes if each.id}
    for identity, digest in plan.fingerprints.items():
        if digests.get(identity) == digest:
            continue
        change = planned.get(identity)
        if identity in names:
            yield f"{names[identity]} was changed"
        else:
            yield f"{_name(change) if change else 'an included segment'} was deleted ({identity})"


def _newly_there(plan: Plan, live: LiveState) -> Iterator[str]:
    slugs = {each.key for each in live.segments}
    groups = {each.key for each in live.groups}
    for change in plan.changes:
        there = slugs if change.kind is Kind.SEGMENT else groups
        if change.action is Action.CREATE and change.key in there:
            yield f"{_name(change)} was created by somebody else"


def _name(change: Change) -> str:
    return f"{change.kind} {change.previous_key or change.key}"
