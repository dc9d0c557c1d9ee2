import pytest

from segsync.api.results import FieldUse, NumberStats, Scan
from segsync.errors import MalformedAnswerError
from tests.api.support import Api, answer

ID = "0123456789abcdef0123456789abcdef"
OTHER = ID[::-1]


def test_how_fields_are_filled() -> None:
    fields = [
        {
            "field": "country",
            "terms_counts": {"US": 5, "CA": 2},
            "ents_present": 7,
            "ents_absent": 1,
            "approx_cardinality": 2,
        },
        {
            "field": "visits",
            "terms_counts": None,
            "more_terms": True,
            "stats": {"mean": 1.5, "sd": 0.5, "min": 1, "max": 2, "n": 2, "later": "x"},
            "last_updated": "2026-03-18T12:00:00Z",
        },
    ]
    api = Api(answer({"segments": [{"id": ID, "fields": fields}]}), answer({"segments": None}))
    assert api.client.field_uses(ID, fields=["country", "visits"], limit=5, table="content") == (
        FieldUse("country", 7, 1, 2, {"US": 5, "CA": 2}),
        FieldUse(
            "visits",
            0,
            0,
            has_more_terms=True,
            stats=NumberStats(1.5, 0.5, 1.0, 2.0, 2),
            counted_at="2026-03-18T12:00:00Z",
        ),
    )
    assert api.client.field_uses(ID) == ()
    assert api.asked == [
        f"GET /api/segment/{ID}/fieldinfo?fields=country%2Cvisits&limit=5&table=content",
        f"GET /api/segment/{ID}/fieldinfo?limit=20",
    ]


def test_a_slug_is_not_asked_for_fields() -> None:
    with pytest.raises(ValueError, match="'s_1' is no id of a segment"):
        Api().client.field_uses("s_1")


def test_a_summary_is_whatever_the_api_says() -> None:
    api = Api(answer({"overlap": [1]}))
    assert api.client.summary(ID) == {"overlap": [1]}
    assert api.asked == [f"GET /api/segment/{ID}/summary"]


def test_members_come_page_by_page_until_there_is_nothing_new() -> None:
    pages = (
        answer([{"email": "a"}, {"email": "b"}], _next="x"),
        answer([{"email": "c"}], _next="x"),
        answer([{"email": "c"}], _next="x"),
    )
    api = Api(*pages)
    assert [each["email"] for each in api.client.members(ID)] == ["a", "b", "c"]
    assert api.asked == [
        f"GET /api/segment/{ID}/scan?limit=100",
        f"GET /api/segment/{ID}/scan?limit=100&start=x",
        f"GET /api/segment/{ID}/scan?limit=100&start=x",
    ]


def test_members_end_where_no_page_follows() -> None:
    assert list(Api(answer([{"email": "a"}])).client.members(ID, table="content")) == [
        {"email": "a"}
    ]
    assert list(Api(answer(None, _next="x")).client.members(ID)) == []


def test_a_next_page_that_is_no_text_is_no_end() -> None:
    api = Api(*[answer([{"email": "a"}], _next=7)] * 5)
    with pytest.raises(MalformedAnswerError, match="_next is no text"):
        list(api.client.members(ID))


def test_field_uses_can_be_counted_anew() -> None:
    api = Api(answer({"segments": [{"id": ID, "fields": None}]}))
    assert api.client.field_uses(ID, fresh=True) == ()
    assert api.asked == [f"GET /api/segment/{ID}/fieldinfo?limit=20&cached=false"]


def test_field_uses_of_several_segments_and_of_a_definition() -> None:
    visits = {"field": "visits", "ents_present": 3, "ents_absent": 1}
    rows = [{"id": ID, "fields": [visits]}, {"id": OTHER, "fields": None}]
    api = Api(answer({"segments": rows}), answer({"segments": [{"fields": [visits]}]}))
    use = FieldUse("visits", 3, 1)
    assert api.client.field_uses_by_segment([ID, OTHER], limit=5) == {ID: (use,), OTHER: ()}
    assert api.client.field_uses_of("FILTER *", fields=["visits"], table="content") == (use,)
    assert api.client.field_uses_by_segment([]) == {}
    assert api.asked == [
        f"GET /api/segment/fieldinfo?ids={ID}%2C{OTHER}&limit=5",
        "GET /api/segment/fieldinfo?segments=FILTER+%2A&fields=visits&limit=20&table=content",
    ]
    with pytest.raises(ValueError, match="'s_1' is no id"):
        api.client.field_uses_by_segment([ID, "s_1"])


def test_a_scan_says_what_it_wants_to_see() -> None:
    api = Api(answer([{"email": "a"}], _next=""), answer(None))
    scan = Scan(("email", "visits"), sort_by="visits", descending=True, splits=(1, 99))
    assert list(api.client.members(ID, table="content", scan=scan)) == [{"email": "a"}]
    assert list(api.client.members_of("FILTER *", scan=Scan(sort_by="visits"))) == []
    shown = "fields=email%2Cvisits&sortfield=visits&sortorder=desc&splits=1%2C99"
    assert api.asked == [
        f"GET /api/segment/{ID}/scan?limit=100&{shown}&table=content",
        "GET /api/segment/scan?limit=100&sortfield=visits&sortorder=asc&segments=FILTER+%2A",
    ]
    assert Scan(recent=True).params() == {"recent": "true"}


@pytest.mark.parametrize("scan", [Scan(), Scan(("country",))])
def test_members_that_look_alike_are_all_told(scan: Scan) -> None:
    alike = [{"country": "US"}] * 3
    api = Api(
        answer(alike, _next="x", total=8),
        answer(alike, _next="x", total=8),
        answer(alike[:2], _next="x", total=8),
        answer(alike[:2], _next="x", total=8),
    )
    assert len(list(api.client.members(ID, scan=scan))) == 8


@pytest.mark.parametrize("total", [None, "8", True])
def test_without_a_total_a_page_of_nothing_new_is_the_end(total: object) -> None:
    alike = [{"country": "US"}, {"country": "US"}]
    pages = [answer(alike, _next="x", total=total)] * 2
    assert len(list(Api(*pages).client.members(ID))) == 2
