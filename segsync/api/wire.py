"""Translates between the API's JSON and the vocabulary, tolerating whatever an account returned.

Every field may be missing or null; null, `[]` and missing mean the same (observed by Lytics
engineers: empty arrays come back as null). Unknown fields are ignored.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import from_json

from segsync.segment import (
    DEFAULT_KIND,
    DEFAULT_TABLE,
    Account,
    Definition,
    Group,
    Job,
    LiveGroup,
    LiveSegment,
    Marks,
    Segment,
)

T = TypeVar("T")

_ID_PREFIX = "id:"
_NO_TIME = "0001-01-01T00:00:00Z"

# Documented ("developer segments") and seen in profiles; the tag `predefined` is the surer sign.
_PREDEFINED_SLUG = re.compile(
    r"all|all_documents|connected_customer_segment"
    r"|(?:ly_|smt_|orc_|default_|anonymous_profiles).*"
)
_SEGMENT_KEY = re.compile(r"(?:.*_)?segment_?ids?", re.IGNORECASE)


class _Payload(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class SegmentPayload(_Payload):
    """The fields of a segment that segsync reads; only the id is always there."""

    id: str
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


class GroupPayload(_Payload):
    """The fields of a segment group that segsync reads."""

    id: str
    name: str | None = None
    description: str | None = None
    author: str | None = None
    created: str | None = None
    updated: str | None = None


class JobPayload(_Payload):
    """The fields of a workflow job that segsync reads."""

    id: str
    name: str | None = None
    workflow: str | None = None
    status: str | None = None
    deleted: bool | None = None
    config: Any = None


class AccountPayload(_Payload):
    """The fields of an account that segsync reads; `parentaid` is that of the parent account."""

    aid: int
    name: str | None = None
    parentaid: int | None = None


class SizePayload(_Payload):
    """The size of one segment; an ad-hoc size has an empty id."""

    id: str | None = None
    size: int


class SchemaFieldPayload(_Payload):
    """The fields of a schema field that segsync reads; its name is the `id`."""

    id: str
    type: str | None = None
    shortdesc: str | None = None
    is_identifier: bool | None = None
    is_pii: bool | None = None


class DeleteStatusPayload(_Payload):
    """What became of one segment of a bulk delete."""

    id: str
    deleted: bool | None = None
    reason: str | None = None


class DeletePayload(_Payload):
    """The answer to a bulk delete (documented)."""

    deleted: list[str] | None = None
    not_deleted: list[str] | None = None
    segments: list[DeleteStatusPayload] | None = None


@dataclass(frozen=True, slots=True)
class SchemaField:
    """One published field of a table: its name and type as the account's schema has them."""

    name: str
    type: str = ""
    description: str = ""
    is_identifier: bool = False
    is_pii: bool = False


@dataclass(frozen=True, slots=True)
class DeletedSegments:
    """What a bulk delete did: the ids that are gone, and why each other one is not."""

    deleted: frozenset[str]
    not_deleted: Mapping[str, str]


_SEGMENTS = TypeAdapter(list[SegmentPayload])
_GROUPS = TypeAdapter(list[GroupPayload])
_JOBS = TypeAdapter(list[JobPayload])
_ACCOUNTS = TypeAdapter(list[AccountPayload])
_SIZES = TypeAdapter(list[SizePayload])
_FIELDS = TypeAdapter(list[SchemaFieldPayload])
_DELETES = TypeAdapter(list[DeletePayload])


def decode(body: bytes) -> object:
    """Return the value of a JSON text; raise ValueError when it is none."""
    return from_json(body, allow_inf_nan=False, cache_strings="keys")


def _rows(adapter: TypeAdapter[list[T]], data: object) -> list[T]:
    """Return the objects of an answer: a list, a single one, or nothing for null."""
    many = data if isinstance(data, list) else [] if data is None else [data]
    try:
        return adapter.validate_python(many)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(each) for each in first["loc"])
        message = f"data.{where}: {first['msg']}"
        raise ValueError(message) from error


def _one(adapter: TypeAdapter[list[T]], data: object) -> T:
    rows = _rows(adapter, data)
    if len(rows) != 1:
        message = f"expected one object, got {len(rows)}"
        raise ValueError(message)
    return rows[0]


