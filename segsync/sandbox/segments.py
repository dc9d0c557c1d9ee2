"""The v2 segment endpoints."""

from segsync.sandbox import deletions
from segsync.sandbox.calls import DEFAULT_TABLE, Call
from segsync.sandbox.listing import listed
from segsync.sandbox.messages import Answer, JsonObject, Refusal, refuse_unknown
from segsync.sandbox.segment_writes import create_segment, merged, update_segment
from segsync.sandbox.sizes import Sizes
from segsync.sandbox.state import Kind
from segsync.sandbox.views import show_segment


def list_segments(call: Call) -> Answer:
    """Answer all segments that the filters leave; there are no pages (documented)."""
    sizes = _sizes(call)
    return Answer(call.rows(show_segment(call.state, each, sizes=sizes) for each in listed(call)))


def get_segment(call: Call, name: str) -> Answer:
    """Answer one segment by id or slug."""
    segment = call.state.get(Kind.DELETED, name) or call.segment_by_id_or_slug(name)
    table = call.request.parameter("table") or DEFAULT_TABLE
    if call.switches.get_needs_table and segment["table"] != table:
        refuse_unknown("Segment not found.")
    inline = call.request.flag("inline")
    return Answer(show_segment(call.state, segment, sizes=_sizes(call), inline=inline))


def post_segment(call: Call) -> Answer:
    """Create a segment."""
    segment_id = create_segment(call, call.request.json_object())
    return shown(call, segment_id, status=call.created_status)


def put_segment(call: Call, segment_id: str) -> Answer:
    """Replace a segment, found by id alone; the answer may be another segment (observed)."""
    old = call.segment_to_write(segment_id)
    body = call.request.json_object()
    if call.switches.merge_on_put:
        body = merged(old, body)
    return shown(call, update_segment(call, old, body))


def delete_segments(call: Call, ids: str) -> Answer:
    """Delete one segment, or several when the path names them separated by commas."""
    if "," in ids:
        return _delete_several(call, dict.fromkeys(each for each in ids.split(",") if each))
    deletions.delete_segments(call, [call.segment_to_write(ids)])
    return call.deleted(ids)


def shown(call: Call, segment_id: str, *, status: int = 200) -> Answer:
    """Answer a segment that was just written."""
    data = show_segment(call.state, call.segment_by_id(segment_id))
    return Answer(data, status, object_id=segment_id)


def _sizes(call: Call) -> Sizes | None:
    return Sizes(call.state, call.now) if call.request.flag("sizes") else None


def _delete_several(call: Call, ids: dict[str, None]) -> Answer:
    statuses = [_delete_status(call, each) for each in ids]
    deleted = [each["id"] for each in statuses if each["deleted"]]
    kept = [each["id"] for each in statuses if not each["deleted"]]
    data = {"deleted": deleted or None, "not_deleted": kept or None, "segments": statuses or None}
    return Answer(data, object_id=",".join(deleted))


def _delete_status(call: Call, segment_id: str) -> JsonObject:
    try:
        segment = call.segment_to_write(segment_id)
    except Refusal as refusal:
        return _status(segment_id, refusal.message, {})
    users = deletions.users_of(call, segment)
    if not users:
        deletions.delete_segments(call, [segment])
    found = users.kinds() if call.switches.dependants_by_id else users.ids()
    return _status(segment_id, users.sentence(segment) if users else "", found)


def _status(segment_id: str, reason: str, users: dict[str, list[str]]) -> JsonObject:
    return {"id": segment_id, "deleted": not reason, "reason": reason, "segments": users}
