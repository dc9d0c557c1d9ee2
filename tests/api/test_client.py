import subprocess
import sys
from dataclasses import replace

import httpx
import pytest

from segsync.api.client import Client
from segsync.api.results import DeletedSegments, SchemaField
from segsync.errors import (
    ApiError,
    MalformedAnswerError,
    NotFoundError,
    RejectedError,
    UnavailableError,
)
from segsync.segment import (
    Account,
    Definition,
    Group,
    Job,
    LiveGroup,
    LiveSegment,
    LiveState,
    Segment,
)
from tests.api.support import Api, answer, refusal

ID = "0123456789abcdef0123456789abcdef"
LIST = "GET /v2/segment?table={}&kind=all&valid=all"
IDS = {"VIP": "g1"}
SEGMENT = Segment("s_1", "S 1", Definition("FILTER a > 1"), groups=frozenset({"VIP"}))


def row(id_: str = ID, slug: str = "s_1", **more: object) -> dict[str, object]:
    return {"id": id_, "slug_name": slug, "author_id": "me", "save_hist": True, **more}


def test_the_account_is_asked_for() -> None:
    api = Api(answer([{"aid": 7, "name": "Acme"}]))
    assert api.client.account() == Account(7, "Acme")
    assert api.asked == ["GET /v2/account"]


def test_the_live_state_takes_one_call_per_kind_of_object() -> None:
    api = Api(
        answer([{"aid": 7}]),
        answer([{"id": "g1", "name": "VIP"}]),
        answer([row(groups=["g1", "g2"])]),
    )
    state = api.client.live_state()
    assert state == LiveState(
        Account(7),
        (
            LiveSegment(
                ID,
                Segment("s_1", "", Definition(""), groups=frozenset({"VIP", "id:g2"})),
                author_id="me",
            ),
        ),
        (LiveGroup("g1", Group("VIP")),),
    )
    assert api.asked == ["GET /v2/account", "GET /v2/segment/group", LIST.format("all")]


def test_jobs_are_part_of_the_live_state_when_asked_for() -> None:
    api = Api(answer([{"aid": 7}]), answer(None), answer(None), answer([{"id": "j1"}]))
    assert api.client.live_state(jobs=True) == LiveState(
        Account(7), (), (), (Job("j1", "", "", "", frozenset()),)
    )
    assert api.asked[-1] == "GET /v2/job?show_all=true"


def test_a_wanted_table_without_a_row_is_asked_for_by_its_name() -> None:
    api = Api(
        answer([row("1", "a"), row("2", "b", table="content")]),
        answer([row("3", "c", table="events"), row("1", "a")]),
    )
    found = api.client.segments(group_ids={}, tables=["user", "content", "events"])
    assert [each.id for each in found] == ["1", "2", "3"]
    assert api.asked == [LIST.format("all"), LIST.format("events")]


def test_a_segment_that_comes_twice_counts_once() -> None:
    api = Api(answer([row("1", "a"), row("1", "a")]))
    assert len(api.client.segments(group_ids={})) == 1


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"data": {"x": 1}}', '{"data": [{}]}'])
def test_a_list_that_cannot_be_understood_is_never_an_empty_account(text: str) -> None:
    api = Api(*[httpx.Response(200, text=text)] * 5)
    with pytest.raises(MalformedAnswerError):
        api.client.segments(group_ids={})


def test_a_segment_is_found_by_id_or_slug() -> None:
    api = Api(answer(row()), answer([row()]))
    assert api.client.segment(ID, group_ids={}).key == "s_1"
    assert api.client.segment("S_1", group_ids={}).id == ID
    assert api.asked == [f"GET /v2/segment/{ID}", "GET /v2/segment/S_1"]


def test_a_segment_of_another_table_is_asked_for_again_with_its_table() -> None:
    api = Api(refusal(404, "no"), answer(row(table="content")))
    assert api.client.segment(ID, group_ids={}, table="content").id == ID
    assert api.asked == [f"GET /v2/segment/{ID}", f"GET /v2/segment/{ID}?table=content"]


def test_a_user_segment_that_is_not_there_is_asked_for_once() -> None:
    api = Api(refusal(404, "no"))
    with pytest.raises(NotFoundError):
        api.client.segment(ID, group_ids={})


def test_an_answer_about_something_else_is_no_segment() -> None:
    api = Api(*[answer([{"id": "g1", "name": "VIP"}])] * 5)
    with pytest.raises(MalformedAnswerError, match="it is about another segment than group"):
        api.client.segment("group", group_ids={})


def test_a_segment_is_created_with_everything_it_has() -> None:
    api = Api(answer(row("new", "s_1_1", groups=["g1"]), 201, request_id="r1"))
    created = api.client.create_segment(SEGMENT, group_ids=IDS)
    assert (created.id, created.key) == ("new", "s_1_1")
    assert created.segment.groups == {"VIP"}
    assert api.client.last_request_id == "r1"
    assert api.asked == ["POST /v2/segment"]
    assert api.requests[0].headers["Content-Type"] == "application/json"
    assert api.bodies == [
        {
            "name": "S 1",
            "slug_name": "s_1",
            "description": "",
            "segment_ql": "FILTER a > 1 FROM user ALIAS s_1",
            "kind": "segment",
            "table": "user",
            "is_public": False,
            "tags": [],
            "groups": ["g1"],
            "save_hist": True,
            "schedule_exit": False,
            "emit_trigger": False,
            "expires_at": None,
        }
    ]


