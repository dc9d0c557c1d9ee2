from urllib.parse import quote

import pytest

from segsync.sandbox.messages import JsonObject
from segsync.sandbox.switches import Switches
from tests.sandbox.account import Shop
from tests.sandbox.test_v1 import TEXT, refusal
from tests.sandbox.test_v1_sizes import ORDERED, envelope, retailer


def test_a_scan_gives_all_members_page_by_page() -> None:
    shop = retailer()
    segment = shop.get("/v2/segment/loyalty_summit", sizes="true")
    start, found = "0", []
    while start:
        page = envelope(shop, f"/api/segment/{segment['id']}/scan?limit=100&start={start}")
        assert page["total"] == segment["size"]
        found += page["data"]
        start = page["_next"]
    assert len(found) == segment["size"] > 100
    assert {each["loyalty_tier"] for each in found} == {"summit"}


@pytest.mark.parametrize(("limit", "rows"), [("", 10), ("3", 3), ("5000", 100), ("0", 0)])
def test_a_page_has_ten_profiles_and_at_most_a_hundred(limit: str, rows: int) -> None:
    found = envelope(retailer(), f"/api/segment/scan?segments={quote(ORDERED)}&limit={limit}")
    assert len(found["data"] or ()) == rows


def test_a_scan_of_a_definition_is_the_same_by_get_and_by_post() -> None:
    shop = retailer()
    query = "limit=2&fields=order_count,email"
    by_get = envelope(shop, f"/api/segment/scan?segments={quote(ORDERED)}&{query}")
    by_post = shop.client.post(f"/api/segment/scan?{query}", content=ORDERED, headers=TEXT).json()
    assert by_get["data"] == by_post["data"]
    assert all(each.keys() <= {"order_count", "email"} for each in by_get["data"])
    assert by_get["message"] == "success"
    assert shop.store.writes == ()


def test_a_scan_of_nobody_is_empty_and_so_is_one_of_an_invalid_segment() -> None:
    shop = Shop()
    found = envelope(shop, f"/api/segment/scan?segments={quote('FILTER visits > 1000')}")
    assert (found["data"], found["total"], found["_next"]) == (None, 0, "")
    broken = envelope(shop, f"/api/segment/{shop.id_of('broken')}/scan")
    assert (broken["data"], broken["total"]) == (None, 0)


def test_a_scan_of_another_table_needs_its_name() -> None:
    shop = Shop()
    blog = shop.id_of("blog")
    assert refusal(shop, "GET", f"/api/segment/{blog}/scan") == (404, "Segment not found.")
    assert "total" in envelope(shop, f"/api/segment/{blog}/scan?table=content")
    assert refusal(shop, "GET", "/api/segment/scan") == (400, "Invalid SegmentQL")


def scanned(shop: Shop, text: str = ORDERED, **query: str) -> list[JsonObject]:
    found: list[JsonObject] = shop.get("/api/segment/scan", segments=text, limit="100", **query)
    return found


def test_a_scan_names_its_segment_in_the_query_too() -> None:
    shop = retailer()
    segment_id = shop.id_of("loyalty_summit")
    by_path = envelope(shop, f"/api/segment/{segment_id}/scan?fields=email")
    by_query = envelope(shop, f"/api/segment/scan?id={segment_id}&fields=email")
    assert by_query["data"] == by_path["data"]
    assert by_query["total"] == by_path["total"]


def test_members_are_sorted_by_a_field_and_who_lacks_it_comes_last() -> None:
    shop = retailer()
    text = "FILTER AND (order_count > 12, total_spend > 3000)"
    numbers = [each["total_spend"] for each in scanned(shop, text, sortfield="total_spend")]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) > 1
    down = scanned(shop, text, sortfield="total_spend", sortorder="desc")
    assert [each["total_spend"] for each in down] == sorted(numbers, reverse=True)
    mixed = [each.get("loyalty_tier", "") for each in scanned(shop, text, sortfield="loyalty_tier")]
    known = [each for each in mixed if each]
    assert mixed == sorted(known) + [""] * (len(mixed) - len(known))
    assert 0 < len(known) < len(mixed)


def test_the_recent_ones_come_first() -> None:
    shop = retailer()
    for word in ("t", "true"):
        seen = [
            each["last_visit"] for each in scanned(shop, "FILTER EXISTS last_visit", recent=word)
        ]
        assert seen == sorted(seen, reverse=True)
    unsorted = scanned(shop, "FILTER EXISTS last_visit", recent="false")
    assert scanned(Shop(), "FILTER *", recent="t") == scanned(Shop(), "FILTER *")
    assert [each["last_visit"] for each in unsorted] != seen


@pytest.mark.parametrize("name", ["nobody_knows_this", "categories_bought"])
def test_what_cannot_be_sorted_by_leaves_the_order(name: str) -> None:
    shop = retailer()
    assert scanned(shop, sortfield=name) == scanned(shop)


def test_an_order_is_up_or_down() -> None:
    path = "/api/segment/scan?segments=FILTER+*&sortorder=sideways"
    assert refusal(Shop(), "GET", path) == (400, "Sort order is asc or desc.")


def test_splits_part_the_members_and_lose_none() -> None:
    shop = retailer()

    def total(**query: str) -> int:
        answer = shop.client.get("/api/segment/scan", params={"segments": ORDERED, **query})
        return int(answer.json()["total"])

    halves = [",".join(map(str, range(start, 100, 2))) for start in (0, 1)]
    first, second = (total(splits=each) for each in halves)
    assert first + second == total()
    assert min(first, second) > total() * 0.4
    assert scanned(shop, splits="7, 9") == scanned(shop, splits="9,7")
    for bad in ("100", "-1", "a"):
        path = f"/api/segment/scan?segments=FILTER+*&splits={bad}"
        assert refusal(shop, "GET", path) == (400, "Splits are numbers from 0 to 99.")


def test_the_schema_comes_along_when_asked_for() -> None:
    shop = Shop()
    path = "/api/segment/scan?segments=FILTER+*+FROM+content&meta=true"
    assert envelope(shop, path)["meta"] == {"schema": {"path": "string"}}
    assert envelope(shop, path.replace("content", "nowhere"))["meta"] == {"schema": {}}
    assert "meta" not in envelope(shop, path.replace("true", "false"))


def test_one_mark_may_lead_to_page_after_page() -> None:
    shop = Shop(Switches(scan_marks_repeat=True))
    path = "/api/segment/scan?segments=FILTER+*&limit=90"
    first = envelope(shop, path)
    second = envelope(shop, f"{path}&start={first['_next']}")
    third = envelope(shop, f"{path}&start={second['_next']}")
    assert first["_next"] == second["_next"] == third["_next"] != ""
    assert first["data"] != second["data"] != third["data"]
    other = envelope(shop, path.replace("limit=90", "limit=9"))
    assert other["_next"] != first["_next"]
    assert envelope(shop, f"{path}&start=9990")["_next"] == ""
    assert envelope(shop, path)["data"] == first["data"]


def test_an_account_may_answer_twenty_and_never_end() -> None:
    shop = Shop(Switches(scan_answers_20=True, scan_repeats_the_end=True))
    path = "/api/segment/scan?segments=FILTER+*"
    first = envelope(shop, path)
    assert (len(first["data"]), first["_next"]) == (20, "20")
    last = envelope(shop, f"{path}&start=9990")
    assert last["_next"] == "9990"
    assert envelope(shop, f"{path}&start={last['_next']}")["data"] == last["data"]
