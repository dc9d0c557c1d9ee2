import pytest

from tests.sandbox.account import Shop


def test_groups_show_their_segments() -> None:
    shop = Shop()
    lifecycle, empty = shop.get("/v2/segment/group")
    assert lifecycle == {
        "aid": 7,
        "account_id": lifecycle["account_id"],
        "id": lifecycle["id"],
        "created": lifecycle["created"],
        "updated": lifecycle["updated"],
        "author": "",
        "name": "Lifecycle",
        "description": "Stages.",
        "segment_ids": [shop.id_of("known")],
    }
    assert (empty["name"], empty["description"], empty["segment_ids"]) == ("Empty", "", None)


def test_a_group_is_created_with_201_and_a_name_may_be_used_twice() -> None:
    shop = Shop()
    answer = shop.client.post("/v2/segment/group", json={"name": "Empty", "description": "D"})
    assert answer.status_code == 201
    made = answer.json()["data"]
    assert (made["name"], made["author"], made["segment_ids"]) == ("Empty", "sandbox.token", None)
    names = [each["name"] for each in shop.get("/v2/segment/group")]
    assert names == ["Lifecycle", "Empty", "Empty"]


def test_a_put_replaces_name_and_description_and_nothing_else() -> None:
    shop = Shop()
    old = shop.get("/v2/segment/group")[0]
    answer = shop.client.put(
        f"/v2/segment/group/{old['id']}", json={"name": "Stages", "segment_ids": []}
    )
    new = answer.json()["data"]
    assert new == old | {"name": "Stages", "description": "", "updated": new["updated"]}
    assert new["updated"] > old["updated"]


def test_a_deleted_group_leaves_its_segments_behind() -> None:
    shop = Shop()
    lifecycle, empty = shop.get("/v2/segment/group")
    shop.create(name="Both", segment_ql="FILTER *", groups=[lifecycle["id"], empty["id"]])
    answer = shop.client.delete(f"/v2/segment/group/{lifecycle['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert shop.segment("known")["groups"] is None
    assert shop.segment("both")["groups"] == [empty["id"]]
    assert [each["name"] for each in shop.get("/v2/segment/group")] == ["Empty"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_unknown_group_is_not_found(method: str) -> None:
    found = Shop().refusal(method, "/v2/segment/group/g1", {"name": "X"})
    assert found == (404, "NOTFOUND-003", "Segment group not found.")


def test_a_group_needs_a_name() -> None:
    found = Shop().refusal("POST", "/v2/segment/group", {"description": "D"})
    assert found == (400, "BADREQ-001", "Group name is required.")