@pytest.mark.parametrize("status", [200, 201])
def test_a_segment_is_updated_with_everything_it_has(status: int) -> None:
    api = Api(answer(row("another"), status))
    assert api.client.update_segment(ID, SEGMENT, group_ids=IDS).id == "another"
    assert api.asked == [f"PUT /v2/segment/{ID}"]
    assert len(api.bodies[0]) == 13  # type: ignore[arg-type]


def test_a_segment_with_an_unknown_group_is_not_sent() -> None:
    api = Api()
    with pytest.raises(KeyError, match="which has no id yet"):
        api.client.create_segment(SEGMENT, group_ids={})
    assert api.asked == []


@pytest.mark.parametrize(
    "reply", [httpx.Response(204), httpx.Response(200), answer(None), answer(row())]
)
def test_a_segment_is_deleted_with_or_without_a_body_in_the_answer(reply: httpx.Response) -> None:
    api = Api(reply)
    api.client.delete_segment(ID)
    assert api.asked == [f"DELETE /v2/segment/{ID}"]


def test_a_segment_that_the_api_keeps_is_not_deleted_whatever_the_status() -> None:
    kept = {"deleted": [], "not_deleted": [ID], "segments": [{"id": ID, "reason": "in use"}]}
    api = Api(answer(kept, request_id="r1"))
    with pytest.raises(RejectedError) as caught:
        api.client.delete_segment(ID)
    assert str(caught.value) == (
        f"DELETE /v2/segment/{ID}: the API did not delete it: in use [request r1]"
    )
    assert not caught.value.ambiguous


def test_several_segments_are_deleted_at_once() -> None:
    api = Api(answer({"deleted": ["1"], "not_deleted": ["2"]}))
    assert api.client.delete_segments(["1", "2"]) == DeletedSegments(
        frozenset({"1"}), {"2": "the API gives no reason"}
    )
    assert api.asked == ["DELETE /v2/segment/1,2"]


def test_deleting_nothing_asks_nothing() -> None:
    api = Api()
    assert api.client.delete_segments([]) == DeletedSegments(frozenset(), {})
    assert api.asked == []


@pytest.mark.parametrize("id_", ["", ".", "..", "1,2"])
def test_an_id_that_would_name_something_else_is_never_sent(id_: str) -> None:
    api = Api()
    calls = (
        lambda: api.client.delete_segment(id_),
        lambda: api.client.delete_segments(["1", id_]),
        lambda: api.client.delete_group(id_),
        lambda: api.client.update_segment(id_, SEGMENT, group_ids=IDS),
        lambda: api.client.segment(id_, group_ids={}),
        lambda: api.client.reevaluate(id_),
    )
    for call in calls:
        with pytest.raises(ValueError, match="cannot stand for one object of the API"):
            call()
    assert api.asked == []


def test_an_id_is_one_part_of_the_path_whatever_it_holds() -> None:
    api = Api(answer(row("a/../b?c=%20#d")))
    api.client.segment("a/../b?c=%20#d", group_ids={})
    assert api.asked == ["GET /v2/segment/a%2F..%2Fb%3Fc%3D%2520%23d"]


def test_query_values_are_encoded() -> None:
    api = Api(answer([]), answer({"size": 1}))
    api.client.segments(group_ids={}, tables=[])
    api.client.segment_size(ID, table="a&b=c d")
    assert api.requests[1].url.params["table"] == "a&b=c d"


def test_a_reevaluation_is_asked_for_in_the_form_of_the_engineers() -> None:
    api = Api(answer(None))
    api.client.reevaluate(ID)
    assert api.asked == ["POST /v2/segment/reevaluate"]
    assert api.bodies == [{"id": ID}]


@pytest.mark.parametrize("status", [404, 405])
def test_a_reevaluation_is_asked_for_in_the_documented_form_when_need_be(status: int) -> None:
    api = Api(refusal(status, "no"), httpx.Response(204))
    api.client.reevaluate(ID)
    assert api.asked == ["POST /v2/segment/reevaluate", f"POST /v2/segment/{ID}/reevaluate"]
    assert not api.requests[1].content


@pytest.mark.parametrize("status", [400, 403, 500])
def test_a_reevaluation_that_fails_is_not_asked_for_in_another_form(status: int) -> None:
    api = Api(refusal(status, "no"))
    with pytest.raises(ApiError):
        api.client.reevaluate(ID)


