from segsync.outcome import Outcome, Result
from segsync.plan import Action, Change, Kind

CHANGE = Change(1, Kind.SEGMENT, Action.CREATE, "a", None, None, None)


def test_a_change_ends_in_one_of_three_ways() -> None:
    assert [str(each) for each in Result] == ["applied", "failed", "skipped"]


def test_an_outcome_needs_no_more_than_the_change_and_how_it_ended() -> None:
    outcome = Outcome(CHANGE, Result.APPLIED)
    assert (outcome.reason, outcome.note, outcome.id, outcome.request_id) == ("", "", None, "")
    assert (outcome.seconds, outcome.exit_code) == (0.0, None)


def test_an_outcome_is_a_value() -> None:
    assert Outcome(CHANGE, Result.FAILED, "no") == Outcome(CHANGE, Result.FAILED, "no")
