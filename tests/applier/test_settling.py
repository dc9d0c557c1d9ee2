import httpx
import pytest
from msgspec.structs import replace

from segsync.applier import apply_plan
from segsync.outcome import Result
from segsync.sandbox.controls import set_switches
from segsync.sandbox.edits import edit_segment, remove_segment
from segsync.segment import Group
from tests.applier.account import Scene, a_segment, create, delete, update


def lost(method: str, path: str) -> str:
    return f"{method} {path}: the connection failed: connection lost"


def happened(method: str, path: str) -> tuple[str, str]:
    seen = "a look at the account shows that it took effect"
    return ("applied", f"the answer was lost ({lost(method, path)}); {seen}")


def unknown(problem: str, what_is_known: str) -> tuple[str, str]:
    return ("failed", f"outcome unknown ({problem}): {what_is_known}")


def broken(method: str, path: str) -> str:
    return f"{method} {path}: Internal Server Error (HTTP 500)"


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_create_whose_answer_was_lost_is_found_and_not_sent_again(scene: Scene) -> None:
    scene.lose_answers("POST")
    change = create(a_segment())
    (outcome,) = apply_plan(scene.plan(change), scene.client, known_ids=scene.ids)
    (made,) = scene.account.segments
    assert (outcome.result, outcome.id) == (Result.APPLIED, made)
    assert (str(outcome.result), outcome.note) == happened("POST", "/v2/segment")
    assert scene.account.log == ["POST /v2/segment", "GET /v2/segment/buyers"]


def test_a_create_that_did_not_happen_fails_and_is_not_sent_again(scene: Scene) -> None:
    scene.lose_requests("POST")
    assert scene.apply(create(a_segment())) == [
        unknown(
            lost("POST", "/v2/segment"),
            'no "buyers" was found afterwards; it was not sent again',
        )
    ]
    assert scene.account.writes == ["POST /v2/segment"]


