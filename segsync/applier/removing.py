"""Removes one object, and believes that it is gone only when it is no longer there.

The answer alone proves nothing: a 404 may mean another table (documented), and a success may stand
for a delete that was refused (documented for several ids).
"""

import operator

from segsync.applier.endings import Done, Ending, Failed
from segsync.applier.guards import Seen
from segsync.applier.looking import happened, look_until, look_up, unknown
from segsync.applier.run import Run
from segsync.errors import ApiError, NotFoundError
from segsync.plan import Managed


def remove(object_id: str, like: Managed, run: Run) -> Ending:
    """Delete the object of this id, of the kind of `like`; raise what refuses the delete."""
    try:
        run.delete(object_id, like)
    except NotFoundError as problem:
        return _after_a_404(object_id, like, run, problem)
    except ApiError as problem:
        if not problem.ambiguous:
            raise
        return _after_no_answer(object_id, like, run, problem)
    request_id = run.last_request_id
    try:
        is_there = look_until(
            operator.not_, lambda: _is_there(object_id, like, run), sleep=run.sleep
        )
    except ApiError as problem:
        return Failed(
            f"the delete was answered, but looking whether it is gone failed: {problem.summary}"
        )
    if not is_there:
        return Done(object_id, request_id=request_id)
    return Failed(
        "the account says that it is deleted, but it is still there", request_id=request_id
    )


def _is_there(object_id: str, like: Managed, run: Run) -> bool:
    try:
        run.read(object_id, like)
    except NotFoundError:
        return False
    return True


def _after_a_404(object_id: str, like: Managed, run: Run, problem: NotFoundError) -> Ending:
    """Return how a delete ended of what the account does not find: gone, or in another table.

    What somebody else has deleted may be shown for a while; that it is not shown is believed at
    once, since the account has said the same in two ways.
    """
    found = _look_until_gone(object_id, like, run, problem)
    if isinstance(found, Failed):
        return found
    if found is None:
        return Done(object_id, note="it was gone already")
    reason = f"the account does not find it to delete it, but it is still there: {problem.summary}"
    return Failed(reason, request_id=problem.request_id)


def _after_no_answer(object_id: str, like: Managed, run: Run, problem: ApiError) -> Ending:
    found = _look_until_gone(object_id, like, run, problem)
    if isinstance(found, Failed):
        return found
    if found is None:
        return happened(object_id, problem)
    return unknown(problem, "it is still there; it is safe to run again")


def _look_until_gone(
    object_id: str, like: Managed, run: Run, problem: ApiError
) -> Seen | Failed | None:
    return look_until(
        lambda found: found is None,
        lambda: look_up(lambda: run.read(object_id, like), problem),
        sleep=run.sleep,
    )
