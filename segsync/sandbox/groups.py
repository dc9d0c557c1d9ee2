"""The v2 endpoints for segment groups."""

from segsync.sandbox.calls import Call, read_fields
from segsync.sandbox.messages import Answer, JsonObject, refuse, refuse_unknown
from segsync.sandbox.state import Kind, later_timestamp, timestamp
from segsync.sandbox.views import show_group

_TYPES: dict[str, type] = {"name": str, "description": str}


def list_groups(call: Call) -> Answer:
    """Answer all groups; null when there are none (from a client)."""
    return Answer([show_group(call.state, each) for each in call.state.all(Kind.GROUP)] or None)


def post_group(call: Call) -> Answer:
    """Create a group; a name may be used twice (assumed)."""
    now = timestamp(call.now)
    account = call.state.account
    group = {
        "id": call.new_id(),
        "aid": account["aid"],
        "account_id": account["id"],
        "created": now,
        "updated": now,
        "author": call.author,
    }
    return _store(call, group, status=201)


def put_group(call: Call, group_id: str) -> Answer:
    """Replace name and description; `segment_ids` in the body is ignored (assumed)."""
    old = _group(call, group_id)
    return _store(call, old | {"updated": later_timestamp(call.now, old["updated"])})


def delete_group(call: Call, group_id: str) -> Answer:
    """Delete a group; its segments stay (documented) and no longer name it (assumed)."""
    _group(call, group_id)
    call.state.remove(Kind.GROUP, group_id)
    for segment in list(call.state.all(Kind.SEGMENT)):
        groups = segment["groups"] or ()
        if group_id in groups:
            left = [each for each in groups if each != group_id]
            call.state.put(Kind.SEGMENT, segment | {"groups": left or None})
    return Answer(None, 204, object_id=group_id)


def _group(call: Call, group_id: str) -> JsonObject:
    group = call.state.get(Kind.GROUP, group_id)
    if group is None:
        refuse_unknown("Segment group not found.")
    return group


def _store(call: Call, group: JsonObject, *, status: int = 200) -> Answer:
    given = read_fields(call.request.json_object(), _TYPES)
    if not given.get("name"):
        refuse("Group name is required.")
    stored = group | {"name": given["name"], "description": given.get("description", "")}
    call.state.put(Kind.GROUP, stored)
    return Answer(show_group(call.state, stored), status, object_id=stored["id"])
