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

_TERMS, _MOST_TERMS = 20, 1000


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
    if not call.ids:
        refuse("Segment ids are required.")
    return Answer({"segments": [_of_segment(call, each) for each in call.ids]})


def _of_segment(call: Call, segment_id: str) -> JsonObject:
    if call.state.segment_with_slug(segment_id) is not None:
        refuse("Internal error.", status=500, code=Code.INTERNAL)
    segment = in_its_table(call, segment_id)
    members = Sizes(call.state, call.now).positions(segment)
    return _info(call, segment["id"], segment["table"], members)


def _info(call: Call, segment_id: str, table: str, positions: Sequence[int]) -> JsonObject:
    """Return all fields, or those in `fields`, each with 20 terms, or `limit`, at most 1000.

    `cached` is ignored: everything is counted anew.
    """
    limit, wanted = (call.request.parameter(each) for each in ("limit", "fields"))
    terms = min(int(limit) if limit.isdigit() else _TERMS, _MOST_TERMS)
    names: Collection[str] = frozenset(filter(None, wanted.split(",")))
    people = Sizes(call.state, call.now).table(table)
    at = timestamp(call.now)
    infos = []
    for name in [each for each in people.names if each in (names or people.names)]:
        found = people.values(name, positions)
        filled = _filled(name, found, len(positions), terms=terms)
        infos.append(filled | {"last_updated": at})
    return {"id": segment_id, "fields": infos or None}


def _filled(name: str, found: list[Any], count: int, *, terms: int) -> JsonObject:
    """Return how one field is filled: the most frequent terms of texts, the spread of numbers."""
    counts = Counter(term for value in found for term in _terms(value))
    numbers = [each for each in found if type(each) in (int, float)]
    info: JsonObject = {
        "field": name,
        "terms_counts": dict(counts.most_common(terms)) or None,
        "more_terms": len(counts) > terms,
        "ents_present": len(found),
        "ents_absent": count - len(found),
        "approx_cardinality": len(counts) or len(set(numbers)),
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
