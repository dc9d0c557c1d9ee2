from segsync.api.results import SchemaField, SchemaPatch
from tests.api.support import Api, answer

PLAN = SchemaField("plan", "string", "The plan.", is_pii=True, merge_operation="latest")
PLAN_BODY = {
    "id": "plan",
    "type": "string",
    "shortdesc": "The plan.",
    "is_identifier": False,
    "is_pii": True,
    "mergeop": "latest",
}


def test_the_published_fields_of_a_table() -> None:
    api = Api(answer([{"id": "email", "type": "string"}]), answer(None))
    assert api.client.schema_fields() == (SchemaField("email", "string"),)
    assert api.client.schema_fields("my table") == ()
    assert api.asked == ["GET /v2/schema/user/field", "GET /v2/schema/my%20table/field"]


def test_one_field_with_all_that_is_known_of_it() -> None:
    api = Api(answer(PLAN_BODY))
    assert api.client.schema_field("plan", table="content") == PLAN
    assert api.asked == ["GET /v2/schema/content/field/plan"]


def test_a_new_field_is_sent_whole() -> None:
    api = Api(answer(PLAN_BODY), answer(None))
    api.client.draft_field(PLAN)
    api.client.draft_field(SchemaField("key", "string", is_identifier=True, merge_operation="x"))
    assert api.asked == ["POST /v2/schema/user/field"] * 2
    whole, identifier = api.bodies
    assert whole == PLAN_BODY
    assert identifier == {
        "id": "key", "type": "string", "shortdesc": "", "is_identifier": True, "is_pii": False,
    }  # fmt: skip


def test_a_change_of_a_field_sends_all_the_rest_back() -> None:
    old = {**PLAN_BODY, "capacity": 7, "is_identifier": True}
    api = Api(answer(old), answer(None), answer(old), answer(None))
    api.client.change_field("plan", {"shortdesc": "New."})
    api.client.change_field("plan", {"is_identifier": False})
    path = "/v2/schema/user/field/plan"
    assert api.asked == [f"GET {path}", f"POST {path}"] * 2
    identifier = {name: value for name, value in old.items() if name != "mergeop"}
    assert api.bodies == [{**identifier, "shortdesc": "New."}, {**old, "is_identifier": False}]


def test_a_draft_is_published_with_its_reason() -> None:
    api = Api(answer(None), answer(None, 204))
    api.client.publish_schema(tag="add-plan", description="The plan.", table="content")
    api.client.drop_field("plan")
    assert api.asked == ["POST /v2/schema/content/publish", "DELETE /v2/schema/user/field/plan"]
    assert api.bodies == [{"tag": "add-plan", "description": "The plan."}]


def test_a_patch_is_made_filled_shown_applied_and_deleted() -> None:
    row = {"id": "p1", "tag": "add-plan", "description": "The plan.", "fields": None}
    api = Api(
        answer(row, 201), answer(row), answer([row]), answer([row, {"id": 2}]), *[answer(None)] * 2
    )
    patch = api.client.create_schema_patch(tag="add-plan", description="The plan.")
    assert patch == SchemaPatch("p1", "add-plan", "The plan.", row)
    api.client.patch_field("p1", PLAN)
    assert api.client.schema_patch("p1") == patch
    assert api.client.schema_patches() == (patch, SchemaPatch("2", "", "", {"id": 2}))
    api.client.apply_schema_patch("p1")
    api.client.delete_schema_patch("p1", table="content")
    path = "/v2/schema/patch/user"
    assert api.asked == [
        f"POST {path}",
        f"POST {path}/p1/field",
        f"GET {path}/p1",
        f"GET {path}",
        f"POST {path}/p1/apply",
        "DELETE /v2/schema/patch/content/p1",
    ]
    assert api.bodies == [{"tag": "add-plan", "description": "The plan."}, PLAN_BODY]


def test_names_of_fields_and_the_draft_of_a_schema() -> None:
    api = Api(answer(["email", "visits"]), answer({"added": ["x"]}))
    assert api.client.schema_field_names() == ("email", "visits")
    assert api.client.schema_draft("content") == {"added": ["x"]}
    assert api.asked == ["GET /v2/schema/user/fieldnames", "GET /v2/schema/content/compare"]
