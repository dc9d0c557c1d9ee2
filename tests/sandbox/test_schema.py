from typing import Any

import pytest

from segsync.sandbox.switches import Switches
from tests.sandbox.account import Shop

REASON = {"tag": "add-plan", "description": "The plan of a customer."}
PLAN = {"id": "plan", "type": "string"}
WHOLE = {"shortdesc": "", "mergeop": "latest", "is_identifier": False, "is_pii": False}


def posted(shop: Shop, path: str, body: dict[str, Any], status: int = 200) -> Any:  # noqa: ANN401
    answer = shop.client.post(f"/v2/schema/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()["data"]


def field_names(shop: Shop, table: str = "user") -> list[str]:
    found: list[str] = shop.get(f"/v2/schema/{table}/fieldnames")
    return found


def test_schema_fields_are_listed_by_table() -> None:
    shop = Shop()
    path = {"id": "path", "type": "string", **WHOLE}
    assert shop.get("/v2/schema/content/field") == [path]
    assert shop.get("/v2/schema/content/field/path") == path
    assert field_names(shop, "content") == ["path"]
    assert shop.get("/v2/schema/empty/field") is None
    unknown = (404, "TABLE-NOTFOUND-009", "Table nope not found.")
    assert shop.refusal("GET", "/v2/schema/nope/field") == unknown
    assert shop.refusal("GET", "/v2/schema/nope/compare") == unknown
    unknown = (404, "NOTFOUND-003", "Field nope not found.")
    assert shop.refusal("GET", "/v2/schema/user/field/nope") == unknown


def test_a_field_can_be_used_once_it_is_published() -> None:
    shop = Shop()
    assert posted(shop, "user/field", PLAN) == {**PLAN, **WHOLE}
    segment = {"name": "Plan", "segment_ql": "FILTER EXISTS plan"}
    message = "segment fields were invalid against existing schema for table user"
    assert shop.refusal("POST", "/v2/segment", segment)[2] == message
    assert "plan" not in field_names(shop)
    assert shop.get("/v2/schema/user/compare") == {"fields": [{**PLAN, **WHOLE, "status": "new"}]}
    assert posted(shop, "user/publish", REASON) is None
    assert field_names(shop)[-1] == "plan"
    assert shop.get("/v2/schema/user/compare") == {"fields": None}
    assert not shop.create(**segment)["invalid"]


def test_a_second_field_of_a_name_replaces_the_first_as_a_whole() -> None:
    shop = Shop()
    posted(shop, "user/field", {**PLAN, "is_pii": True, "shortdesc": "Which plan."})
    posted(shop, "user/field/plan", {"type": "int"})
    posted(shop, "user/field", {"id": "visits", "type": "number"})
    plan, visits = shop.get("/v2/schema/user/compare")["fields"]
    assert (plan["type"], plan["is_pii"], plan["shortdesc"]) == ("int", False, "")
    assert (visits["id"], visits["status"]) == ("visits", "modified")


def test_a_field_that_is_deleted_is_gone_when_that_is_published() -> None:
    shop = Shop()
    assert shop.client.delete("/v2/schema/user/field/email").status_code == 204
    assert "email" in field_names(shop)
    (change,) = shop.get("/v2/schema/user/compare")["fields"]
    assert (change["id"], change["status"]) == ("email", "deleted")
    assert shop.refusal("DELETE", "/v2/schema/user/field/email")[0] == 404
    posted(shop, "user/publish", REASON)
    assert "email" not in field_names(shop)
    assert shop.segment("known")["invalid"]


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("publish", {"tag": "x"}, "Schema change needs description."),
        ("publish", {}, "Schema change needs tag and description."),
        ("field", {"Field": "plan"}, "Attribute 'Field' is required for Field"),
        (
            "field",
            {**PLAN, "is_identifier": True, "mergeop": "latest"},
            "Identifier Field cannot define a Merge Operation.",
        ),
    ],
)
def test_a_bad_change_is_refused(path: str, body: dict[str, Any], message: str) -> None:
    refused = (400, "SCHEMA-INVALID-018", message)
    assert Shop().refusal("POST", f"/v2/schema/user/{path}", body) == refused


def test_a_key_of_a_field_has_its_type() -> None:
    refused = (400, "JSON-BADREQ-025", "Field is_pii has the wrong type.")
    assert Shop().refusal("POST", "/v2/schema/user/field", {**PLAN, "is_pii": "yes"}) == refused


def test_an_account_with_patches_refuses_direct_changes() -> None:
    shop = Shop(Switches(schema_patches=True))
    refused = (400, "SCHEMA-INVALID-018", "Schema changes of this account need a patch.")
    assert shop.refusal("POST", "/v2/schema/user/field", PLAN) == refused
    assert shop.refusal("POST", "/v2/schema/user/publish", REASON) == refused
    assert shop.refusal("DELETE", "/v2/schema/user/field/email") == refused
    assert shop.get("/v2/schema/user/compare") == {"fields": None}
