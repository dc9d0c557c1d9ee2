"""What one run has learned of the two sides on which an account tells who is in a group."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from msgspec import Struct, field


class Sides(Struct):
    """Learned from what the account did, never assumed; shared by the workers of one run.

    `segments_are_silent`: a group named a segment that did not name the group. `groups_decide`: a
    segment got into a group, or out of it, through the group alone. `nobody_decides`: not even so.
    """

    segments_are_silent: bool = False
    groups_decide: bool = False
    nobody_decides: bool = False
    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def alone_with(self, group_ids: Iterable[str]) -> Iterator[None]:
        """Keep other workers from writing to these groups while the block lasts.

        Always taken in one order, so that no two workers wait for each other.
        """
        with self._lock:
            locks = [self._locks.setdefault(each, threading.Lock()) for each in sorted(group_ids)]
        with ExitStack() as stack:
            for each in locks:
                stack.enter_context(each)
            yield
