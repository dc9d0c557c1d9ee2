"""How a stored segment, group or account is shown: what is computed when it is read."""

from segsync.filterql.nodes import Include, walk
from segsync.sandbox.definitions import read_definition
from segsync.sandbox.messages import JsonObject
from segsync.sandbox.sizes import Sizes
from segsync.sandbox.state import REFERENCES, AccountState, Kind

_INCLUDE_DEPTH = 100
# From real payloads of 2020 and the OpenAPI, and one that no source has.
_OLD_FIELDS: JsonObject = {
    "short_id": "AiE",
    "field_updates": False,
    "eval_segml": False,
    "withs_ql": "",
    "category": "",
    "field_of_tomorrow": {"nested": [None, 1.5]},
}


def show_segment(
    state: AccountState,
    segment: JsonObject,
    *,
    sizes: Sizes | None = None,
    inline: bool = False,
) -> JsonObject:
    """Return a segment as the API shows it; empty lists in it are null (observed).

    `includes` holds ids (assumed). `sizes` and `inline` add `size` and `ql_resolved`.
    """
    shown = {name: value for name, value in segment.items() if name != REFERENCES}
    targets = (state.segment(each, segment["table"]) for each in segment[REFERENCES])
    name = "slug_name" if state.switches.includes_hold_slugs else "id"
    shown["includes"] = list(dict.fromkeys(each[name] for each in targets if each)) or None
    if state.switches.segments_hide_groups:
        shown["groups"] = None
    if state.switches.show_old_fields:
        shown |= _OLD_FIELDS
    if sizes is not None:
        shown["size"] = sizes.of_segment(segment)
    if inline:
        shown["ql_resolved"] = resolved_text(state, segment["segment_ql"])
    return shown


def resolved_text(state: AccountState, text: str, *, depth: int = 0) -> str:
    """Return a definition with each INCLUDE replaced by the condition of what it names.

    What names nothing, or is nested more than 100 deep, stays as it is.
    """
    result, end = "", 0
    for node in walk(read_definition(text).filter):
        target = state.segment(node.reference) if isinstance(node, Include) else None
        if target is None or depth == _INCLUDE_DEPTH:
            continue
        inner = resolved_text(state, target["segment_ql"], depth=depth + 1)
        start, stop = read_definition(inner).statement.filter_span
        result += text[end : node.span[0]] + inner[start:stop]
        end = node.span[1]
    return result + text[end:]


def show_group(state: AccountState, group: JsonObject) -> JsonObject:
    """Return a group with the ids of its segments: one relation, shown on both sides (assumed)."""
    if state.switches.groups_hide_segments:
        return group | {"segment_ids": None}
    return group | {"segment_ids": [each["id"] for each in members(state, group["id"])] or None}


def members(state: AccountState, group_id: str) -> list[JsonObject]:
    """Return the segments of a group."""
    return [each for each in state.all(Kind.SEGMENT) if group_id in (each["groups"] or ())]
