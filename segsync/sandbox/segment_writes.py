"""Creating and changing a segment, with every trap that engineers have observed."""

from collections.abc import Iterable
from datetime import datetime

from segsync.filterql import AstError, FilterQLSyntaxError, from_ast
from segsync.filterql.nodes import Statement
from segsync.sandbox.calls import DEFAULT_TABLE, Call, read_fields
from segsync.sandbox.definitions import Definition, field_name, read_definition
from segsync.sandbox.limits import (
    check_conditions,
    check_description,
    check_name,
    check_room,
)
from segsync.sandbox.messages import Code, JsonObject, refuse
from segsync.sandbox.rules import Place, mark, reason_to_be_invalid, revalidate
from segsync.sandbox.slugs import checked_slug, free_slug, owner_of, slugify
from segsync.sandbox.state import REFERENCES, Kind, later_timestamp, timestamp
from segsync.sandbox.texts import stored_definition

_TYPES: dict[str, type] = {
    "name": str,
    "slug_name": str,
    "description": str,
    "segment_ql": str,
    "ast": dict,
    "kind": str,
    "table": str,
    "is_public": bool,
    "public_name": str,
    "tags": list,
    "groups": list,
    "save_hist": bool,
    "schedule_exit": bool,
    "emit_trigger": bool,
    "expires_at": str,
}
CLIENT_FIELDS = frozenset(_TYPES)
"""What the body of a create or a change may set; everything else is ignored (assumed)."""

_DEFAULTS: JsonObject = {
    "name": "",
    "description": "",
    "kind": "segment",
    "is_public": False,
    "tags": None,
    "groups": None,
    "save_hist": False,
    "schedule_exit": False,
    "emit_trigger": False,
    "expires_at": None,
}
# What a create needs according to engineers; which omissions the API refuses is not known.
_NEEDED = ("name", "slug_name", "description", "kind", "table", "is_public", "save_hist")


def create_segment(call: Call, body: JsonObject, *, slug: str = "", force: bool = False) -> str:
    """Create a segment and return its id; a taken slug gets a suffix, silently (observed).

    `slug` is used when neither the body nor `ALIAS` names one; without it, the name is.
    """
    given = _read(call, body)
    if call.switches.require_create_fields:
        _check_needed(given)
    check_room(call)
    statement = _statement(given)
    given = _options(statement) | given
    table = statement.table or given.get("table") or DEFAULT_TABLE
    wanted = given.get("slug_name") or statement.alias or slug or slugify(given.get("name", ""))
    now = timestamp(call.now)
    identity = {
        "id": call.new_id(),
        "author_id": call.author,
        "created": now,
        "updated": now,
        "slug_name": free_slug(call, checked_slug(call, wanted), table=table),
        "table": table,
    }
    return _store(call, given, statement, identity, force=force)


def update_segment(
    call: Call, old: JsonObject, body: JsonObject, *, force: bool = False, keep_table: bool = False
) -> str:
    """Replace what a client can set and return the id of the segment that was written.

    Without `FROM` the table is `user`. When that is not the segment's table the write misses it
    and creates another segment, and the call succeeds all the same (observed). Without
    `slug_name`, an `ALIAS` renames (observed). `keep_table` leaves the table as it is, as the
    vendor's own user interface does.
    """
    given = _read(call, body) | _kept(call, old, body)
    statement = _statement(given)
    given = _options(statement) | given
    table = old["table"] if keep_table else statement.table or DEFAULT_TABLE
    if table != old["table"] and not _may_move(call, statement):
        return create_segment(call, body | {"table": table}, slug=old["slug_name"], force=force)
    slug = checked_slug(call, given.get("slug_name") or statement.alias or old["slug_name"])
    other = owner_of(call, slug, table=table)
    if other is not None and other["id"] != old["id"]:
        refuse("Slug is already used.")
    identity = {name: old[name] for name in ("id", "author_id", "created")} | {"table": table}
    identity["updated"] = later_timestamp(call.now, old["updated"])
    identity["slug_name"] = slug
    if "public_name" in old:
        identity["public_name"] = old["public_name"]  # it outlives `is_public` (observed)
    if call.switches.keep_kind_on_put:
        identity["kind"] = old["kind"]
    written = _store(call, given, statement, identity, force=force)
    revalidate(call.state, old["slug_name"])
    return written


def _may_move(call: Call, statement: Statement) -> bool:
    """Return whether a definition that names another table takes its segment there (unknown)."""
    if statement.table and call.switches.refuse_table_on_put:
        refuse("Table of a segment cannot be changed.")
    return bool(statement.table) and call.switches.change_table_on_put


def merged(old: JsonObject, body: JsonObject) -> JsonObject:
    """Return the body completed by what the segment has, for a PUT that merges.

    `table` and `slug_name` keep their own rules; a null clears a field.
    """
    kept = {name: old[name] for name in (*_DEFAULTS, "segment_ql")}
    if "ast" in body and "segment_ql" not in body:
        del kept["segment_ql"]
    return kept | body


