"""Whether what a run is told can be believed: the account's list, and a plan from a file."""

from collections.abc import Iterable, Iterator

from segsync.plan import Action, Change, Plan, Refusal
from segsync.planning.findings import listed
from segsync.segment import LiveSegment, LiveState

_WRITES = {Action.UPDATE, Action.RENAME, Action.ADOPT}


def unlisted(live: LiveState, again: Iterable[LiveSegment]) -> tuple[Refusal, ...]:
    """Return the refusal to delete by a list that lacks segments which a second one has.

    Who includes a segment, or is in a group, is known from the list alone.
    """
    known = {each.id for each in live.segments}
    lacking = sorted({each.key for each in again if each.id not in known})
    if not lacking:
        return ()
    reason = (
        "the account lists other segments when it is asked table by table, so what would be"
        f" deleted may be in use; the list of all tables lacks {listed(lacking)}"
    )
    return (Refusal("list-disagrees", reason, ""),)


def inconsistencies(plan: Plan) -> tuple[str, ...]:
    """Return in words what cannot be true of a plan that segsync made.

    The digest of a saved plan shows slips only. Whoever edits one on purpose still cannot make it
    delete what is not managed here, or touch what nobody looked at.
    """
    return tuple(
        f"change {change.number} ({change.action} {change.key}) {what}"
        for change in plan.changes
        for what in _wrong(change, plan)
    )


def _wrong(change: Change, plan: Plan) -> Iterator[str]:
    if change.action is Action.CREATE:
        if change.id is not None or change.before is not None or change.after is None:
            yield "is no creation of something new"
        return
    if change.id not in plan.fingerprints or change.before is None:
        yield "is about something that the plan has not seen"
    elif change.action is Action.DELETE and not change.before.owned:
        yield "deletes what is not managed here"
    elif change.action in _WRITES and not (change.after and change.after.owned):
        yield "writes what is not managed here"
