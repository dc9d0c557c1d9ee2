"""Opens the configured account, embedded or remote, and reads what it has."""

from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from segsync.api.client import Client
from segsync.api.limits import Limits
from segsync.config import Settings
from segsync.diagnostics import error
from segsync.errors import InvalidInputError, WrongAccountError
from segsync.segment import DEFAULT_TABLE, LiveState, Marks

if TYPE_CHECKING:
    import httpx

# The embedded sandbox is reached through a transport in this process; no such host exists.
_SANDBOX_URL = "https://sandbox.invalid"


@contextmanager
def open_client(settings: Settings, *, connections: int = 10) -> Iterator[Client]:
    """Open the configured account for as long as the block lasts.

    Raises `AuthenticationError` without a token, and `InvalidInputError` when the block meets a
    damaged state of an embedded sandbox.
    """
    account = settings.account
    with (
        _transport(account.sandbox) as transport,
        Client(
            url=_SANDBOX_URL if transport else account.url,
            token=account.require_token(),
            marks=Marks(settings.tag),
            transport=transport,
            connections=connections,
            limits=_limits(settings),
        ) as client,
    ):
        yield client


def _limits(settings: Settings) -> Limits:
    """Return how long to try; sizes of an embedded account are counted at once."""
    limits = Limits(max_wait=settings.max_wait, deadline=settings.deadline)
    return replace(limits, size_interval=0.0) if settings.account.sandbox else limits


@contextmanager
def _transport(sandbox: Path | None) -> Iterator["httpx.BaseTransport | None"]:
    """Give what takes the place of the network, if the account is embedded."""
    if sandbox is None:
        yield None
        return
    # Imported here: only an embedded account needs the sandbox.
    from segsync.sandbox.errors import SandboxStateError  # noqa: PLC0415
    from segsync.sandbox.store import open_store  # noqa: PLC0415
    from segsync.sandbox.transport import SandboxTransport  # noqa: PLC0415

    try:
        with closing(open_store(sandbox)) as store:
            yield SandboxTransport(store)
    except SandboxStateError as problem:
        raise InvalidInputError([error("sandbox-state", str(problem))]) from problem


def origin_of(settings: Settings) -> str:
    """Return where the account is: its URL, or the file of the embedded sandbox."""
    account = settings.account
    return f"sandbox:{account.sandbox}" if account.sandbox else account.url.rstrip("/")


def read_account(
    settings: Settings, client: Client, *, tables: Collection[str] = (DEFAULT_TABLE,)
) -> LiveState:
    """Read the live state; raises `WrongAccountError` when the token opens another account."""
    live = client.live_state(tables=tables)
    expected = settings.account.aid
    if expected is not None and live.account.aid != expected:
        message = (
            f"the token belongs to account {live.account.aid}, but account"
            f' "{settings.account.name}" in segsync.yaml says aid: {expected}'
        )
        raise WrongAccountError(message)
    return live
