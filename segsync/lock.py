"""Lets one run at a time write to an account: a lock on a file, which the system lets go of.

The lock belongs to the open file and not to its content, so a process that dies, however it dies,
leaves no lock behind. What the file says is for people: who holds it.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from msgspec.structs import asdict

from segsync.errors import LockedError
from segsync.value import Value

_MOST_BYTES = 4096
_NAME_LENGTH = 16


class Holder(Value, frozen=True):
    """Who writes to an account: `who` is user@host, `started` is in UTC, as ISO 8601."""

    pid: int
    who: str
    started: str
    command: str


@contextmanager
def exclusive(folder: Path, holder: Holder, *, origin: str, aid: int) -> Iterator[None]:
    """Hold the lock of an account for as long as the block lasts.

    `origin` is where the account is. The folder is made if it is missing. Raises `LockedError`,
    which names who holds the lock, and OSError when there can be no such file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = sha256(f"{origin} {aid}".encode()).hexdigest()[:_NAME_LENGTH]
    path = folder / f"apply-{name}.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise LockedError(_told(descriptor, aid)) from problem
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{json.dumps(asdict(holder))}\n".encode(), 0)
        yield
    finally:
        # The file stays: another run may have opened it already, and would lock a file of no name.
        os.close(descriptor)


@contextmanager
def exclusive_where_possible(
    folder: Path | None, holder: Holder, *, origin: str, aid: int
) -> Iterator[None]:
    """Hold the lock as `exclusive` does, and do without where there can be none.

    So it is without a folder, in one that nobody may write to, and on a disk that knows no locks.
    """
    with ExitStack() as stack:
        if folder is not None:
            with suppress(OSError):
                stack.enter_context(exclusive(folder, holder, origin=origin, aid=aid))
        yield


def _told(descriptor: int, aid: int) -> str:
    try:
        found = json.loads(os.pread(descriptor, _MOST_BYTES, 0))
        holder = Holder(**{name: found[name] for name in Holder.__struct_fields__})
    except (ValueError, TypeError, KeyError):
        who = "another run"
    else:
        who = (
            f"segsync {holder.command} of {holder.who} (process {holder.pid},"
            f" since {holder.started})"
        )
    return f"account {aid} is being written to by {who}; nothing was written. Try again later."
