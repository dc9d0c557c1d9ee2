"""The v2 endpoints for the schema of a table: its published fields, and the shared draft."""

from segsync.sandbox.calls import Call, read_fields
from segsync.sandbox.messages import Answer, Code, JsonObject, refuse
from segsync.sandbox.rules import recheck_all
from segsync.sandbox.state import AccountState, Kind

FIELD_DEFAULTS: JsonObject = {
    "type": "string",
    "shortdesc": "",
    "mergeop": "latest",
    "is_identifier": False,
    "is_pii": False,
}
_TYPES: dict[str, type] = {
    "id": str,
    "type": str,
    "shortdesc": str,
    "mergeop": str,
    "is_identifier": bool,
    "is_pii": bool,
}


def list_fields(call: Call, table: str) -> Answer:
    """Answer the published fields of a table."""
    return Answer(call.rows(published(call, table)))


def get_field(call: Call, table: str, field_id: str) -> Answer:
    """Answer one published field."""
    return Answer(_in(published(call, table), field_id))


def list_field_names(call: Call, table: str) -> Answer:
    """Answer the names of the published fields (that they are bare texts is assumed)."""
    return Answer(call.rows(each["id"] for each in published(call, table)))


def post_field(call: Call, table: str, field_id: str = "") -> Answer:
    """Put a field into the draft: new, or a replacement of the one with its name (observed).

    What the body leaves out is reset, not kept (observed). The answer, the field, is assumed.
    """
    _refuse_if_patched(call)
    field = read_field(call, field_id)
    draft = _draft(call, table)
    draft["changes"] = draft["changes"] | {field["id"]: field}
    call.state.put(Kind.DRAFT, draft)
    return Answer(field, object_id=field["id"])


def delete_field(call: Call, table: str, field_id: str) -> Answer:
    """Take a field out of the draft; it stays until that is published (observed)."""
    _refuse_if_patched(call)
    draft = _draft(call, table)
    _in(applied(published(call, table), draft["changes"]), field_id)
    draft["changes"] = draft["changes"] | {field_id: None}
    call.state.put(Kind.DRAFT, draft)
    return call.deleted(field_id)


def compare(call: Call, table: str) -> Answer:
    """Answer what the draft would change if it was published; the shape is assumed."""
    changes = _draft(call, table)["changes"]
    return Answer({"fields": call.rows(edits(published(call, table), changes))})


def publish(call: Call, table: str) -> Answer:
    """Publish the whole draft, whoever made it; `tag` and `description` are needed (observed)."""
    _refuse_if_patched(call)
    check_reason(call.request.json_object())
    put_published(
        call.state, table, applied(published(call, table), _draft(call, table)["changes"])
    )
    call.state.remove(Kind.DRAFT, table)
    return Answer(None, object_id=table)


def published(call: Call, table: str) -> list[JsonObject]:
    """Return the published fields of a table; refuse one that does not exist."""
    schema = call.state.get(Kind.TABLE, table)
    if schema is None:
        by_subject = call.switches.codes_by_subject
        code = Code.SCHEMA_NOT_FOUND if by_subject else Code.TABLE_NOT_FOUND
        refuse(f"Table {table} not found.", status=404, code=code)
    fields: list[JsonObject] = schema["fields"]
    return fields


def put_published(state: AccountState, table: str, fields: list[JsonObject]) -> None:
    """Make these the fields of a table; segments over lost fields become invalid (assumed)."""
    state.put(Kind.TABLE, {"id": table, "fields": fields})
    recheck_all(state)


def applied(fields: list[JsonObject], changes: JsonObject) -> list[JsonObject]:
    """Return the fields after the changes; None takes one out."""
    found: JsonObject = {each["id"]: each for each in fields} | changes
    return [each for each in found.values() if each is not None]


def edits(fields: list[JsonObject], changes: JsonObject) -> list[JsonObject]:
    """Return the changes as fields with a status: `new`, `modified` or `deleted` (observed)."""
    old = {each["id"]: each for each in fields}
    return [
        (old[name] | {"status": "deleted"})
        if field is None
        else field | {"status": "modified" if name in old else "new"}
        for name, field in changes.items()
    ]


def read_field(call: Call, field_id: str) -> JsonObject:
    """Return the field in a body, complete; its name stands in the path or in `id`."""
    given = read_fields(call.request.json_object(), _TYPES)
    field = FIELD_DEFAULTS | {"type": ""} | given | ({"id": field_id} if field_id else {})
    if not field.get("id") or not field["type"]:
        # With capitalized keys it is the same: they are not accepted (observed).
        refuse("Attribute 'Field' is required for Field", code=Code.SCHEMA_INVALID)
    if field["is_identifier"] and "mergeop" in given:
        refuse("Identifier Field cannot define a Merge Operation.", code=Code.SCHEMA_INVALID)
    return field


def check_reason(body: JsonObject) -> None:
    """Refuse a body without `tag` and `description`, both of which are needed (observed)."""
    missing = [name for name in ("tag", "description") if not body.get(name)]
    if missing:
        refuse(f"Schema change needs {' and '.join(missing)}.", code=Code.SCHEMA_INVALID)


def _refuse_if_patched(call: Call) -> None:
    """Refuse a direct change where changes must be patches (observed; the status is assumed)."""
    if call.switches.schema_patches:
        refuse("Schema changes of this account need a patch.", code=Code.SCHEMA_INVALID)


def _draft(call: Call, table: str) -> JsonObject:
    published(call, table)  # which refuses an unknown table
    return dict(call.state.get(Kind.DRAFT, table) or {"id": table, "changes": {}})


def _in(fields: list[JsonObject], field_id: str) -> JsonObject:
    for each in fields:
        if each["id"] == field_id:
            return each
    return refuse(f"Field {field_id} not found.", status=404, code=Code.NOT_FOUND)
