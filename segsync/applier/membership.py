"""Puts a segment into its groups, and out of them, where the account ignores that it names them.

A segment names its groups, and a group its segments; which of the two the account goes by, and
whether it shows both, is unknown. The segment is written first. Where that has changed nothing, the
group is written: with all the members that it has, so that nobody else's is lost.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

from segsync.applier.endings import Ending, Failed, ends_run
from segsync.applier.guards import Seen, StoredOtherwise, Trap
from segsync.applier.judging import judge
from segsync.applier.looking import look_until, unknown
from segsync.applier.run import Run
from segsync.errors import ApiError, NotFoundError
from segsync.plan import Change, Managed
from segsync.segment import LiveGroup, Segment

Guard = Callable[[Seen], Trap | None]

_ONLY_GROUPS = StoredOtherwise(("groups",))

_NEITHER = (
    "the account took the groups of the segment neither from the segment itself nor from the group"
)
_UNKNOWN = (
    "the account ignores `groups` of the segment and shows no member of any group, so that writing"
    " the group could remove members: put one segment into any group by hand, and run again"
)


def judge_write(
    change: Change, sent: Managed, run: Run, *, answer: Seen, guard: Guard, before: Managed | None
) -> Ending:
    """Return how an answered write of `sent` ended, once the segment is in its groups.

    `before` is what was there before the write, None for a create.
    """
    trap = guard(answer)
    leaves_groups = trap == _ONLY_GROUPS or (trap is None and run.sides.segments_are_silent)
    if not (isinstance(sent, Segment) and leaves_groups):
        return judge(change, sent, run, answer=answer, trap=trap)
    was_in = before.groups if isinstance(before, Segment) else frozenset[str]()
    # Until the outcome is recorded, since other workers keep the members that are recorded.
    with run.sides.alone_with(sent.groups | was_in):
        seen = _move(sent, answer, run, may_write=sent.groups | was_in)
        if isinstance(seen, Failed):
            return seen
        return judge(change, sent, run, answer=seen, trap=guard(seen))


def _move(sent: Segment, answer: Seen, run: Run, *, may_write: Collection[str]) -> Seen | Failed:
    try:
        return _moved(sent, answer, run, may_write=may_write)
    except ApiError as problem:
        if ends_run(problem):
            raise
        reason = f"it was written, but its groups could not be: {problem.summary}"
        return Failed(reason, answer.id, exit_code=problem.exit_code)


def _moved(sent: Segment, answer: Seen, run: Run, *, may_write: Collection[str]) -> Seen | Failed:
    """Return the segment as it is in the end: in the groups that were sent, or never put there."""
    sides = run.sides
    seen = run.told_by_groups(answer)
    if _wrong(sent, seen) and not (sides.groups_decide or sides.nobody_decides):
        # Before anything is concluded: what was written may not be shown yet.
        seen = _look(sent, seen, run)
    wrong = sorted(_wrong(sent, seen))
    if not wrong or not set(wrong) <= set(may_write):
        return seen
    return _written(sent, seen, run, wrong=wrong)


def _written(sent: Segment, seen: Seen, run: Run, *, wrong: Iterable[str]) -> Seen | Failed:
    """Write the groups in which the segment is wrongly, or wrongly is not, and look again."""
    listed = {each.id: each for each in run.groups()}
    where = _where(sent, wrong, listed)
    if run.sides.nobody_decides:
        return Failed(f"{_NEITHER}: {where}", seen.id)
    if not listed.keys() >= set(wrong):
        return Failed(f"{where}, and the account lists no such group", seen.id)
    rosters = [(listed[each], run.members(listed[each], listed.values())) for each in wrong]
    if None in {members for _, members in rosters}:
        return Failed(f"{where}; {_UNKNOWN}", seen.id)
    lost: ApiError | None = None
    for group, members in rosters:
        others = [each for each in members or () if each != seen.id]
        ids = [*others, seen.id] if group.id in sent.groups else others
        lost = _write(group, ids, run) or lost
    seen = _look(sent, seen, run)
    if not _wrong(sent, seen):
        run.sides.groups_decide = True
        return seen
    if lost is not None:
        return unknown(lost, where)
    run.sides.nobody_decides = True
    return Failed(f"{_NEITHER}: {where}", seen.id)


def _write(group: LiveGroup, segment_ids: Collection[str], run: Run) -> ApiError | None:
    """Write the members of a group; return the problem when it is not known whether that worked."""
    try:
        run.write_members(group, segment_ids)
    except ApiError as problem:
        if not problem.ambiguous:
            raise
        return problem
    return None


def _look(sent: Segment, seen: Seen, run: Run) -> Seen:
    """Return what was seen with the groups that a look tells; with patience until they are right.

    All else is as the write has answered, because a look may show what was there before it.
    """

    def look() -> Seen:
        try:
            groups = run.read(seen.id, sent, expecting=sent).groups
        except NotFoundError:
            return seen
        return seen.in_groups(groups)

    return look_until(lambda found: not _wrong(sent, found), look, sleep=run.sleep)


def _wrong(sent: Segment, seen: Seen) -> frozenset[str]:
    """Return the ids of the groups that the segment is in and should not be, or the reverse."""
    return seen.groups ^ sent.groups


def _where(sent: Segment, wrong: Iterable[str], listed: Mapping[str, LiveGroup]) -> str:
    return " and ".join(
        f"it is {'not' if each in sent.groups else 'still'} in "
        f'"{listed[each].key if each in listed else each}"'
        for each in wrong
    )
