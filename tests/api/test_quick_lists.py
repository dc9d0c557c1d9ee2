"""The quick reader of segment lists says what the tolerant one says, or leaves it to that one."""

import json
from collections.abc import Callable

from hypothesis import example, given
from hypothesis import strategies as st

from segsync.api import payloads, wire
from segsync.api.wire import Reading
from segsync.errors import WrongAccountError
from segsync.segment import Marks

READING = Reading(Marks(), {"Campaigns": "g1"}, aid=7)
FIELDS = (*payloads.SegmentPayload.__struct_fields__, "ast", "public_name")
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from((0, 7, -1, 2**70, 1.5)),
    st.sampled_from(("", "a", "7", "true", "null", "x" * 501, "é", "FILTER *")),
    st.lists(st.sampled_from(("segsync", "g1", None, 1)), max_size=2),
    st.dictionaries(st.sampled_from(("op", "id")), st.integers(0, 1), max_size=1),
)
# Mostly as an account writes them: else hardly any list would be read at all.
GOOD = {"id": "a" * 32, "aid": 7, "slug_name": "a", "segment_ql": "FILTER *", "tags": ["segsync"]}
ROWS = st.one_of(
    st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=2).map(lambda odd: GOOD | odd),
    VALUES,
)


def _said(decode: Callable[[bytes], object], body: bytes) -> object:
    """Return the segments of a body, or why it has none."""
    try:
        envelope = decode(body)
        assert isinstance(envelope, dict)
        return wire.read_segments(envelope["data"], READING)
    except (ValueError, WrongAccountError) as problem:
        return type(problem), str(problem)


@given(st.lists(ROWS, max_size=4))
@example([GOOD, GOOD | {"id": 1}])
@example([GOOD | {"is_public": "true"}, GOOD | {"aid": "7"}])
@example([GOOD | {"aid": 8}])
@example([GOOD | {"deleted": True}, GOOD])
def test_the_quick_reader_says_what_the_tolerant_one_says(rows: list[object]) -> None:
    body = json.dumps({"status": 200, "data": rows, "message": "success"}).encode()
    assert _said(payloads.decode_segments, body) == _said(payloads.decode, body)
