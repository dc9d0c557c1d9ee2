from dataclasses import replace

from tests.sandbox.account import SEED, Shop
from tests.sandbox.test_v1 import refusal

ASPECTS = replace(
    SEED,
    segments=(
        *SEED.segments,
        {"slug_name": "frequent", "name": "F", "segment_ql": "FILTER visits > 3", "kind": "aspect"},
        {"slug_name": "nobody", "name": "N", "segment_ql": "FILTER visits < -1", "kind": "aspect"},
    ),
)


def test_a_summary_tells_the_overlap_with_each_valid_aspect() -> None:
    shop = Shop(seed=ASPECTS)
    known = shop.get("/v2/segment/known", sizes="true")
    found = shop.get(f"/api/segment/{known['id']}/summary")
    assert (found["slug_name"], found["size"]) == ("known", known["size"])
    frequent, nobody = found["aspects"]
    text = "FILTER AND (INCLUDE known, INCLUDE frequent)"
    (both,) = shop.get("/api/segment/size", segments=text)
    assert (frequent["slug_name"], frequent["overlap"]) == ("frequent", both["size"])
    assert 0 < frequent["overlap"] <= frequent["size"]
    assert (nobody["slug_name"], nobody["size"], nobody["overlap"]) == ("nobody", 0, 0)


def test_an_aspect_does_not_overlap_with_itself_nor_with_an_invalid_segment() -> None:
    shop = Shop(seed=ASPECTS)
    found = shop.get(f"/api/segment/{shop.id_of('frequent')}/summary")
    assert [each["slug_name"] for each in found["aspects"]] == ["nobody"]
    broken = shop.get(f"/api/segment/{shop.id_of('broken')}/summary")
    assert broken["size"] == 0
    assert [each["overlap"] for each in broken["aspects"]] == [0, 0]
    assert Shop().get(f"/api/segment/{shop.id_of('known')}/summary")["aspects"] is None


def test_a_summary_of_another_table_needs_its_name() -> None:
    shop = Shop()
    path = f"/api/segment/{shop.id_of('blog')}/summary"
    assert refusal(shop, "GET", path) == (404, "Segment not found.")
    assert shop.get(path, table="content")["slug_name"] == "blog"
