"""Looks whether a write took effect, with patience, and says what is known of a lost answer."""

from collections.abc import Callable
from typing import TypeVar

from segsync.applier.endings import Done, Failed
from segsync.applier.guards import Seen
from segsync.errors import ApiError, NotFoundError

T = TypeVar("T")

# Seconds between looks: at once, and 0.5, 1, 2 and 4 s after the write.
_PAUSES = (0.5, 0.5, 1.0, 2.0)


def look_until(
    fits: Callable[[T], bool], look: Callable[[], T], *, sleep: Callable[[float], None]
) -> T:
    """Return what a look finds as soon as it fits, and else what the last of five looks finds.

    What the account shows may lag behind a write that it has answered (assumed).
    """
    found = look()
    for pause in _PAUSES:
        if fits(found):
            break
        sleep(pause)
        found = look()
    return found


def look_up(look: Callable[[], Seen], problem: ApiError) -> Seen | Failed | None:
    """Return what is there after a write with this problem, None for nothing."""
    try:
        return look()
    except NotFoundError:
        return None
    except ApiError as again:
        return unknown(problem, f"looking for it failed as well: {again.summary}")


def happened(object_id: str, problem: ApiError) -> Done:
    """Return the ending of a write that took effect although its answer was lost."""
    what = f"the answer was lost ({problem.summary})"
    return Done(object_id, note=f"{what}; a look at the account shows that it took effect")


def unknown(problem: ApiError, what_is_known: str) -> Failed:
    """Return the ending of a write of which nobody can say whether it took effect as meant."""
    reason = f"outcome unknown ({problem.summary}): {what_is_known}"
    return Failed(reason, request_id=problem.request_id)
