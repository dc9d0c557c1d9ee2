"""Carries out one change: re-read, call, judge the answer, and clean up what went astray."""

from typing import assert_never

from segsync.applier.endings import (
    DELETED_MEANWHILE,
    FATAL_ERRORS,
    Done,
    Ending,
    Failed,
    changed_meanwhile,
)
from segsync.applier.guards import (
    KeyNotTaken,
    MadeAnother,
    MadeUnderOtherKey,
    Managed,
    Seen,
    StoredOtherwise,
    Trap,
    after_create,
    after_update,
    differences,
    not_taken,
)
from segsync.applier.run import Run
from segsync.applier.settling import settle_create, settle_delete, settle_update
from segsync.errors import ApiError, NotFoundError
from segsync.outcome import Outcome, Result
from segsync.plan import Action, Change
from segsync.segment import Group, Segment


def carry_out(change: Change, run: Run) -> Outcome:
    """Carry out one change and return how it ended.

    Raises the `FATAL_ERRORS`; every other failure of the API is an outcome.
    """
    try:
        ending = _carry_out(change, run)
    except FATAL_ERRORS:
        raise
    except ApiError as problem:
        ending = Failed(str(problem), request_id=problem.request_id, exit_code=problem.exit_code)
    if isinstance(ending, Done):
        return Outcome(
            change,
            Result.APPLIED,
            note=ending.note,
            id=ending.id,
            request_id=run.last_request_id,
        )
    return Outcome(
        change,
        Result.FAILED,
        reason=ending.reason,
        id=ending.id or change.id,
        request_id=run.last_request_id if ending.request_id is None else ending.request_id,
        exit_code=ending.exit_code,
    )


def _carry_out(change: Change, run: Run) -> Ending:
    match change:
        case Change(action=Action.CREATE, after=(Segment() | Group()) as after):
            return _create(change, after, run)
        case Change(action=Action.DELETE, before=(Segment() | Group()) as before):
            return _delete(change, before, run)
        case Change(action=Action.REEVALUATE):
            return _reevaluate(change, run)
        case Change(before=(Segment() | Group()) as before, after=(Segment() | Group()) as after):
            return _update(change, before, after, run)
    message = f"change {change.number} ({change.action}) does not say what to do"
    raise ValueError(message)


def _create(change: Change, after: Managed, run: Run) -> Ending:
    try:
        answer = run.create(after)
    except ApiError as problem:
        if not problem.ambiguous:
            raise
        return settle_create(change, after, run, problem)
    trap = after_create(run.wanted(after), answer)
    return _judge(change, after, run, answer=answer, trap=trap)


def _update(change: Change, before: Managed, after: Managed, run: Run) -> Ending:
    object_id = run.id_of(change)
    try:
        found = run.read(object_id, before)
    except NotFoundError:
        return Failed(DELETED_MEANWHILE)
    moved = differences(run.expected(object_id, before), found.value)
    if moved and not differences(run.wanted(after), found.value):
        run.record(change, found)
        return Done(object_id, note="it was already as wanted; nothing was written")
    if moved:
        return Failed(changed_meanwhile(moved))
    try:
        answer = run.update(object_id, after)
    except ApiError as problem:
        if not problem.ambiguous:
            raise
        return settle_update(change, before, after, run, problem)
    trap = after_update(object_id, run.wanted(after), answer)
    return _judge(change, after, run, answer=answer, trap=trap)


def _delete(change: Change, before: Managed, run: Run) -> Ending:
    object_id = run.id_of(change)
    try:
        found = run.read(object_id, before)
        moved = differences(run.expected(object_id, before), found.value)
        if moved:
            return Failed(changed_meanwhile(moved))
        run.delete(object_id, before)
    except NotFoundError:
        return Done(object_id, note="it was gone already")
    except ApiError as problem:
        if not problem.ambiguous:
            raise
        return settle_delete(change, before, run, problem)
    return Done(object_id)


def _reevaluate(change: Change, run: Run) -> Ending:
    object_id = run.id_of(change)
    run.reevaluate(object_id)
    return Done(object_id)


def _judge(change: Change, after: Managed, run: Run, *, answer: Seen, trap: Trap | None) -> Ending:
    match trap:
        case None:
            run.record(change, answer)
            ignored = not_taken(run.wanted(after), answer)
            note = f"the account did not take: {', '.join(ignored)}" if ignored else ""
            return Done(answer.id, note=note)
        case MadeUnderOtherKey(asked=asked, made=made):
            what = f'"{asked}" is taken: the account made "{made}" ({answer.id}) instead'
            return _without_stray(what, answer, run)
        case MadeAnother(id=object_id):
            what = f"the account did not change {object_id} but answered with"
            return _without_stray(f'{what} "{answer.key}" ({answer.id})', answer, run)
        case KeyNotTaken(asked=asked, has=has):
            return Failed(f'the account named it "{has}" and not "{asked}"', id=answer.id)
        case StoredOtherwise(fields=fields):
            what = ", ".join(fields)
            return Failed(f"the account stored something else than was sent: {what}", id=answer.id)
        case _:
            assert_never(trap)


def _without_stray(what: str, stray: Seen, run: Run) -> Failed:
    """Remove what a write made by accident, and return what happened and what became of it."""
    request_id = run.last_request_id
    return Failed(f"{what}; {_remove(stray, run)}", request_id=request_id)


def _remove(stray: Seen, run: Run) -> str:
    if not run.has_made(stray):
        return "it was left alone, because nothing proves that this run made it"
    try:
        run.delete(stray.id, stray.value)
    except ApiError as problem:
        return f"it could not be removed, so remove it by hand: {problem}"
    return "it was removed again"
