import json
from dataclasses import replace
from typing import Any

import pytest

from segsync.sandbox import edits
from segsync.sandbox.seed import Seed
from segsync.sandbox.snapshot import as_seed
from segsync.sandbox.switches import Switches
from tests.sandbox.account import SEED, Shop
from tests.sandbox.test_v1 import refusal

PATH = "/api/segmentcollection"
FUNNEL = replace(SEED, collections=({"name": "Goal Funnel", "segments": ["known", "active"]},))


def body(shop: Shop, *slugs: str, name: str = "Funnel") -> dict[str, Any]:
    items = [{"id": shop.id_of(slug), "order": order} for order, slug in enumerate(slugs)]
    return {"name": name, "collection": items}


def test_a_collection_is_seeded_and_found_by_id_and_slug() -> None:
    shop = Shop(seed=FUNNEL)
    (found,) = shop.get(PATH, sideload="true")
    assert (found["name"], found["slug_name"], found["table"]) == (
        "Goal Funnel", "goal_funnel", "user",
    )  # fmt: skip
    ids = [shop.id_of("known"), shop.id_of("active")]
    assert found["collection"] == [{"id": each, "order": at} for at, each in enumerate(ids)]
    assert (found["internal"], found["parent_segment"]) == (False, "")
    assert shop.get(f"{PATH}/{found['id']}") == found == shop.get(f"{PATH}/goal_funnel")
    assert Shop().get(PATH) is None
    assert refusal(shop, "GET", f"{PATH}/nope") == (404, "Segment collection not found.")


def test_a_collection_is_made_changed_and_deleted() -> None:
    shop = Shop()
    answer = shop.client.post(PATH, json=body(shop, "known", "active"))
    made = answer.json()["data"]
    assert (answer.status_code, made["slug_name"]) == (201, "funnel")
    answer = shop.client.put(f"{PATH}/{made['id']}", json=body(shop, "active", name="Turned"))
    found = answer.json()["data"]
    assert (answer.status_code, found["name"], found["slug_name"]) == (201, "Turned", "funnel")
    assert found["collection"] == [{"id": shop.id_of("active"), "order": 0}]
    assert (found["id"], found["created"]) == (made["id"], made["created"])
    assert found["updated"] > made["updated"]
    assert (
        shop.client.put(f"{PATH}/funnel", json={"name": "Bare"}).json()["data"]["collection"]
        is None
    )
    assert shop.client.delete(f"{PATH}/funnel").status_code == 204
    assert shop.get(PATH) is None
    assert shop.segment("active")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"collection": []}, "Segment collection name is required."),
        ({"name": 5}, "Segment collection name is required."),
        ({"name": "F", "collection": "abc"}, "Field collection has the wrong type."),
        (
            {"name": "F", "collection": [{"id": "x"}]},
            "A segment of a collection needs id and order.",
        ),
        ({"name": "F", "collection": [{"id": "x", "order": 0}]}, "Segment not found: x"),
    ],
)
def test_a_bad_collection_is_refused(given: dict[str, Any], message: str) -> None:
    assert refusal(Shop(), "POST", PATH, json.dumps(given)) == (400, message)


def test_a_collection_keeps_the_id_of_a_segment_that_is_deleted() -> None:
    shop = Shop(seed=FUNNEL)
    (before,) = shop.get(PATH)
    edits.remove_segment(shop.store, "active")
    assert shop.get(PATH) == [before]


def test_a_collection_comes_back_from_a_snapshot() -> None:
    shop = Shop(seed=FUNNEL)
    read = {"account": shop.get("/v2/account"), "segments": shop.get("/v2/segment", table="all")}
    read["collection"] = shop.get(PATH)
    twin = as_seed(read)
    assert [each["name"] for each in twin["collections"]] == ["Goal Funnel"]
    again = Seed(
        account=twin["account"],
        fields={},
        groups=(),
        segments=tuple(twin["segments"]),
        jobs=(),
        collections=tuple(twin["collections"]),
    )
    assert Shop(seed=again).get(PATH) == shop.get(PATH)


def test_an_account_may_take_unknown_segments_into_a_collection() -> None:
    shop = Shop(Switches(accept_unknown_members=True))
    given = {"name": "F", "collection": [{"id": "x", "order": 0}]}
    assert shop.client.post(PATH, json=given).json()["data"]["collection"] == given["collection"]
