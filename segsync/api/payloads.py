"""The shapes of answers, and how JSON becomes them, tolerating whatever an account returned.

Every field but a few may be missing or null; null, `[]` and missing mean the same (observed by
Lytics engineers: empty arrays come back as null). Unknown fields are ignored. What is there must be
of the right type all the same: a guess would be a wrong success.
"""

import json
from typing import Annotated, Any, Final, TypeVar

from msgspec import DecodeError, Raw
from msgspec.json import Decoder
from pydantic_core import CoreConfig, from_json

from segsync.validation import Before, Bounds, ValidationError, Validator
from segsync.value import Value

T = TypeVar("T")

_TOLERANT: Final = CoreConfig(extra_fields_behavior="ignore", coerce_numbers_to_str=True)
_LONGEST_ID: Final = 500


def _no_truth(value: object) -> object:
    """Refuse what Python would count as 0 or 1."""
    if isinstance(value, bool):
        message = "true or false is no number"
        raise ValueError(message)  # noqa: TRY004 (pydantic-core wants it so)
    return value


Identifier = Annotated[str, Bounds(min_length=1, max_length=_LONGEST_ID)]
Number = Annotated[int, Before(_no_truth)]
Count = Annotated[int, Bounds(ge=0), Before(_no_truth)]
Measure = Annotated[float, Before(_no_truth)]


class SegmentPayload(Value, frozen=True):
    """The fields of a segment that segsync reads; only the id is always there."""

    id: Identifier
    aid: Number | None = None
    name: str | None = None
    slug_name: str | None = None
    description: str | None = None
    segment_ql: str | None = None
    kind: str | None = None
    table: str | None = None
    is_public: bool | None = None
    tags: list[str] | None = None
    groups: list[str] | None = None
    save_hist: bool | None = None
    schedule_exit: bool | None = None
    emit_trigger: bool | None = None
    expires_at: str | None = None
    author_id: str | None = None
    created: str | None = None
    updated: str | None = None
    invalid: bool | None = None
    invalid_reason: str | None = None
    deleted: bool | None = None


class SegmentRows(list[SegmentPayload]):
    """Rows of a list that were validated when they were decoded."""


class SegmentListPayload(Value, frozen=True):
    """The envelope of a segment list; the rows are read straight from their JSON text."""

    data: Raw


class GroupPayload(Value, frozen=True):
    """The fields of a segment group that segsync reads."""

    id: Identifier
    name: str | None = None
    description: str | None = None
    author: str | None = None
    created: str | None = None
    updated: str | None = None
    segment_ids: list[str] | None = None


class JobPayload(Value, frozen=True):
    """The fields of a workflow job that segsync reads."""

    id: Identifier
    name: str | None = None
    workflow: str | None = None
    status: str | None = None
    deleted: bool | None = None
    config: Any = None


class FlowPayload(Value, frozen=True):
    """The fields of a flow; what it holds beyond them may name segments as well."""

    id: Identifier
    name: str | None = None
    status: str | None = None
    state: str | None = None


class JobLogPayload(Value, frozen=True):
    """One entry of the log of a job."""

    job_id: str | None = None
    message: str | None = None
    level: str | None = None
    timestamp: str | None = None
    code: str | None = None
    context: dict[str, Any] | None = None


class CollectionItemPayload(Value, frozen=True):
    """One segment of a collection."""

    id: Identifier
    order: Number | None = None


class CollectionPayload(Value, frozen=True):
    """An ordered list of segments."""

    id: Identifier
    name: str | None = None
    slug_name: str | None = None
    collection: list[CollectionItemPayload] | None = None


class AccountPayload(Value, frozen=True):
    """The fields of an account that segsync reads; `parentaid` is that of the parent account."""

    aid: Number
    name: str | None = None
    parentaid: Number | None = None


class SizePayload(Value, frozen=True):
    """The size of one segment; an ad-hoc size has an empty id, rows of 2025 have a time."""

    size: Count
    id: str | None = None
    slug_name: str | None = None
    timestamp: str | None = None


class ListedSizePayload(Value, frozen=True):
    """The size in a row of a segment list."""

    id: Identifier
    size: Count | None = None


class ResolvedPayload(Value, frozen=True):
    """The definition of a segment with every INCLUDE expanded."""

    ql_resolved: str | None = None


class SizePointPayload(Value, frozen=True):
    """The size at a moment, in milliseconds since 1970 (documented as text)."""

    ts: Number
    value: Count


class HistoryPayload(Value, frozen=True):
    """The sizes of one segment over time."""

    id: Identifier
    metrics: list[SizePointPayload] | None = None


class StatsPayload(Value, frozen=True):
    """How the numbers of a field are spread."""

    mean: Measure
    sd: Measure
    min: Measure
    max: Measure
    n: Count


class FieldUsePayload(Value, frozen=True):
    """How one field is filled."""

    field: Identifier
    ents_present: Count | None = None
    ents_absent: Count | None = None
    approx_cardinality: Count | None = None
    terms_counts: dict[str, Count] | None = None
    more_terms: bool | None = None
    stats: StatsPayload | None = None
    last_updated: str | None = None


class SegmentFieldsPayload(Value, frozen=True):
    """How the fields of one segment are filled; those of an unsaved definition have no id."""

    id: str | None = None
    fields: list[FieldUsePayload] | None = None


