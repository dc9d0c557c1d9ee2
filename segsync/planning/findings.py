"""What a rule about a draft looks at, and what it finds: intents that may not be carried out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast

from segsync.plan import Action, Blocked, Kind
from segsync.planning.draft import Draft
from segsync.planning.intent import GroupIntent, SegmentIntent
from segsync.segment import Job
from segsync.value import Value

_SHOWN = 5


class Surroundings(Value, frozen=True):
    """What rules know beside the draft.

    `jobs` is by segment id; `managed_ids` are the live segments that a file entry stands for.
    """

    jobs: Mapping[str, tuple[Job, ...]]
    managed_ids: frozenset[str]
    prune: bool


class Finding(Value, frozen=True):
    """One intent that may not be carried out, and what to tell."""

    intent: SegmentIntent | GroupIntent
    blocked: Blocked


Rule = Callable[[Draft, Surroundings], Iterable[Finding]]


def forbid(
    intent: SegmentIntent | GroupIntent, rule: str, reason: str, way_out: str, *, holds: bool = True
) -> Finding:
    """Return the finding that a rule forbids an intent, which must be an active one."""
    kind = Kind.SEGMENT if isinstance(intent, SegmentIntent) else Kind.GROUP
    action = cast("Action", intent.action)
    blocked = Blocked(kind, action, intent.key, rule, reason, way_out, holds, intent.source)
    return Finding(intent, blocked)


def forbid_protected(intent: SegmentIntent | GroupIntent) -> Finding:
    """Return the finding that something is protected from deletion."""
    way_out = "put it back with protect: false, apply, then remove it"
    return forbid(intent, "protected", "it is protected", way_out)


def forbid_pruning(intent: SegmentIntent | GroupIntent) -> Finding:
    """Return the finding that prune is off, which is told and does not hold the run."""
    return forbid(intent, "prune-is-off", "prune is off", "set prune: true", holds=False)


def listed(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
