"""Decides what is sent again, and after how long."""

import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from segsync.errors import (
    ApiError,
    MalformedAnswerError,
    RateLimitedError,
    UnavailableError,
)
from segsync.value import Value

# A server or a proxy may answer these after the object was made, and a second create makes a second
# object: nothing that creates is sent again after them.
DOUBTFUL_CREATE = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})
# A 429 is different: it is the one answer that every busy account gives, and it comes before the
# work. A segment is sent again after it, because a second one would show: its slug is taken, so
# that the answer names `<slug>_1`. Two groups of one name would look the same, so no group is.
DOUBTFUL_GROUP = DOUBTFUL_CREATE | {HTTPStatus.TOO_MANY_REQUESTS}

# More seconds than anybody waits; a number may have so many digits that it is infinite.
_FOREVER = 1e9

_AGAIN = (MalformedAnswerError, RateLimitedError, UnavailableError)


class Policy(Value, frozen=True):
    """How often and how patiently a request is sent again; all times are seconds.

    `base` and `throttled_base` are the upper bounds of the first sleep after a transient failure
    and after a 429; both double with every attempt up to `longest_sleep`. A server that asks for
    more than `longest_wait` is not waited for at all. `throttled_least` is a floor for endpoints
    with a known pace.
    """

    read_attempts: int = 5
    write_attempts: int = 4
    base: float = 0.5
    throttled_base: float = 1.0
    throttled_least: float = 0.0
    longest_sleep: float = 20.0
    longest_wait: float = 60.0


def may_repeat(error: ApiError) -> bool:
    """Return whether the same request may be sent again.

    Only what surely did nothing is repeated. A write that may have taken effect is *ambiguous*:
    the API renames a taken slug and succeeds, so that a blind second create makes a duplicate.
    """
    return isinstance(error, _AGAIN) and not error.ambiguous


def wait_before_next(
    error: ApiError,
    attempt: int,
    *,
    policy: Policy,
    is_read: bool,
    dropped: bool = False,
    random: Callable[[], float],
) -> float | None:
    """Return the seconds to wait before the next attempt, or None to give up.

    `attempt` counts the requests sent so far. Sleeps have full jitter; what the server asks for
    is a lower bound, with up to a tenth added so that workers do not come back together. A read
    whose connection was `dropped` is first sent again at once: most often the server had closed an
    idle connection just when it was used again.
    """
    attempts = policy.read_attempts if is_read else policy.write_attempts
    asked = error.retry_after or 0.0
    if not may_repeat(error) or attempt >= attempts or asked > policy.longest_wait:
        return None
    if is_read and attempt == 1 and dropped:
        return 0.0
    throttled = isinstance(error, RateLimitedError)
    base = policy.throttled_base if throttled else policy.base
    least = policy.throttled_least if throttled else 0.0
    jitter = random() * min(policy.longest_sleep, base * 2.0 ** (attempt - 1))
    return max(jitter, asked, least) + random() * 0.1 * asked


def parse_retry_after(value: str, *, date: str = "") -> float | None:
    """Return the seconds that a `Retry-After` header asks for, or None when it says nothing.

    A moment is measured from the answer's own `Date` header, so that a wrong clock here does no
    harm; without that header, and when it has passed, it is ignored, as are negative numbers.
    """
    if re.fullmatch(r"\s*[0-9]+\s*", value):
        return min(float(value), _FOREVER)
    try:
        moment, now = parsedate_to_datetime(value), parsedate_to_datetime(date)
        seconds = (moment - now).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if seconds > 0 else None
