"""Drift: what differs, what is accepted for a while, what is ill."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from segsync.plan import AcceptedDifference, FieldChange, Reevaluate
from segsync.planning.drift import as_drift, unhealthy
from segsync.segment import AcceptedDrift, DesiredSegment, Segment
from tests.planning.build import TODAY, found, live_state, plan_of, told, wanted

TAGS = AcceptedDrift(frozenset({"tags"}), TODAY, "agency edits")
ACCEPTED = AcceptedDifference("a", ("tags",), TODAY.isoformat(), "agency edits")
LIVE = found("a", name="Edited", tags=["agency"])


def test_accepted_fields_keep_the_live_value_and_the_rest_is_changed() -> None:
    entry = wanted("a", name="Mine", tags=[], accept_drift=TAGS)
    plan = plan_of([entry], [LIVE])
    assert told(plan) == ["update a"]
    assert plan.changes[0].fields == (FieldChange("name", "Edited", "Mine"),)
    assert plan.changes[0].after == replace(LIVE.segment, name="Mine")
    assert plan.accepted == (ACCEPTED,)


def test_an_accepted_definition_moves_nobody() -> None:
    terms = AcceptedDrift(frozenset({"definition"}), TODAY)
    plan = plan_of([wanted("a", "FILTER x = 1", accept_drift=terms)], [found("a", "FILTER x = 2")])
    assert plan.changes == ()
    same = found("a", "FILTER x == 1 FROM user ALIAS a")
    assert plan_of([wanted("a", "FILTER x = 1", accept_drift=terms)], [same]).accepted == ()
    assert plan.accepted == (AcceptedDifference("a", ("definition",), TODAY.isoformat()),)


def test_a_definition_that_means_the_same_under_a_new_slug_is_no_drift() -> None:
    terms = AcceptedDrift(frozenset({"definition"}), TODAY, "agency edits")
    plan = plan_of(
        [
            wanted("new", previously=("old",)),
            wanted("user", "FILTER INCLUDE new", accept_drift=terms),
        ],
        [found("old"), found("user", "FILTER INCLUDE old")],
    )
    assert plan.accepted == ()


def test_a_change_of_accepted_fields_alone_is_none() -> None:
    plan = plan_of([wanted("a", name="Edited", tags=[], accept_drift=TAGS)], [LIVE])
    assert (told(plan), plan.accepted, plan.unchanged) == ([], (ACCEPTED,), 1)


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
    plan = plan_of([entry], [LIVE], today=today)
    assert (told(plan), plan.accepted) == (["update a"], ())


def test_a_create_takes_the_value_of_the_file_and_a_rename_keeps_the_live_one() -> None:
    entries = [
        wanted("new", tags=["mine"], accept_drift=TAGS),
        wanted("b", previously=("a",), accept_drift=TAGS, tags=[]),
        wanted("c", absent=True, accept_drift=TAGS),
    ]
    plan = plan_of(entries, [LIVE, found("c", tags=["x"])])
    assert told(plan) == ["create new", "rename b from a", "delete c"]
    assert [each.after.tags for each in plan.changes if isinstance(each.after, Segment)] == [
        {"mine"},
        {"agency"},
    ]
    assert plan.accepted == (replace(ACCEPTED, key="b"),)


def test_a_drift_report_refuses_nothing_and_reevaluates_nothing() -> None:
    entry = wanted("a", "FILTER x = 1")
    plan = plan_of([entry], [found("a"), *(found(f"s{number}") for number in range(20))])
    assert plan.refusals
    again = plan_of([entry], [found("a")], reevaluate=Reevaluate.CHANGED)
    assert told(again) == ["update a", "reevaluate a after 1"]
    for each in (plan, again):
        left = as_drift(each)
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
