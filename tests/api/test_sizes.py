from datetime import UTC, datetime

import httpx
import pytest

from segsync.api.results import (
    MeasuredSize,
    SizePoint,
)
from segsync.errors import (
    MalformedAnswerError,
    RejectedError,
)
from tests.api.support import Api, answer, refusal

ID = "0123456789abcdef0123456789abcdef"


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


def test_filterql_is_sized_by_get_where_post_does_not_exist() -> None:
    api = Api(refusal(405, "no"), answer([{"id": "", "size": 5}]))
    assert api.client.size("FILTER a > 1") == 5
    assert api.asked == ["POST /api/segment/size", "GET /api/segment/size?segments=FILTER+a+%3E+1"]
    with pytest.raises(RejectedError):
        Api(refusal(400, "no")).client.size("FILTER")


def test_sizes_tell_when_they_were_counted() -> None:
    rows = [{"id": "1", "slug_name": "a", "size": 5, "timestamp": "2025-04-04T17:45:36Z"}]
    api = Api(answer(rows))
    found = (MeasuredSize("1", "a", 5, "2025-04-04T17:45:36Z"),)
    assert api.client.measured_sizes() == found


def test_the_history_of_sizes_starts_with_the_oldest() -> None:
    metrics = [
        {"ts": "1442351132789", "value": 30, "anomaly": 0},
        {"ts": 1442343932960, "value": 29},
    ]
    api = Api(answer([{"id": "1", "metrics": metrics}, {"id": "2", "metrics": None}]))
    assert api.client.size_history(["1", "2"], limit=2) == {
        "1": (
            SizePoint(datetime(2015, 9, 15, 19, 5, 32, 960_000, tzinfo=UTC), 29),
            SizePoint(datetime(2015, 9, 15, 21, 5, 32, 789_000, tzinfo=UTC), 30),
        ),
        "2": (),
    }
    assert api.asked == ["GET /api/segment/attribution?ids=1%2C2&limit=2"]


def test_a_moment_that_no_calendar_has_is_an_error() -> None:
    api = Api(*[answer([{"id": "1", "metrics": [{"ts": 10**30, "value": 1}]}])] * 5)
    with pytest.raises(MalformedAnswerError, match="ms is no moment"):
        api.client.size_history(["1"])