def test_a_create_that_shows_late_is_found_by_looking_again(scene: Scene) -> None:
    scene.lose_answers("POST")
    meddle = scene.account.meddle

    def lag(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET" and len(scene.slept) < 3:
            return httpx.Response(404, json={"status": 404, "errors": []})
        return meddle(request)

    scene.account.meddle = lag
    assert scene.apply(create(a_segment())) == [happened("POST", "/v2/segment")]
    assert scene.slept == [0.5, 0.5, 1.0]


def test_a_create_is_looked_for_during_four_seconds(scene: Scene) -> None:
    scene.lose_requests("POST")
    scene.apply(create(a_segment()))
    assert scene.slept == [0.5, 0.5, 1.0, 2.0]
    assert scene.account.log.count("GET /v2/segment/buyers") == 5


def test_the_twin_that_a_lost_create_made_under_a_taken_slug_is_removed(scene: Scene) -> None:
    foreign = scene.has(a_segment(owned=False))
    scene.lose_answers("POST")
    results = scene.apply(create(a_segment()))
    twin = scene.account.writes[-1].rpartition("/")[2]
    assert results == [
        unknown(
            lost("POST", "/v2/segment"),
            f'the account has another "buyers" ({foreign}); the account made "buyers_1" ({twin})'
            " instead; it was removed again",
        )
    ]
    assert list(scene.account.segments) == [foreign]


def test_of_two_twins_none_is_removed_and_both_are_told(scene: Scene) -> None:
    foreign = scene.has(a_segment(owned=False))

    def make_two(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST":
            return None
        for _ in range(2):
            scene.account.process(request)
        message = "connection lost"
        raise httpx.ReadError(message)

    scene.account.meddle = make_two
    results = scene.apply(create(a_segment()))
    one, two = [each for each in scene.account.segments if each != foreign]
    assert results == [
        unknown(
            lost("POST", "/v2/segment"),
            f'the account has another "buyers" ({foreign}); each of "buyers_1" ({one}) and'
            f' "buyers_2" ({two}) may have been made by this call: look at them',
        )
    ]


def test_a_twin_whose_first_is_gone_is_removed_as_well(scene: Scene) -> None:
    scene.has(a_segment(owned=False))
    scene.lose_answers("POST")
    meddle = scene.account.meddle

    def make_room(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET" and "buyers" in str(request.url):
            remove_segment(scene.account.store, "buyers")
            scene.account.meddle = meddle
        return meddle(request)

    scene.account.meddle = make_room
    ((_, reason),) = scene.apply(create(a_segment()))
    assert reason.endswith(" instead; it was removed again")
    assert 'no "buyers" was found afterwards; it was not sent again; the account made' in reason
    assert scene.account.segments == {}


def test_twins_that_cannot_be_looked_for_are_told(scene: Scene) -> None:
    foreign = scene.has(a_segment(owned=False))

    def break_down(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST":
            message = "connection lost"
            raise httpx.ReadError(message)
        is_list = request.url.path == "/v2/segment"
        return httpx.Response(400, json={"status": 400}) if is_list else None

    scene.account.meddle = break_down
    assert scene.apply(create(a_segment())) == [
        unknown(
            lost("POST", "/v2/segment"),
            f'the account has another "buyers" ({foreign}); looking for what it may have made'
            " instead failed: GET /v2/segment: Bad Request (HTTP 400)",
        )
    ]


def test_a_twin_that_was_there_before_is_not_mentioned(scene: Scene) -> None:
    foreign = scene.has(a_segment(owned=False))
    scene.has(a_segment("buyers_1"))
    scene.lose_requests("POST")
    assert scene.apply(create(a_segment())) == [
        unknown(lost("POST", "/v2/segment"), f'the account has another "buyers" ({foreign})')
    ]


def test_a_lost_create_without_a_twin_names_the_other_segment(scene: Scene) -> None:
    foreign = scene.has(a_segment(owned=False))
    scene.lose_requests("POST")
    assert scene.apply(create(a_segment())) == [
        unknown(lost("POST", "/v2/segment"), f'the account has another "buyers" ({foreign})')
    ]


def test_a_lost_create_that_cannot_be_looked_up_stays_unknown(scene: Scene) -> None:
    def break_down(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(500 if request.method == "POST" else 400, json={"status": 400})

    scene.account.meddle = break_down
    assert scene.apply(create(a_segment())) == [
        unknown(
            broken("POST", "/v2/segment"),
            "looking for it failed as well: GET /v2/segment/buyers: Bad Request (HTTP 400)",
        )
    ]


def test_a_lost_group_create_is_found_by_its_name(scene: Scene) -> None:
    scene.has_group(Group("Other"))
    scene.lose_answers("POST")
    assert scene.apply(create(Group("Campaigns", owned=True))) == [
        happened("POST", "/v2/segment/group")
    ]


def test_a_lost_group_create_beside_a_foreign_one_fails(scene: Scene) -> None:
    scene.lose_requests("POST")
    foreign: list[str] = []

    def forestall(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and not foreign:
            scene.account.meddle = lambda _: None
            foreign.append(scene.has_group(Group("Campaigns")))
            message = "connection lost"
            raise httpx.ReadError(message)
        return None

    scene.account.meddle = forestall
    results = scene.apply(create(Group("Campaigns", owned=True)))
    assert results == [
        unknown(
            lost("POST", "/v2/segment/group"), f'the account has another "Campaigns" ({foreign[0]})'
        )
    ]


@pytest.mark.parametrize("reason", ["no field x", ""])
def test_a_lost_write_that_left_the_audience_invalid_fails(scene: Scene, reason: str) -> None:
    object_id = scene.has(a_segment())

    def meddle(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET":
            return None
        scene.account.process(request)
        slug = "other" if request.method == "POST" else "buyers"
        edit_segment(scene.account.store, slug, invalid=True, invalid_reason=reason)
        message = "connection lost"
        raise httpx.ReadError(message)

    scene.account.meddle = meddle
    what = f"it was written, and the account calls it invalid: {reason or 'no reason given'}"
    change = update(object_id, a_segment(), a_segment(name="New"))
    assert scene.apply(change) == [unknown(lost("PUT", f"/v2/segment/{object_id}"), what)]
    assert scene.apply(create(a_segment("other"))) == [unknown(lost("POST", "/v2/segment"), what)]


def test_an_update_whose_answer_was_lost_is_settled_by_reading(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    scene.lose_answers("PUT")
    change = update(object_id, a_segment(), a_segment(name="New"))
    assert scene.apply(change) == [happened("PUT", f"/v2/segment/{object_id}")]
    assert scene.account.writes == [f"PUT /v2/segment/{object_id}"]


def test_an_update_that_is_shown_at_once_is_not_waited_for(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    scene.lose_answers("PUT")
    (outcome,) = scene.outcomes(update(object_id, a_segment(), a_segment(name="New")))
    assert (outcome.result, outcome.id) == (Result.APPLIED, object_id)
    assert scene.slept == []


def test_an_update_that_shows_late_is_found_by_looking_again(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    scene.lose_answers_and_show_late("PUT", object_id)
    change = update(object_id, a_segment(), a_segment(name="New"))
    assert scene.apply(change) == [happened("PUT", f"/v2/segment/{object_id}")]
    assert scene.slept == [0.5, 0.5, 1.0]


def test_an_update_that_did_not_happen_is_told_as_such_although_segments_hide_their_groups(
    scene: Scene,
) -> None:
    scene.has_group(Group("A"))
    in_a = a_segment(groups=frozenset({"A"}))
    object_id = scene.has(in_a)
    set_switches(scene.account.store, segments_hide_groups=True)
    scene.lose_requests("PUT")
    assert scene.apply(update(object_id, in_a, replace(in_a, name="New"))) == [
        unknown(
            lost("PUT", f"/v2/segment/{object_id}"),
            "it has not changed; it is safe to run again",
        )
    ]


def test_a_lost_write_is_told_with_its_own_request_id(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    body = {"status": 500, "errors": [], "request_id": "r5"}

    def break_down(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(500, json=body) if request.method == "PUT" else None

    scene.account.meddle = break_down
    (outcome,) = scene.outcomes(update(object_id, a_segment(), a_segment(name="New")))
    assert (outcome.result, outcome.request_id) == (Result.FAILED, "r5")


def test_an_update_that_did_not_happen_is_safe_to_run_again(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    scene.lose_requests("PUT")
    change = update(object_id, a_segment(), a_segment(name="New"))
    assert scene.apply(change) == [
        unknown(
            lost("PUT", f"/v2/segment/{object_id}"),
            "it has not changed; it is safe to run again",
        )
    ]
    assert scene.account.writes == [f"PUT /v2/segment/{object_id}"]


def test_a_lost_update_beside_somebody_elses_is_a_conflict(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    scene.account.takes = lambda body: {**body, "name": "By hand", "is_public": True}
    scene.lose_answers("PUT")
    change = update(object_id, a_segment(), a_segment(name="New", description="Long"))
    assert scene.apply(change) == [
        unknown(
            lost("PUT", f"/v2/segment/{object_id}"),
            "it is neither as before nor as wanted: name, is_public",
        )
    ]


def test_a_lost_update_of_a_segment_that_is_gone_is_a_conflict(scene: Scene) -> None:
    object_id = scene.has(a_segment())

    def forestall(request: httpx.Request) -> httpx.Response | None:
        if request.method != "PUT":
            return None
        remove_segment(scene.account.store, "buyers")
        return httpx.Response(502, text="<html>")

    scene.account.meddle = forestall
    change = update(object_id, a_segment(), a_segment(name="New"))
    assert scene.apply(change) == [
        unknown(
            f"PUT /v2/segment/{object_id}: Bad Gateway (HTTP 502)",
            "deleted by somebody else since the plan",
        )
    ]


def test_a_lost_update_that_cannot_be_looked_up_stays_unknown(scene: Scene) -> None:
    object_id = scene.has(a_segment())

    def break_down(request: httpx.Request) -> httpx.Response | None:
        if request.method == "PUT":
            scene.account.meddle = lambda _: httpx.Response(400, json={"status": 400})
            return httpx.Response(500, json={"status": 500})
        return None

    scene.account.meddle = break_down
    change = update(object_id, a_segment(), a_segment(name="New"))
    assert scene.apply(change) == [
        unknown(
            broken("PUT", f"/v2/segment/{object_id}"),
            f"looking for it failed as well: GET /v2/segment/{object_id}: Bad Request (HTTP 400)",
        )
    ]


def test_a_delete_whose_answer_was_lost_is_done_when_the_segment_is_gone(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    scene.lose_answers("DELETE")
    (outcome,) = scene.outcomes(delete(object_id, a_segment()))
    assert (str(outcome.result), outcome.note) == happened("DELETE", f"/v2/segment/{object_id}")
    assert outcome.id == object_id
    assert scene.slept == []


def test_a_delete_that_shows_late_is_found_by_looking_again(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    scene.lose_answers_and_show_late("DELETE", object_id)
    assert scene.apply(delete(object_id, a_segment())) == [
        happened("DELETE", f"/v2/segment/{object_id}")
    ]
    assert scene.slept == [0.5, 0.5, 1.0]


def test_a_delete_that_did_not_happen_is_safe_to_run_again(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    scene.lose_requests("DELETE")
    assert scene.apply(delete(object_id, a_segment())) == [
        unknown(
            lost("DELETE", f"/v2/segment/{object_id}"),
            "it is still there; it is safe to run again",
        )
    ]


def test_a_lost_delete_that_cannot_be_looked_up_stays_unknown(scene: Scene) -> None:
    object_id = scene.has(a_segment())

    def break_down(request: httpx.Request) -> httpx.Response | None:
        if request.method == "DELETE":
            scene.account.meddle = lambda _: httpx.Response(400, json={"status": 400})
            return httpx.Response(500, json={"status": 500})
        return None

    scene.account.meddle = break_down
    assert scene.apply(delete(object_id, a_segment())) == [
        unknown(
            broken("DELETE", f"/v2/segment/{object_id}"),
            f"looking for it failed as well: GET /v2/segment/{object_id}: Bad Request (HTTP 400)",
        )
    ]
