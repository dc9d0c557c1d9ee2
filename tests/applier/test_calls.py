import json

import httpx
import pytest
from msgspec.structs import replace

from segsync.applier import apply_plan
from segsync.applier.calls import carry_out
from segsync.applier.run import Run
from segsync.errors import ExitCode, StoppedError
from segsync.outcome import Outcome, Result
from segsync.plan import Action, Change, Kind
from segsync.sandbox.controls import set_switches
from segsync.sandbox.edits import edit_segment, remove_segment
from segsync.segment import Definition, Group, Segment
from tests.applier.account import Payload, Scene, a_segment, create, delete, update

APPLIED = ("applied", "")
SEGMENTS = "/v2/segment"
GROUPS = "/v2/segment/group"


@pytest.fixture
def scene() -> Scene:
    return Scene()


def stored(scene: Scene, object_id: str) -> Payload:
    return scene.account.segments[object_id]


def id_in(call: str) -> str:
    return call.rpartition("/")[2]


def the_only_segment(scene: Scene) -> Payload:
    (made,) = scene.account.segments.values()
    return made


# Creates


def test_a_create_is_one_call_and_gives_the_id(scene: Scene) -> None:
    change = create(a_segment())
    (outcome,) = apply_plan(scene.plan(change), scene.client, known_ids=scene.ids)
    made = the_only_segment(scene)
    assert outcome.request_id
    assert replace(outcome, seconds=0.0, request_id="") == Outcome(
        change, Result.APPLIED, id=made["id"]
    )
    assert scene.account.log == [f"POST {SEGMENTS}"]
    assert made["segment_ql"] == "FILTER visits > 3 FROM user ALIAS buyers"
    assert made["tags"] == ["segsync"]


def test_a_segment_goes_into_a_group_that_the_same_plan_makes(scene: Scene) -> None:
    segment = a_segment(groups=frozenset({"Campaigns"}))
    group = create(Group("Campaigns", owned=True))
    assert scene.apply(group, create(segment, number=2, waits_for=frozenset({1}))) == [APPLIED] * 2
    assert the_only_segment(scene)["groups"] == list(scene.account.groups)


def test_a_create_under_a_taken_slug_removes_the_stray_and_fails(scene: Scene) -> None:
    foreign = scene.has(a_segment(owned=False))
    ((result, reason),) = scene.apply(create(a_segment()))
    assert result == "failed"
    stray = id_in(scene.account.writes[-1])
    assert reason == (
        f'"buyers" is taken: the account made "buyers_1" ({stray}) instead; it was removed again'
    )
    assert list(scene.account.segments) == [foreign]


def test_a_stray_that_cannot_be_removed_is_told(scene: Scene) -> None:
    scene.has(a_segment(owned=False))

    def refuse_deletes(request: httpx.Request) -> httpx.Response | None:
        body = {"status": 400, "errors": [{"message": "in use"}]}
        return httpx.Response(400, json=body) if request.method == "DELETE" else None

    scene.account.meddle = refuse_deletes
    ((_, reason),) = scene.apply(create(a_segment()))
    stray = id_in(scene.account.writes[-1])
    assert reason == (
        f'"buyers" is taken: the account made "buyers_1" ({stray}) instead; it could not be'
        f" removed, so remove it by hand: DELETE {SEGMENTS}/{stray}: in use (HTTP 400)"
    )


