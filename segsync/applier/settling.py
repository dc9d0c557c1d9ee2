"""Finds out what became of a write whose answer was lost, without ever sending it again.

There are no idempotency keys (documented), and a create that is sent twice makes a second segment
under another slug (observed by Lytics engineers). Looking is the only safe thing to do.
"""

from collections.abc import Callable
from dataclasses import replace

from segsync.applier.endings import DELETED_MEANWHILE, Done, Ending, Failed, invalid
from segsync.applier.guards import (
    MadeInvalid,
    Managed,
    Seen,
    after_create,
    after_update,
    differences,
    key_of,
)
from segsync.applier.run import Run
from segsync.errors import ApiError, NotFoundError
from segsync.plan import Change
from segsync.segment import Segment


def settle_create(change: Change, after: Managed, run: Run, problem: ApiError) -> Ending:
    """Return whether a create happened: it did when the object is there, ours and as sent."""
    found = look_up(lambda: run.find(after), problem)
    if isinstance(found, Failed):
        return found
    key = key_of(after)
    if found is None:
        return unknown(problem, f'no "{key}" was found afterwards; it was not sent again')
    match after_create(run.wanted(after), found):
        case None:
            run.record(change, found)
            return happened(found.id, problem)
        case MadeInvalid(reason=reason):
            return unknown(problem, invalid(reason))
        case _:
            other = f'the account has another "{key}" ({found.id}){_twin(after, run)}'
            return unknown(problem, other)


def settle_update(
    change: Change, before: Seen, after: Managed, run: Run, problem: ApiError
) -> Ending:
    """Return whether an update happened: the object is as wanted, as before, or a conflict."""
    found = look_up(lambda: run.read(before.id, after), problem)
    if isinstance(found, Failed):
        return found
    if found is None:
        return unknown(problem, DELETED_MEANWHILE)
    wanted = run.wanted(after)
    match after_update(before, wanted, found):
        case None:
            run.record(change, found)
            return happened(before.id, problem)
        case MadeInvalid(reason=reason):
            return unknown(problem, invalid(reason))
        case _ if not differences(before.value, found.value):
            return unknown(problem, "it has not changed; it is safe to run again")
        case _:
            missing = ", ".join(differences(wanted, found.value))
            return unknown(problem, f"it is neither as before nor as wanted: {missing}")


def look_up(look: Callable[[], Seen], problem: ApiError) -> Seen | Failed | None:
    """Return what is there after a write with this problem, None for nothing."""
    try:
        return look()
    except NotFoundError:
        return None
    except ApiError as again:
        return unknown(problem, f"looking for it failed as well: {again.summary}")


def happened(object_id: str, problem: ApiError) -> Done:
    """Return the ending of a write that took effect although its answer was lost."""
    what = f"the answer was lost ({problem.summary})"
    return Done(object_id, note=f"{what}; a look at the account shows that it took effect")


def unknown(problem: ApiError, what_is_known: str) -> Failed:
    """Return the ending of a write of which nobody can say whether it took effect as meant."""
    reason = f"outcome unknown ({problem.summary}): {what_is_known}"
    return Failed(reason, request_id=problem.request_id)


def _twin(after: Managed, run: Run) -> str:
    """Return a hint at the `<slug>_1` that a lost create may have made, or ""."""
    if not isinstance(after, Segment):
        return ""
    twin = replace(after, slug=f"{after.slug}_1")
    try:
        found = run.find(twin)
    except ApiError:
        return ""
    if not run.has_made(found, sent=run.wanted(after)):
        return ""
    return f'; "{twin.slug}" ({found.id}) may have been made by this call: look at it'
