import pytest

from tests.sandbox.account import Shop

# As it stands in a fixture of the Go client.
TOKEN = 'Token{  Type:"Error" Line:1 Col:0 Q:\x00}  '

TEXT = {"content-type": "text/plain"}


def refusal(shop: Shop, method: str, path: str, text: str = "") -> tuple[int, str]:
    answer = shop.client.request(method, path, content=text, headers=TEXT)
    return answer.status_code, answer.json()["message"]


def test_a_list_shows_one_table() -> None:
    shop = Shop()
    assert [each["slug_name"] for each in shop.get("/api/segment", table="content")] == ["blog"]
    assert shop.get("/api/segment", table="none") is None


def test_a_segment_is_the_same_in_both_versions() -> None:
    shop = Shop()
    assert shop.get("/api/segment/known") == shop.segment("known")
    assert shop.get(f"/api/segment/{shop.id_of('known')}") == shop.segment("known")


def test_bare_text_takes_name_and_slug_from_its_alias() -> None:
    shop = Shop()
    answer = shop.client.post("/api/segment", content="FILTER visits > 1 ALIAS Fresh", headers=TEXT)
    assert answer.status_code == 201
    made = answer.json()["data"]
    assert (made["name"], made["slug_name"]) == ("fresh", "fresh")


def test_bare_text_without_alias_has_no_name() -> None:
    found = refusal(Shop(), "POST", "/api/segment", "FILTER *")
    assert found == (400, "Segment name is required.")


def test_a_known_alias_updates() -> None:
    shop = Shop()
    known = shop.segment("known")
    answer = shop.client.post(
        "/api/segment", json={"segment_ql": "FILTER visits > 9 FROM user ALIAS known"}
    )
    made = answer.json()["data"]
    assert (made["id"], made["tags"], made["name"]) == (known["id"], ["crm"], "Known")
    assert made["segment_ql"] == "FILTER visits > 9 FROM user ALIAS known"


def test_json_may_hold_an_ast() -> None:
    body = {"name": "Tree", "ast": {"ident": "*"}}
    answer = Shop().client.post("/api/segment", json=body)
    assert answer.json()["data"]["segment_ql"] == "FILTER * FROM user ALIAS tree"


def test_a_create_refuses_what_is_no_filterql() -> None:
    shop = Shop()
    assert refusal(shop, "POST", "/api/segment", "FILTR") == (400, "Invalid SegmentQL")
    answer = shop.client.post("/api/segment", json={"segment_ql": "FILTR"})
    assert (answer.status_code, answer.json()["message"]) == (400, "Invalid SegmentQL")


def test_force_skips_the_check_of_fields() -> None:
    shop = Shop()
    text = "FILTER nope = 1 ALIAS forced"
    status, message = refusal(shop, "POST", "/api/segment", text)
    assert (status, message.split()[:2]) == (400, ["segment", "fields"])
    answer = shop.client.post("/api/segment?force=true", content=text, headers=TEXT)
    assert (answer.status_code, answer.json()["data"]["invalid"]) == (201, False)


def test_a_put_by_slug_merges() -> None:
    shop = Shop()
    answer = shop.client.put("/api/segment/known", json={"segment_ql": "FILTER visits > 2"})
    assert answer.status_code == 200
    made = answer.json()["data"]
    assert (made["name"], made["tags"], made["segment_ql"]) == (
        "Known",
        ["crm"],
        "FILTER visits > 2",
    )


@pytest.mark.parametrize("query", ["ids=blog,{0}", "ids=[blog,{0}]", "ids=blog&ids={0}"])
def test_several_are_deleted_by_ids(query: str) -> None:
    shop = Shop()
    made = shop.create(name="X", segment_ql="FILTER *")["id"]
    answer = shop.client.delete("/api/segment?" + query.format(made))
    assert (answer.status_code, answer.content) == (204, b"")
    assert shop.slugs(table="all") == ["all", "broken", "known", "active"]


def test_ids_may_be_spelled_with_brackets_in_the_name() -> None:
    assert Shop().client.delete("/api/segment?ids[]=blog").status_code == 204


