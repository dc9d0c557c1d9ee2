from segsync.sandbox.switches import Switches
from tests.sandbox.account import Shop


def test_a_delete_answers_204_without_a_body() -> None:
    shop = Shop()
    made = shop.create(name="X", segment_ql="FILTER visits > 1")
    answer = shop.client.delete(f"/v2/segment/{made['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert shop.refusal("GET", "/v2/segment/x")[0] == 404


def test_a_delete_answers_200_when_switched_on() -> None:
    shop = Shop(Switches(delete_answers_200=True))
    answer = shop.client.delete(f"/v2/segment/{shop.id_of('blog')}")
    assert (answer.status_code, answer.json()["data"]) == (200, None)


def test_a_used_segment_is_kept_and_its_users_are_named() -> None:
    shop = Shop()
    assert shop.refusal("DELETE", f"/v2/segment/{shop.id_of('known')}") == (
        400,
        "BADREQ-001",
        "Segment known is used by active.",
    )
    assert shop.refusal("DELETE", f"/v2/segment/{shop.id_of('active')}") == (
        400,
        "BADREQ-001",
        "Segment active is used by job Promo.",
    )


def test_an_include_by_id_keeps_a_segment_too() -> None:
    shop = Shop()
    made = shop.create(name="X", segment_ql="FILTER visits > 1")
    shop.create(name="Y", segment_ql=f"FILTER INCLUDE {made['id']}")
    assert shop.refusal("DELETE", f"/v2/segment/{made['id']}")[2] == "Segment x is used by y."


def test_dependants_become_invalid_when_a_delete_is_allowed() -> None:
    shop = Shop(Switches(delete_with_dependants=True))
    assert shop.client.delete(f"/v2/segment/{shop.id_of('known')}").status_code == 204
    assert shop.segment("active")["invalid_reason"] == "Include Not Found"


def test_a_delete_takes_an_id_only() -> None:
    assert Shop().refusal("DELETE", "/v2/segment/blog")[0] == 404


def test_a_bulk_delete_says_what_became_of_each() -> None:
    shop = Shop()
    known, blog, predefined = shop.id_of("known"), shop.id_of("blog"), shop.id_of("all")
    active = shop.id_of("active")
    answer = shop.client.delete(f"/v2/segment/{known},{blog},{predefined},nobody,{known}")
    assert answer.status_code == 200
    assert answer.json()["data"] == {
        "deleted": [blog],
        "not_deleted": [known, predefined, "nobody"],
        "segments": [
            {
                "id": known,
                "deleted": False,
                "reason": "Segment known is used by active.",
                "segments": {"includes": [active]},
            },
            {"id": blog, "deleted": True, "reason": "", "segments": {}},
            {
                "id": predefined,
                "deleted": False,
                "reason": "Segment all is managed by the system.",
                "segments": {},
            },
            {"id": "nobody", "deleted": False, "reason": "Segment not found.", "segments": {}},
        ],
    }
    assert [each.object_id for each in shop.store.writes] == [blog]


def test_a_bulk_delete_goes_in_the_order_given() -> None:
    shop = Shop()
    one = shop.create(name="One", segment_ql="FILTER visits > 1")["id"]
    two = shop.create(name="Two", segment_ql="FILTER INCLUDE one")["id"]
    data = shop.client.delete(f"/v2/segment/{two},{one}").json()["data"]
    assert (data["deleted"], data["not_deleted"]) == ([two, one], None)


def test_a_bulk_delete_of_nothing_answers_nulls() -> None:
    data = Shop().client.delete("/v2/segment/,").json()["data"]
    assert data == {"deleted": None, "not_deleted": None, "segments": None}
