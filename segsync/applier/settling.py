"""Finds out what became of a write whose answer was lost, without ever sending it again.

There are no idempotency keys (documented), and a create that is sent twice makes a second segment
under another slug (observed by Lytics engineers). Looking is the only safe thing to do.
"""

from collections.abc import Callable
from dataclasses import replace

from segsync.applier.endings import DELETED_MEANWHILE, Done, Ending, Failed
from segsync.applier.guards import Managed, Seen, after_create, differences, key_of
from segsync.applier.run import Run
from segsync.errors import ApiError, NotFoundError
from segsync.plan import Change
from segsync.segment import Segment


def settle_create(change: Change, after: Managed, run: Run, problem: ApiError) -> Ending:
    """Return whether a create happened: it did when the object is there, ours and as sent."""
    found = _look_up(lambda: run.find(after), problem)
    if isinstance(found, Failed):
        return found
    key = key_of(after)
    if found is None:
        return _unknown(problem, f'no "{key}" was found afterwards; it was not sent again')
    if after_create(run.wanted(after), found) is None:
        run.record(change, found)
        return _happened(found.id, problem)
    return _unknown(problem, f'the account has another "{key}" ({found.id}){_twin(after, run)}')


def settle_update(
    change: Change, before: Managed, after: Managed, run: Run, problem: ApiError
) -> Ending:
    """Return whether an update happened: the object is as wanted, as before, or a conflict."""
    object_id = run.id_of(change)
    found = _look_up(lambda: run.read(object_id, after), problem)
    if isinstance(found, Failed):
        return found
    if found is None:
        return _unknown(problem, DELETED_MEANWHILE)
    missing = differences(run.wanted(after), found.value)
    if not missing:
        run.record(change, found)
        return _happened(object_id, problem)
    if not differences(run.expected(object_id, before), found.value):
        return _unknown(problem, "it has not changed; it is safe to run again")
    return _unknown(problem, f"it is neither as before nor as wanted: {', '.join(missing)}")


def settle_delete(change: Change, before: Managed, run: Run, problem: ApiError) -> Ending:
    """Return whether a delete happened: it did when the object is gone."""
    object_id = run.id_of(change)
    found = _look_up(lambda: run.read(object_id, before), problem)
    if isinstance(found, Failed):
        return found
    if found is None:
        return _happened(object_id, problem)
    return _unknown(problem, "it is still there; it is safe to run again")


def _look_up(look: Callable[[], Seen], problem: ApiError) -> Seen | Failed | None:
    try:
        return look()
    except NotFoundError:
        return None
    except ApiError as again:
        return _unknown(problem, f"looking for it failed as well: {again}")


def _happened(object_id: str, problem: ApiError) -> Done:
    note = f"the answer was lost ({problem}); a look at the account shows that it took effect"
    return Done(object_id, note=note)


def _unknown(problem: ApiError, what_is_known: str) -> Failed:
    return Failed(f"outcome unknown ({problem}): {what_is_known}")


def _twin(after: Managed, run: Run) -> str:
    """Return a hint at the `<slug>_1` that a lost create may have made, or ""."""
    if not isinstance(after, Segment):
        return ""
    twin = replace(after, slug=f"{after.slug}_1")
    try:
        found = run.find(twin)
    except ApiError:
        return ""
    if not run.has_made(found) or after_create(run.wanted(twin), found) is not None:
        return ""
    return f'; "{twin.slug}" ({found.id}) may have been made by this call: look at it'
