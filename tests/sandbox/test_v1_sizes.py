from datetime import timedelta
from typing import Any

from segsync.sandbox.seed import embedded_seed
from segsync.sandbox.switches import Switches
from tests.sandbox.account import NOON, Shop
from tests.sandbox.test_v1 import TEXT, refusal

ORDERED = "FILTER order_count > 5 FROM user"


def retailer() -> Shop:
    shop = Shop(seed=embedded_seed())
    shop.store.clock = lambda: NOON
    return shop


def envelope(shop: Shop, path: str) -> Any:  # noqa: ANN401 - whatever JSON there is
    answer = shop.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_size_is_of_the_table_that_from_or_the_query_names() -> None:
    shop = retailer()
    assert shop.get("/api/segment/size", segments="FILTER * FROM content")[0]["size"] == 500
    assert shop.get("/api/segment/size", segments="FILTER *", table="content")[0]["size"] == 500


def test_the_throttle_lets_one_size_by_post_through_in_ten_seconds() -> None:
    times = [NOON]
    shop = Shop(Switches(throttle_sizes=True))
    shop.store.clock = lambda: times[-1]

    def size() -> int:
        return shop.client.post("/api/segment/size", content="FILTER *", headers=TEXT).status_code

    assert size() == 200
    times.append(NOON + timedelta(seconds=9.9))
    assert refusal(shop, "POST", "/api/segment/size", "FILTER *") == (429, "Too many requests.")
    assert shop.get("/api/segment/size", segments="FILTER *")[0]["size"] == 10_000
    times.append(NOON + timedelta(seconds=10))
    assert size() == 200
    assert shop.store.writes == ()


def test_history_is_newest_first_and_ends_at_the_size() -> None:
    shop = retailer()
    customers = shop.get("/v2/segment/customers", sizes="true")
    ((found),) = shop.get(f"/api/segment/{customers['id']}/attribution")
    assert found["id"] == customers["id"]
    values = [each["value"] for each in found["metrics"]]
    assert len(values) == 168
    assert values[0] == customers["size"] > values[-1] > 0
    assert values == sorted(values, reverse=True)
    assert found["metrics"][0] == {
        "ts": str(int(NOON.timestamp() * 1000)),
        "value": customers["size"],
        "anomaly": 0,
    }
    step = int(found["metrics"][0]["ts"]) - int(found["metrics"][1]["ts"])
    assert step == 2 * 3600 * 1000


def test_history_can_be_asked_for_several_and_be_cut() -> None:
    shop = retailer()
    ids = [shop.id_of("customers"), shop.id_of("all_documents")]
    found = shop.get("/api/segment/attribution", ids=",".join(ids), limit="3")
    assert [(each["id"], len(each["metrics"])) for each in found] == [(each, 3) for each in ids]
    (long,) = shop.get("/api/segment/attribution", ids=ids[0], limit="200")
    assert len(long["metrics"]) == 200
    assert refusal(shop, "GET", "/api/segment/attribution") == (400, "Segment ids are required.")


def test_there_is_no_history_from_before_a_segment_or_where_none_is_kept() -> None:
    shop = retailer()
    made = shop.create(name="New", segment_ql="FILTER *", save_hist=True)["id"]
    (found,) = shop.get(f"/api/segment/{made}/attribution")
    assert [each["value"] for each in found["metrics"]] == [10_000]
    silent = shop.create(name="Silent", segment_ql="FILTER *", save_hist=False)["id"]
    assert shop.get(f"/api/segment/{silent}/attribution") == [{"id": silent, "metrics": None}]