class FieldInfoPayload(Value, frozen=True):
    """The answer about fields."""

    segments: list[SegmentFieldsPayload] | None = None


class SchemaFieldPayload(Value, frozen=True):
    """The fields of a schema field that segsync reads; its name is the `id`."""

    id: Identifier
    type: str | None = None
    shortdesc: str | None = None
    mergeop: str | None = None
    is_identifier: bool | None = None
    is_pii: bool | None = None


class PatchPayload(Value, frozen=True):
    """A named set of changes to a schema."""

    id: Identifier
    tag: str | None = None
    description: str | None = None


class SettingPayload(Value, frozen=True):
    """A setting of the account."""

    value: Any = None


class DeleteStatusPayload(Value, frozen=True):
    """What became of one segment of a delete."""

    id: str | None = None
    deleted: bool | None = None
    reason: str | None = None


class DeletePayload(Value, frozen=True):
    """The answer to a bulk delete (documented)."""

    deleted: list[str] | None = None
    not_deleted: list[str] | None = None
    segments: list[DeleteStatusPayload] | None = None


SEGMENTS = Validator(list[SegmentPayload], _TOLERANT)
GROUPS = Validator(list[GroupPayload], _TOLERANT)
JOBS = Validator(list[JobPayload], _TOLERANT)
JOB_LOGS = Validator(list[JobLogPayload], _TOLERANT)
FLOWS = Validator(list[FlowPayload], _TOLERANT)
COLLECTIONS = Validator(list[CollectionPayload], _TOLERANT)
ACCOUNTS = Validator(list[AccountPayload], _TOLERANT)
SIZES = Validator(list[SizePayload], _TOLERANT)
LISTED_SIZES = Validator(list[ListedSizePayload], _TOLERANT)
HISTORIES = Validator(list[HistoryPayload], _TOLERANT)
FIELD_USES = Validator(list[FieldInfoPayload], _TOLERANT)
OBJECTS = Validator(list[dict[str, Any]], _TOLERANT)
RESOLVED = Validator(list[ResolvedPayload], _TOLERANT)
SCHEMA_FIELDS = Validator(list[SchemaFieldPayload], _TOLERANT)
PATCHES = Validator(list[PatchPayload], _TOLERANT)
SETTINGS = Validator(list[SettingPayload], _TOLERANT)
DELETES = Validator(list[DeletePayload], _TOLERANT)
DELETE_STATUSES = Validator(list[DeleteStatusPayload], _TOLERANT)


def decode(body: bytes) -> object:
    """Return the value of a JSON text; raise ValueError when it is none, or says a thing twice."""
    value: object = from_json(body, allow_inf_nan=False, cache_strings="keys")
    json.loads(body, object_pairs_hook=_refuse_twins)
    return value


def _refuse_twins(pairs: list[tuple[str, object]]) -> None:
    """Refuse an object that has a key twice: readers of JSON differ in which one they believe."""
    names = {name for name, _ in pairs}
    if len(names) < len(pairs):
        twin = next(name for name in names if sum(name == each for each, _ in pairs) > 1)
        message = f"an object has the key {twin[:100]!r} twice"
        raise ValueError(message)


_SEGMENT_LIST: Final = Decoder(SegmentListPayload)
_SEGMENT_ROWS: Final = Decoder(list[SegmentPayload])


def decode_segments(body: bytes) -> object:
    """Return what `decode` does, with the rows already read, which takes a fifth of the time.

    What segsync does not read, above all the `ast`, is then never built. A text that is not a
    list of segments to the letter is decoded as any other, so that the reader can make allowances,
    or say what is wrong with it. The envelope around the rows is, too: keys that come twice are
    looked for there, and not in the rows, of which the last counts.
    """
    try:
        data = _SEGMENT_LIST.decode(body).data
        found = _SEGMENT_ROWS.decode(data)
    except (DecodeError, RecursionError):
        return decode(body)
    # The decoder knows the types, and none of our bounds.
    if not (found and all(0 < len(each.id) <= _LONGEST_ID for each in found)):
        return decode(body)
    head, text, tail = body.partition(bytes(data))
    if text in tail:
        # Which of them are the rows, and which an error that quotes them?
        return decode(body)
    envelope: Any = decode(head + b"null" + tail)
    return {**envelope, "data": SegmentRows(found)}


def listed(data: object) -> list[Any]:
    """Return the objects of an answer as they are: a list, a single one, or nothing for null."""
    return data if isinstance(data, list) else [] if data is None else [data]


def rows(validator: Validator[list[T]], data: object) -> list[T]:
    """Return the objects of an answer as the validator reads them."""
    try:
        return validator(listed(data))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(each) for each in first["loc"])
        # What pydantic-core says instead names a class of ours.
        no_object = first["type"] == "dataclass_type"
        message = f"data.{where}: {'Input should be an object' if no_object else first['msg']}"
        raise ValueError(message) from error


def one(validator: Validator[list[T]], data: object) -> T:
    """Return the one object of an answer; raise ValueError when it holds none or several."""
    found = rows(validator, data)
    if len(found) != 1:
        message = f"expected one object, got {len(found)}"
        raise ValueError(message)
    return found[0]
