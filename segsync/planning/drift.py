"""Drift is a plan read the other way: what somebody changed in the account, by hand."""

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec.structs import replace

from segsync.plan import AcceptedDifference, Action, Plan
from segsync.planning.differ import same_definition
from segsync.planning.identity import Identities
from segsync.segment import DesiredSegment, LiveSegment, LiveState, Segment


def leave_accepted(
    desired: Mapping[str, DesiredSegment],
    pairs: Mapping[str, LiveSegment | None],
    names: Identities,
    today: date,
) -> tuple[dict[str, DesiredSegment], tuple[AcceptedDifference, ...]]:
    """Return the entries without a say in what they accept today, and where that is a difference.

    To write the files' value would undo on the next day what the files accept until a later one.
    """
    entries = dict(desired)
    accepted: list[AcceptedDifference] = []
    for slug, entry in desired.items():
        live, terms = pairs[slug], entry.accept_drift
        if live is None or entry.absent or terms is None or today > terms.until:
            continue
        entries[slug] = replace(entry, managed=entry.managed - terms.fields)
        differing = tuple(
            name
            for name in sorted(terms.fields & entry.managed)
            if _differs(name, live.segment, entry.segment, names)
        )
        if differing:
            until = terms.until.isoformat()
            accepted.append(AcceptedDifference(slug, differing, until, terms.reason))
    return entries, tuple(accepted)


def _differs(name: str, live: Segment, wanted: Segment, names: Identities) -> bool:
    if name != "definition":
        return bool(getattr(live, name) != getattr(wanted, name))
    return not same_definition(
        live.definition,
        wanted.definition,
        resolve_before=names.live,
        resolve_after=names.desired,
    )


def as_drift(plan: Plan) -> Plan:
    """Return the plan as a report on drift needs it.

    It applies nothing: limits refuse nothing in it, and reevaluations are left out.
    """
    changes = tuple(each for each in plan.changes if each.action is not Action.REEVALUATE)
    return replace(plan, changes=changes, refusals=())


def unhealthy(live: LiveState) -> Iterator[tuple[str, str]]:
    """Return the managed segments that the account calls invalid, and why."""
    for each in live.segments:
        if each.segment.owned and each.invalid_reason is not None:
            yield each.key, each.invalid_reason or "no reason given"
