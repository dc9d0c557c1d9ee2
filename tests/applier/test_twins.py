"""A create that is sent again after a 429 which came after the work, not before it."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from segsync.applier.run import Run
from segsync.applier.twins import remove_twins
from segsync.outcome import Outcome, Result
from segsync.sandbox.controls import set_switches
from segsync.segment import Group
from tests.applier.account import Meddler, Payload, Scene, a_segment, create

LOST = "POST /v2/segment: the connection failed: connection lost"


def busy() -> httpx.Response:
    return httpx.Response(429, json={"status": 429, "errors": []})


def lost() -> httpx.Response:
    message = "connection lost"
    raise httpx.ReadError(message)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def is_told_by_the_create(scene: Scene, outcome: Outcome) -> bool:
    told = scene.account.request_ids
    return outcome.request_id == told["POST"] != told["GET"]


def answers_creates(scene: Scene, *answers: Callable[[], httpx.Response]) -> Meddler:
    """Let the account make a segment for each of these answers, which are not what it says."""
    left: Iterator[Callable[[], httpx.Response]] = iter(answers)

    def meddle(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST" or (answer := next(left, None)) is None:
            return None
        scene.account.process(request)
        return answer()

    scene.account.meddle = meddle
    return meddle


def test_what_a_429_left_behind_is_the_segment_that_was_meant(scene: Scene) -> None:
    answers_creates(scene, busy)
    results = scene.apply(create(a_segment()))
    (made,) = scene.account.segments.values()
    stray = scene.account.writes[-1].rpartition("/")[2]
    told = f'it was sent 2 times; the account made "buyers_1" ({stray}) too; it was removed again'
    assert results == [("applied", told)]
    assert made["slug_name"] == "buyers"


def test_what_several_left_behind_is_removed_but_for_the_first(scene: Scene) -> None:
    answers_creates(scene, busy, busy, busy)
    ((result, told),) = scene.apply(create(a_segment()))
    assert result == "applied"
    removed = [each.rpartition("/")[2] for each in scene.account.writes if "DELETE" in each]
    third, first, second = removed
    assert told == (
        f'it was sent 4 times; the account made "buyers_3" ({third}) too; it was removed again'
        f'; the account made "buyers_1" ({first}) instead; it was removed again'
        f'; the account made "buyers_2" ({second}) instead; it was removed again'
    )
    assert [each["slug_name"] for each in scene.account.segments.values()] == ["buyers"]


def test_a_create_whose_last_answer_is_lost_leaves_nothing_but_what_was_meant(
    scene: Scene,
) -> None:
    answers_creates(scene, busy, lost)
    ((result, told),) = scene.apply(create(a_segment()))
    assert result == "applied"
    assert told.startswith(f"the answer was lost ({LOST}); a look at the account shows that")
    assert '; the account made "buyers_1" (' in told
    assert [each["slug_name"] for each in scene.account.segments.values()] == ["buyers"]


def test_more_twins_than_were_sent_are_left_alone_and_told(scene: Scene) -> None:
    def make_three(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST" or len(scene.account.writes) > 1:
            return None
        for _ in range(3):
            scene.account.process(request)
        return busy()

    scene.account.meddle = make_three
    ((result, told),) = scene.apply(create(a_segment()))
    assert result == "failed"
    assert told.endswith("may have been made by this call: look at them")
    left = [each["slug_name"] for each in scene.account.segments.values()]
    assert left == ["buyers", "buyers_1", "buyers_2"]


def test_a_lost_one_with_more_twins_than_were_sent_is_no_success(scene: Scene) -> None:
    def make_two(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST":
            return None
        for _ in range(2):
            scene.account.process(request)
        return busy() if len(scene.account.writes) == 1 else lost()

    scene.account.meddle = make_two
    (outcome,) = scene.outcomes(create(a_segment()))
    made, *_ = scene.account.segments
    assert (outcome.result, outcome.id) == (Result.FAILED, made)
    assert "a look at the account shows that it took effect; each of " in outcome.reason
    assert len(scene.account.segments) == 4


def test_a_lost_one_whose_twins_cannot_be_looked_for_is_no_success(scene: Scene) -> None:
    meddle = answers_creates(scene, busy, lost)

    def break_down(request: httpx.Request) -> httpx.Response | None:
        is_list = request.method == "GET" and request.url.path == "/v2/segment"
        return httpx.Response(400, json={"status": 400}) if is_list else meddle(request)

    scene.account.meddle = break_down
    ((result, told),) = scene.apply(create(a_segment()))
    assert result == "failed"
    assert "; looking for what it may have made instead failed: GET /v2/segment: " in told


def test_a_stray_that_a_list_still_shows_is_not_taken_for_another(scene: Scene) -> None:
    meddle = answers_creates(scene, busy)
    shown: list[Payload] = []

    def lag(request: httpx.Request) -> httpx.Response | None:
        if request.method == "DELETE":
            shown.extend(scene.account.segments.values())
        if request.method == "GET" and request.url.path == "/v2/segment" and shown:
            return httpx.Response(200, json={"data": shown, "status": 200})
        return meddle(request)

    scene.account.meddle = lag
    ((result, told),) = scene.apply(create(a_segment()))
    assert result == "applied"
    assert told.endswith(" too; it was removed again")


def test_a_group_has_no_twins(scene: Scene) -> None:
    run = Run(scene.plan(), scene.client, known_ids=())
    assert remove_twins(Group("Campaigns"), run, most=1) == ("", True)
    assert scene.account.log == []


def test_both_segments_of_a_taken_slug_are_removed(scene: Scene) -> None:
    foreign = scene.has(a_segment(owned=False))
    answers_creates(scene, busy)
    (outcome,) = scene.outcomes(create(a_segment()))
    assert outcome.result is Result.FAILED
    assert outcome.reason.startswith('"buyers" is taken: the account made "buyers_2" (')
    assert ') instead; it was removed again; the account made "buyers_1" (' in outcome.reason
    assert is_told_by_the_create(scene, outcome)
    assert list(scene.account.segments) == [foreign]


def test_a_segment_that_cannot_be_looked_up_again_is_told(scene: Scene) -> None:
    meddle = answers_creates(scene, busy)

    def break_down(request: httpx.Request) -> httpx.Response | None:
        is_look = request.url.path == "/v2/segment/buyers"
        return httpx.Response(400, json={"status": 400}) if is_look else meddle(request)

    scene.account.meddle = break_down
    (outcome,) = scene.outcomes(create(a_segment()))
    assert outcome.result is Result.FAILED
    assert outcome.reason.startswith('it was sent 2 times; the account made "buyers_1" (')
    assert outcome.reason.endswith(
        '; it was removed again; looking for "buyers" failed:'
        " GET /v2/segment/buyers: Bad Request (HTTP 400)"
    )
    assert is_told_by_the_create(scene, outcome)


def test_a_twin_that_cannot_be_removed_is_no_success(scene: Scene) -> None:
    meddle = answers_creates(scene, busy)

    def keep(request: httpx.Request) -> httpx.Response | None:
        if request.method == "DELETE":
            return httpx.Response(400, json={"status": 400})
        return meddle(request)

    scene.account.meddle = keep
    (outcome,) = scene.outcomes(create(a_segment()))
    made, _ = scene.account.segments
    assert (outcome.result, outcome.id) == (Result.FAILED, made)
    assert "; it could not be removed, so remove it by hand: DELETE /v2/segment/" in outcome.reason
    assert is_told_by_the_create(scene, outcome)


def test_the_segment_that_was_meant_must_still_get_into_its_groups(scene: Scene) -> None:
    group = scene.has_group(Group("Campaigns"))
    set_switches(scene.account.store, groups_only_by_group=True)
    answers_creates(scene, busy)
    ((result, told),) = scene.apply(create(a_segment(groups=frozenset({"Campaigns"}))))
    assert result == "failed"
    assert told.startswith('it is not in "Campaigns"; the account ignores `groups` of the segment')
    assert '; it was sent 2 times; the account made "buyers_1" (' in told
    assert list(scene.account.groups) == [group]
    assert [each["slug_name"] for each in scene.account.segments.values()] == ["buyers"]


def test_a_429_before_the_work_is_nothing_to_tell(scene: Scene) -> None:
    def busy_once(request: httpx.Request) -> httpx.Response | None:
        is_first = request.method == "POST" and len(scene.account.writes) == 1
        return busy() if is_first else None

    scene.account.meddle = busy_once
    assert scene.apply(create(a_segment())) == [("applied", "")]
    assert scene.account.log == ["POST /v2/segment"] * 2
