import httpcore
import pytest

from segsync.api.network import Deadline


def test_a_step_may_take_what_it_may_or_what_is_left_of_the_exchange() -> None:
    deadline = Deadline()
    deadline.begin(60.0)
    assert deadline.left(5.0) == 5.0
    for timeout in (None, 100.0):
        left = deadline.left(timeout)
        assert left is not None
        assert 0 < left <= 60.0


def test_a_step_that_is_too_slow_by_itself_says_so() -> None:
    deadline = Deadline()
    deadline.begin(60.0)
    with pytest.raises(httpcore.ReadTimeout, match="silence"), deadline.telling():
        raise httpcore.ReadTimeout("silence")  # noqa: EM101 - as httpcore words it


def test_after_the_deadline_nothing_more_is_done() -> None:
    deadline = Deadline()
    deadline.begin(0.0)
    with pytest.raises(httpcore.ReadTimeout, match="the whole of it took too long"):
        deadline.left(5.0)
