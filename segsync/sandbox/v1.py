"""The v1 segment endpoints, under `/api`."""

import re
from collections.abc import Iterable

from segsync.filterql import FilterQLSyntaxError
from segsync.sandbox import deletions
from segsync.sandbox.calls import DEFAULT_TABLE, Call
from segsync.sandbox.definitions import Definition, read_definition
from segsync.sandbox.listing import listed
from segsync.sandbox.messages import Answer, JsonObject, refuse
from segsync.sandbox.rules import has_unknown_field, unknown_fields
from segsync.sandbox.segment_writes import create_segment, merged, update_segment
from segsync.sandbox.segments import shown
from segsync.sandbox.views import show_segment

_START = re.compile(r"(?:\s|--[^\n]*(?:\n|$))*filter\b", re.IGNORECASE)
# In a fixture of the Go client, down to the blanks; for which text is not told.
_UNRECOGNIZED = 'Unrecognized Filter Statement: Token{  Type:"Error" Line:1 Col:0 Q:\0}  '


def list_segments(call: Call) -> Answer:
    """Answer all segments that the filters leave."""
    return Answer(call.rows(show_segment(call.state, each) for each in listed(call)))


def get_segment(call: Call, name: str) -> Answer:
    """Answer one segment by id or slug."""
    return Answer(show_segment(call.state, call.segment_by_id_or_slug(name)))


def post_segment(call: Call) -> Answer:
    """Create a segment from JSON or from bare FilterQL; an existing `ALIAS` is updated.

    `force=true` skips the check of fields (reported by practitioners).
    """
    body, alias = _body(call)
    force = call.request.flag("force")
    existing = call.state.segment_with_slug(alias) if alias else None
    if existing is None:
        return shown(call, create_segment(call, body, force=force), status=201)
    old = call.segment_to_write(existing["id"])
    return shown(call, update_segment(call, old, merged(old, body), force=force), status=201)


def put_segment(call: Call, name: str) -> Answer:
    """Change a segment, found by id or slug; the documents send partial bodies."""
    old = call.segment_to_write(name, by_slug=True)
    return shown(call, update_segment(call, old, merged(old, call.request.json_object())))


def delete_one(call: Call, name: str) -> Answer:
    """Delete a segment by id or slug."""
    return _delete(call, [name])


def delete_several(call: Call) -> Answer:
    """Delete the segments named by `ids`: `a,b`, `[a,b]`, repeated, or `ids[]`."""
    if not call.ids:
        refuse("Segment ids are required.")
    return _delete(call, call.ids)


def validate(call: Call) -> Answer:
    """Check FilterQL for syntax, and for nothing else (documented).

    The words for what is no filter at all are those of a client's fixture; for any other mistake
    they are the sandbox's own.
    """
    text = call.request.text()
    try:
        definition = read_definition(text)
    except FilterQLSyntaxError as problem:
        what = problem.message if _START.match(text) else _UNRECOGNIZED
        refuse(f"Failed parsing segment QL {what}")
    table = definition.statement.table or DEFAULT_TABLE
    if call.switches.validate_checks_fields and has_unknown_field(call.state, definition, table):
        refuse(unknown_fields(table))
    return Answer()


def _body(call: Call) -> tuple[JsonObject, str]:
    """Return the body as JSON, whatever its form, and the ALIAS of its definition."""
    if call.request.headers.get("content-type", "").startswith("text/plain"):
        definition = definition_in(call.request.text())
        alias = definition.statement.alias or ""
        return {"segment_ql": definition.text, "name": alias, "slug_name": alias}, alias
    body = call.request.json_object()
    text = body.get("segment_ql")
    named = definition_in(text).statement.alias if isinstance(text, str) and text else None
    return body, named or ""


def definition_in(text: str) -> Definition:
    """Read a definition as v1 does; refuse what is none, with v1's words."""
    try:
        return read_definition(text)
    except FilterQLSyntaxError:
        refuse("Invalid SegmentQL")


def _delete(call: Call, names: Iterable[str]) -> Answer:
    found = (call.segment_to_write(name, by_slug=True) for name in names)
    segments = {each["id"]: each for each in found}
    deletions.delete_segments(call, segments.values())
    return Answer(None, 204, object_id=",".join(segments))
