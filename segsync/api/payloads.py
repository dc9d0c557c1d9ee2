"""The shapes of answers, and how JSON becomes them, tolerating whatever an account returned.

Every field but a few may be missing or null; null, `[]` and missing mean the same (observed by
Lytics engineers: empty arrays come back as null). Unknown fields are ignored. What is there must be
of the right type all the same: a guess would be a wrong success.
"""

import json
import re
from collections.abc import Mapping
from threading import Lock
from typing import Annotated, Any, Required, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    with_config,
)
from pydantic_core import from_json
from typing_extensions import TypedDict

T = TypeVar("T")

# A validator is built when it is first used: most runs need three of them.
_LATER = ConfigDict(defer_build=True)
_BUILDING = Lock()


def _no_truth(value: object) -> object:
    """Refuse what Python would count as 0 or 1."""
    if isinstance(value, bool):
        message = "true or false is no number"
        raise ValueError(message)  # noqa: TRY004 (pydantic wants it so)
    return value


Identifier = Annotated[str, Field(min_length=1, max_length=500)]
Number = Annotated[int, BeforeValidator(_no_truth)]
Count = Annotated[Number, Field(ge=0)]
Measure = Annotated[float, BeforeValidator(_no_truth)]


class _Payload(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, **_LATER)


@with_config(ConfigDict(extra="ignore", coerce_numbers_to_str=True))
class SegmentPayload(TypedDict, total=False):
    """The fields of a segment that segsync reads; only the id is always there.

    Lists of thousands are read as plain dictionaries, which take half the memory of models.
    """

    id: Required[Identifier]
    aid: Number | None
    name: str | None
    slug_name: str | None
    description: str | None
    segment_ql: str | None
    kind: str | None
    table: str | None
    is_public: bool | None
    tags: list[str] | None
    groups: list[str] | None
    save_hist: bool | None
    schedule_exit: bool | None
    emit_trigger: bool | None
    expires_at: str | None
    author_id: str | None
    created: str | None
    updated: str | None
    invalid: bool | None
    invalid_reason: str | None
    deleted: bool | None


class SegmentRows(list[SegmentPayload]):
    """Rows of a list that were validated when they were decoded."""


class SegmentListPayload(_Payload):
    """The envelope of a segment list, so that rows are read straight from the JSON text."""

    data: list[SegmentPayload] | None = None
    status: Any = None
    message: Any = None
    request_id: Any = None
    errors: Any = None


class GroupPayload(_Payload):
    """The fields of a segment group that segsync reads."""

    id: Identifier
    name: str | None = None
    description: str | None = None
    author: str | None = None
    created: str | None = None
    updated: str | None = None
    segment_ids: list[str] | None = None


class JobPayload(_Payload):
    """The fields of a workflow job that segsync reads."""

    id: Identifier
    name: str | None = None
    workflow: str | None = None
    status: str | None = None
    deleted: bool | None = None
    config: Any = None


class FlowPayload(_Payload):
    """A flow: what it holds beyond these fields is kept, since it may name segments."""

    model_config = ConfigDict(extra="allow")

    id: Identifier
    name: str | None = None
    status: str | None = None
    state: str | None = None


class JobLogPayload(_Payload):
    """One entry of the log of a job."""

    job_id: str | None = None
    message: str | None = None
    level: str | None = None
    timestamp: str | None = None
    code: str | None = None
    context: dict[str, Any] | None = None


class CollectionItemPayload(_Payload):
    """One segment of a collection."""

    id: Identifier
    order: Number | None = None


class CollectionPayload(_Payload):
    """An ordered list of segments."""

    id: Identifier
    name: str | None = None
    slug_name: str | None = None
    collection: list[CollectionItemPayload] | None = None


class AccountPayload(_Payload):
    """The fields of an account that segsync reads; `parentaid` is that of the parent account."""

    aid: Number
    name: str | None = None
    parentaid: Number | None = None


class SizePayload(_Payload):
    """The size of one segment; an ad-hoc size has an empty id, rows of 2025 have a time."""

    id: str | None = None
    slug_name: str | None = None
    size: Count
    timestamp: str | None = None


class ListedSizePayload(_Payload):
    """The size in a row of a segment list."""

    id: Identifier
    size: Count | None = None


class ResolvedPayload(_Payload):
    """The definition of a segment with every INCLUDE expanded."""

    ql_resolved: str | None = None


class SizePointPayload(_Payload):
    """The size at a moment, in milliseconds since 1970 (documented as text)."""

    ts: Number
    value: Count


class HistoryPayload(_Payload):
    """The sizes of one segment over time."""

    id: Identifier
    metrics: list[SizePointPayload] | None = None


class StatsPayload(_Payload):
    """How the numbers of a field are spread."""

    mean: Measure
    sd: Measure
    min: Measure
    max: Measure
    n: Count


