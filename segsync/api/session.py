"""Sends each request in its turn, again where that is safe, and counts what becomes of it."""

import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from msgspec.structs import replace

from segsync.api.budget import Breaker, RetryBudget
from segsync.api.envelope import Answer, Reply, Request, malformed, open_reply
from segsync.api.exchange import Exchanges, was_dropped
from segsync.api.lane import Lane
from segsync.api.limits import Limits
from segsync.api.pace import Interval, Pace
from segsync.api.pool import Pool
from segsync.api.retry import Policy, wait_before_next
from segsync.api.waits import CutShortError, Waits
from segsync.errors import (
    ApiError,
    MalformedAnswerError,
    NotAttemptedError,
    RateLimitedError,
    StoppedError,
    UnavailableError,
)

T = TypeVar("T")

# The network or the API is at fault, not what was asked.
_INFRASTRUCTURE = (MalformedAnswerError, RateLimitedError, UnavailableError)
# Both say that the account is busy, so that nobody should ask it anything for a while.
_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})

_USUAL = Policy()
# "Very rate throttled, 1/10 seconds" (documented): its own lane, so that it holds up nothing else.
_AD_HOC_SIZE = Policy(throttled_least=10.0)


class Session:
    """Sends requests for one account; safe to share between threads."""

    def __init__(
        self,
        pool: Pool,
        *,
        limits: Limits,
        parallelism: int,
        clock: Callable[[], float],
        sleep: Callable[[float], None] | None,
        random: Callable[[], float],
    ) -> None:
        self._exchanges = Exchanges(pool, clock=clock)
        self._limits = limits
        self._clock = clock
        self._waits = Waits(sleep)
        self._random = random
        sleep = self._waits.sleep
        self._lane = Lane(Pace(parallelism=parallelism), clock=clock, sleep=sleep, random=random)
        self._size_lane = Lane(
            Interval(limits.size_interval), clock=clock, sleep=sleep, random=random
        )
        self._budget = RetryBudget()
        self._breaker = Breaker()
        self._lock = threading.Lock()
        self._calls = 0
        self._has_written = False
        self._run_ends: float | None = None
        self._local = threading.local()

    def __repr__(self) -> str:
        return f"Session({self._exchanges!r})"

    @property
    def calls(self) -> int:
        """How many requests were sent, repeated ones included."""
        with self._lock:
            return self._calls

    @property
    def last_request_id(self) -> str:
        """The request id of the last answer to the calling thread, or an empty text."""
        request_id: str = getattr(self._local, "request_id", "")
        return request_id

    @property
    def last_attempts(self) -> int:
        """How often the last request of the calling thread was sent, 0 when there was none."""
        attempts: int = getattr(self._local, "attempts", 0)
        return attempts

    def heed(self, stop: threading.Event) -> None:
        """End long waits when this event is set; requests under way finish."""
        self._waits.heed(stop)

    def send(self, request: Request, read: Callable[[Answer], T]) -> T:
        """Return what `read` makes of the answer; its ValueError means a malformed answer.

        Raise `StoppedError` when somebody asked to stop before it was sent, and what it was
        refused with when that was before it was sent again.
        """
        lane = self._size_lane if request.is_ad_hoc_size else self._lane
        limit = self._limits.listing if request.is_list else self._limits.operation
        ends: float | None = None
        failure: ApiError | None = None
        wait, attempt = 0.0, 0
        while True:
            waited = self._next_turn(request, lane, wait=wait, failure=failure)
            ends = self._clock() + limit if ends is None else ends + waited
            attempt += 1
            self._local.attempts = attempt
            try:
                result = self._accept(request, self._exchange(request, ends), read)
            except ApiError as error:
                wait = self._after_failure(request, error, lane, attempt=attempt, ends=ends)
                failure = error
            except BaseException:
                lane.leave()
                raise
            else:
                lane.leave_well()
                self._note_answer()
                return result

    def _next_turn(
        self, request: Request, lane: Lane, *, wait: float, failure: ApiError | None
    ) -> float:
        """Sleep so long, and take a turn as `_take_turn` does.

        `failure` is what the request was refused with before; it is raised again when somebody asks
        to stop.
        """
        try:
            if wait:
                self._waits.sleep(wait)
            return self._take_turn(request, lane)
        except CutShortError as cut:
            if failure is not None:
                why = "somebody asked to stop before it was sent again"
                raise failure.telling(why) from cut
            message = "it was not sent: somebody asked to stop"
            raise StoppedError(message, method=request.method, path=request.path) from cut

    def _take_turn(self, request: Request, lane: Lane) -> float:
        """Wait until it is this request's turn; return for how many seconds.

        Raise `NotAttemptedError` when nothing more is to be started. Whoever has a write in doubt
        must be able to look, so that reads go on once this run has written something.
        """
        until = self._latest_start(request)
        why, waited = self._why_unwell(request), None
        if not why and self._clock() < until:
            waited = lane.enter(until=until)
            why = self._why_unwell(request)
        if waited is not None and not why:
            self._has_written = self._has_written or not request.is_read
            return waited
        if waited is not None:
            # Others have failed while this one waited.
            lane.leave()
        why = why or f"the run has reached its deadline of {self._limits.deadline:g} s"
        message = f"it was not sent: {why}"
        raise NotAttemptedError(message, method=request.method, path=request.path)

    def _latest_start(self, request: Request) -> float:
        with self._lock:
            if self._run_ends is None:
                deadline = self._limits.deadline
                self._run_ends = float("inf") if deadline is None else self._clock() + deadline
            return float("inf") if request.is_read and self._has_written else self._run_ends

    def _why_unwell(self, request: Request) -> str:
        with self._lock:
            return "" if request.is_read else self._breaker.why

    def _after_failure(
        self, request: Request, error: ApiError, lane: Lane, *, attempt: int, ends: float
    ) -> float:
        """Return the seconds to sleep before the next attempt; raise the error if it is the last.

        A busy account is left alone by everybody, so that its time passes in the lane.
        """
        if isinstance(error, RateLimitedError):
            lane.leave_throttled()
        elif isinstance(error, _INFRASTRUCTURE):
            lane.leave()
        else:
            lane.leave_well()
        policy = _AD_HOC_SIZE if request.is_ad_hoc_size else _USUAL
        policy = replace(policy, longest_wait=self._limits.max_wait)
        wait = wait_before_next(
            error,
            attempt,
            policy=policy,
            is_read=request.is_read,
            dropped=was_dropped(error),
            random=self._random,
        )
        is_busy = error.status in _BUSY
        if is_busy and (error.retry_after or 0.0) <= policy.longest_wait:
            lane.pause(error.retry_after or policy.base if wait is None else wait)
        if wait is None:
            self._note_failure(request, error)
            raise error
        self._refuse_retry(request, error, wait=wait, ends=float("inf") if is_busy else ends)
        return 0.0 if is_busy else wait

    def _refuse_retry(self, request: Request, error: ApiError, *, wait: float, ends: float) -> None:
        """Raise the error when there is no time, or no budget, to send the request again."""
        with self._lock:
            now, run_ends = self._clock(), self._run_ends or 0.0
            if now + wait > ends:
                why = "there was no time left to send it again"
            elif now + wait > run_ends:
                why = "the run has reached its deadline"
            elif self._budget.spend(throttled=isinstance(error, RateLimitedError)):
                return
            else:
                why = "too many requests of this run had to be sent again"
        self._note_failure(request, error)
        raise error.telling(why) from error

    def _note_answer(self) -> None:
        with self._lock:
            self._budget.earn()
            self._breaker.succeeded()

    def _note_failure(self, request: Request, error: ApiError) -> None:
        """Count what ended badly. Of a write in doubt, the look at it that follows is counted."""
        with self._lock:
            if not isinstance(error, _INFRASTRUCTURE):
                self._breaker.succeeded()
            elif not error.ambiguous:
                self._breaker.failed((request.method, request.path, request.content))

    def _accept(self, request: Request, reply: Reply, read: Callable[[Answer], T]) -> T:
        try:
            answer = open_reply(request, reply)
        except ApiError as error:
            self._local.request_id = error.request_id
            raise
        self._local.request_id = answer.request_id
        try:
            return read(answer)
        except ValueError as error:
            raise malformed(
                request, str(error), status=reply.status, request_id=answer.request_id
            ) from error

    def _exchange(self, request: Request, ends: float) -> Reply:
        self._local.request_id = ""
        with self._lock:
            self._calls += 1
        return self._exchanges.make(request, ends=ends)
