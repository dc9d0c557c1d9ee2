import pytest
from hypothesis import given
from hypothesis import strategies as st

from segsync.sandbox.faults.decisions import Standing, Verdict, judge
from segsync.sandbox.faults.rules import parse_rule

PATH = ("v2", "segment")


def standing(text: str, rule_id: str = "1") -> Standing:
    return Standing(rule_id, parse_rule(text))


def verdicts(*texts: str, count: int, method: str = "POST", step_s: float = 0.0) -> list[Verdict]:
    standings = {str(number): standing(text, str(number)) for number, text in enumerate(texts)}
    found = []
    for number in range(count):
        verdict, changed = judge(
            tuple(standings.values()), method, PATH, now_s=1_000.0 + number * step_s
        )
        # What is kept between two requests is a row of plain values.
        standings |= {each.rule_id: Standing.of(each.row()) for each in changed}
        found.append(verdict)
    return found


def struck(*texts: str, count: int, step_s: float = 0.0) -> list[int]:
    """Return the counts, from 1, of the requests that met a fault."""
    found = verdicts(*texts, count=count, step_s=step_s)
    return [number for number, verdict in enumerate(found, start=1) if verdict.fault]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ("nth=3", [3]),
        ("nth=1,4-6", [1, 4, 5, 6]),
        ("times=2", [1, 2]),
        ("every=3", [3, 6, 9]),
        ("every=3 times=2", [3, 6]),
        ("nth=2-9 every=2 times=3", [2, 4, 6]),
        ("p=0", []),
        ("p=1", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ],
)
def test_counts_decide_which_requests_are_struck(when: str, expected: list[int]) -> None:
    assert struck(f"drop {when}", count=9) == expected


def test_a_request_that_does_not_fit_is_not_counted() -> None:
    verdict, changed = judge([standing("GET drop")], "POST", PATH, now_s=0.0)
    assert (verdict, changed) == (Verdict(), ())


@given(st.integers(0, 1000), st.floats(0, 1))
def test_a_probability_is_the_same_every_time(seed: int, probability: float) -> None:
    text = f"drop p={probability:.3f} seed={seed}"
    assert struck(text, count=40) == struck(text, count=40)


def test_a_probability_is_about_right_and_seeds_differ() -> None:
    first, second = (struck(f"drop p=0.3 seed={seed}", count=1000) for seed in (1, 2))
    assert 250 < len(first) < 350
    assert first != second


def test_the_first_fault_wins_and_a_later_one_waits_for_its_turn() -> None:
    found = verdicts("500 times=1", "drop times=1", count=3)
    assert [each.struck for each in found] == [("500 times=1",), ("drop times=1",), ()]


def test_delays_add_up_and_go_with_a_fault() -> None:
    (found,) = verdicts("503-after", "latency=100", "latency=50", "drip=2", "lag=3", count=1)
    assert found.wait_s == pytest.approx(0.15)
    assert (found.drip_s, found.lag_s) == (2.0, 3.0)
    assert found.fault is not None
    assert found.takes_effect
    assert found.struck == ("503-after", "latency=100", "latency=50", "drip=2", "lag=3")


def test_a_range_is_drawn_from_for_each_request() -> None:
    waits = [each.wait_s for each in verdicts("latency=100..200 seed=4", count=50)]
    assert all(0.1 <= wait <= 0.2 for wait in waits)
    assert len(set(waits)) == 50


def test_a_rate_limit_lets_a_burst_pass_and_then_its_rate() -> None:
    assert struck("rate=2 burst=3", count=5) == [4, 5]
    # A request each 250 ms against two per second: every second one is too many.
    assert struck("rate=2", count=8, step_s=0.25) == [2, 4, 6, 8]
    assert struck("rate=2", count=8, step_s=0.5) == []


def test_a_rate_limit_says_when_the_next_request_passes() -> None:
    _, second, third = verdicts("rate=0.1", count=3, step_s=4.0)
    assert second.retry_in_s == pytest.approx(6.0)
    assert third.retry_in_s == pytest.approx(2.0)
    assert not second.takes_effect


def test_a_clock_that_goes_back_gives_no_tokens() -> None:
    assert struck("rate=1", count=4, step_s=-5.0) == [2, 3, 4]


def test_a_row_holds_plain_values_and_nothing_that_was_not_used() -> None:
    assert standing("drop").row() == {"id": "1", "rule": "drop", "seen": 0, "struck": 0}
    _, (used,) = judge([standing("rate=2 burst=3")], "GET", PATH, now_s=5.0)
    assert used.row() == {
        "id": "1",
        "rule": "rate=2 burst=3",
        "seen": 1,
        "struck": 0,
        "tokens": 2.0,
        "at": 5.0,
    }
