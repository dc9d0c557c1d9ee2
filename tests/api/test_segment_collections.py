import pytest

from segsync.api.results import Collection
from segsync.errors import RateLimitedError
from tests.api.support import Api, answer, refusal

ROW = {
    "id": "c1",
    "name": "Funnel",
    "slug_name": "funnel",
    "collection": [{"id": "s2", "order": 1}, {"id": "s1", "order": 0}],
}
FUNNEL = Collection("c1", "Funnel", "funnel", ("s1", "s2"))
BODY = {"name": "Funnel", "collection": [{"id": "s1", "order": 0}, {"id": "s2", "order": 1}]}
PATH = "/api/segmentcollection"


def test_a_collection_is_read_by_id_or_slug() -> None:
    api = Api(answer([ROW]), answer(ROW))
    assert api.client.collections() == (FUNNEL,)
    assert api.client.collection("funnel") == FUNNEL
    assert api.asked == [f"GET {PATH}", f"GET {PATH}/funnel"]


def test_a_collection_is_written_with_all_of_its_segments() -> None:
    api = Api(answer(ROW, 201), answer(ROW, 201), answer(None, 204))
    assert api.client.create_collection("Funnel", ["s1", "s2"]) == FUNNEL
    assert api.client.update_collection("c1", "Funnel", ["s1", "s2"]) == FUNNEL
    api.client.delete_collection("c1")
    assert api.asked == [f"POST {PATH}", f"PUT {PATH}/c1", f"DELETE {PATH}/c1"]
    assert api.bodies == [BODY, BODY]


def test_a_collection_that_may_be_there_is_not_created_twice() -> None:
    api = Api(refusal(429, "Busy."))
    with pytest.raises(RateLimitedError) as caught:
        api.client.create_collection("Funnel", [])
    assert caught.value.ambiguous
    assert len(api.requests) == 1


def test_collections_have_their_segments_in_order() -> None:
    items = [{"id": "s2", "order": 1}, {"id": "s1", "order": 0}]
    rows = [{"id": "c1", "name": "Funnel", "slug_name": "funnel", "collection": items}]
    api = Api(answer(rows), answer([{"id": "c2", "collection": None}]))
    assert api.client.collections() == (Collection("c1", "Funnel", "funnel", ("s1", "s2")),)
    assert api.client.collections() == (Collection("c2", "", "", ()),)
    assert api.asked[0] == "GET /api/segmentcollection"