def test_one_is_deleted_by_slug() -> None:
    shop = Shop()
    assert shop.client.delete("/api/segment/blog").status_code == 204
    assert refusal(shop, "DELETE", "/api/segment/blog") == (404, "Segment not found.")


def test_a_used_segment_is_kept() -> None:
    shop = Shop()
    found = refusal(shop, "DELETE", "/api/segment?ids=blog,known")
    assert found == (400, "Segment known is used by active.")
    assert "blog" in shop.slugs(table="all")
    assert shop.store.writes == ()
    assert refusal(shop, "DELETE", "/api/segment") == (400, "Segment ids are required.")


def test_segments_that_use_only_each_other_are_deleted_together() -> None:
    shop = Shop()
    shop.create(name="One", segment_ql="FILTER *")
    shop.create(name="Two", segment_ql="FILTER INCLUDE one")
    assert shop.client.delete("/api/segment?ids=one,two").status_code == 204
    assert shop.slugs() == ["all", "broken", "known", "active"]


def test_validate_checks_syntax_and_nothing_else() -> None:
    shop = Shop()
    answer = shop.client.post(
        "/api/segment/validate", content="FILTER AND (nope = 1, INCLUDE gone)", headers=TEXT
    )
    assert answer.status_code == 200
    assert (answer.json()["data"], answer.json()["message"]) == (None, "success")
    status, message = refusal(shop, "POST", "/api/segment/validate", "FILTER AND (")
    assert status == 400
    assert message.startswith("Failed parsing segment QL expected ")
    assert shop.store.writes == ()


@pytest.mark.parametrize("text", ["", "FILTR *", "SELECT * FROM user", "-- FILTER\nvisits > 1"])
def test_what_is_no_filter_at_all_is_refused_in_the_words_of_a_fixture(text: str) -> None:
    assert refusal(Shop(), "POST", "/api/segment/validate", text) == (
        400,
        f"Failed parsing segment QL Unrecognized Filter Statement: {TOKEN}",
    )


def test_a_size_of_text_is_an_object_by_post_and_a_list_by_get() -> None:
    shop = Shop()
    text = "FILTER NOT OR (visits > 3, NOT INCLUDE known) ALIAS some"
    by_post = shop.client.post("/api/segment/size", content=text, headers=TEXT).json()["data"]
    assert by_post == {"id": "", "name": "some", "slug_name": "some", "size": by_post["size"]}
    known = shop.get("/v2/segment/known", sizes="true")
    assert 0 < by_post["size"] < known["size"]
    assert shop.get("/api/segment/size", segments=text) == [by_post]
    assert shop.get("/api/segment/size", segments="FILTER *")[0]["size"] == 10_000


def test_a_size_of_what_cannot_be_evaluated_is_refused() -> None:
    shop = Shop()
    assert refusal(shop, "POST", "/api/segment/size", "FILTER INCLUDE gone") == (
        400,
        "Include Not Found: gone",
    )
    assert refusal(shop, "GET", "/api/segment/size") == (400, "Invalid SegmentQL")


@pytest.mark.parametrize("tail", ["size", "sizes"])
def test_the_size_of_a_segment_needs_its_table(tail: str) -> None:
    shop = Shop()
    blog = shop.id_of("blog")
    assert refusal(shop, "GET", f"/api/segment/{blog}/{tail}") == (404, "Segment not found.")
    found = shop.get(f"/api/segment/{blog}/{tail}", table="content")
    assert found.keys() == {"id", "name", "slug_name", "size"}
    assert shop.get(f"/api/segment/{shop.id_of('all')}/{tail}")["size"] == 10_000


def test_sizes_show_segments_of_one_table_and_kind_with_a_time() -> None:
    shop = Shop()
    rows = shop.get("/api/segment/sizes")
    assert [each["slug_name"] for each in rows] == ["all", "known", "active"]
    assert rows[0].keys() == {"id", "name", "slug_name", "size", "timestamp"}
    known = shop.get("/api/segment/sizes", ids=shop.id_of("known"))
    assert [each["slug_name"] for each in known] == ["known"]
    assert shop.get("/api/segment/sizes", ids="nobody") is None
