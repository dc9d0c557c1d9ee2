"""The v2 endpoints for segment groups."""

from segsync.sandbox.calls import Call, read_fields
from segsync.sandbox.limits import check_description, check_name
from segsync.sandbox.messages import Answer, JsonObject, refuse, refuse_unknown
from segsync.sandbox.state import Kind, later_timestamp, timestamp
from segsync.sandbox.views import members, show_group

_TYPES: dict[str, type] = {"name": str, "description": str, "segment_ids": list}


def list_groups(call: Call) -> Answer:
    """Answer all groups; null when there are none (from a client)."""
    return Answer(call.rows(show_group(call.state, each) for each in call.state.all(Kind.GROUP)))


def get_group(call: Call, group_id: str) -> Answer:
    """Answer one group, which no document mentions."""
    if not call.switches.get_one_group:
        refuse("Method not allowed.", status=405)
    return Answer(show_group(call.state, _group(call, group_id)))


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
    body = call.request.json_object()
    return _store(call, group, body, status=call.created_status)


def put_group(call: Call, group_id: str) -> Answer:
    """Replace name and description; `segment_ids` in the body is ignored (assumed)."""
    old = _group(call, group_id)
    body = call.request.json_object()
    if call.switches.merge_groups_on_put:
        body = {"name": old["name"], "description": old["description"]} | body
    return _store(call, old | {"updated": later_timestamp(call.now, old["updated"])}, body)


def delete_group(call: Call, group_id: str) -> Answer:
    """Delete a group; its segments stay (documented) and no longer name it (assumed)."""
    group = _group(call, group_id)
    inside = members(call.state, group_id)
    if inside and call.switches.keep_full_groups:
        refuse(f"Segment group {group['name']} has segments.")
    call.state.remove(Kind.GROUP, group_id)
    for segment in () if call.switches.keep_deleted_group_ids else inside:
        _set_membership(call, segment, group_id, belongs=False)
    return call.deleted(group_id)


def _group(call: Call, group_id: str) -> JsonObject:
    group = call.state.get(Kind.GROUP, group_id)
    if group is None:
        refuse_unknown("Segment group not found.")
    return group


def _store(call: Call, group: JsonObject, body: JsonObject, *, status: int = 200) -> Answer:
    given = read_fields(body, _TYPES)
    name = given.get("name")
    if not name:
        refuse("Group name is required.")
    check_name(call, name)
    check_description(call, given.get("description", ""))
    others = (each for each in call.state.all(Kind.GROUP) if each["id"] != group["id"])
    if call.switches.unique_group_names and any(each["name"] == name for each in others):
        refuse("Group name is already used.")
    stored = group | {"name": name, "description": given.get("description", "")}
    if call.switches.group_takes_segments and "segment_ids" in given:
        _set_members(call, stored["id"], given["segment_ids"])
    call.state.put(Kind.GROUP, stored)
    return Answer(show_group(call.state, stored), status, object_id=stored["id"])


def _set_members(call: Call, group_id: str, segment_ids: list[str]) -> None:
    wanted = {each: call.segment_by_id(each) for each in segment_ids}
    for segment in members(call.state, group_id):
        if segment["id"] not in wanted:
            _set_membership(call, segment, group_id, belongs=False)
    for segment in wanted.values():
        _set_membership(call, segment, group_id, belongs=True)


def _set_membership(call: Call, segment: JsonObject, group_id: str, *, belongs: bool) -> None:
    others = [each for each in segment["groups"] or () if each != group_id]
    groups = [*others, group_id] if belongs else others
    call.state.put(Kind.SEGMENT, segment | {"groups": groups or None})
