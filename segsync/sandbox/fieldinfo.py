"""The v1 endpoints that tell how the fields of a segment's members are filled."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from statistics import fmean, pstdev
from typing import Any

from segsync.sandbox.calls import Call
from segsync.sandbox.messages import Answer, Code, JsonObject, refuse
from segsync.sandbox.sizes import Sizes
from segsync.sandbox.state import timestamp
from segsync.sandbox.v1_sizes import checked_definition, in_its_table

_TERMS = 20
_FIELDS, _MOST_FIELDS = 20, 1000


def get_field_info(call: Call, segment_id: str) -> Answer:
    """Answer the fields of one segment; a slug is answered with 500 (observed)."""
    return Answer({"segments": [_of_segment(call, segment_id)]})


def get_field_infos(call: Call) -> Answer:
    """Answer the fields of the segments in `ids`, or of a definition in `segments`."""
    text = call.request.parameter("segments")
    if text:
        definition, table = checked_definition(call, text)
        members = Sizes(call.state, call.now).selected(definition, table=table)
        return Answer({"segments": [_info(call, "", table, members.positions())]})
    ids = [each for each in call.request.parameter("ids").split(",") if each]
    if not ids:
        refuse("Segment ids are required.")
    return Answer({"segments": [_of_segment(call, each) for each in ids]})


def _of_segment(call: Call, segment_id: str) -> JsonObject:
    if call.state.segment_with_slug(segment_id) is not None:
        refuse("Internal error.", status=500, code=Code.INTERNAL)
    segment = in_its_table(call, segment_id)
    members = Sizes(call.state, call.now).members(segment).positions()
    return _info(call, segment["id"], segment["table"], [] if segment["invalid"] else members)


def _info(call: Call, segment_id: str, table: str, positions: Sequence[int]) -> JsonObject:
    """Return 20 fields, or `limit`, which is at most 1000; `fields` names the wanted ones."""
    limit, wanted = (call.request.parameter(each) for each in ("limit", "fields"))
    most = min(int(limit) if limit.isdigit() else _FIELDS, _MOST_FIELDS)
    names: Collection[str] = frozenset(filter(None, wanted.split(",")))
    people = Sizes(call.state, call.now).table(table)
    chosen = [each for each in people.names if each in (names or people.names)][:most]
    at = timestamp(call.now)
    infos = []
    for name in chosen:
        found = [row[name] for row in people.rows(positions, [name]) if name in row]
        infos.append(_filled(name, found, len(positions)) | {"last_updated": at})
    return {"id": segment_id, "fields": infos or None}


def _filled(name: str, found: list[Any], count: int) -> JsonObject:
    """Return how one field is filled: the terms of texts, the spread of numbers."""
    terms = Counter(term for value in found for term in _terms(value))
    numbers = [each for each in found if type(each) in (int, float)]
    info: JsonObject = {
        "field": name,
        "terms_counts": dict(terms.most_common(_TERMS)) or None,
        "more_terms": len(terms) > _TERMS,
        "ents_present": len(found),
        "ents_absent": count - len(found),
        "approx_cardinality": len(terms) or len(set(numbers)),
    }
    return info | {"stats": _stats(numbers)} if numbers else info


def _terms(value: Any) -> Iterable[str]:  # noqa: ANN401 - whatever JSON there is
    match value:
        case bool():
            return (str(value).lower(),)
        case str():
            return (value,)
        case list() | dict():
            return (each for each in value if isinstance(each, str))
        case _:
            return ()


def _stats(numbers: list[float]) -> JsonObject:
    return {
        "mean": fmean(numbers),
        "sd": pstdev(numbers),
        "min": min(numbers),
        "max": max(numbers),
        "n": len(numbers),
    }
