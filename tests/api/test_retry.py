import pytest
from hypothesis import given
from hypothesis import strategies as st

from segsync.api.retry import Policy, may_repeat, parse_retry_after, wait_before_next
from segsync.errors import (
    ApiError,
    AuthenticationError,
    ConnectionLostError,
    MalformedAnswerError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
    WrongAccountError,
)

POLICY = Policy()
DATE = "Mon, 23 Nov 2026 10:00:00 GMT"


def wait(
    error: ApiError,
    attempt: int = 1,
    *,
    is_read: bool = True,
    dropped: bool = False,
    policy: Policy = POLICY,
    random: float = 1.0,
) -> float | None:
    return wait_before_next(
        error, attempt, policy=policy, is_read=is_read, dropped=dropped, random=lambda: random
    )


@pytest.mark.parametrize("kind", [MalformedAnswerError, RateLimitedError, UnavailableError])
def test_what_surely_did_nothing_may_be_repeated(kind: type[ApiError]) -> None:
    assert may_repeat(kind("no"))


@pytest.mark.parametrize("kind", [MalformedAnswerError, UnavailableError])
def test_what_may_have_taken_effect_is_never_repeated(kind: type[ApiError]) -> None:
    error = kind("no", ambiguous=True)
    assert not may_repeat(error)
    assert wait(error, is_read=False) is None


@pytest.mark.parametrize(
    "kind",
    [AuthenticationError, PermissionDeniedError, WrongAccountError, NotFoundError, RejectedError],
)
def test_a_refusal_is_final(kind: type[ApiError]) -> None:
    assert wait(kind("no")) is None


def test_reads_are_sent_five_times_and_writes_four() -> None:
    error = UnavailableError("no")
    assert wait(error, 4) is not None
    assert wait(error, 5) is None
    assert wait(error, 3, is_read=False) is not None
    assert wait(error, 4, is_read=False) is None


def test_sleeps_double_up_to_a_bound_and_start_longer_when_throttled() -> None:
    many = Policy(read_attempts=10)
    assert [wait(UnavailableError("no"), n, policy=many) for n in (1, 2, 3, 7)] == [0.5, 1, 2, 20]
    assert [wait(RateLimitedError("no"), n) for n in (1, 2, 3)] == [1, 2, 4]


def test_sleeps_have_full_jitter() -> None:
    assert wait(UnavailableError("no"), random=0.0) == 0
    assert wait(UnavailableError("no"), random=0.5) == 0.25


def test_the_server_is_waited_for_and_a_tenth_longer() -> None:
    assert wait(RateLimitedError("no", retry_after=30.0), random=0.0) == 30
    assert wait(UnavailableError("no", retry_after=30.0), random=1.0) == 33


def test_a_server_that_asks_for_more_than_a_minute_is_not_waited_for() -> None:
    assert wait(RateLimitedError("no", retry_after=60.0)) == 66
    assert wait(RateLimitedError("no", retry_after=61.0)) is None


def test_an_endpoint_with_a_known_pace_is_given_its_time_when_throttled() -> None:
    slow = Policy(throttled_least=10.0)
    assert wait(RateLimitedError("no"), policy=slow) == 10
    assert wait(UnavailableError("no"), policy=slow) == 0.5


def test_a_read_whose_connection_was_dropped_is_first_sent_again_at_once() -> None:
    error = ConnectionLostError("reset")
    assert wait(error, 1, dropped=True) == 0
    assert wait(error, 2, dropped=True) == 1.0
    assert wait(error, 1, is_read=False, dropped=True) == 0.5


@given(
    attempt=st.integers(1, 10),
    retry_after=st.none() | st.floats(0, 100),
    random=st.floats(0, 1),
    is_read=st.booleans(),
)
def test_no_wait_is_ever_longer_than_66_seconds(
    attempt: int, retry_after: float | None, random: float, *, is_read: bool
) -> None:
    seconds = wait(
        RateLimitedError("no", retry_after=retry_after), attempt, is_read=is_read, random=random
    )
    assert seconds is None or (retry_after or 0) <= seconds <= 66


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        (" 0 ", 0),
        ("999999999", 999_999_999),
        ("1000000000", 1e9),
        ("9" * 400, 1e9),
        ("Mon, 23 Nov 2026 10:00:30 GMT", 30),
        ("Mon, 23 Nov 2026 09:59:30 GMT", None),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("1e3", None),
        ("Mon, 99 Nov 2026 10:00:30 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_moment_after_the_answer(
    value: str, seconds: float | None
) -> None:
    assert parse_retry_after(value, date=DATE) == seconds


def test_a_moment_without_a_date_to_measure_from_is_ignored() -> None:
    assert parse_retry_after("Mon, 23 Nov 2026 10:00:30 GMT") is None


def test_a_moment_with_a_zone_against_one_without_is_ignored() -> None:
    assert parse_retry_after("Mon, 23 Nov 2026 10:00:30 -0000", date=DATE) is None
