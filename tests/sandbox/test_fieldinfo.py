from typing import Any

from segsync.sandbox.seed import Seed
from tests.sandbox.account import SEED, Shop

FIELDS: dict[str, list[dict[str, Any]]] = {
    "user": [
        {"id": "email", "type": "string", "is_identifier": True},
        {"id": "visits", "type": "int"},
        {"id": "opted_in", "type": "bool"},
        {"id": "segments", "type": "[]string"},
        {"id": "scores", "type": "map[string]number"},
    ],
    "content": [{"id": "path", "type": "string"}],
}


def shop_of_all_types() -> Shop:
    return Shop(seed=Seed(SEED.account, FIELDS, (), SEED.segments, ()))


def infos(shop: Shop, path: str, **query: str) -> dict[str, Any]:
    (segment,) = shop.get(f"/api/segment/{path}", **query)["segments"]
    return {each["field"]: each for each in segment["fields"] or ()}


def test_every_member_has_a_field_or_lacks_it() -> None:
    shop = shop_of_all_types()
    size = shop.get(f"/api/segment/{shop.id_of('known')}/size")["size"]
    found = infos(shop, f"{shop.id_of('known')}/fieldinfo")
    assert list(found) == ["email", "visits", "opted_in", "segments", "scores"]
    assert all(each["ents_present"] + each["ents_absent"] == size for each in found.values())
    assert found["email"]["ents_absent"] == 0
    assert found["email"]["more_terms"]
    assert len(found["email"]["terms_counts"]) == 20
    assert found["opted_in"]["terms_counts"].keys() <= {"true", "false"}
    stats = found["visits"]["stats"]
    assert stats["n"] == found["visits"]["ents_present"]
    assert stats["min"] <= stats["mean"] <= stats["max"]
    assert found["visits"]["terms_counts"] is None
    assert found["scores"]["terms_counts"]


def test_fields_can_be_named_and_their_terms_limited() -> None:
    shop = shop_of_all_types()
    path = f"{shop.id_of('known')}/fieldinfo"
    assert list(infos(shop, path, fields="visits,email")) == ["email", "visits"]
    few = infos(shop, path, limit="3")
    assert list(few) == ["email", "visits", "opted_in", "segments", "scores"]
    assert (len(few["email"]["terms_counts"]), few["email"]["more_terms"]) == (3, True)
    many = infos(shop, path, limit="5000", fields="email", cached="false")["email"]
    assert len(many["terms_counts"]) == 1000


def test_a_definition_or_several_segments_can_be_asked_for() -> None:
    shop = shop_of_all_types()
    everybody = infos(shop, "fieldinfo", segments="FILTER *", fields="visits")["visits"]
    assert everybody["ents_present"] + everybody["ents_absent"] == 10_000
    known, active = shop.id_of("known"), shop.id_of("active")
    found = shop.get("/api/segment/fieldinfo", ids=f"{known},{active}")["segments"]
    assert [each["id"] for each in found] == [known, active]
    assert shop.client.get("/api/segment/fieldinfo").status_code == 400


def test_an_invalid_segment_has_nobody_and_another_table_needs_its_name() -> None:
    shop = shop_of_all_types()
    found = infos(shop, f"{shop.id_of('broken')}/fieldinfo", fields="email")
    assert (found["email"]["ents_present"], found["email"]["ents_absent"]) == (0, 0)
    path = f"/api/segment/{shop.id_of('blog')}/fieldinfo"
    assert shop.client.get(path).status_code == 404
    assert list(infos(shop, path.removeprefix("/api/segment/"), table="content")) == ["path"]


def test_a_slug_is_answered_with_500() -> None:
    answer = Shop().client.get("/api/segment/known/fieldinfo")
    assert (answer.status_code, answer.json()["message"]) == (500, "Internal error.")
    assert Shop().client.get("/api/segment/nope/fieldinfo").status_code == 404
