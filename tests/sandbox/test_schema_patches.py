from segsync.sandbox.switches import Switches
from tests.sandbox.account import Shop
from tests.sandbox.test_schema import PLAN, REASON, WHOLE, field_names, posted

UNKNOWN = (404, "NOTFOUND-003", "Schema patch not found.")


def test_a_patch_is_made_filled_shown_and_applied() -> None:
    shop = Shop(Switches(schema_patches=True))
    assert shop.get("/v2/schema/patch/user") is None
    patch = posted(shop, "patch/user", REASON, 201)
    assert {name: patch[name] for name in REASON} == REASON
    assert patch["fields"] is None
    path = f"patch/user/{patch['id']}"
    posted(shop, f"{path}/field", PLAN)
    filled = posted(shop, f"{path}/field/visits", {"type": "number"})
    plan, visits = filled["fields"]
    assert plan == {**PLAN, **WHOLE, "status": "new"}
    assert (visits["id"], visits["type"], visits["status"]) == ("visits", "number", "modified")
    assert shop.get(f"/v2/schema/{path}") == filled
    assert shop.get("/v2/schema/patch/user") == [filled]
    assert shop.get("/v2/schema/patch/content") is None
    assert "plan" not in field_names(shop)
    assert posted(shop, f"{path}/apply", {}) is None
    assert "plan" in field_names(shop)
    assert shop.get("/v2/schema/user/field/visits")["type"] == "number"
    assert shop.get("/v2/schema/patch/user") is None


def test_a_patch_can_be_thrown_away() -> None:
    shop = Shop()
    patch = posted(shop, "patch/user", REASON, 201)
    path = f"/v2/schema/patch/user/{patch['id']}"
    posted(shop, f"patch/user/{patch['id']}/field", PLAN)
    assert shop.client.delete(path).status_code == 204
    assert shop.refusal("GET", path) == UNKNOWN
    assert "plan" not in field_names(shop)


def test_a_patch_is_of_its_table_and_says_what_it_is_for() -> None:
    shop = Shop(Switches(create_answers_200=True, delete_answers_200=True))
    patch = posted(shop, "patch/user", REASON, 200)
    assert shop.refusal("GET", f"/v2/schema/patch/content/{patch['id']}") == UNKNOWN
    assert shop.refusal("POST", "/v2/schema/patch/user/nope/apply", {}) == UNKNOWN
    refused = (400, "SCHEMA-INVALID-018", "Schema change needs description.")
    assert shop.refusal("POST", "/v2/schema/patch/user", {"tag": "x"}) == refused
    assert shop.refusal("POST", "/v2/schema/patch/nope", REASON)[0] == 404
    assert shop.client.delete(f"/v2/schema/patch/user/{patch['id']}").status_code == 200
