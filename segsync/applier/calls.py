"""Carries out one change: re-read, call, judge the answer."""

from functools import partial

from segsync.applier.endings import (
    DELETED_MEANWHILE,
    Done,
    Ending,
    Failed,
    changed_meanwhile,
    ends_run,
)
from segsync.applier.groups import make_group
from segsync.applier.guards import Seen, after_create, after_update, differences
from segsync.applier.looking import look_until
from segsync.applier.membership import judge_write
from segsync.applier.removing import remove
from segsync.applier.run import Run
from segsync.applier.settling import settle_create, settle_update
from segsync.applier.twins import settle_resent
from segsync.errors import ApiError, NotFoundError, StoppedError
from segsync.outcome import Outcome, Result
from segsync.plan import Action, Change, Managed
from segsync.segment import Group, Segment


def carry_out(change: Change, run: Run) -> Outcome:
    """Carry out one change and return how it ended.

    Raises what ends the run, and `JournalError` before anything is sent that cannot be written
    down; every other failure of the API is an outcome.
    """
    run.take_up(change)
    try:
        ending = _carry_out(change, run)
    except StoppedError:
        if run.may_have_written:
            raise
        return Outcome(change, Result.SKIPPED, reason="interrupted", id=change.id)
    except ApiError as problem:
        if ends_run(problem):
            raise
        ending = Failed(problem.summary, exit_code=problem.exit_code)
    request_id = run.last_request_id if ending.request_id is None else ending.request_id
    if isinstance(ending, Done):
        return Outcome(
            change,
            Result.APPLIED,
            note=ending.note,
            id=ending.id,
            request_id=request_id,
        )
    return Outcome(
        change,
        Result.FAILED,
        reason=ending.reason,
        id=ending.id or change.id,
        request_id=request_id,
        exit_code=ending.exit_code,
    )


def _carry_out(change: Change, run: Run) -> Ending:
    match change:
        case Change(action=Action.CREATE, after=Segment() as after):
            return _create(change, after, run)
        case Change(action=Action.CREATE, after=Group() as after):
            return make_group(change, after, run)
        case Change(action=Action.DELETE, before=(Segment() | Group()) as before):
            return _delete(change, before, run)
        case Change(action=Action.REEVALUATE):
            return _reevaluate(change, run)
        case Change(before=(Segment() | Group()) as before, after=(Segment() | Group()) as after):
            return _update(change, before, after, run)
    message = f"change {change.number} ({change.action}) does not say what to do"
    raise ValueError(message)


def _create(change: Change, after: Segment, run: Run) -> Ending:
    try:
        answer = run.create(after)
    except ApiError as problem:
        if not problem.ambiguous:
            raise
        return settle_create(change, after, run, problem)
    if run.times_sent > 1:
        return settle_resent(change, after, run, answer)
    sent = run.wanted(after)
    guard = partial(after_create, sent)
    return judge_write(change, sent, run, answer=answer, guard=guard, before=None)


def _update(change: Change, before: Managed, after: Managed, run: Run) -> Ending:
    if isinstance(before, Segment):
        return _update_alone(change, before, after, run)
    # A worker that writes who is in the group writes its name and description too.
    with run.sides.alone_with([run.id_of(change)]):
        return _update_alone(change, before, after, run)


def _update_alone(change: Change, before: Managed, after: Managed, run: Run) -> Ending:
    object_id = run.id_of(change)
    try:
        found, moved = _look(object_id, before, run)
    except NotFoundError:
        return Failed(DELETED_MEANWHILE)
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
        return settle_update(change, found, after, run, problem)
    sent = run.wanted(after)
    guard = partial(after_update, found, sent)
    return judge_write(change, sent, run, answer=answer, guard=guard, before=found.value)


def _delete(change: Change, before: Managed, run: Run) -> Ending:
    object_id = run.id_of(change)
    try:
        _, moved = _look(object_id, before, run)
    except NotFoundError:
        return Done(object_id, note="it was gone already")
    if moved:
        return Failed(changed_meanwhile(moved))
    return remove(object_id, before, run)


def _look(object_id: str, before: Managed, run: Run) -> tuple[Seen, tuple[str, ...]]:
    """Return what is there, and the fields in which it is not what it was or what this run wrote.

    Only for what this run wrote there is patience: it may not be shown yet.
    """
    expected = run.expected(object_id, before)

    def look() -> tuple[Seen, tuple[str, ...]]:
        found = run.read(object_id, before, expecting=expected)
        return found, differences(expected, found.value)

    if not run.has_written(object_id):
        return look()
    return look_until(lambda found: not found[1], look, sleep=run.sleep)


def _reevaluate(change: Change, run: Run) -> Ending:
    object_id = run.id_of(change)
    run.reevaluate(object_id)
    return Done(object_id)
