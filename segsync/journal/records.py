"""The records of a journal as values: the head of a run, its calls, and what became of each change.

A change is known by its number in the plan, which the head holds as the plan file has it.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Any

from msgspec import field

from segsync.value import Value

FORMAT_VERSION = 1
SUFFIX = ".jsonl"

# A plan as `segsync.planfile` writes it, parsed.
PlanDocument = Mapping[str, Any]


class CallResult(StrEnum):
    """What is known of a call once it has ended; `UNKNOWN` may have taken effect."""

    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Ended(StrEnum):
    """How a run ended; `SETTLED` by a later one, after a crash."""

    COMPLETED = "completed"
    STOPPED = "stopped"
    SETTLED = "settled"


class Fate(StrEnum):
    """What a later run found out about a change that was in flight."""

    HAPPENED = "happened"
    DID_NOT_HAPPEN = "did-not-happen"
    UNCLEAR = "unclear"


class Head(Value, frozen=True):
    """What is known of a run before its first call.

    `started` is in UTC, as ISO 8601; `who` is user@host. `origin` is where the account is, `aid`
    which one, `account` what segsync.yaml calls it. `digest` is that of the plan. `namesakes` are
    the ids of what had, before the run, a key that the run creates, or such a key with a number
    behind it: nothing of it can have been made by the run.
    """

    run: str
    started: str
    who: str
    command: str
    segsync_version: str
    origin: str
    aid: int
    account: str
    digest: str
    plan: PlanDocument
    namesakes: tuple[str, ...] = ()


class Call(Value, frozen=True):
    """One write, as it was about to be sent; `result` is None when its end was never written."""

    number: int
    change: int
    method: str
    path: str
    at: str
    result: CallResult | None = None
    request_id: str = ""
    message: str = ""


class ChangeEnd(Value, frozen=True):
    """What became of one change: `result` is applied, failed or skipped; `why` a reason or note."""

    change: int
    result: str
    id: str | None = None
    why: str = ""


class Settlement(Value, frozen=True):
    """What a later run found out about one change, in words for people."""

    change: int
    fate: Fate
    id: str | None = None
    told: str = ""


class JournaledRun(Value, frozen=True):
    """A run as its journal tells it; `ended` is None after a crash that nobody has settled yet."""

    head: Head
    calls: tuple[Call, ...] = ()
    outcomes: Mapping[int, ChangeEnd] = field(default_factory=dict)
    settlements: Mapping[int, Settlement] = field(default_factory=dict)
    ended: Ended | None = None

    @property
    def in_flight(self) -> tuple[int, ...]:
        """The numbers of the changes whose effect is not known: begun, and not settled since.

        So it is with a change whose end was never written, and with one that failed with a call
        that may have taken effect.
        """
        begun: dict[int, set[CallResult | None]] = {}
        for each in self.calls:
            begun.setdefault(each.change, set()).add(each.result)
        return tuple(
            number
            for number, results in begun.items()
            if number not in self.settlements and self._is_unknown(number, results)
        )

    @property
    def crashed(self) -> bool:
        """Whether the run never came to its end by itself."""
        return self.ended in {None, Ended.SETTLED}

    def took_effect(self, number: int) -> str | None:
        """Return the id of what a change was about if it took effect, or None."""
        settlement = self.settlements.get(number)
        if settlement is not None:
            return settlement.id if settlement.fate is Fate.HAPPENED else None
        outcome = self.outcomes.get(number)
        return outcome.id if outcome is not None and outcome.result == "applied" else None

    def is_in_doubt(self, number: int) -> bool:
        """Return whether a change that did not take effect as meant may have left something.

        So it is when a call of it was answered and it failed all the same, and when nobody could
        find out later what became of it.
        """
        settlement = self.settlements.get(number)
        if settlement is not None:
            return settlement.fate is Fate.UNCLEAR
        outcome = self.outcomes.get(number)
        if outcome is None or outcome.result != "failed":
            return False
        return any(each.change == number and each.result is CallResult.DONE for each in self.calls)

    def id_of(self, number: int) -> str | None:
        """Return the id of what a change was about, however it ended, or None."""
        end = self.settlements.get(number) or self.outcomes.get(number)
        return end.id if end is not None else None

    def _is_unknown(self, number: int, results: AbstractSet[CallResult | None]) -> bool:
        outcome = self.outcomes.get(number)
        if outcome is None:
            return True
        return outcome.result == "failed" and not {None, CallResult.UNKNOWN}.isdisjoint(results)
