import httpx
import pytest

from segsync.errors import (
    MalformedAnswerError,
)
from segsync.segment import Definition, Segment
from tests.api.support import Api, answer

ID = "0123456789abcdef0123456789abcdef"
IDS = {"VIP": "g1"}
SEGMENT = Segment("s_1", "S 1", Definition("FILTER a > 1"), groups=frozenset({"VIP"}))


def row(id_: str = ID, slug: str = "s_1", **more: object) -> dict[str, object]:
    return {"id": id_, "slug_name": slug, "author_id": "me", "save_hist": True, **more}


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


def test_an_empty_answer_to_a_read_is_no_answer() -> None:
    api = Api(*[httpx.Response(204)] * 5)
    with pytest.raises(MalformedAnswerError, match="it is empty"):
        api.client.groups()