def test_an_older_segment_that_a_create_answered_with_is_left_alone(scene: Scene) -> None:
    other = scene.has(a_segment("older"))

    def answer_with_another(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST":
            return httpx.Response(200, json={"data": stored(scene, other), "status": 200})
        return None

    scene.account.meddle = answer_with_another
    ((_, reason),) = scene.apply(create(a_segment()))
    assert reason == (
        f'"buyers" is taken: the account made "older" ({other}) instead; it was left alone,'
        " because nothing proves that this run made it"
    )
    assert list(scene.account.segments) == [other]


@pytest.mark.parametrize("slug", ["buyers_1", "buyers", "precious"])
def test_what_was_there_at_the_start_is_never_taken_for_a_stray(scene: Scene, slug: str) -> None:
    before = a_segment(owned=False) if slug == "buyers" else a_segment("mine")
    object_id = scene.has(before)
    made = scene.client.create_segment(a_segment(slug, name="Buyers"), group_ids={})
    precious = stored(scene, made.id)
    key = precious["slug_name"]
    assert precious["created"] == precious["updated"]

    def answer_with_another(request: httpx.Request) -> httpx.Response | None:
        if request.method in {"POST", "PUT"}:
            return httpx.Response(200, json={"data": precious, "status": 200})
        return None

    scene.account.meddle = answer_with_another
    change = update(object_id, before, a_segment(), action=Action.RENAME)
    assert scene.apply(change) == [
        (
            "failed",
            (
                f'the account did not change {object_id} but answered with "{key}"'
                f" ({made.id}); it was left alone, because nothing proves that this run made it"
            ),
        )
    ]
    assert made.id in scene.account.segments
    assert "DELETE" not in "".join(scene.account.log)


def test_a_stray_that_reads_otherwise_than_the_answer_said_is_left_alone(scene: Scene) -> None:
    scene.has(a_segment(owned=False))

    def edit_at_once(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET":
            edit_segment(scene.account.store, "buyers_1", name="By hand")
        return None

    scene.account.meddle = edit_at_once
    ((_, reason),) = scene.apply(create(a_segment()))
    assert reason.endswith("it was left alone, because nothing proves that this run made it")
    assert len(scene.account.segments) == 2


def test_a_stray_that_the_account_does_not_have_is_left_alone(scene: Scene) -> None:
    scene.has(a_segment(owned=False))

    def forget(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET" and len(scene.account.segments) == 2:
            remove_segment(scene.account.store, "buyers_1")
        return None

    scene.account.meddle = forget
    ((_, reason),) = scene.apply(create(a_segment()))
    assert reason.endswith("it was left alone, because nothing proves that this run made it")


def test_a_stray_that_outlives_its_delete_is_told(scene: Scene) -> None:
    scene.has(a_segment(owned=False))

    def only_say_so(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(204) if request.method == "DELETE" else None

    scene.account.meddle = only_say_so
    ((_, reason),) = scene.apply(create(a_segment()))
    assert reason.endswith(
        "; it could not be removed, so remove it by hand: the account says that it is deleted,"
        " but it is still there"
    )


@pytest.mark.parametrize("known_by", ["id", "slug"])
def test_a_segment_of_the_plan_is_never_taken_for_a_stray(scene: Scene, known_by: str) -> None:
    other = scene.has(a_segment("other"))
    answered = {**stored(scene, other), "created": stored(scene, other)["updated"]}
    answered |= {"slug_name": "unheard"} if known_by == "id" else {"id": "f" * 32}

    def answer_with_another(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST":
            return httpx.Response(200, json={"data": answered, "status": 200})
        return None

    scene.account.meddle = answer_with_another
    unchanged = update(other, a_segment("other"), a_segment("other"), number=2)
    results = scene.apply(create(a_segment()), unchanged)
    assert results[0][1].endswith("it was left alone, because nothing proves that this run made it")
    assert f"DELETE {SEGMENTS}/{answered['id']}" not in scene.account.log


def test_a_segment_that_the_run_has_made_is_never_taken_for_a_stray(scene: Scene) -> None:
    def answer_with_the_first(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and scene.account.segments:
            return httpx.Response(200, json={"data": the_only_segment(scene), "status": 200})
        return None

    scene.account.meddle = answer_with_the_first
    results = scene.apply(create(a_segment("first")), create(a_segment("second"), number=2))
    assert results[0] == APPLIED
    assert results[1][1].endswith("it was left alone, because nothing proves that this run made it")
    assert the_only_segment(scene)["slug_name"] == "first"


def test_a_definition_that_the_account_changed_is_a_failure(scene: Scene) -> None:
    scene.account.takes = lambda body: {**body, "segment_ql": "FILTER *", "tags": None}
    assert scene.apply(create(a_segment())) == [
        ("failed", "the account stored something else than was sent: definition, owned")
    ]


def test_a_create_of_which_fields_were_not_taken_fails(scene: Scene) -> None:
    scene.account.takes = lambda body: {**body, "description": "", "is_public": False}
    segment = a_segment(description="Spenders", is_public=True)
    (outcome,) = scene.outcomes(create(segment))
    told = "the account stored something else than was sent: description, is_public"
    assert (outcome.result, outcome.reason) == (Result.FAILED, told)
    assert outcome.id == the_only_segment(scene)["id"]


def test_a_refused_create_fails_with_what_the_api_said(scene: Scene) -> None:
    refusal = {"status": 400, "errors": [{"message": "bad"}], "request_id": "r9"}
    scene.account.meddle = lambda _: httpx.Response(400, json=refusal)
    change = create(a_segment())
    (outcome,) = apply_plan(scene.plan(change), scene.client, known_ids=scene.ids)
    reason = f"POST {SEGMENTS}: bad (HTTP 400)"
    assert replace(outcome, seconds=0.0) == Outcome(
        change,
        Result.FAILED,
        reason=reason,
        request_id="r9",
        exit_code=ExitCode.UNAVAILABLE,
    )


def test_a_write_whose_effect_is_unknown_has_no_exit_code(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    scene.lose_requests("DELETE")
    plan = scene.plan(delete(object_id, a_segment()))
    (outcome,) = apply_plan(plan, scene.client, known_ids=scene.ids, sleep=scene.slept.append)
    assert (outcome.result, outcome.exit_code) == (Result.FAILED, None)


def test_a_call_that_got_no_answer_has_no_request_id(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    plan = scene.plan(create(a_segment("other")), delete(object_id, a_segment(), number=2))

    def refuse_connections(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST":
            return None
        message = "no route"
        raise httpx.ConnectError(message)

    scene.account.meddle = refuse_connections
    first, second = apply_plan(plan, scene.client, known_ids=scene.ids, parallelism=1)
    assert first.result is Result.APPLIED
    assert first.request_id
    assert (second.result, second.request_id) == (Result.FAILED, "")


def test_the_request_id_of_a_stray_is_that_of_the_call_that_made_it(scene: Scene) -> None:
    scene.has(a_segment(owned=False))
    answers: list[str] = []

    def listen(request: httpx.Request) -> httpx.Response:
        answer = scene.account.process(request)
        answers.append(f"{request.method}: {answer.text}")
        return answer

    scene.account.meddle = listen
    (outcome,) = apply_plan(scene.plan(create(a_segment())), scene.client, known_ids=scene.ids)
    assert outcome.reason.endswith("it was removed again")
    (blamed,) = (each for each in answers if outcome.request_id in each)
    assert blamed.startswith("POST")


def test_a_rejected_token_stops_the_run(scene: Scene) -> None:
    scene.account.meddle = lambda _: httpx.Response(401, json={"message": "Expired Token"})
    assert scene.apply(create(a_segment("a")), create(a_segment("b"), number=2)) == [
        ("failed", f"POST {SEGMENTS}: Expired Token (HTTP 401)"),
        ("skipped", "the run stopped when create of a failed"),
    ]


def test_a_token_or_an_address_that_may_no_longer_read_stops_the_run(scene: Scene) -> None:
    before = a_segment("a")
    object_id = scene.has(before)
    changed = update(object_id, before, replace(before, name="New"))
    needed = "reading segments and groups needs the role v2_segment_view"
    scene.account.meddle = lambda _: httpx.Response(403, json={"message": "Not authorized"})
    assert scene.apply(changed, create(a_segment("b"), number=2)) == [
        ("failed", f"GET {SEGMENTS}/{object_id}: Not authorized; {needed} (HTTP 403)"),
        ("skipped", "the run stopped when update of a failed"),
    ]


def test_a_write_that_is_forbidden_stops_no_other(scene: Scene) -> None:
    def forbid_the_first(_: httpx.Request) -> httpx.Response:
        scene.account.meddle = lambda _: None
        return httpx.Response(403, json={"message": "Segment a is managed by the system."})

    scene.account.meddle = forbid_the_first
    ended = scene.apply(create(a_segment("a")), create(a_segment("b"), number=2))
    assert [each for each, _ in ended] == ["failed", "applied"]


# Updates, renames, adoptions


@pytest.mark.parametrize("action", [Action.UPDATE, Action.ADOPT])
def test_an_update_reads_first_and_sends_every_field(scene: Scene, action: Action) -> None:
    before = a_segment(description="kept", tags=frozenset({"crm"}))
    object_id = scene.has(before)
    after = replace(before, definition=Definition("FILTER visits > 9"))
    assert scene.apply(update(object_id, before, after, action=action)) == [APPLIED]
    path = f"{SEGMENTS}/{object_id}"
    assert scene.account.log == [f"GET {path}", f"PUT {path}"]
    assert stored(scene, object_id)["description"] == "kept"
    assert stored(scene, object_id)["segment_ql"] == "FILTER visits > 9 FROM user ALIAS buyers"


def test_a_rename_keeps_the_id(scene: Scene) -> None:
    before, after = a_segment("sleepers"), a_segment("dormant")
    object_id = scene.has(before)
    assert scene.apply(update(object_id, before, after, action=Action.RENAME)) == [APPLIED]
    assert the_only_segment(scene)["slug_name"] == "dormant"


def test_a_rename_to_a_taken_slug_fails_and_makes_nothing(scene: Scene) -> None:
    before, after = a_segment("sleepers"), a_segment("dormant")
    object_id = scene.has(before)
    scene.has(after)
    ((result, reason),) = scene.apply(update(object_id, before, after, action=Action.RENAME))
    assert result == "failed"
    call = f"PUT {SEGMENTS}/{object_id}"
    assert reason == f"{call}: Slug is already used. (BADREQ-001) (HTTP 400)"
    assert len(scene.account.segments) == 2


def test_an_opaque_definition_is_sent_as_it_is(scene: Scene) -> None:
    text = "FILTER ((( FROM user ALIAS buyers"
    before = a_segment(ql=text)
    object_id = scene.has(a_segment())
    payload = {**stored(scene, object_id), "segment_ql": text}

    def read_more_than_we_can(request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            payload.update(json.loads(request.content))
        return httpx.Response(200, json={"data": payload, "status": 200})

    scene.account.meddle = read_more_than_we_can
    assert scene.apply(update(object_id, before, replace(before, name="New"))) == [APPLIED]
    assert (payload["name"], payload["segment_ql"]) == ("New", text)


def test_somebody_elses_change_is_a_conflict_and_is_not_overwritten(scene: Scene) -> None:
    before = a_segment()
    object_id = scene.has(replace(before, description="by hand", tags=frozenset({"mine"})))
    after = replace(before, name="New")
    assert scene.apply(update(object_id, before, after), delete(object_id, before, number=2)) == [
        ("failed", "changed by somebody else since the plan: description, tags"),
        ("skipped", "nothing is deleted after update of buyers failed"),
    ]
    assert scene.account.writes == []


def test_a_definition_in_another_layout_is_no_conflict(scene: Scene) -> None:
    before = a_segment()
    object_id = scene.has(before)
    edit_segment(scene.account.store, "buyers", segment_ql="filter  visits>3")
    assert scene.apply(update(object_id, before, replace(before, name="New"))) == [APPLIED]


def test_an_update_that_somebody_has_made_already_writes_nothing(scene: Scene) -> None:
    after = a_segment(name="New")
    object_id = scene.has(after)
    (outcome,) = scene.outcomes(update(object_id, a_segment(), after))
    assert (outcome.result, outcome.id) == (Result.APPLIED, object_id)
    assert outcome.note == "it was already as wanted; nothing was written"
    assert scene.account.writes == []


def test_an_update_of_a_segment_that_is_gone_is_a_conflict(scene: Scene) -> None:
    change = update("f" * 32, a_segment(), a_segment(name="New"))
    assert scene.apply(change) == [("failed", "deleted by somebody else since the plan")]


def test_an_update_that_makes_another_segment_removes_it_and_fails(scene: Scene) -> None:
    before = a_segment(table="content")
    object_id = scene.has(before)

    def drop_table(body: Payload) -> Payload:
        return {**body, "segment_ql": body["segment_ql"].replace(" FROM content", "")}

    scene.account.takes = drop_table
    ((result, reason),) = scene.apply(update(object_id, before, replace(before, name="New")))
    assert result == "failed"
    stray = id_in(scene.account.writes[-1])
    assert reason == (
        f'the account did not change {object_id} but answered with "buyers_1"'
        f" ({stray}); it was removed again"
    )
    assert list(scene.account.segments) == [object_id]


def test_an_update_that_leaves_another_slug_fails(scene: Scene) -> None:
    before = a_segment()
    object_id = scene.has(before)
    scene.account.takes = lambda body: {**body, "slug_name": "other"}
    change = update(object_id, before, replace(before, name="New"))
    (outcome,) = apply_plan(scene.plan(change), scene.client, known_ids=scene.ids)
    assert outcome.reason == 'the account named it "other" and not "buyers"'
    assert outcome.id == object_id


def test_a_later_step_that_fails_tells_the_id_that_an_earlier_one_has_made(scene: Scene) -> None:
    made = a_segment()
    later = update("", made, replace(made, name="New"), number=2, waits_for=frozenset({1}))

    def misname(request: httpx.Request) -> httpx.Response | None:
        if request.method == "PUT":
            scene.account.takes = lambda body: {**body, "slug_name": "other"}
        return None

    scene.account.meddle = misname
    first, second = scene.outcomes(create(made), replace(later, id=None))
    assert second.reason == 'the account named it "other" and not "buyers"'
    assert second.id == first.id is not None


def test_a_later_step_expects_what_an_earlier_one_wrote(scene: Scene) -> None:
    first = a_segment(ql="FILTER INCLUDE old")
    object_id = scene.has(first)
    by_id = replace(first, definition=Definition(f"FILTER INCLUDE {'a' * 32}"))
    last = replace(first, definition=Definition("FILTER INCLUDE new"))
    steps = (
        update(object_id, first, by_id, bridge=True),
        update(object_id, first, last, number=2, waits_for=frozenset({1})),
    )
    assert scene.apply(*steps) == [APPLIED, APPLIED]
    assert stored(scene, object_id)["segment_ql"] == "FILTER INCLUDE new FROM user ALIAS buyers"


def test_a_change_by_hand_between_two_steps_is_a_conflict(scene: Scene) -> None:
    first, second, third = a_segment(name="A"), a_segment(name="B"), a_segment(name="C")
    object_id = scene.has(first)
    steps = (
        update(object_id, first, second, bridge=True),
        update(object_id, second, third, number=2, waits_for=frozenset({1})),
    )
    outcomes = apply_plan(
        scene.plan(*steps),
        scene.client,
        known_ids=scene.ids,
        parallelism=1,
        sleep=scene.slept.append,
    )
    seen_puts: list[httpx.Request] = []

    def edit_by_hand(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET" and seen_puts:
            edit_segment(scene.account.store, "buyers", name="By hand")
        if request.method == "PUT":
            seen_puts.append(request)
        return None

    scene.account.meddle = edit_by_hand
    assert [(str(each.result), each.reason) for each in outcomes] == [
        APPLIED,
        ("failed", "changed by somebody else since the plan: name"),
    ]
    assert stored(scene, object_id)["name"] == "By hand"


def test_renaming_a_group_is_no_conflict_for_its_segments(scene: Scene) -> None:
    group_id = scene.has_group(Group("Old", owned=True))
    before = a_segment(groups=frozenset({"Old"}))
    object_id = scene.has(before)
    rename = update(
        group_id, Group("Old", owned=True), Group("New", owned=True), action=Action.RENAME
    )
    after = replace(before, name="New", groups=frozenset({"New"}))
    change = update(object_id, before, after, number=2, waits_for=frozenset({1}))
    assert scene.apply(rename, change) == [APPLIED, APPLIED]
    assert stored(scene, object_id)["groups"] == [group_id]


def test_a_group_without_a_unique_name_keeps_its_id(scene: Scene) -> None:
    before = a_segment(groups=frozenset({"id:abc"}))
    object_id = scene.has(before)
    assert scene.apply(update(object_id, before, replace(before, name="New"))) == [APPLIED]
    assert stored(scene, object_id)["groups"] == ["abc"]


def mark_invalid(scene: Scene) -> None:
    """Let every answer to a write say that the segment is invalid."""

    def meddle(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET":
            return None
        body = json.loads(scene.account.process(request).content)
        body["data"] |= {"invalid": True, "invalid_reason": "no field totl_spend"}
        return httpx.Response(200, json=body)

    scene.account.meddle = meddle


def test_a_write_that_leaves_the_audience_invalid_is_no_success(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    mark_invalid(scene)
    told = "it was written, and the account calls it invalid: no field totl_spend"
    change = update(object_id, a_segment(), a_segment(name="New"))
    assert scene.apply(change) == [("failed", told)]
    (outcome,) = scene.outcomes(create(a_segment("other")))
    _, made = scene.account.segments
    assert (outcome.result, outcome.reason, outcome.id) == (Result.FAILED, told, made)


# Deletes


def test_a_delete_reads_before_and_after(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    (outcome,) = scene.outcomes(delete(object_id, a_segment()))
    assert (outcome.result, outcome.id) == (Result.APPLIED, object_id)
    told = scene.account.request_ids
    assert outcome.request_id == told["DELETE"] != told["GET"]
    path = f"{SEGMENTS}/{object_id}"
    assert scene.account.log == [f"GET {path}", f"DELETE {path}", f"GET {path}"]
    assert scene.account.segments == {}


@pytest.mark.parametrize(
    ("by_hand", "field"),
    [(a_segment(owned=False), "owned"), (a_segment(protected=True), "protected")],
)
def test_a_segment_that_is_not_as_planned_is_not_deleted(
    scene: Scene, by_hand: Segment, field: str
) -> None:
    object_id = scene.has(by_hand)
    assert scene.apply(delete(object_id, a_segment())) == [
        ("failed", f"changed by somebody else since the plan: {field}")
    ]
    assert scene.account.writes == []


def test_a_segment_that_is_gone_need_not_be_deleted(scene: Scene) -> None:
    (outcome,) = scene.outcomes(delete("f" * 32, a_segment()))
    assert (outcome.result, outcome.id) == (Result.APPLIED, "f" * 32)
    assert outcome.note == "it was gone already"
    assert scene.account.writes == []


def test_a_segment_that_goes_while_it_is_being_deleted_is_gone(scene: Scene) -> None:
    object_id = scene.has(a_segment())

    def forestall(request: httpx.Request) -> httpx.Response | None:
        if request.method == "DELETE":
            remove_segment(scene.account.store, "buyers")
        return None

    scene.account.meddle = forestall
    (outcome,) = scene.outcomes(delete(object_id, a_segment()))
    assert (outcome.result, outcome.id) == (Result.APPLIED, object_id)
    assert outcome.note == "it was gone already"


def test_a_refused_delete_fails_with_what_the_api_said(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    answer = {
        "deleted": [],
        "not_deleted": [object_id],
        "segments": [{"id": object_id, "deleted": False, "reason": "used by an export"}],
    }

    def refuse(request: httpx.Request) -> httpx.Response | None:
        body = {"data": answer, "status": 200, "request_id": "r3"}
        return httpx.Response(200, json=body) if request.method == "DELETE" else None

    scene.account.meddle = refuse
    change = delete(object_id, a_segment())
    (outcome,) = apply_plan(scene.plan(change), scene.client, known_ids=scene.ids)
    assert (outcome.result, outcome.id) == (Result.FAILED, object_id)
    assert outcome.reason == (
        f"DELETE {SEGMENTS}/{object_id}: the API did not delete it: used by an export"
    )
    assert outcome.request_id == "r3"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(204),
        httpx.Response(200, json={"status": 200, "data": None}),
        httpx.Response(200, json={"status": 200, "data": []}),
        httpx.Response(200, json={"status": 200, "data": {"error": "no"}}),
        httpx.Response(200, json={"status": 200, "data": {"id": "x", "deleted": True}}),
    ],
)
def test_a_delete_that_only_says_so_fails(scene: Scene, answer: httpx.Response) -> None:
    object_id = scene.has(a_segment())
    scene.account.meddle = lambda request: answer if request.method == "DELETE" else None
    (outcome,) = scene.outcomes(delete(object_id, a_segment()))
    assert outcome.result is Result.FAILED
    assert outcome.reason == "the account says that it is deleted, but it is still there"
    told = scene.account.request_ids
    assert outcome.request_id == told["DELETE"] != told["GET"]


def test_a_delete_that_finds_nothing_while_it_is_there_fails(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    body = {"status": 404, "errors": [{"message": "wrong table"}], "request_id": "r4"}

    def deny(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(404, json=body) if request.method == "DELETE" else None

    scene.account.meddle = deny
    (outcome,) = scene.outcomes(delete(object_id, a_segment()))
    assert (outcome.result, outcome.request_id) == (Result.FAILED, "r4")
    assert outcome.reason == (
        "the account does not find it to delete it, but it is still there:"
        f" DELETE {SEGMENTS}/{object_id}: wrong table (HTTP 404)"
    )


@pytest.mark.parametrize("status", [204, 404])
def test_a_delete_after_which_nobody_can_look_is_no_success(scene: Scene, status: int) -> None:
    object_id = scene.has(a_segment())

    def break_down(request: httpx.Request) -> httpx.Response | None:
        if request.method != "DELETE":
            return None
        scene.account.meddle = lambda _: httpx.Response(400, json={"status": 400})
        return httpx.Response(status, json={"status": status} if status == 404 else None)

    scene.account.meddle = break_down
    path = f"{SEGMENTS}/{object_id}"
    looking = f"GET {path}: Bad Request (HTTP 400)"
    assert scene.apply(delete(object_id, a_segment())) == [
        (
            "failed",
            f"the delete was answered, but looking whether it is gone failed: {looking}"
            if status == 204
            else f"outcome unknown (DELETE {path}: Not Found (HTTP 404)):"
            f" looking for it failed as well: {looking}",
        )
    ]


def test_a_segment_that_is_marked_as_deleted_is_gone(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    row = {**stored(scene, object_id), "deleted": True}
    gone: list[httpx.Request] = []

    def keep_it_marked(request: httpx.Request) -> httpx.Response | None:
        if request.method == "DELETE":
            gone.append(request)
            return httpx.Response(204)
        return httpx.Response(200, json={"data": row, "status": 200}) if gone else None

    scene.account.meddle = keep_it_marked
    assert scene.apply(delete(object_id, a_segment())) == [APPLIED]


# Groups


def test_a_group_is_made_changed_and_deleted(scene: Scene) -> None:
    first, second = Group("Campaigns", owned=True), Group("Campaigns", "Q1", owned=True)
    assert scene.apply(create(first)) == [APPLIED]
    (group_id,) = scene.account.groups
    assert scene.apply(update(group_id, first, second)) == [APPLIED]
    assert scene.account.groups[group_id]["description"] == "Q1\n[segsync] managed by segsync"
    assert scene.apply(delete(group_id, second)) == [APPLIED]
    assert scene.account.groups == {}


def test_a_group_that_somebody_changed_is_a_conflict(scene: Scene) -> None:
    group_id = scene.has_group(Group("Campaigns", "by hand", owned=True))
    planned = Group("Campaigns", owned=True)
    assert scene.apply(update(group_id, planned, replace(planned, description="Q1"))) == [
        ("failed", "changed by somebody else since the plan: description")
    ]
    assert scene.apply(delete(group_id, planned)) == [
        ("failed", "changed by somebody else since the plan: description")
    ]


def test_a_group_that_is_gone_need_not_be_deleted(scene: Scene) -> None:
    scene.has_group(Group("Other"))
    assert scene.apply(delete("f" * 32, Group("Campaigns"))) == [("applied", "it was gone already")]


# Reevaluations


def test_a_segment_that_the_plan_makes_can_be_reevaluated(scene: Scene) -> None:
    made = a_segment()
    reevaluation = Change(2, Kind.SEGMENT, Action.REEVALUATE, made.slug, None, made, made)
    plan = scene.plan(create(made), reevaluation)
    first, second = apply_plan(plan, scene.client, known_ids=scene.ids)
    assert scene.account.writes == [f"POST {SEGMENTS}", f"POST {SEGMENTS}/reevaluate"]
    assert second.result is Result.APPLIED
    assert second.id == first.id is not None


def test_a_change_that_does_not_say_what_to_do_is_a_bug(scene: Scene) -> None:
    change = Change(4, Kind.SEGMENT, Action.UPDATE, "x", None, before=None, after=None)
    message = r"change 4 \(update\) does not say what to do"
    with pytest.raises(ValueError, match=message):
        carry_out(change, Run(scene.plan(change), scene.client, known_ids=scene.ids))


def stop_at(scene: Scene, method: str, path: str) -> None:
    """Let somebody ask to stop while a call of this kind waits for its turn."""

    def meddle(request: httpx.Request) -> httpx.Response | None:
        if request.method == method and request.url.path.startswith(path):
            message = "somebody asked to stop"
            raise StoppedError(message)
        return None

    scene.account.meddle = meddle


def test_what_was_not_sent_before_somebody_asked_to_stop_is_skipped(scene: Scene) -> None:
    stop_at(scene, "POST", SEGMENTS)
    user = a_segment("user", "FILTER INCLUDE buyers")
    changes = [create(a_segment()), create(user, number=2, waits_for=frozenset({1}))]
    assert scene.apply(*changes) == [
        ("skipped", "interrupted"),
        ("skipped", "waits for create of buyers, which was skipped"),
    ]


def test_what_was_not_changed_before_somebody_asked_to_stop_tells_its_id(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    stop_at(scene, "PUT", SEGMENTS)
    (outcome,) = scene.outcomes(update(object_id, a_segment(), a_segment(name="New")))
    assert (outcome.result, outcome.reason) == (Result.SKIPPED, "interrupted")
    assert outcome.id == object_id


def test_what_was_written_in_part_before_somebody_asked_to_stop_has_failed(scene: Scene) -> None:
    scene.has_group(Group("A"))
    scene.has(a_segment("other", groups=frozenset({"A"})))
    set_switches(scene.account.store, groups_only_by_group=True)
    stop_at(scene, "PUT", GROUPS)
    change = create(a_segment(groups=frozenset({"A"})))
    assert scene.apply(change) == [("failed", "somebody asked to stop")]


def test_what_may_have_been_written_before_somebody_asked_to_stop_has_failed(
    scene: Scene,
) -> None:
    scene.lose_answers("POST")
    lose = scene.account.meddle

    def meddle(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET":
            message = "somebody asked to stop"
            raise StoppedError(message)
        return lose(request)

    scene.account.meddle = meddle
    ((result, reason),) = scene.apply(create(a_segment()))
    assert result == "failed"
    assert reason.startswith("outcome unknown")
