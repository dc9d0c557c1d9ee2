"""Finds out what became of the changes that an interrupted run had in flight, before a new plan.

Nothing that was meant is sent again: the plan that is made next sees what is missing. What the
run has made by accident is removed, if that is proven as for any stray.
"""

from collections.abc import Iterable, Iterator, Sequence

from segsync.api.client import Client
from segsync.applier.endings import invalid
from segsync.applier.guards import (
    MadeInvalid,
    Seen,
    StoredOtherwise,
    after_create,
    differences,
    made_during,
)
from segsync.applier.run import Run
from segsync.applier.strays import remove_stray
from segsync.errors import NotFoundError
from segsync.journal import CallLog, Fate, JournaledRun
from segsync.journal.records import Call, Settlement
from segsync.plan import Action, Change, Managed, Plan, key_of
from segsync.segment import Group, Segment

_HAPPENED = "it took effect"
_BUT_FOR_GROUPS = f"{_HAPPENED}, but it is not in all of its groups yet"
_DID_NOT = "it did not take effect"


def settle(
    run: JournaledRun, plan: Plan, client: Client, *, journal: CallLog
) -> Iterator[Settlement]:
    """Yield what became of each change that was in flight, as the account shows it now.

    `plan` is that of the run, and `journal` the run's own, open again. Raises an `ApiError` when
    the account cannot be read; what was not yielded is still in flight then.
    """
    changes = {each.number: each for each in plan.changes}
    account = Run(plan, client, known_ids=run.head.namesakes, journal=journal)
    for number, change in changes.items():
        made = run.took_effect(number)
        if made is not None and change.after is not None:
            account.record(change, Seen(made, account.wanted(change.after)))
    for number in run.in_flight:
        if number in changes:
            account.take_up(changes[number])
            calls = [each for each in run.calls if each.change == number]
            yield _settle(changes[number], account, calls)
        else:
            # The head and the calls of one file do not belong together: nothing is known.
            yield Settlement(number, Fate.UNCLEAR, None, "the plan of the run has no such change")


def _settle(change: Change, account: Run, calls: Sequence[Call]) -> Settlement:
    match change:
        case Change(action=Action.REEVALUATE):
            told = "nobody can tell whether it was asked for; it can be asked for again"
            return _unclear(change, told)
        case Change(action=Action.CREATE, after=Segment() as after):
            return _settle_create(change, after, account, calls)
        case Change(action=Action.CREATE, after=Group() as after):
            return _settle_group(change, after, account, calls)
        case Change(id=str() as identity, before=before, after=after):
            return _settle_write(change, identity, before, after, account)
    return _unclear(change, "the plan of the run does not say what to do")


def _settle_create(
    change: Change, after: Segment, account: Run, calls: Sequence[Call]
) -> Settlement:
    """Settle the create of a segment; another checkout may have made one that looks the same."""
    try:
        found = account.told_by_groups(account.find(after))
    except NotFoundError:
        return _without_twins(change, after, account, calls, told=_DID_NOT)
    wanted = account.wanted(after)
    is_ours = account.has_made(found, sent=wanted) and _made_by(calls, found)
    trap = after_create(wanted, found)
    match trap:
        case None if is_ours:
            account.record(change, found)
            return Settlement(change.number, Fate.HAPPENED, found.id, _HAPPENED)
        case MadeInvalid(reason=reason) if is_ours:
            return Settlement(change.number, Fate.HAPPENED, found.id, invalid(reason))
        case StoredOtherwise(fields=("groups",)) if is_ours:
            account.record(change, found)
            return Settlement(change.number, Fate.HAPPENED, found.id, _BUT_FOR_GROUPS)
    like_it = trap is None or isinstance(trap, MadeInvalid)
    how = "and nothing proves that this run made it" if like_it else "that is not as it was sent"
    told = f'the account has a "{found.key}" ({found.id}) {how}'
    return _without_twins(change, after, account, calls, told=told)


