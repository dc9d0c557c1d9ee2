import httpx
import pytest

from segsync.api.results import (
    DeletedSegments,
)
from segsync.errors import (
    ApiError,
    NotFoundError,
    RejectedError,
)
from segsync.segment import Definition, Segment
from tests.api.support import Api, answer, refusal

ID = "0123456789abcdef0123456789abcdef"
IDS = {"VIP": "g1"}
SEGMENT = Segment("s_1", "S 1", Definition("FILTER a > 1"), groups=frozenset({"VIP"}))


def row(id_: str = ID, slug: str = "s_1", **more: object) -> dict[str, object]:
    return {"id": id_, "slug_name": slug, "author_id": "me", "save_hist": True, **more}


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


def test_members_are_kept_out_of_exports_and_let_in_again() -> None:
    api = Api(answer(None), httpx.Response(204))
    api.client.exclude(ID, workflow="facebook")
    api.client.stop_excluding(ID, workflow="facebook")
    query = f"?workflow=facebook&segment_id={ID}"
    assert api.asked == [
        f"POST /v2/segment/exclude/add{query}",
        f"POST /v2/segment/exclude/remove{query}",
    ]


def test_a_segment_that_answers_as_deleted_was_not_written() -> None:
    api = Api(answer(row(deleted=True), request_id="r1"))
    with pytest.raises(NotFoundError, match=r"the segment is deleted \[request r1\]"):
        api.client.update_segment(ID, SEGMENT, group_ids=IDS)


def test_a_time_that_null_keeps_is_cleared_by_leaving_it_out() -> None:
    kept = row(expires_at="2027-01-01T00:00:00Z")
    api = Api(answer(kept), answer(row()))
    assert api.client.update_segment(ID, SEGMENT, group_ids=IDS).segment.expires_at is None
    first, second = api.bodies
    assert isinstance(first, dict)
    assert second == {name: value for name, value in first.items() if name != "expires_at"}


def test_another_segment_in_the_answer_is_not_written_again() -> None:
    api = Api(answer(row("another", expires_at="2027-01-01T00:00:00Z")))
    assert api.client.update_segment(ID, SEGMENT, group_ids=IDS).id == "another"
    assert api.asked == [f"PUT /v2/segment/{ID}"]
