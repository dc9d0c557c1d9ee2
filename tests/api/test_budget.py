import pytest
from hypothesis import given
from hypothesis import strategies as st

from segsync.api.budget import Breaker, RetryBudget


def spent(budget: RetryBudget, *, throttled: bool) -> int:
    """Spend as often as possible and return how often that was."""
    times = 0
    while budget.spend(throttled=throttled):
        times += 1
    return times


@pytest.mark.parametrize(("throttled", "times"), [(True, 100), (False, 35)])
def test_a_run_has_so_many_retries_to_start_with(times: int, *, throttled: bool) -> None:
    assert spent(RetryBudget(), throttled=throttled) == times


def test_successes_pay_for_more_up_to_what_there_was() -> None:
    budget = RetryBudget()
    spent(budget, throttled=True)
    for _ in range(14):
        budget.earn()
    assert spent(budget, throttled=False) == 1
    for _ in range(1_000):
        budget.earn()
    assert spent(budget, throttled=True) == 100


@given(st.lists(st.sampled_from(["well", "throttled", "failed"]), max_size=600))
def test_retries_are_never_more_than_a_fifth_of_the_successes_and_a_hundred(
    events: list[str],
) -> None:
    budget = RetryBudget()
    retries = 0
    for each in events:
        if each == "well":
            budget.earn()
        else:
            retries += budget.spend(throttled=each == "throttled")
    assert retries <= 0.2 * events.count("well") + 100


def breaker(*failures: object) -> Breaker:
    tested = Breaker()
    for each in failures:
        tested.failed(each)
    return tested


def test_nothing_is_wrong_at_first() -> None:
    assert breaker().why == ""
    assert breaker(1, 2, 3, 4).why == ""


def test_five_different_operations_that_fail_in_a_row_are_enough() -> None:
    assert breaker(1, 2, 3, 4, 5).why == "5 calls in a row have failed"


def test_one_operation_that_fails_often_is_one() -> None:
    assert breaker(*[1] * 9).why == ""


def test_a_success_in_between_starts_the_row_again() -> None:
    tested = breaker(1, 2, 3, 4)
    tested.succeeded()
    tested.failed(5)
    assert tested.why == ""


def test_half_of_the_last_twenty_is_too_many() -> None:
    tested = Breaker()
    for number in range(19):
        if number % 2:
            tested.failed(number)
        else:
            tested.succeeded()
    assert tested.why == ""
    tested.failed(19)
    assert tested.why == "half of the last 20 calls have failed"


def test_once_open_it_stays_open_for_the_reason_that_came_first() -> None:
    tested = breaker(1, 2, 3, 4, 5)
    for number in range(40):
        tested.succeeded()
        tested.failed(number)
    assert tested.why == "5 calls in a row have failed"
