"""Creating and changing a segment, with every trap that engineers have observed."""

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import count

from segsync.filterql import AstError, FilterQLSyntaxError, from_ast
from segsync.filterql.nodes import Statement
from segsync.sandbox.calls import DEFAULT_TABLE, Call, read_fields
from segsync.sandbox.definitions import Definition, definition_of, field_name, read_definition
from segsync.sandbox.messages import Code, JsonObject, refuse
from segsync.sandbox.rules import Place, mark, reason_to_be_invalid, revalidate
from segsync.sandbox.state import (
    REFERENCES,
    AccountState,
    Kind,
    later_timestamp,
    timestamp,
)

_TYPES: dict[str, type] = {
    "name": str,
    "slug_name": str,
    "description": str,
    "segment_ql": str,
    "ast": dict,
    "kind": str,
    "table": str,
    "is_public": bool,
    "tags": list,
    "groups": list,
    "save_hist": bool,
    "schedule_exit": bool,
    "emit_trigger": bool,
    "expires_at": str,
}
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
_SLUG = re.compile(r"[a-z0-9_-]+")


def create_segment(call: Call, body: JsonObject, *, slug: str = "", force: bool = False) -> str:
    """Create a segment and return its id; a taken slug gets a suffix, silently (observed).

    `slug` is used when neither the body nor `ALIAS` names one; without it, the name is.
    """
    given = _read(body)
    statement = _statement(given)
    wanted = given.get("slug_name") or statement.alias or slug or slugify(given.get("name", ""))
    now = timestamp(call.now)
    identity = {
        "id": call.new_id(),
        "author_id": call.author,
        "created": now,
        "updated": now,
        "slug_name": _free_slug(call.state, _checked_slug(wanted)),
        "table": statement.table or given.get("table") or DEFAULT_TABLE,
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
    given = _read(body)
    statement = _statement(given)
    table = old["table"] if keep_table else statement.table or DEFAULT_TABLE
    if table != old["table"]:
        return create_segment(call, body | {"table": table}, slug=old["slug_name"], force=force)
    slug = _checked_slug(given.get("slug_name") or statement.alias or old["slug_name"])
    other = call.state.segment_with_slug(slug)
    if other is not None and other["id"] != old["id"]:
        refuse("Slug is already used.")
    identity = {name: old[name] for name in ("id", "author_id", "created", "table")}
    identity["updated"] = later_timestamp(call.now, old["updated"])
    identity["slug_name"] = slug
    if "public_name" in old:
        identity["public_name"] = old["public_name"]  # it outlives `is_public` (observed)
    written = _store(call, given, statement, identity, force=force)
    revalidate(call.state, old["slug_name"])
    return written


def merged(old: JsonObject, body: JsonObject) -> JsonObject:
    """Return the body completed by what the segment has, for a PUT that merges.

    `table` and `slug_name` keep their own rules; a null clears a field.
    """
    kept = {name: old[name] for name in (*_DEFAULTS, "segment_ql")}
    if "ast" in body and "segment_ql" not in body:
        del kept["segment_ql"]
    return kept | body


def slugify(name: str) -> str:
    """Return the slug for a name: lower case, underscores for spaces, no other signs."""
    return re.sub(r"[^a-z0-9_-]", "", re.sub(r"\s+", "_", name.strip().lower()))


def _read(body: JsonObject) -> JsonObject:
    given = read_fields(body, _TYPES)
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


def _checked_slug(slug: str) -> str:
    lower: str = slug.lower()
    if not lower:
        refuse("Segment name is required.")
    if _SLUG.fullmatch(lower) is None:
        refuse("Slug may contain only letters, digits, underscores and hyphens.")
    return lower


def _free_slug(state: AccountState, wanted: str) -> str:
    candidates = (f"{wanted}_{number}" for number in count(1))
    slug = wanted
    while state.segment_with_slug(slug) is not None:
        slug = next(candidates)
    return slug


def _store(
    call: Call, given: JsonObject, statement: Statement, identity: JsonObject, *, force: bool
) -> str:
    """Check a segment, add what the server computes, and put it into the state."""
    segment = _DEFAULTS | {name: given[name] for name in _DEFAULTS if name in given} | identity
    segment["name"] = segment["name"] or segment["slug_name"]
    segment["kind"] = segment["kind"] or "segment"
    segment["tags"] = _tags(call, segment["tags"] or ())
    segment["groups"] = _groups(call, segment["groups"] or ())
    if segment["is_public"]:
        segment.setdefault("public_name", segment["slug_name"])
    place = Place(segment["id"], segment["slug_name"], segment["table"])
    definition = _definition(given, statement, place, reprint=call.switches.reprint_definitions)
    reason = reason_to_be_invalid(
        call.state, definition, place, switches=call.switches, force=force
    )
    account = call.state.account
    call.state.put(
        Kind.SEGMENT,
        mark(segment, reason)
        | {"aid": account["aid"], "account_id": account["id"]}
        | computed(definition),
    )
    revalidate(call.state, place.segment_id, place.slug)
    return place.segment_id


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


def _definition(
    given: JsonObject, statement: Statement, place: Place, *, reprint: bool
) -> Definition:
    text = given.get("segment_ql")
    if text and not reprint:
        return read_definition(text)
    return definition_of(statement.filter, table=place.table, alias=place.slug)


def _tags(call: Call, tags: Iterable[str]) -> list[str] | None:
    return (sorted(tags) if call.switches.sort_tags else list(tags)) or None


def _groups(call: Call, ids: Iterable[str]) -> list[str] | None:
    kept = list(dict.fromkeys(ids))
    unknown = [each for each in kept if call.state.get(Kind.GROUP, each) is None]
    if unknown and not call.switches.accept_unknown_groups:
        refuse(f"Segment group not found: {unknown[0]}")
    return kept or None
