"""What became of a request to evaluate segments anew: the result of `segsync reevaluate`."""

from segsync.outcome import Result
from segsync.segment import Account
from segsync.value import Value


class LeftOut(Value, frozen=True):
    """A segment that was meant by a pattern, or includes lead to it, and that is not written."""

    key: str
    reason: str


class Size(Value, frozen=True):
    """How many profiles the account says that a segment has, and of when, or ""."""

    profiles: int
    dated: str = ""


class Requested(Value, frozen=True):
    """One segment, in the order of the requests.

    `added` tells that nobody named it: another one includes it. `result` is None when nothing was
    sent. Applied means that the API took the request, which then runs on its own: no source knows
    of a way to see it end. `before` and `after` are the sizes just before the first request and at
    the end of the watch; both are None without a watch, or where the account gives no size.
    `seconds` is how long after the requests the size was first seen to be another, or of another
    date; None when it never was.
    """

    key: str
    id: str
    added: bool = False
    result: Result | None = None
    reason: str = ""
    request_id: str = ""
    before: Size | None = None
    after: Size | None = None
    seconds: float | None = None


class Reevaluation(Value, frozen=True):
    """All requests of one run, ancestors first; `watched` is the length of the watch in seconds."""

    account: Account
    requests: tuple[Requested, ...]
    left_out: tuple[LeftOut, ...] = ()
    watched: float | None = None

    def counted(self, result: Result) -> int:
        """Return how many requests ended like this."""
        return sum(each.result is result for each in self.requests)