def group_ids(groups: Iterable[LiveGroup]) -> dict[str, str]:
    """Return the id of each group by name, without names that do not stand for one group alone."""
    known = tuple(groups)
    counts = Counter(each.group.name for each in known)
    return {
        name: each.id
        for each in known
        if counts[name := each.group.name] == 1 and not name.startswith(_ID_PREFIX)
    }


def read_segments(
    data: object, *, marks: Marks, group_ids: Mapping[str, str]
) -> tuple[LiveSegment, ...]:
    """Return the live segments of a list answer, without those that are marked as deleted."""
    names = {id_: name for name, id_ in group_ids.items()}
    rows = _rows(_SEGMENTS, data)
    return tuple(_live_segment(each, marks, names) for each in rows if not each.deleted)


def read_segment(data: object, *, marks: Marks, group_ids: Mapping[str, str]) -> LiveSegment:
    """Return the one live segment of an answer: an object, or a list of one."""
    names = {id_: name for name, id_ in group_ids.items()}
    return _live_segment(_one(_SEGMENTS, data), marks, names)


def _live_segment(payload: SegmentPayload, marks: Marks, names: Mapping[str, str]) -> LiveSegment:
    tags = frozenset(payload.tags or ())
    expires_at = payload.expires_at
    segment = Segment(
        payload.slug_name or "",
        payload.name or "",
        Definition(payload.segment_ql or ""),
        payload.table or DEFAULT_TABLE,
        payload.kind or DEFAULT_KIND,
        payload.description or "",
        payload.is_public or False,
        marks.strip_tags(tags),
        frozenset(names.get(each) or _ID_PREFIX + each for each in payload.groups or ()),
        payload.save_hist is not False,
        payload.schedule_exit or False,
        payload.emit_trigger or False,
        None if not expires_at or expires_at == _NO_TIME else expires_at,
        marks.tag in tags,
        marks.protected_tag in tags,
    )
    return LiveSegment(
        payload.id,
        segment,
        _untouchable(payload, tags),
        payload.author_id or "",
        payload.created or "",
        payload.updated or "",
        (payload.invalid_reason or "") if payload.invalid else None,
    )


def _untouchable(payload: SegmentPayload, tags: frozenset[str]) -> str:
    if payload.kind == "managed":
        return "managed by Lytics"
    predefined = "predefined" in tags or (
        not payload.author_id and _PREDEFINED_SLUG.fullmatch(payload.slug_name or "")
    )
    return "predefined by Lytics" if predefined else ""


def segment_body(
    segment: Segment, *, marks: Marks, group_ids: Mapping[str, str]
) -> dict[str, object]:
    """Return the complete body that creates or replaces the segment.

    Complete, because it is unknown whether a PUT keeps or resets what it does not name. Raise
    KeyError for a group without an id: the caller must have created it before.
    """
    return {
        "name": segment.name,
        "slug_name": segment.slug,
        "description": segment.description,
        "segment_ql": segment.definition.with_clauses(segment.table, segment.slug),
        "kind": segment.kind,
        "table": segment.table,
        "is_public": segment.is_public,
        "tags": sorted(marks.add_tags(segment)),
        "groups": sorted(_group_id(each, segment.slug, group_ids) for each in segment.groups),
        "save_hist": segment.save_hist,
        "schedule_exit": segment.schedule_exit,
        "emit_trigger": segment.emit_trigger,
        "expires_at": segment.expires_at,
    }


def _group_id(name: str, slug: str, ids: Mapping[str, str]) -> str:
    if name.startswith(_ID_PREFIX):
        return name.removeprefix(_ID_PREFIX)
    if name not in ids:
        message = f'segment "{slug}" names the group "{name}", which has no id yet'
        raise KeyError(message)
    return ids[name]


def read_groups(data: object, *, marks: Marks) -> tuple[LiveGroup, ...]:
    """Return the live groups of a list answer."""
    return tuple(_live_group(each, marks) for each in _rows(_GROUPS, data))


def read_group(data: object, *, marks: Marks) -> LiveGroup:
    """Return the one live group of an answer."""
    return _live_group(_one(_GROUPS, data), marks)


