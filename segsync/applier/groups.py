"""Makes a group, of whose name the account may hold several: looks just before and just after.

Nothing in the API keeps two groups from having one name (unknown; assumed possible), so that two
runs at the same time would each make one. Both see both afterwards, and both take the older.
"""

from segsync.api.retry import Policy
from segsync.applier.endings import Done, Ending, Failed
from segsync.applier.guards import Seen, after_create
from segsync.applier.judging import judge
from segsync.applier.looking import look_until
from segsync.applier.run import Run
from segsync.applier.settling import settle_create
from segsync.applier.strays import REMOVED, remove_stray
from segsync.errors import ApiError, RateLimitedError
from segsync.plan import Change
from segsync.segment import Group

# As often as the client sends any other write again.
_MOST_RESENT = Policy().write_attempts - 1


def make_group(change: Change, after: Group, run: Run) -> Ending:
    """Create a group unless there is one of that name; raise what refuses the create."""
    there = run.groups_named(after.name)
    if there:
        return _use(change, after, run, there, note="it was there already; nothing was written")
    answer = _sent(change, after, run)
    if not isinstance(answer, Seen):
        return answer
    trap = after_create(after, answer)
    if trap is not None:
        return judge(change, after, run, answer=answer, trap=trap)
    return _without_twin(change, after, run, answer)


def _sent(change: Change, after: Group, run: Run) -> Seen | Ending:
    """Send the create and return the answer, or how it ended without one.

    A 429 should come before the work (assumed). It is not believed, because two groups of one name
    would look the same: the create is sent again when the account shows no such group.
    """
    again = _MOST_RESENT
    while True:
        try:
            return run.create(after)
        except ApiError as problem:
            if not problem.ambiguous:
                raise
            is_busy = isinstance(problem, RateLimitedError)
            if not (is_busy and again and _is_missing(after, run)):
                return settle_create(change, after, run, problem)
        again -= 1


def _is_missing(after: Group, run: Run) -> bool:
    try:
        return not look_until(bool, lambda: run.groups_named(after.name), sleep=run.sleep)
    except ApiError:
        return False


def _without_twin(change: Change, after: Group, run: Run, made: Seen) -> Ending:
    request_id = run.last_request_id
    try:
        there = look_until(
            lambda there: made.id in {each.id for each in there},
            lambda: run.groups_named(after.name),
            sleep=run.sleep,
        )
    except ApiError as problem:
        reason = f"it was made, but looking whether it is the only one failed: {problem.summary}"
        return Failed(reason, id=made.id)
    if made.id not in {each.id for each in there}:
        reason = f'the account answered with a group "{after.name}" that it does not list'
        return Failed(reason, id=made.id, request_id=request_id)
    if there[0].id == made.id:
        run.record(change, made)
        return Done(made.id, request_id=request_id)
    fate = remove_stray(made, run, sent=after)
    others = tuple(each for each in there if each.id != made.id)
    note = f"somebody else made it at the same time; ours ({made.id}) is not needed: {fate}"
    if fate != REMOVED:
        return Failed(note, id=made.id, request_id=request_id)
    return _use(change, after, run, others, note=note)


def _use(change: Change, after: Group, run: Run, there: tuple[Seen, ...], *, note: str) -> Ending:
    """Take the one group of that name that is there, if it is as wanted."""
    only = there[0]
    if len(there) == 1 and after_create(after, only) is None:
        run.record(change, only)
        return Done(only.id, note=note)
    ids = ", ".join(each.id for each in there)
    return Failed(f'"{after.name}" is taken: the account has another group of that name ({ids})')
