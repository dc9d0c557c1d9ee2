"""Has segments evaluated anew, and watches what can be seen of it: their sizes."""

import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from functools import partial

from segsync.api.client import Client
from segsync.config import Settings
from segsync.errors import ApiError, AuthenticationError, InvalidInputError, UnsafePlanError
from segsync.inspection.reevaluation import Reevaluation, Requested, Size
from segsync.outcome import Outcome, Result
from segsync.plan import Plan
from segsync.planning.requests import Selection, request_plan, select
from segsync.segment import LiveSegment, LiveState
from segsync.value import Value
from segsync.workflow.account import read_account
from segsync.workflow.applying import Ready, carry_out
from segsync.workflow.writer import sole_writer

# How many requests are in flight at once: the account does the work, and has its own queue.
PARALLELISM = 4

# Seconds between two looks at the sizes: at first a small segment may be done at once.
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 10.0


class Chosen(Value, frozen=True):
    """What is to be reevaluated, and the account that it was found in."""

    selection: Selection
    plan: Plan
    live: LiveState


class Watched(Value, frozen=True):
    """What was seen of the sizes, by id: at first, at last, and after how many seconds they moved.

    A size has moved when it is another one, or the same with a later date.

    `seconds` is how long the watch took.
    """

    before: Mapping[str, Size]
    after: Mapping[str, Size]
    moved: Mapping[str, float]
    seconds: float


def choose(
    settings: Settings, client: Client, words: Sequence[str], *, with_ancestors: bool
) -> Chosen:
    """Return the segments that slugs, ids and patterns stand for, ancestors first.

    Raises `InvalidInputError` for words that stand for nothing, and `UnsafePlanError` when a
    segment was named that segsync does not write: Lytics' own, and what it does not manage.
    """
    live = read_account(settings, client)
    selection = select(words, live, with_ancestors=with_ancestors)
    if not isinstance(selection, Selection):
        raise InvalidInputError(selection)
    if selection.refused:
        told = "\n".join(f"  - {each.key}: {each.reason}" for each in selection.refused)
        message = (
            f"segsync reevaluates only what it manages:\n{told}\nNothing was sent. Bring your own"
            " segments into the files and adopt them; leave those of Lytics to Lytics."
        )
        raise UnsafePlanError(message)
    return Chosen(selection, request_plan(selection, live, tag=settings.tag), live)


def reevaluation_of(
    chosen: Chosen, outcomes: Sequence[Outcome] = (), watched: Watched | None = None
) -> Reevaluation:
    """Return what became of the requests; without outcomes, what would be requested."""
    by_number = {each.change.number: each for each in outcomes}
    return Reevaluation(
        account=chosen.live.account,
        requests=tuple(
            _requested(live, chosen, by_number.get(change.number), watched)
            for live, change in zip(chosen.selection.chosen, chosen.plan.changes, strict=True)
        ),
        left_out=chosen.selection.left_out,
        watched=_rounded(watched.seconds) if watched else None,
    )


def _requested(
    live: LiveSegment, chosen: Chosen, outcome: Outcome | None, watched: Watched | None
) -> Requested:
    return Requested(
        live.key,
        live.id,
        added=live.id in chosen.selection.added,
        result=outcome.result if outcome else None,
        reason=outcome.reason if outcome else "",
        request_id=outcome.request_id if outcome else "",
        before=watched.before.get(live.id) if watched else None,
        after=watched.after.get(live.id) if watched else None,
        seconds=_rounded(watched.moved.get(live.id)) if watched else None,
    )


def _rounded(seconds: float | None) -> float | None:
    """Return the time to the millisecond, as all reports tell times."""
    return None if seconds is None else round(seconds, 3)


class Requests(Value, frozen=True):
    """The chosen segments, and the account that the requests go to; `warn` as in `carry_out`."""

    settings: Settings
    chosen: Chosen
    client: Client
    warn: Callable[[str], None]

    def send(self, stop: threading.Event) -> Generator[Outcome, None, None]:
        """Yield exactly one outcome for each segment, as `carry_out` does for changes."""
        from segsync.applier import OnError  # noqa: PLC0415 - as in `carry_out`

        with sole_writer(self.settings, self.client, command="reevaluate") as writer:
            yield from carry_out(
                Ready(self.chosen.plan, self.chosen.live),
                self.client,
                writer,
                parallelism=PARALLELISM,
                on_error=OnError.CONTINUE,
                stop=stop,
                warn=self.warn,
            )

    def sizes(self) -> dict[str, Size]:
        """Return the sizes of the chosen segments, as `sizes_now`."""
        return sizes_now(self.client, self.chosen.selection.chosen)

    def watch(
        self,
        outcomes: Sequence[Outcome],
        before: Mapping[str, Size],
        *,
        timeout: float,
        stop: threading.Event,
    ) -> Watched:
        """Watch the sizes of the segments whose requests the API took; see `watch_sizes`."""
        accepted = {each.change.id for each in outcomes if each.result is Result.APPLIED}
        watched = [
            each
            for each in self.chosen.selection.chosen
            if each.id in accepted and each.id in before
        ]
        return watch_sizes(
            lambda: sizes_now(self.client, watched),
            {each.id: before[each.id] for each in watched},
            timeout=timeout,
            stop=stop,
        )


def sizes_now(client: Client, segments: Sequence[LiveSegment]) -> dict[str, Size]:
    """Return the sizes by id, without those that the account does not tell.

    A list of sizes has rows of kind `segment` only (from the code of a client), so that others are
    asked for one by one; those have no date.
    """
    found: dict[str, Size] = {}
    for table in sorted({each.segment.table for each in segments}):
        ids = [each.id for each in segments if each.segment.table == table]
        found |= _told(partial(_listed, client, ids, table))
        for each in sorted(set(ids) - found.keys()):
            found |= _told(partial(_single, client, each, table))
    return found


def _listed(client: Client, ids: Sequence[str], table: str) -> dict[str, Size]:
    measured = client.measured_sizes(ids, table=table)
    return {each.id: Size(each.size, each.counted_at) for each in measured}


def _single(client: Client, segment_id: str, table: str) -> dict[str, Size]:
    return {segment_id: Size(client.segment_size(segment_id, table=table))}


def _told(ask: Callable[[], Mapping[str, Size]]) -> Mapping[str, Size]:
    try:
        return ask()
    except AuthenticationError:
        raise
    except ApiError:
        return {}


def watch_sizes(
    read: Callable[[], Mapping[str, Size]],
    before: Mapping[str, Size],
    *,
    timeout: float,
    stop: threading.Event,
    clock: Callable[[], float] = time.monotonic,
) -> Watched:
    """Look at the sizes until each has moved, the time is up (in seconds), or `stop` is set.

    `read` returns the sizes by id, and `before` has those from before the requests. That a size
    stays proves nothing, that it moved not everything: what its date means is not documented, and
    no source knows of another sign that an evaluation has ended.
    """
    started = clock()
    after, moved = dict(before), dict[str, float]()
    pause = _FIRST_PAUSE
    while before.keys() - moved.keys():
        left = timeout - (clock() - started)
        if left <= 0 or stop.wait(min(pause, left)):
            break
        after |= read()
        seconds = clock() - started
        moved |= {
            each: seconds
            for each, size in before.items()
            if each not in moved and _has_moved(size, after[each])
        }
        pause = min(pause * 2, _LONGEST_PAUSE)
    return Watched(before, after, moved, clock() - started)


def _has_moved(before: Size, after: Size) -> bool:
    # Times in UTC, all in one form, sort as texts (assumed of these, seen of others).
    return before.profiles != after.profiles or before.dated < after.dated