def _live_group(payload: GroupPayload, marks: Marks) -> LiveGroup:
    description, owned, protected = marks.split_line(payload.description or "")
    return LiveGroup(
        payload.id,
        Group(payload.name or "", description, owned=owned, protected=protected),
        author=payload.author or "",
        created=payload.created or "",
        updated=payload.updated or "",
    )


def group_body(group: Group, *, marks: Marks) -> dict[str, object]:
    """Return the body that creates or replaces the group."""
    return {"name": group.name, "description": marks.add_line(group)}


def read_account(data: object) -> Account:
    """Return the token's own account: the only one, or the one that is its own parent."""
    rows = _rows(_ACCOUNTS, data)
    own = rows if len(rows) == 1 else [each for each in rows if each.aid == each.parentaid]
    if len(own) != 1:
        message = f"cannot tell which of {len(rows)} accounts the token belongs to"
        raise ValueError(message)
    return Account(own[0].aid, own[0].name or "")


def read_jobs(data: object, *, segment_id: str = "") -> tuple[Job, ...]:
    """Return the jobs of an answer, which may be objects or bare ids (the shape is unknown).

    A job read through a segment uses that segment, whatever its own configuration says.
    """
    rows = data if isinstance(data, list) else [data]
    objects = [{"id": each} if isinstance(each, str) else each for each in rows if each]
    return tuple(_job(each, segment_id) for each in _rows(_JOBS, objects))


def _job(payload: JobPayload, segment_id: str) -> Job:
    ids = set(_segment_ids(payload.config))
    return Job(
        id=payload.id,
        name=payload.name or "",
        workflow=payload.workflow or "",
        status="deleted" if payload.deleted else payload.status or "",
        segment_ids=frozenset(ids | {segment_id} if segment_id else ids),
    )


def _segment_ids(config: object) -> Iterator[str]:
    """Yield the ids under any `segment_id` or `segment_ids` key, at any depth of the config."""
    if isinstance(config, dict):
        for key, value in config.items():
            if _SEGMENT_KEY.fullmatch(str(key)):
                values = value if isinstance(value, list) else [value]
                yield from (each for each in values if isinstance(each, str) and each)
            else:
                yield from _segment_ids(value)
    elif isinstance(config, list):
        for each in config:
            yield from _segment_ids(each)


def read_references(data: object) -> tuple[str, ...]:
    """Return the ids (or slugs) of an answer of objects, ids or slugs: the shape is unknown."""
    rows = data if isinstance(data, list) else [] if data is None else [data]
    return tuple(_reference(each) for each in rows)


def _reference(row: object) -> str:
    value = (row.get("id") or row.get("slug_name")) if isinstance(row, dict) else row
    if not isinstance(value, str) or not value:
        message = "a segment is neither an object with an id, nor an id, nor a slug"
        raise ValueError(message)
    return value


def read_size(data: object) -> int:
    """Return the one size of an answer: an object (POST) or a list of one (GET)."""
    return _one(_SIZES, data).size


def read_sizes(data: object) -> dict[str, int]:
    """Return sizes by segment id."""
    return {each.id: each.size for each in _rows(_SIZES, data) if each.id}


def read_schema_fields(data: object) -> tuple[SchemaField, ...]:
    """Return the published fields of a table."""
    return tuple(
        SchemaField(
            each.id,
            each.type or "",
            each.shortdesc or "",
            is_identifier=each.is_identifier or False,
            is_pii=each.is_pii or False,
        )
        for each in _rows(_FIELDS, data)
    )


def read_deleted(data: object, ids: Iterable[str]) -> DeletedSegments:
    """Return what became of each id. An answer without any list means that all are gone."""
    answer = DeletePayload()
    if isinstance(data, dict):
        answer = _one(_DELETES, data)
    statuses = answer.segments or []
    reasons = {each.id: each.reason or "" for each in statuses if not each.deleted}
    gone = {each.id for each in statuses if each.deleted}.union(answer.deleted or ())
    if not (reasons or gone or answer.not_deleted):
        return DeletedSegments(frozenset(ids), {})
    not_deleted = {
        each: reasons.get(each) or "the API gives no reason" for each in ids if each not in gone
    }
    return DeletedSegments(frozenset(ids) & gone, not_deleted)