class FieldUsePayload(_Payload):
    """How one field is filled."""

    field: Identifier
    ents_present: Count | None = None
    ents_absent: Count | None = None
    approx_cardinality: Count | None = None
    terms_counts: dict[str, Count] | None = None
    more_terms: bool | None = None
    stats: StatsPayload | None = None
    last_updated: str | None = None


class SegmentFieldsPayload(_Payload):
    """How the fields of one segment are filled; those of an unsaved definition have no id."""

    id: str | None = None
    fields: list[FieldUsePayload] | None = None


class FieldInfoPayload(_Payload):
    """The answer about fields."""

    segments: list[SegmentFieldsPayload] | None = None


class SchemaFieldPayload(_Payload):
    """The fields of a schema field that segsync reads; its name is the `id`."""

    id: Identifier
    type: str | None = None
    shortdesc: str | None = None
    mergeop: str | None = None
    is_identifier: bool | None = None
    is_pii: bool | None = None


class PatchPayload(_Payload):
    """A named set of changes to a schema."""

    id: Identifier
    tag: str | None = None
    description: str | None = None


class SettingPayload(_Payload):
    """A setting of the account."""

    value: Any = None


class DeleteStatusPayload(_Payload):
    """What became of one segment of a delete."""

    id: str | None = None
    deleted: bool | None = None
    reason: str | None = None


class DeletePayload(_Payload):
    """The answer to a bulk delete (documented)."""

    deleted: list[str] | None = None
    not_deleted: list[str] | None = None
    segments: list[DeleteStatusPayload] | None = None


SEGMENTS = TypeAdapter(list[SegmentPayload], config=_LATER)
GROUPS = TypeAdapter(list[GroupPayload], config=_LATER)
JOBS = TypeAdapter(list[JobPayload], config=_LATER)
JOB_LOGS = TypeAdapter(list[JobLogPayload], config=_LATER)
FLOWS = TypeAdapter(list[FlowPayload], config=_LATER)
COLLECTIONS = TypeAdapter(list[CollectionPayload], config=_LATER)
ACCOUNTS = TypeAdapter(list[AccountPayload], config=_LATER)
SIZES = TypeAdapter(list[SizePayload], config=_LATER)
LISTED_SIZES = TypeAdapter(list[ListedSizePayload], config=_LATER)
HISTORIES = TypeAdapter(list[HistoryPayload], config=_LATER)
FIELD_USES = TypeAdapter(list[FieldInfoPayload], config=_LATER)
OBJECTS = TypeAdapter(list[Mapping[str, Any]], config=_LATER)
RESOLVED = TypeAdapter(list[ResolvedPayload], config=_LATER)
SCHEMA_FIELDS = TypeAdapter(list[SchemaFieldPayload], config=_LATER)
PATCHES = TypeAdapter(list[PatchPayload], config=_LATER)
SETTINGS = TypeAdapter(list[SettingPayload], config=_LATER)
DELETES = TypeAdapter(list[DeletePayload], config=_LATER)
DELETE_STATUSES = TypeAdapter(list[DeleteStatusPayload], config=_LATER)


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


# Counting the text alone takes half the time of looking for what may be a key.
_DATA = b'"data"'
_DATA_KEY = re.compile(rb'"data"\s*:')


def decode_segments(body: bytes) -> object:
    """Return what `decode` does, with the rows already read, which takes half the time.

    What segsync does not read, above all the `ast`, is then never built. A text that is not a
    list of segments, or that may hold two of them, is decoded as any other, so that the reader can
    say what is wrong with it.
    """
    if body.count(_DATA) > 1 and len(_DATA_KEY.findall(body)) > 1:
        return decode(body)
    try:
        envelope = SegmentListPayload.model_validate_json(body)
    except ValidationError:
        return decode(body)
    found = {name: getattr(envelope, name) for name in envelope.model_fields_set}
    return found | {"data": SegmentRows(envelope.data)} if envelope.data else found


def rows(adapter: TypeAdapter[list[T]], data: object) -> list[T]:
    """Return the objects of an answer: a list, a single one, or nothing for null."""
    many = data if isinstance(data, list) else [] if data is None else [data]
    if not adapter.pydantic_complete:
        # pydantic does not say that worker threads may build one at the same time.
        with _BUILDING:
            adapter.rebuild()
    try:
        return adapter.validate_python(many)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(each) for each in first["loc"])
        message = f"data.{where}: {first['msg']}"
        raise ValueError(message) from error


def one(adapter: TypeAdapter[list[T]], data: object) -> T:
    """Return the one object of an answer; raise ValueError when it holds none or several."""
    found = rows(adapter, data)
    if len(found) != 1:
        message = f"expected one object, got {len(found)}"
        raise ValueError(message)
    return found[0]
