from segsync.sandbox.switches import Switches
from tests.sandbox.account import Shop

CHILD = {"account_id": "8"}


def test_an_account_id_sends_a_request_to_the_other_account() -> None:
    shop = Shop(Switches(parent_token=True))
    child, own = shop.get("/v2/account")
    assert (child["aid"], own["aid"]) == (8, 7)
    assert shop.slugs(**CHILD) == []
    body = {"name": "Astray", "segment_ql": "FILTER visits > 3"}
    made = shop.client.post("/v2/segment", params={"account_id": child["id"]}, json=body)
    segment = made.json()["data"]
    assert (made.status_code, segment["aid"], segment["account_id"]) == (201, 8, child["id"])
    assert "astray" not in shop.slugs()
    assert shop.slugs(**CHILD) == ["astray"]
    assert shop.get("/v2/segment/astray", sizes="true", **CHILD)["size"] > 0
    assert shop.refusal("GET", f"/v2/segment/{segment['id']}")[0] == 404
    path = f"/v2/segment/{segment['id']}"
    assert shop.client.delete(path, params=CHILD).status_code == 204
    assert shop.slugs(**CHILD) == []


def test_the_other_account_keeps_to_itself() -> None:
    shop = Shop(Switches(parent_token=True))
    (child,) = shop.get("/v2/account", **CHILD)
    assert (child["aid"], child["parentaid"]) == (8, 7)
    refused = shop.client.put(
        f"/v2/segment/{shop.id_of('known')}", params=CHILD, json={"name": "Changed"}
    )
    assert refused.status_code == 404
    assert shop.client.post("/v2/segment/group", params=CHILD, json={"name": "G"}).is_success
    assert [each["name"] for each in shop.get("/v2/segment/group", **CHILD)] == ["G"]
    assert [each["name"] for each in shop.get("/v2/segment/group")] == ["Lifecycle", "Empty"]


def test_without_a_parent_token_the_other_account_is_not_there() -> None:
    refused = (404, "ACCOUNT-NOTFOUND-021", "Account not found.")
    assert Shop().refusal("GET", "/v2/segment?account_id=8") == refused
    shop = Shop(Switches(parent_token=True))
    assert shop.refusal("GET", "/v2/segment?account_id=9") == refused
