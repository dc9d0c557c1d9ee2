"""Decides which change may start next, and which are skipped: the order of an apply, under a lock.

Writes come first, then deletes, then reevaluations; a change comes no later than those that wait
for it. Among the changes that may start, the one with the longest chain behind it goes first.
"""

import heapq
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from graphlib import TopologicalSorter
from queue import SimpleQueue

from segsync.outcome import Outcome, Result
from segsync.plan import Action, Change, Kind

_WRITES, _DELETES, _REEVALUATIONS = range(3)
_RANKS = {Action.DELETE: _DELETES, Action.REEVALUATE: _REEVALUATIONS}


class OnError(StrEnum):
    """What a failure does to the changes that do not depend on it."""

    CONTINUE = "continue"
    STOP = "stop"


class Board:
    """The changes of one run and how far each has come; all methods may be called by any thread.

    `record` is given each outcome before it is published. Raises ValueError when changes wait for
    each other or for one that is not in the plan.
    """

    def __init__(
        self,
        changes: Sequence[Change],
        *,
        stop: threading.Event,
        on_error: OnError,
        record: Callable[[Outcome], None],
    ) -> None:
        self.outcomes: SimpleQueue[Outcome] = SimpleQueue()
        self._stop = stop
        self._on_error = on_error
        self._record = record
        self._moved = threading.Condition()
        self._pending = {each.number: each for each in changes}
        self._waits = {each.number: len(each.waits_for) for each in changes}
        self._dependants = _dependants(self._pending)
        backwards = _dependants_first(self._pending)
        self._ranks = _ranks(self._pending, backwards, self._dependants)
        self._chains = _chains(backwards, self._dependants)
        self._unsettled = Counter(self._ranks.values())
        self._rank = _WRITES
        self._ready: list[tuple[int, int]] = []
        self._held: list[int] = []
        self._offer(number for number, waits in self._waits.items() if waits == 0)
        self._advance()

    def take(self) -> Change | None:
        """Return the next change to carry out, or None when there is none left; may block."""
        with self._moved:
            while True:
                if self._stop.is_set():
                    self._skip_all(self._pending, "interrupted")
                if not self._pending:
                    self._moved.notify_all()
                    return None
                while self._ready:
                    _, number = heapq.heappop(self._ready)
                    if number in self._pending:
                        return self._pending.pop(number)
                self._moved.wait()

    def settle(self, outcome: Outcome, *, stops_run: bool) -> None:
        """Publish the outcome of a change that was taken, and draw its consequences."""
        change = outcome.change
        with self._moved:
            self._publish(outcome)
            self._unsettled[self._ranks[change.number]] -= 1
            if outcome.result is Result.APPLIED or change.action is Action.REEVALUATE:
                self._release(change)
            else:
                fate = "failed" if outcome.result is Result.FAILED else "was skipped"
                reason = _waits_for(change, fate)
                self._skip(self._dependants[change.number], reason, passed_on=reason)
            if outcome.result is Result.FAILED:
                self._draw_consequences(change, stops_run=stops_run)
            self._advance()
            self._moved.notify_all()

    def close(self) -> None:
        """Let no further change start."""
        with self._moved:
            self._pending.clear()
            self._moved.notify_all()

    def _publish(self, outcome: Outcome) -> None:
        self._record(outcome)
        self.outcomes.put(outcome)

    def _draw_consequences(self, failed: Change, *, stops_run: bool) -> None:
        if failed.action is Action.REEVALUATE and not stops_run:
            return
        if stops_run or self._on_error is OnError.STOP:
            self._skip_all(self._pending, f"the run stopped when {_title(failed)} failed")
        elif failed.action is not Action.DELETE:
            deletes = [n for n, each in self._pending.items() if each.action is Action.DELETE]
            self._skip_all(deletes, f"nothing is deleted after {_title(failed)} failed")

    def _skip_all(self, numbers: Iterable[int], reason: str) -> None:
        self._skip(numbers, reason, passed_on=None)

    def _skip(self, numbers: Iterable[int], reason: str, *, passed_on: str | None) -> None:
        """Skip these changes and what depends on them, which is told `passed_on` or the cause."""
        queue = deque((number, reason, passed_on) for number in sorted(numbers))
        while queue:
            number, why, inherited = queue.popleft()
            change = self._pending.pop(number, None)
            if change is None:
                continue
            self._publish(Outcome(change, Result.SKIPPED, reason=why, id=change.id))
            self._unsettled[self._ranks[number]] -= 1
            if change.action is Action.REEVALUATE:
                self._release(change)
                continue
            inherited = inherited or _waits_for(change, "was skipped")
            queue.extend((each, inherited, inherited) for each in self._dependants[number])

    def _release(self, change: Change) -> None:
        for number in self._dependants[change.number]:
            self._waits[number] -= 1
        self._offer(each for each in self._dependants[change.number] if self._waits[each] == 0)

    def _offer(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            if self._ranks[number] <= self._rank:
                heapq.heappush(self._ready, (-self._chains[number], number))
            else:
                self._held.append(number)

    def _advance(self) -> None:
        """Open the next rank when everything of this one is settled."""
        while self._rank < _REEVALUATIONS and not self._unsettled[self._rank]:
            self._rank += 1
            held, self._held = self._held, []
            self._offer(held)


def _dependants_first(changes: Mapping[int, Change]) -> tuple[int, ...]:
    strangers = {n for each in changes.values() for n in each.waits_for} - changes.keys()
    if strangers:
        message = f"the plan has no changes {sorted(strangers)}, which others wait for"
        raise ValueError(message)
    graph = {number: each.waits_for for number, each in changes.items()}
    return tuple(reversed(tuple(TopologicalSorter(graph).static_order())))


def _dependants(changes: Mapping[int, Change]) -> Mapping[int, list[int]]:
    dependants: dict[int, list[int]] = {number: [] for number in changes}
    for number, change in changes.items():
        for each in change.waits_for:
            dependants.setdefault(each, []).append(number)
    return dependants


def _ranks(
    changes: Mapping[int, Change], backwards: Iterable[int], dependants: Mapping[int, list[int]]
) -> Mapping[int, int]:
    ranks: dict[int, int] = {}
    for number in backwards:
        own = _RANKS.get(changes[number].action, _WRITES)
        ranks[number] = min([own, *(ranks[each] for each in dependants[number])])
    return ranks


def _chains(backwards: Iterable[int], dependants: Mapping[int, list[int]]) -> Mapping[int, int]:
    chains: dict[int, int] = {}
    for number in backwards:
        chains[number] = 1 + max((chains[each] for each in dependants[number]), default=0)
    return chains


def _waits_for(change: Change, fate: str) -> str:
    return f"waits for {_title(change)}, which {fate}"


def _title(change: Change) -> str:
    kind = "group " if change.kind is Kind.GROUP else ""
    return f"{change.action} of {kind}{change.key}"