def test_ancestors_and_jobs_of_a_segment() -> None:
    api = Api(answer([row("1"), "2"]), answer([{"id": "j1", "status": "running"}]))
    assert api.client.ancestors(ID) == ("1", "2")
    assert api.client.segment_jobs(ID) == (Job("j1", "", "", "running", frozenset({ID})),)
    assert api.asked == [f"GET /v2/segment/{ID}/ancestors", f"GET /v2/segment/{ID}/jobs"]


def test_groups_are_created_updated_and_deleted() -> None:
    api = Api(
        answer({"id": "g1", "name": "VIP"}, 201),
        answer([{"id": "g1", "name": "New"}]),
        httpx.Response(204),
    )
    group = Group("VIP", "Text", owned=True)
    assert api.client.create_group(group) == LiveGroup("g1", Group("VIP"))
    assert api.client.update_group("g1", replace(group, name="New")).key == "New"
    api.client.delete_group("g1")
    assert api.asked == [
        "POST /v2/segment/group",
        "PUT /v2/segment/group/g1",
        "DELETE /v2/segment/group/g1",
    ]
    text = "Text\n[segsync] managed by segsync"
    assert api.bodies == [
        {"name": "VIP", "description": text},
        {"name": "New", "description": text},
    ]


def test_filterql_is_validated_as_plain_text() -> None:
    api = Api(
        httpx.Response(200, json={"data": None, "status": 200, "message": "success"}),
        httpx.Response(400, json={"data": None, "status": 400, "message": "Failed parsing"}),
    )
    api.client.validate('FILTER a = "ä"')
    assert api.asked == ["POST /api/segment/validate"]
    assert api.requests[0].content == 'FILTER a = "ä"'.encode()
    assert api.requests[0].headers["Content-Type"] == "text/plain"
    with pytest.raises(RejectedError, match="Failed parsing"):
        api.client.validate("FILTER")


def test_filterql_is_sized_as_plain_text_and_again_when_the_connection_breaks() -> None:
    api = Api(httpx.ReadError("reset"), answer([{"id": "", "size": 5}]))
    assert api.client.size("FILTER *") == 5
    assert api.asked == ["POST /api/segment/size"] * 2
    assert api.requests[0].headers["Content-Type"] == "text/plain"


def test_the_size_of_a_segment_needs_its_table() -> None:
    api = Api(answer([{"id": ID, "size": 5}]), answer({"id": ID, "size": 6}))
    assert api.client.segment_size(ID) == 5
    assert api.client.segment_size(ID, table="content") == 6
    assert api.asked == [
        f"GET /api/segment/{ID}/size",
        f"GET /api/segment/{ID}/size?table=content",
    ]


def test_sizes_of_all_or_some_segments() -> None:
    rows = [{"id": "1", "size": 5}, {"id": "2", "size": 6}]
    api = Api(answer(rows), answer(rows))
    assert api.client.sizes() == {"1": 5, "2": 6}
    assert api.client.sizes(["1", "3"], table="content") == {"1": 5}
    assert api.asked == [
        "GET /api/segment/sizes",
        "GET /api/segment/sizes?ids=1%2C3&table=content",
    ]


def test_more_ids_than_fit_into_a_url_are_picked_from_all_sizes() -> None:
    api = Api(answer([{"id": str(n), "size": n} for n in range(300)]))
    assert api.client.sizes([str(n) for n in range(101)]) == {str(n): n for n in range(101)}
    assert api.asked == ["GET /api/segment/sizes"]


def test_the_published_fields_of_a_table() -> None:
    api = Api(answer([{"id": "email", "type": "string"}]), answer(None))
    assert api.client.schema_fields() == (SchemaField("email", "string"),)
    assert api.client.schema_fields("my table") == ()
    assert api.asked == ["GET /v2/schema/user/field", "GET /v2/schema/my%20table/field"]


def test_a_client_closes_its_connections_at_the_end() -> None:
    api = Api(answer([{"aid": 7}]), answer([{"aid": 7}]))
    with api.client as client:
        client.account()
    assert isinstance(client, Client)


def test_an_empty_answer_to_a_read_is_no_answer() -> None:
    api = Api(*[httpx.Response(204)] * 5)
    with pytest.raises(MalformedAnswerError, match="it is empty"):
        api.client.groups()


def test_a_create_that_times_out_is_sent_once() -> None:
    api = Api(httpx.ReadTimeout("late"))
    with pytest.raises(UnavailableError) as caught:
        api.client.create_segment(SEGMENT, group_ids=IDS)
    assert caught.value.ambiguous
    assert api.client.calls == 1


def test_importing_the_client_imports_no_command_line_and_no_other_stage() -> None:
    program = "import sys, segsync.api.client; print(*sys.modules)"
    done = subprocess.run(  # noqa: S603 (our own interpreter and text)
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    modules = set(done.stdout.split())
    assert {"httpx", "pydantic"} <= modules
    assert not modules & {"click", "rich", "yaml", "deepdiff", "asyncio.runners"}
    ours = {each for each in modules if each.startswith("segsync.")}
    allowed = ("segsync.api", "segsync.filterql", "segsync.segment", "segsync.errors")
    assert {each for each in ours if not each.startswith(allowed)} == {"segsync.diagnostics"}
