"""The schema of a table: what is published, what waits to be, and patches."""

from tests.contract.facts import fact, question
from tests.contract.world import FIELD, Answer, World

SHARED = "everybody in the account shares the schema"
REASON = {"tag": "segsync-contract", "description": "A field for a test."}
NEW = {"id": "zz_contract", "type": "string"}


@fact("schema-fields", confidence="observed")
def test_a_schema_lists_its_fields(world: World) -> None:
    """`GET /v2/schema/{table}/field` lists fields, with the name in `id`, and `type`.

    Observed: engineers' notes, schema.
    """
    rows = world.get("/v2/schema/user/field").rows
    assert {"id", "type"} <= rows[0].keys()
    assert FIELD in {each["id"] for each in rows}


@fact("schema-field", confidence="observed")
def test_a_field_is_found_by_its_name(world: World) -> None:
    """`GET /v2/schema/{table}/field/{name}` answers one field.

    Observed: engineers' notes, schema.
    """
    assert world.get(f"/v2/schema/user/field/{FIELD}").data["id"] == FIELD


@fact("schema-field-names", confidence="observed")
def test_the_names_of_fields_are_listed(world: World) -> None:
    """`GET /v2/schema/{table}/fieldnames` lists the names of the fields.

    Observed: engineers' notes, schema. That they are bare texts is assumed.
    """
    assert FIELD in world.get("/v2/schema/user/fieldnames").rows


@question("schema-mode", number=0, answers={"a draft": "", "patches": "schema_patches"})
def test_a_schema_is_changed_by_a_draft_or_by_patches(world: World, answer: Answer) -> None:
    """Does this account change its schema by a shared draft, or by patches?

    Unknown: accounts differ; the setting `enable_schema_patches` tells.
    """
    value = world.get("/api/account/setting/enable_schema_patches").data["value"]
    assert value in (True, False, None)
    answer("patches" if value else "a draft")


@fact("schema-patches", confidence="observed")
def test_every_account_lists_patches(world: World) -> None:
    """`GET /v2/schema/patch/{table}` is 200 on every account, whether it uses patches or not.

    Observed: engineers' notes, schema.
    """
    assert world.get("/v2/schema/patch/user").status == 200


@fact("schema-must-be-published", confidence="observed", sandbox_only=SHARED)
def test_a_field_can_be_used_once_it_is_published(world: World) -> None:
    """A field can be used in a segment only after `POST /v2/schema/{table}/publish`.

    Observed: engineers' notes, schema; reported too.
    """
    body = world.body("new", f"FILTER EXISTS {NEW['id']}")
    assert world.ask("POST", "/v2/schema/user/field", NEW).ok
    assert NEW["id"] in str(world.get("/v2/schema/user/compare").data)
    assert world.ask("POST", "/v2/segment", body).status == 400
    assert world.ask("POST", "/v2/schema/user/publish", REASON).ok
    assert world.ask("POST", "/v2/segment", body).ok


@fact("schema-publish-reason", confidence="observed", sandbox_only=SHARED)
def test_a_publication_needs_a_tag_and_a_description(world: World) -> None:
    """`POST /v2/schema/{table}/publish` needs `tag` and `description`.

    Observed: engineers' notes, schema. That it is 400 without them is assumed.
    """
    for name, value in REASON.items():
        found = world.ask("POST", "/v2/schema/user/publish", {name: value})
        assert found.status == 400


@fact("schema-field-replaced", confidence="observed", sandbox_only=SHARED)
def test_a_write_of_a_field_resets_what_it_leaves_out(world: World) -> None:
    """`POST /v2/schema/{table}/field/{name}` replaces a field: what is left out is reset.

    Observed: engineers' notes, schema.
    """
    world.ask("POST", "/v2/schema/user/field", {**NEW, "is_pii": True})
    world.ask("POST", f"/v2/schema/user/field/{NEW['id']}", {"type": "string"})
    world.ask("POST", "/v2/schema/user/publish", REASON)
    assert world.get(f"/v2/schema/user/field/{NEW['id']}").data["is_pii"] is False


@fact("schema-identifier-merge", confidence="observed", sandbox_only=SHARED)
def test_an_identifier_has_no_merge_operation(world: World) -> None:
    """A field that identifies may not name a merge operation: `Identifier Field cannot define …`.

    Observed: engineers' notes, schema.
    """
    body = {**NEW, "is_identifier": True, "mergeop": "latest"}
    found = world.ask("POST", "/v2/schema/user/field", body)
    assert found.message == "Identifier Field cannot define a Merge Operation."


@fact("schema-patch", confidence="observed", sandbox_only=SHARED)
def test_a_patch_is_applied_as_a_whole(world: World) -> None:
    """A patch is created with `tag` and `description`, gets fields, and is published by `apply`.

    Observed: engineers' notes, schema.
    """
    path = "/v2/schema/patch/user"
    patch = world.made(world.ask("POST", path, REASON))
    assert world.ask("POST", f"{path}/{patch['id']}/field", NEW).ok
    assert NEW["id"] in str(world.get(f"{path}/{patch['id']}").data)
    assert NEW["id"] not in world.get("/v2/schema/user/fieldnames").rows
    assert world.ask("POST", f"{path}/{patch['id']}/apply").ok
    assert NEW["id"] in world.get("/v2/schema/user/fieldnames").rows
