"""Drift: what differs, what is accepted for a while, what is ill."""

from datetime import date, timedelta

import pytest

from segsync.plan import FieldChange, Reevaluate
from segsync.planning.drift import Accepted, set_accepted_apart, unhealthy
from segsync.segment import AcceptedDrift, DesiredSegment
from tests.planning.build import TODAY, desired_state, found, live_state, plan_of, told, wanted

TAGS = AcceptedDrift(frozenset({"tags"}), TODAY, "agency edits")
LIVE = found("a", name="Edited", tags=["agency"])


def test_accepted_fields_are_set_apart_and_the_rest_stays() -> None:
    entry = wanted("a", name="Mine", tags=[], accept_drift=TAGS)
    plan, accepted = set_accepted_apart(plan_of([entry], [LIVE]), desired_state([entry]), TODAY)
    assert told(plan) == ["update a"]
    assert plan.changes[0].fields == (FieldChange("name", "Edited", "Mine"),)
    assert accepted == (Accepted("a", ("tags",), TAGS),)


def test_a_change_of_accepted_fields_alone_is_no_drift() -> None:
    entry = wanted("a", name="Edited", tags=[], accept_drift=TAGS)
    plan, accepted = set_accepted_apart(plan_of([entry], [LIVE]), desired_state([entry]), TODAY)
    assert (told(plan), accepted) == ([], (Accepted("a", ("tags",), TAGS),))


@pytest.mark.parametrize(
    ("entry", "today"),
    [
        (wanted("a", name="Edited", tags=[], accept_drift=TAGS), TODAY + timedelta(days=1)),
        (wanted("a", name="Edited", tags=[]), TODAY),
        (wanted("a", name="Mine", accept_drift=TAGS), TODAY),
    ],
)
def test_drift_stays_drift_after_the_last_day_without_terms_and_in_other_fields(
    entry: DesiredSegment, today: date
) -> None:
    plan, accepted = set_accepted_apart(plan_of([entry], [LIVE]), desired_state([entry]), today)
    assert (told(plan), accepted) == (["update a"], ())


def test_only_updates_can_be_accepted() -> None:
    entries = [
        wanted("new", accept_drift=TAGS),
        wanted("b", previously=("a",), accept_drift=TAGS, tags=[]),
    ]
    plan, accepted = set_accepted_apart(plan_of(entries, [LIVE]), desired_state(entries), TODAY)
    assert (told(plan), accepted) == (["create new", "rename b from a"], ())


def test_a_drift_report_refuses_nothing_and_reevaluates_nothing() -> None:
    entry = wanted("a", "FILTER x = 1")
    plan = plan_of([entry], [found("a"), *(found(f"s{number}") for number in range(20))])
    assert plan.refusals
    again = plan_of([entry], [found("a")], reevaluate=Reevaluate.CHANGED)
    assert told(again) == ["update a", "reevaluate a after 1"]
    for each in (plan, again):
        left, _ = set_accepted_apart(each, desired_state([entry]), TODAY)
        assert left.refusals == ()
        assert told(left)[0] == "update a"
        assert not any(line.startswith("reevaluate") for line in told(left))


def test_our_invalid_segments_are_told_with_the_reason() -> None:
    live = live_state(
        [
            found("fine"),
            found("ill", invalid_reason="unknown field visits"),
            found("silent", invalid_reason=""),
            found("theirs", invalid_reason="broken", owned=False),
        ]
    )
    assert list(unhealthy(live)) == [
        ("ill", "unknown field visits"),
        ("silent", "no reason given"),
    ]
