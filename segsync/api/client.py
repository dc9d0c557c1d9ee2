"""The client of one account: all endpoints together, and the connections that they share."""

import random as random_source
import threading
import time
from collections.abc import Callable, Collection
from types import TracebackType
from typing import Self

import httpx

from segsync.api import wire
from segsync.api.around import Surroundings
from segsync.api.groups import Groups
from segsync.api.jobs import Jobs
from segsync.api.limits import DEFAULT_LIMITS, Limits
from segsync.api.members import Members
from segsync.api.pool import Pool
from segsync.api.schema import Schema
from segsync.api.segment_collections import Collections
from segsync.api.session import Session
from segsync.api.sizes import Sizes
from segsync.api.writes import Exclusions, SegmentWrites
from segsync.segment import LiveState, Marks


class Client(  # one base for each kind of endpoint
    SegmentWrites,
    Exclusions,
    Groups,
    Sizes,
    Members,
    Jobs,
    Schema,
    Collections,
    Surroundings,
):
    """The API of one account; safe to share between threads.

    Every method raises an `ApiError` when it cannot do what it says. Reads and writes that surely
    did nothing are repeated; a write that may have taken effect raises an error that is
    `ambiguous`, and the caller has to look before it tries again. Each method names its endpoint
    and how sure that is: documented by the vendor, observed by Lytics engineers, seen in or taken
    from clients, assumed, unknown.

    `marks` is how segsync signs what it owns. `group_ids`, where a method takes it, gives the id of
    each group by name; see `wire.group_ids`. `transport` replaces the network. `connections` is how
    many requests may be under way at the same time; a client starts with fewer and slows down when
    the API refuses some. `limits` says how long it tries. `clock`, `sleep` (both in seconds) and
    `random` (from 0 to 1) are for tests.
    """

    def __init__(  # noqa: PLR0913 (what a test must control is passed in)
        self,
        *,
        url: str,
        token: str,
        marks: Marks,
        transport: httpx.BaseTransport | None = None,
        connections: int = 10,
        limits: Limits = DEFAULT_LIMITS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] | None = None,
        random: Callable[[], float] = random_source.random,
    ) -> None:
        self._pool = Pool(url=url, token=token, transport=transport, connections=connections)
        session = Session(
            self._pool,
            limits=limits,
            parallelism=connections,
            clock=clock,
            sleep=sleep,
            random=random,
        )
        super().__init__(session, marks)

    def __repr__(self) -> str:
        return f"Client({self._pool.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; a request that comes later opens new ones."""
        self._pool.close()

    def heed(self, stop: threading.Event) -> None:
        """End waits of more than a second when this event is set; requests under way finish.

        What was not sent by then raises `StoppedError`.
        """
        self._session.heed(stop)

    @property
    def calls(self) -> int:
        """How many HTTP requests were sent so far, repeated ones included."""
        return self._session.calls

    @property
    def last_request_id(self) -> str:
        """The request id of the last answer to the calling thread, or an empty text."""
        return self._session.last_request_id

    @property
    def last_attempts(self) -> int:
        """How often the last request of the calling thread was sent, 0 when there was none."""
        return self._session.last_attempts

    def live_state(self, *, tables: Collection[str] = (), jobs: bool = False) -> LiveState:
        """Return what the account has; see `segments` for `tables`. Jobs only when asked for.

        A segment is in a group when it says so or the group does (which of the two is right is
        unknown); everywhere else, segments are as they say themselves.
        """
        account = self.known_account()
        groups = self.groups()
        segments = self.segments(group_ids=wire.group_ids(groups), tables=tables)
        joined = wire.told_by_groups(segments, groups)
        return LiveState(account, joined, groups, self.jobs() if jobs else None)
