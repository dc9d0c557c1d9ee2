"""Short ways to write states down in tests."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeAlias

from msgspec.structs import replace

from segsync.diagnostics import Location
from segsync.plan import Plan
from segsync.planning.options import PlanOptions
from segsync.planning.planner import build_plan
from segsync.segment import (
    Account,
    Definition,
    DesiredGroup,
    DesiredSegment,
    DesiredState,
    Group,
    Job,
    LiveGroup,
    LiveSegment,
    LiveState,
    Segment,
)

# Builders take the fields of what they build by name.
Values: TypeAlias = Any

TODAY = date(2026, 11, 23)
HERE = Location("audiences/a.yaml", 3, 5)
_ENTRY_FIELDS = {
    "previously",
    "adopt",
    "absent",
    "reevaluate_on_change",
    "freeze",
    "accept_drift",
    "references",
    "source",
    "place_of",
    "silenced",
}


def hex_id(name: str) -> str:
    """Return a made-up id of 32 hexadecimal digits that is the same for the same name."""
    return f"a{name.encode().hex()}".ljust(32, "0")[:32]


def segment(slug: str, ql: str = "FILTER visits > 5", **values: Values) -> Segment:
    values = {"name": slug.title(), **values}
    for name in ("tags", "groups"):
        values[name] = frozenset(values.get(name, ()))
    return Segment(slug=slug, definition=Definition(ql), **values)


def wanted(slug: str, ql: str = "FILTER visits > 5", **values: Values) -> DesiredSegment:
    """Return a file entry; every value that is given is managed."""
    entry = {name: values.pop(name) for name in _ENTRY_FIELDS & set(values)}
    ignored = set(values.pop("ignore", ()))
    managed = {"name", "definition", "owned", "protected", *values} - ignored
    made = segment(slug, ql, owned=True, **values)
    return DesiredSegment(made, frozenset(managed), **{"source": HERE, **entry})


def found(slug: str, ql: str = "FILTER visits > 5", **values: Values) -> LiveSegment:
    """Return a live segment, owned unless said otherwise."""
    extra = {
        name: values.pop(name)
        for name in ("untouchable", "invalid_reason", "author_id", "updated")
        if name in values
    }
    identity = values.pop("id", hex_id(slug))
    return LiveSegment(identity, segment(slug, ql, **{"owned": True, **values}), **extra)


def wanted_group(name: str, description: str = "", **values: Values) -> DesiredGroup:
    entry = {each: values.pop(each) for each in _ENTRY_FIELDS & set(values)}
    group = Group(name, description, owned=True, **values)
    managed = frozenset({"name", "description", "owned", "protected"})
    return DesiredGroup(group, managed, **{"source": HERE, **entry})


def found_group(name: str, description: str = "", **values: Values) -> LiveGroup:
    identity = values.pop("id", hex_id(f"g{name}"))
    return LiveGroup(identity, Group(name, description, **{"owned": True, **values}))


def desired_state(
    segments: Iterable[DesiredSegment] = (), groups: Iterable[DesiredGroup] = ()
) -> DesiredState:
    return DesiredState({each.key: each for each in segments}, {each.key: each for each in groups})


def live_state(
    segments: Iterable[LiveSegment] = (),
    groups: Iterable[LiveGroup] = (),
    jobs: Iterable[Job] | None = None,
) -> LiveState:
    told = None if jobs is None else tuple(jobs)
    return LiveState(Account(4242, "Fernwood"), tuple(segments), tuple(groups), told)


OPTIONS = PlanOptions(tag="segsync", today=TODAY)


def plan_of(
    desired: Iterable[DesiredSegment] = (),
    live: Iterable[LiveSegment] = (),
    *,
    groups: tuple[Iterable[DesiredGroup], Iterable[LiveGroup]] = ((), ()),
    jobs: Iterable[Job] | None = None,
    **options: Values,
) -> Plan:
    return build_plan(
        desired_state(desired, groups[0]),
        live_state(live, groups[1], jobs),
        replace(OPTIONS, **options),
    )


def told(plan: Plan) -> list[str]:
    """Return the changes as lines such as `update a (waits for 1, 2)`."""
    lines = []
    for change in plan.changes:
        name = change.key if change.kind == "segment" else f"group {change.key}"
        was = f" from {change.previous_key}" if change.previous_key else ""
        bridge = " [bridge]" if change.bridge else ""
        waits = ", ".join(map(str, sorted(change.waits_for)))
        lines.append(f"{change.action} {name}{was}{bridge}" + (f" after {waits}" if waits else ""))
    return lines


def why(plan: Plan) -> list[str]:
    """Return what is blocked as lines such as `delete a: included: still included by b`."""
    return [f"{each.action} {each.key}: {each.rule}: {each.reason}" for each in plan.blocked]
