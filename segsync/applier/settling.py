"""Finds out what became of a write whose answer was lost, without ever sending it again.

There are no idempotency keys (documented), and a create that is sent twice makes a second segment
under another slug (observed by Lytics engineers). Looking is the only safe thing to do. A create
is sent again after a 429 alone; see `twins`.
"""

from functools import partial

from segsync.applier.endings import DELETED_MEANWHILE, Done, Ending, Failed, invalid
from segsync.applier.guards import (
    MadeInvalid,
    Seen,
    StoredOtherwise,
    after_create,
    after_update,
    differences,
)
from segsync.applier.looking import happened, look_until, look_up, unknown
from segsync.applier.membership import judge_write
from segsync.applier.run import Run
from segsync.applier.twins import remove_twins, without_twins
from segsync.errors import ApiError
from segsync.plan import Change, Managed, key_of


def settle_create(change: Change, after: Managed, run: Run, problem: ApiError) -> Ending:
    """Return whether a create happened: it did when the object is there, ours and as sent."""
    times = run.times_sent
    found = _look_again(after, run, problem)
    if isinstance(found, Failed):
        return found
    key = key_of(after)
    if found is None:
        twins, _ = remove_twins(after, run, most=times)
        return unknown(problem, f'no "{key}" was found afterwards; it was not sent again{twins}')
    wanted = run.wanted(after)
    match after_create(wanted, found):
        case None:
            run.record(change, found)
            return without_twins(happened(found.id, problem), after, run, most=times - 1)
        case MadeInvalid(reason=reason):
            return unknown(problem, invalid(reason))
        case StoredOtherwise(fields=("groups",)) if run.has_made(found, sent=wanted):
            guard = partial(after_create, wanted)
            ending = judge_write(change, wanted, run, answer=found, guard=guard, before=None)
            return _all_the_same(ending, problem)
        case _:
            twins, _ = remove_twins(after, run, most=times)
            return unknown(problem, f'the account has another "{key}" ({found.id}){twins}')


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