def _without_twins(
    change: Change, after: Segment, account: Run, calls: Sequence[Call], *, told: str
) -> Settlement:
    """Remove the `<slug>_1` that a create under a taken slug has made; of two, one is not ours.

    Another checkout may have made one since, on purpose: the times have to allow that it is ours.
    """
    alike = account.twins(after)
    twins = [each for each in alike if made_during(each, calls[0].at)]
    named, others = _named(twins), _named(each for each in alike if each not in twins)
    if len(twins) > 1:
        return _unclear(change, f"{told}; each of {named} may have been made by it: look at them")
    if others:
        told = f"{told}; the account has {others}, and nothing proves that this run made it"
    if not twins:
        fate = Fate.DID_NOT_HAPPEN if told == _DID_NOT else Fate.UNCLEAR
        return Settlement(change.number, fate, None, told)
    fate_of_twin = remove_stray(twins[0], account, sent=account.wanted(after))
    told = f"{told}; the account made {named} instead; {fate_of_twin}"
    return Settlement(change.number, Fate.DID_NOT_HAPPEN, None, told)


def _named(found: Iterable[Seen]) -> str:
    return " and ".join(f'"{each.key}" ({each.id})' for each in found)


def _settle_group(change: Change, after: Group, account: Run, calls: Sequence[Call]) -> Settlement:
    """Settle the create of a group; another checkout may have made one that looks the same."""
    there = account.groups_named(after.name)
    if not there:
        return Settlement(change.number, Fate.DID_NOT_HAPPEN, None, _DID_NOT)
    named = " and ".join(each.id for each in there)
    ours = [each for each in there if account.has_made(each, sent=after) and _made_by(calls, each)]
    if not ours:
        told = f'the account has a group "{after.name}" ({named}); nothing proves that it was made'
        return _unclear(change, f"{told} by this run")
    if len(ours) > 1:
        told = f'the account has groups "{after.name}" ({named}); which one the run made is unclear'
        return _unclear(change, f"{told}: look at them")
    (made,) = ours
    if made == there[0]:
        account.record(change, made)
        return Settlement(change.number, Fate.HAPPENED, made.id, _HAPPENED)
    fate = remove_stray(made, account, sent=after)
    told = f"somebody else made it at the same time; ours ({made.id}) is not needed: {fate}"
    return Settlement(change.number, Fate.DID_NOT_HAPPEN, None, told)


def _made_by(calls: Sequence[Call], found: Seen) -> bool:
    """Return whether the times allow that the create made an object; after a removal, none do.

    What was removed was what the run itself had made, and another is there then.
    """
    methods = [each.method for each in calls]
    return methods[0] == "POST" and "DELETE" not in methods and made_during(found, calls[0].at)


def _settle_write(
    change: Change, identity: str, before: Managed | None, after: Managed | None, account: Run
) -> Settlement:
    """Settle a change of something that was there: it is as wanted, as before, or neither."""
    like = after or before
    if like is None:
        return _unclear(change, "the plan of the run does not say what to do")
    try:
        # On both sides: one that says nothing may look as wanted.
        found = account.told_by_groups(account.read(identity, like))
    except NotFoundError:
        if after is None:
            return Settlement(change.number, Fate.HAPPENED, identity, _HAPPENED)
        return _unclear(change, f"{key_of(like)} was deleted since")
    as_wanted = after is not None and not differences(account.wanted(after), found.value)
    as_before = before is not None and not differences(
        account.expected(identity, before), found.value
    )
    if after is None or (as_before and not as_wanted):
        return Settlement(change.number, Fate.DID_NOT_HAPPEN, identity, _DID_NOT)
    missing = differences(account.wanted(after), found.value)
    if missing and missing != ("groups",):
        return _unclear(change, f"it is neither as before nor as wanted: {', '.join(missing)}")
    account.record(change, found)
    told = _BUT_FOR_GROUPS if missing else _HAPPENED
    return Settlement(change.number, Fate.HAPPENED, identity, told)


def _unclear(change: Change, told: str) -> Settlement:
    return Settlement(change.number, Fate.UNCLEAR, change.id, told)
