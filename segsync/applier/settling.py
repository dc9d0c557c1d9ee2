"""Finds out what became of a write whose answer was lost, without ever sending it again.

There are no idempotency keys (documented), and a create that is sent twice makes a second segment
under another slug (observed by Lytics engineers). Looking is the only safe thing to do.
"""

from functools import partial

from segsync.applier.endings import DELETED_MEANWHILE, Done, Ending, Failed, invalid
from segsync.applier.guards import (
    MadeInvalid,
    Managed,
    Seen,
    StoredOtherwise,
    after_create,
    after_update,
    differences,
    key_of,
)
from segsync.applier.looking import happened, look_until, look_up, unknown
from segsync.applier.membership import judge_write
from segsync.applier.run import Run
from segsync.applier.strays import remove_stray
from segsync.errors import ApiError
from segsync.plan import Change
from segsync.segment import Segment


def settle_create(change: Change, after: Managed, run: Run, problem: ApiError) -> Ending:
    """Return whether a create happened: it did when the object is there, ours and as sent."""
    found = _look_again(after, run, problem)
    if isinstance(found, Failed):
        return found
    key = key_of(after)
    if found is None:
        return unknown(
            problem, f'no "{key}" was found afterwards; it was not sent again{_twins(after, run)}'
        )
    wanted = run.wanted(after)
    match after_create(wanted, found):
        case None:
            run.record(change, found)
            return happened(found.id, problem)
        case MadeInvalid(reason=reason):
            return unknown(problem, invalid(reason))
        case StoredOtherwise(fields=("groups",)) if run.has_made(found, sent=wanted):
            guard = partial(after_create, wanted)
            ending = judge_write(change, wanted, run, answer=found, guard=guard, before=None)
            return _all_the_same(ending, problem)
        case _:
            other = f'the account has another "{key}" ({found.id}){_twins(after, run)}'
            return unknown(problem, other)


def settle_update(
    change: Change, before: Seen, after: Managed, run: Run, problem: ApiError
) -> Ending:
    """Return whether an update happened: the object is as wanted, as before, or a conflict."""
    wanted = run.wanted(after)
    found = look_until(
        lambda found: isinstance(found, Seen) and not differences(wanted, found.value),
        lambda: look_up(lambda: run.read(before.id, after, expecting=wanted), problem),
        sleep=run.sleep,
    )
    if isinstance(found, Failed):
        return found
    if found is None:
        return unknown(problem, DELETED_MEANWHILE)
    match after_update(before, wanted, found):
        case None:
            run.record(change, found)
            return happened(before.id, problem)
        case MadeInvalid(reason=reason):
            told = invalid(reason)
        case _ if not differences(before.value, found.value):
            told = "it has not changed; it is safe to run again"
        case StoredOtherwise(fields=("groups",)):
            guard = partial(after_update, before, wanted)
            was = before.value
            ending = judge_write(change, wanted, run, answer=found, guard=guard, before=was)
            return _all_the_same(ending, problem)
        case _:
            missing = ", ".join(differences(wanted, found.value))
            told = f"it is neither as before nor as wanted: {missing}"
    return unknown(problem, told)


def _all_the_same(ending: Ending, problem: ApiError) -> Ending:
    """Return the ending of a write whose answer was lost and whose groups were written since."""
    return happened(ending.id, problem) if isinstance(ending, Done) else ending


def _look_again(after: Managed, run: Run, problem: ApiError) -> Seen | Failed | None:
    """Look for what a create has made until it is there."""
    return look_until(
        lambda found: found is not None,
        lambda: look_up(lambda: run.find(after), problem),
        sleep=run.sleep,
    )


def _twins(after: Managed, run: Run) -> str:
    """Return what became of the `<slug>_1` that a lost create has made, or an empty text.

    Of two, one is not ours, and nobody can say which.
    """
    if not isinstance(after, Segment):
        return ""
    try:
        twins = run.twins(after)
    except ApiError as problem:
        return f"; looking for what it may have made instead failed: {problem.summary}"
    told = " and ".join(f'"{each.key}" ({each.id})' for each in twins)
    if not twins:
        return ""
    if len(twins) > 1:
        return f"; each of {told} may have been made by this call: look at them"
    fate = remove_stray(twins[0], run, sent=run.wanted(after))
    return f"; the account made {told} instead; {fate}"