def _read(call: Call, body: JsonObject) -> JsonObject:
    given = read_fields(body, _TYPES)
    if call.switches.ast_wins and "ast" in given:
        given.pop("segment_ql", None)
    if call.switches.groups_only_by_group:
        given.pop("groups", None)
    if call.switches.trim_texts:
        given |= {name: given[name].strip() for name in ("name", "description") if name in given}
    expires_at = given.get("expires_at", "")
    try:
        has_zone = not expires_at or datetime.fromisoformat(expires_at).tzinfo is not None
    except ValueError:
        has_zone = False
    if not has_zone:
        refuse("Field expires_at is not an RFC 3339 time.", code=Code.MALFORMED_JSON)
    return given


def _statement(given: JsonObject) -> Statement:
    """Return the definition as a statement; the text wins over the tree (assumed).

    A tree has no clauses: its table is that of the body.
    """
    try:
        if given.get("segment_ql"):
            return read_definition(given["segment_ql"]).statement
        return Statement(from_ast(given.get("ast", {})), table=given.get("table"))
    except (FilterQLSyntaxError, AstError):
        refuse("Invalid filter QL statement.")


def _options(statement: Statement) -> JsonObject:
    """Return the fields that `WITH` sets; that the body wins over them is assumed."""
    values = dict(statement.options)
    fields = {name: values[name] for name in ("name", "kind") if name in values}
    return fields | ({"is_public": values["public"] == "true"} if "public" in values else {})


def _check_needed(given: JsonObject) -> None:
    missing = [name for name in _NEEDED if name not in given]
    if "segment_ql" not in given and "ast" not in given:
        missing.append("segment_ql")
    if missing:
        refuse(f"Segment needs {', '.join(missing)}.")


def _kept(call: Call, old: JsonObject, body: JsonObject) -> JsonObject:
    """Return what a PUT keeps although its body says something else, or nothing."""
    switches = call.switches
    if switches.stale_put_answers_409 and body.get("updated", old["updated"]) != old["updated"]:
        refuse("Segment was changed meanwhile.", status=409)
    kept: JsonObject = {"groups": old["groups"]} if switches.groups_only_by_group else {}
    keeps_expiry = (switches.only_null_clears_expiry and "expires_at" not in body) or (
        switches.null_keeps_expiry and "expires_at" in body and body["expires_at"] is None
    )
    return kept | {"expires_at": old["expires_at"]} if keeps_expiry else kept


def _store(
    call: Call, given: JsonObject, statement: Statement, identity: JsonObject, *, force: bool
) -> str:
    """Check a segment, add what the server computes, and put it into the state."""
    switches = call.switches
    defaults = _DEFAULTS | {"save_hist": switches.save_hist_by_default}
    segment = defaults | {name: given[name] for name in _DEFAULTS if name in given} | identity
    segment["name"] = segment["name"] or segment["slug_name"]
    check_name(call, segment["name"])
    check_description(call, segment["description"])
    segment["kind"] = segment["kind"] or "segment"
    segment["tags"] = _tags(call, segment["tags"] or ())
    segment["groups"] = _groups(call, segment["groups"] or ())
    if segment["is_public"]:
        own = given.get("public_name") if switches.respect_public_name else None
        segment["public_name"] = own or segment.get("public_name") or segment["slug_name"]
    place = Place(segment["id"], segment["slug_name"], segment["table"])
    definition = stored_definition(
        given.get("segment_ql"), statement, table=place.table, slug=place.slug, switches=switches
    )
    check_conditions(call, definition, table=place.table)
    reason = reason_to_be_invalid(call.state, definition, place, switches=switches, force=force)
    account = call.state.account
    whole = (
        mark(segment, reason)
        | {"aid": account["aid"], "account_id": account["id"]}
        | computed(definition)
    )
    if not (switches.silent_equal_put and _is_as_before(call, whole)):
        call.state.put(Kind.SEGMENT, whole)
        revalidate(call.state, place.segment_id, place.slug)
    return place.segment_id


def _is_as_before(call: Call, segment: JsonObject) -> bool:
    old = call.state.get(Kind.SEGMENT, segment["id"])
    return old is not None and old | {"updated": ""} == segment | {"updated": ""}


def computed(definition: Definition) -> JsonObject:
    """Return the fields of a segment that follow from its definition."""
    return {
        "segment_ql": definition.text,
        "ast": definition.ast,
        "fields": [field_name(each) for each in definition.fields] or None,
        "field_changes_fields": None,
        "identities": None,
        "datemath_calc": definition.has_date_math,
        "forward_datemath": definition.has_forward_date_math,
        "deleted": False,
        REFERENCES: list(definition.references),
    }


def _tags(call: Call, tags: Iterable[str]) -> list[str] | None:
    return (sorted(tags) if call.switches.sort_tags else list(tags)) or None


def _groups(call: Call, ids: Iterable[str]) -> list[str] | None:
    kept = list(dict.fromkeys(ids))
    unknown = [each for each in kept if call.state.get(Kind.GROUP, each) is None]
    if unknown and not call.switches.accept_unknown_groups:
        refuse(f"Segment group not found: {unknown[0]}")
    return kept or None
