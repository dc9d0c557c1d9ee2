"""Finds and removes what a create made in vain: `<slug>_1` and so on, beside what was meant.

The API gives such a slug to a create whose own is taken (observed by Lytics engineers). Another's
segment may have taken it, or the create itself, where it was sent more than once: it is sent again
after a 429, which comes before the work (assumed), or after it (not known to happen).
"""

from functools import partial

from msgspec.structs import replace

from segsync.applier.endings import Done, Ending, Failed
from segsync.applier.guards import Seen, after_create
from segsync.applier.membership import judge_write
from segsync.applier.run import Run
from segsync.applier.strays import REMOVED, remove_stray
from segsync.errors import ApiError
from segsync.plan import Change, Managed
from segsync.segment import Segment


def settle_resent(change: Change, after: Segment, run: Run, answer: Seen) -> Ending:
    """Return how a create ended that was answered after it had been sent more than once.

    Where the account made a segment each time, the one with the slug that was asked for is the one
    that was meant, and the others are strays.
    """
    times, request_id = run.times_sent, run.last_request_id
    wanted = run.wanted(after)
    judged = partial(
        judge_write, change, wanted, run, guard=partial(after_create, wanted), before=None
    )
    if answer.key == after.slug:
        return judged(answer=answer)
    fate = remove_stray(answer, run, sent=wanted)
    made = f'the account made "{answer.key}" ({answer.id})'
    try:
        first = run.find(after)
    except ApiError as problem:
        lost = f'looking for "{after.slug}" failed: {problem.summary}'
        return Failed(f"it was sent {times} times; {made}; {fate}; {lost}", request_id=request_id)
    is_ours = run.has_made(first, sent=wanted)
    twins, are_gone = remove_twins(after, run, most=times - 1 - is_ours, but=answer.id)
    if not is_ours:
        reason = f'"{after.slug}" is taken: {made} instead; {fate}{twins}'
        return Failed(reason, request_id=request_id)
    told = f"it was sent {times} times; {made} too; {fate}{twins}"
    ending = judged(answer=first)
    if isinstance(ending, Failed):
        return replace(ending, reason=f"{ending.reason}; {told}")
    if fate == REMOVED and are_gone:
        return replace(ending, note=told)
    return Failed(told, ending.id, request_id)


def without_twins(ending: Done, after: Managed, run: Run, *, most: int) -> Ending:
    """Return the ending of a create that was sent so much more often than was needed."""
    if not most:
        return ending
    told, are_gone = remove_twins(after, run, most=most)
    note = ending.note + told
    return replace(ending, note=note) if are_gone else Failed(note, ending.id)


def remove_twins(after: Managed, run: Run, *, most: int, but: str = "") -> tuple[str, bool]:
    """Return what became of the `<slug>_1` that a create has made, and whether none is left.

    `most` is how many this create can have made. Of more, some are not ours, and nobody can say
    which. `but` is the id of one that is known.
    """
    if not isinstance(after, Segment):
        return "", True
    try:
        twins = [each for each in run.twins(after) if each.id != but]
    except ApiError as problem:
        told = f"; looking for what it may have made instead failed: {problem.summary}"
        return told, False
    named = [f'"{each.key}" ({each.id})' for each in twins]
    if len(twins) > most:
        told = " and ".join(named)
        return f"; each of {told} may have been made by this call: look at them", False
    fates = [remove_stray(each, run, sent=run.wanted(after)) for each in twins]
    told = "".join(
        f"; the account made {name} instead; {fate}"
        for name, fate in zip(named, fates, strict=True)
    )
    return told, all(each == REMOVED for each in fates)
