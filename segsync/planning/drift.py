"""Drift is a plan read the other way: what somebody changed in the account, by hand."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from segsync.plan import Action, Change, Plan
from segsync.segment import AcceptedDrift, DesiredState, LiveState


@dataclass(frozen=True, slots=True)
class Accepted:
    """Differences in fields that the file accepts for a while."""

    key: str
    fields: tuple[str, ...]
    by: AcceptedDrift


def set_accepted_apart(
    plan: Plan, desired: DesiredState, today: date
) -> tuple[Plan, tuple[Accepted, ...]]:
    """Return the plan without the differences that the files accept today, and those.

    A drift report applies nothing: limits refuse nothing in it, and reevaluations are left out.
    """
    changes: list[Change] = []
    accepted: list[Accepted] = []
    for change in plan.changes:
        terms = _terms(change, desired, today)
        left = tuple(each for each in change.fields if not terms or each.field not in terms.fields)
        if terms and left != change.fields:
            tolerated = tuple(each.field for each in change.fields if each not in left)
            accepted.append(Accepted(change.key, tolerated, terms))
        if change.action is not Action.REEVALUATE and (left or not change.fields):
            changes.append(replace(change, fields=left))
    return replace(plan, changes=tuple(changes), refusals=()), tuple(accepted)


def _terms(change: Change, desired: DesiredState, today: date) -> AcceptedDrift | None:
    entry = desired.segments.get(change.key)
    if change.action is not Action.UPDATE or entry is None or entry.accept_drift is None:
        return None
    return entry.accept_drift if today <= entry.accept_drift.until else None


def unhealthy(live: LiveState) -> Iterator[tuple[str, str]]:
    """Return the managed segments that the account calls invalid, and why."""
    for each in live.segments:
        if each.segment.owned and each.invalid_reason is not None:
            yield each.key, each.invalid_reason or "no reason given"
