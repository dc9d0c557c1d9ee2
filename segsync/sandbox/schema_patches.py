"""The v2 endpoints for schema patches: named sets of changes that are applied together."""

from segsync.sandbox.calls import Call
from segsync.sandbox.messages import Answer, JsonObject, refuse_unknown
from segsync.sandbox.schema import (
    applied,
    check_reason,
    edits,
    published,
    put_published,
    read_field,
)
from segsync.sandbox.state import Kind, later_timestamp, timestamp


def list_patches(call: Call, table: str) -> Answer:
    """Answer the patches of a table, on every account, whether it uses them or not (observed)."""
    published(call, table)
    found = (each for each in call.state.all(Kind.PATCH) if each["table"] == table)
    return Answer(call.rows(_shown(call, each) for each in found))


def post_patch(call: Call, table: str) -> Answer:
    """Create a patch without changes; `tag` and `description` are needed (observed)."""
    published(call, table)
    body = call.request.json_object()
    check_reason(body)
    now = timestamp(call.now)
    new = {
        "id": call.new_id(),
        "table": table,
        "tag": str(body["tag"]),
        "description": str(body["description"]),
        "author_id": call.author,
        "created": now,
        "updated": now,
        "changes": {},
    }
    return _store(call, new, status=call.created_status)


def get_patch(call: Call, table: str, patch_id: str) -> Answer:
    """Answer one patch with what it would change (observed; the shape is assumed)."""
    return Answer(_shown(call, _patch(call, table, patch_id)))


def delete_patch(call: Call, table: str, patch_id: str) -> Answer:
    """Throw a patch away with all of its changes (observed)."""
    found = _patch(call, table, patch_id)
    call.state.remove(Kind.PATCH, found["id"])
    return call.deleted(patch_id)


def post_patch_field(call: Call, table: str, patch_id: str, field_id: str = "") -> Answer:
    """Put a field into a patch: a new one, or a whole replacement (observed)."""
    found = _patch(call, table, patch_id)
    field = read_field(call, field_id)
    return _store(call, found | {"changes": found["changes"] | {field["id"]: field}})


def apply_patch(call: Call, table: str, patch_id: str) -> Answer:
    """Publish the changes of a patch, which is gone afterwards (observed; the end is assumed)."""
    found = _patch(call, table, patch_id)
    put_published(call.state, table, applied(published(call, table), found["changes"]))
    call.state.remove(Kind.PATCH, patch_id)
    return Answer(None, object_id=patch_id)


def _patch(call: Call, table: str, patch_id: str) -> JsonObject:
    found = call.state.get(Kind.PATCH, patch_id)
    if found is None or found["table"] != table:
        refuse_unknown("Schema patch not found.")
    return found


def _store(call: Call, patch: JsonObject, *, status: int = 200) -> Answer:
    stored = patch | {"updated": later_timestamp(call.now, patch["updated"])}
    call.state.put(Kind.PATCH, stored)
    return Answer(_shown(call, stored), status, object_id=stored["id"])


def _shown(call: Call, patch: JsonObject) -> JsonObject:
    shown = {name: value for name, value in patch.items() if name != "changes"}
    changes = edits(published(call, patch["table"]), patch["changes"])
    return shown | {"fields": call.rows(changes)}
