"""The v1 endpoint that sums a segment up: its size, and how it overlaps with the aspects."""

from segsync.sandbox.calls import Call
from segsync.sandbox.messages import Answer, JsonObject
from segsync.sandbox.sizes import Sizes
from segsync.sandbox.state import Kind
from segsync.sandbox.v1_sizes import in_its_table, size_row


def get_summary(call: Call, segment_id: str) -> Answer:
    """Answer the summary of a segment, with the overlap of aspects (observed).

    No source shows an answer: everything but that overlaps with segments of the kind `aspect` are
    in it is assumed.
    """
    segment = in_its_table(call, segment_id)
    sizes = Sizes(call.state, call.now)
    aspects = [each for each in call.state.all(Kind.SEGMENT) if _is_aspect_beside(each, segment)]
    overlaps = [_overlap(sizes, segment, each) for each in aspects]
    return Answer(size_row(sizes, segment) | {"aspects": call.rows(overlaps)})


def _is_aspect_beside(each: JsonObject, segment: JsonObject) -> bool:
    is_alike = (each["kind"], each["table"]) == ("aspect", segment["table"])
    return is_alike and not each["invalid"] and each["id"] != segment["id"]


def _overlap(sizes: Sizes, segment: JsonObject, aspect: JsonObject) -> JsonObject:
    shared = sizes.members(segment).true & sizes.members(aspect).true
    count = 0 if segment["invalid"] else shared.bit_count()
    return size_row(sizes, aspect) | {"overlap": count}
