"""The v1 endpoints that count: sizes now, and sizes over time."""

from datetime import datetime, timedelta

from segsync.sandbox.calls import DEFAULT_TABLE, Call
from segsync.sandbox.definitions import Definition
from segsync.sandbox.listing import listed
from segsync.sandbox.messages import Answer, JsonObject, refuse, refuse_unknown
from segsync.sandbox.reevaluation import counted_at
from segsync.sandbox.sizes import Sizes
from segsync.sandbox.throttle import check_size
from segsync.sandbox.v1 import definition_in

_HISTORY_STEP = timedelta(hours=2)
_HISTORY_LENGTH, _LONGEST_HISTORY = 168, 10_000


def post_size(call: Call) -> Answer:
    """Answer the size of a definition that is not saved, as an object (documented).

    It is documented as throttled to one in ten seconds; the switch makes it so.
    """
    check_size(call)
    return Answer(_ad_hoc_size(call, call.request.text()))


def get_size(call: Call) -> Answer:
    """Answer the size of the definition in `segments`, as a list of one (observed)."""
    return Answer([_ad_hoc_size(call, call.request.parameter("segments"))])


def get_segment_size(call: Call, segment_id: str) -> Answer:
    """Answer the size of a segment; `table` must be its table (observed)."""
    return Answer(size_row(Sizes(call.state, call.now), in_its_table(call, segment_id)))


def get_sizes(call: Call) -> Answer:
    """Answer the sizes of the segments of a table: only those of kind `segment` (from a client).

    `timestamp` tells since when a size holds (from a payload of 2025; when it moves is assumed).
    """
    ids = call.ids
    wanted = [each for each in listed(call) if each["kind"] == "segment"]
    sizes = Sizes(call.state, call.now)
    rows = [
        size_row(sizes, each) | {"timestamp": counted_at(call.state, each, call.now)}
        for each in wanted
        if not ids or each["id"] in ids
    ]
    return Answer(call.rows(rows))


def get_history(call: Call, segment_id: str) -> Answer:
    """Answer how the size of a segment went, newest first; 168 points unless `limit` is given."""
    return Answer([_history(call, call.segment_by_id(segment_id))])


def get_histories(call: Call) -> Answer:
    """Answer how the sizes of the segments in `ids` went."""
    ids = call.ids
    if not ids:
        refuse("Segment ids are required.")
    return Answer([_history(call, call.segment_by_id(each)) for each in ids])


def _history(call: Call, segment: JsonObject) -> JsonObject:
    """Count who of the present members was known already, every two hours back (assumed).

    There is nothing from before the segment was made, and nothing without `save_hist`.
    """
    limit = call.request.parameter("limit")
    length = int(limit) if limit.isdigit() else _HISTORY_LENGTH
    start = datetime.fromisoformat(segment["created"])
    times = [call.now - step * _HISTORY_STEP for step in range(min(length, _LONGEST_HISTORY))]
    kept = [at for at in times if at >= start] if segment["save_hist"] else []
    values = Sizes(call.state, call.now).history(segment, kept)
    metrics = [
        {"ts": str(int(at.timestamp() * 1000)), "value": value, "anomaly": 0}
        for at, value in zip(kept, values, strict=True)
    ]
    return {"id": segment["id"], "metrics": metrics or None}


def in_its_table(call: Call, segment_id: str) -> JsonObject:
    """Return a segment by its id; a `table` that is not its own misses it (observed)."""
    segment = call.segment_by_id(segment_id)
    if segment["table"] != (call.request.parameter("table") or DEFAULT_TABLE):
        refuse_unknown("Segment not found.")
    return segment


def _ad_hoc_size(call: Call, text: str) -> JsonObject:
    definition, table = checked_definition(call, text)
    alias = definition.statement.alias or ""
    size = Sizes(call.state, call.now).selected(definition, table=table).count
    return {"id": "", "name": alias, "slug_name": alias, "size": size}


def checked_definition(call: Call, text: str) -> tuple[Definition, str]:
    """Return a definition that can be evaluated, and its table: `FROM`, `table`, or `user`."""
    definition = definition_in(text)
    for reference in definition.references:
        if call.state.segment(reference) is None:
            refuse(f"Include Not Found: {reference}")
    table = definition.statement.table or call.request.parameter("table") or DEFAULT_TABLE
    return definition, table


def size_row(sizes: Sizes, segment: JsonObject) -> JsonObject:
    """Return a segment as the endpoints show it that tell its size."""
    shown = {name: segment[name] for name in ("id", "name", "slug_name")}
    return shown | {"size": sizes.of_segment(segment)}
