"""Settles what interrupted runs left in flight, before anything new is planned."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from segsync.api.client import Client
from segsync.config import Settings
from segsync.errors import InvalidInputError, JournalError
from segsync.journal import Ended, Head, Journal, JournaledRun, open_runs, read_run
from segsync.plan import Plan
from segsync.value import Value
from segsync.workflow.account import origin_of
from segsync.workflow.places import journals_of
from segsync.workflow.writer import Writer, name_of


class Recovered(Value, frozen=True):
    """What was found out about one interrupted run: `told` has a line for each change."""

    head: Head
    told: tuple[str, ...]


def settle_interrupted(client: Client, writer: Writer) -> Iterator[Recovered | str]:
    """Settle each run on this account that may have left calls in flight, the oldest first.

    Yields what was found out, or in words why a journal says nothing. Raises an `ApiError` when
    the account cannot be read, `JournalError` when the settlement cannot be written down.
    """
    for path in open_runs(writer.journals):
        if _never_began(path):
            # Nothing was sent before its head was on the disk.
            path.unlink()
            continue
        try:
            run = read_run(path)
            if (run.head.origin, run.head.aid) != (writer.origin, writer.aid):
                continue
            plan = plan_of(run)
        except JournalError as problem:
            yield f"{problem}. The plan is made from the account alone; move the file away."
            continue
        yield Recovered(run.head, tuple(_settle(run, plan, path, client)))


def _settle(run: JournaledRun, plan: Plan, path: Path, client: Client) -> Iterator[str]:
    # Imported here: most runs end well.
    from segsync.applier.patience import wait_until_seen  # noqa: PLC0415
    from segsync.applier.recovery import settle  # noqa: PLC0415

    wait_until_seen(run)
    names = {each.number: name_of(each) for each in plan.changes}
    with closing(Journal.reopen(path, calls=len(run.calls))) as journal:
        for each in settle(run, plan, client, journal=journal):
            journal.settle(each)
            yield f"{names.get(each.change, f'change {each.change}')}: {each.told}"
        journal.finish(Ended.SETTLED, in_flight=0)
        # Settled again later, the run would be held against an account that has moved on.
        journal.check()


def plan_of(run: JournaledRun) -> Plan:
    """Return the plan that a run carried out; raise `JournalError` when it cannot be understood."""
    from segsync.planfile import load  # noqa: PLC0415 - few runs need the schema

    try:
        return load(json.dumps(run.head.plan), path=run.head.run)
    except InvalidInputError as problem:
        message = f"the plan in the journal of {run.head.run} cannot be read: {problem}"
        raise JournalError(message) from problem


def interrupted(settings: Settings) -> tuple[Head, ...]:
    """Return the runs on this account that the next apply will settle; nothing is asked or written.

    A journal that cannot be read is for the apply to tell.
    """
    found = []
    for path in open_runs(journals_of(settings)):
        try:
            run = read_run(path)
        except JournalError:
            continue
        if (run.head.origin, run.head.account) == (origin_of(settings), settings.account.name):
            found.append(run.head)
    return tuple(found)


def _never_began(path: Path) -> bool:
    return b"\n" not in path.read_bytes()
