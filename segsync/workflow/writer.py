"""Makes a run the only writer of its account, and keeps its journal."""

import getpass
import os
import re
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from segsync import __version__
from segsync.api.client import Client
from segsync.config import Settings
from segsync.errors import WrongAccountError
from segsync.journal import Ended, Head, Journal, read_run
from segsync.lock import Holder, exclusive, exclusive_where_possible
from segsync.plan import Action, Change, Kind, Plan
from segsync.segment import LiveState
from segsync.value import Value
from segsync.workflow.account import open_client, origin_of
from segsync.workflow.places import journals_of
from segsync.workflow.seen import Memory, memory_of


class Writer(Value, frozen=True):
    """The run that may write: who it is, where the account is, its journals and its memory."""

    holder: Holder
    origin: str
    aid: int
    account: str
    journals: Path
    memory: Memory


@contextmanager
def sole_writer(settings: Settings, client: Client, *, command: str) -> Iterator[Writer]:
    """Keep every other run of this repository, and of this user, from writing for as long.

    Raises `WrongAccountError` when the token opens another account than the configured one,
    `LockedError` when another run writes, and OSError when there can be no lock.
    """
    aid = client.known_account().aid
    expected = settings.account.aid
    if expected is not None and aid != expected:
        message = (
            f"the token belongs to account {aid}, but account"
            f' "{settings.account.name}" in segsync.yaml says aid: {expected}'
        )
        raise WrongAccountError(message)
    who = f"{_user()}@{socket.gethostname()}"
    started = datetime.now(tz=UTC).isoformat(timespec="seconds")
    holder = Holder(os.getpid(), who, started, command)
    journals = journals_of(settings)
    origin = origin_of(settings)
    # Another checkout has another `.segsync`. An embedded account is in one of them.
    state = settings.state if settings.account.sandbox is None else None
    with (
        exclusive(journals.parent, holder, origin=origin, aid=aid),
        exclusive_where_possible(state, holder, origin=origin, aid=aid),
    ):
        yield Writer(holder, origin, aid, settings.account.name, journals, memory_of(settings, aid))


class Session(Value, frozen=True):
    """An open account, and the right to write to it."""

    settings: Settings
    client: Client
    writer: Writer


@contextmanager
def open_to_write(settings: Settings, *, command: str, connections: int) -> Iterator[Session]:
    """Open the configured account for a run that writes; raises as `open_client`, `sole_writer`."""
    with (
        open_client(settings, connections=connections) as client,
        sole_writer(settings, client, command=command) as writer,
    ):
        yield Session(settings, client, writer)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A container may run under a number that has no name.
        return str(os.getuid())


@contextmanager
def journaled(
    writer: Writer, plan: Plan, live: LiveState, *, warn: Callable[[str], None]
) -> Iterator[tuple[Journal, Callable[[Ended], None]]]:
    """Give the journal of a run that carries out the plan, and what to call with how it ended.

    Raises `JournalError` before anything is sent when there can be none; `warn` is told when it
    became incomplete on the way.
    """
    # Imported here: only a run that writes needs them.
    from segsync.planfile import document  # noqa: PLC0415

    content = document(plan)
    now = datetime.now(tz=UTC)
    head = Head(
        # Names sort by time: no two runs of one account start in the same millisecond.
        run=f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03}Z-{secrets.token_hex(3)}",
        started=now.isoformat(timespec="milliseconds"),
        who=writer.holder.who,
        command=writer.holder.command,
        segsync_version=__version__,
        origin=writer.origin,
        aid=writer.aid,
        account=writer.account,
        digest=str(content["digest"]),
        plan=content,
        namesakes=_namesakes(plan, live),
    )
    with closing(Journal.create(writer.journals, head)) as journal:

        def finish(ended: Ended) -> None:
            in_flight = 0 if journal.problem else len(read_run(journal.path).in_flight)
            journal.finish(ended, in_flight=in_flight)
            if journal.problem:
                warn(f"The journal {journal.path} is incomplete: {journal.problem}.")

        yield journal, finish


def _namesakes(plan: Plan, live: LiveState) -> tuple[str, ...]:
    """Return the ids of what has a key that the plan gives, or such a key with a number behind."""
    made = [each for each in plan.changes if each.action in {Action.CREATE, Action.RENAME}]
    slugs = {each.key for each in made if each.kind is Kind.SEGMENT}
    names = {each.key for each in made if each.kind is Kind.GROUP}
    segments = (
        each.id for each in live.segments if slugs & {each.key, re.sub(r"_[0-9]+\Z", "", each.key)}
    )
    return (*segments, *(each.id for each in live.groups if each.key in names))


def name_of(change: Change) -> str:
    """Return what a change does, in words: `create of buyers`."""
    kind = "group " if change.kind is Kind.GROUP else ""
    return f"{change.action} of {kind}{change.key}"
