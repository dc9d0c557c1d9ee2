"""Translates between the API's JSON and the vocabulary, tolerating whatever an account returned.

Every field may be missing or null; null, `[]` and missing mean the same (observed by Lytics
engineers: empty arrays come back as null). Unknown fields are ignored.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import from_json

from segsync.segment import (
    DEFAULT_KIND,
    DEFAULT_TABLE,
    Definition,
    Group,
    LiveGroup,
    LiveSegment,
    Marks,
    Segment,
)

T = TypeVar("T")

_ID_PREFIX = "id:"
_NONE: frozenset[str] = frozenset()
# Null and missing, and the two ways in which a server without an optional time writes none.
_NO_EXPIRY = frozenset({None, "", "0001-01-01T00:00:00Z"})

# Documented ("developer segments") and seen in profiles; the tag `predefined` is the surer sign.
_PREDEFINED_SLUG = re.compile(
    r"all|all_documents|connected_customer_segment"
    r"|(?:ly_|smt_|orc_|default_|anonymous_profiles).*"
)


# A validator is built when it is first used: most runs need three of them.
_LATER = ConfigDict(defer_build=True)


class _Payload(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, **_LATER)


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


class SegmentListPayload(_Payload):
    """The envelope of a segment list, so that rows are read straight from the JSON text."""

    data: list[SegmentPayload] | None = None
    status: Any = None
    message: Any = None
    request_id: Any = None
    errors: Any = None


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
    """What became of one segment of a delete."""

    id: str | None = None
    deleted: bool | None = None
    reason: str | None = None


class DeletePayload(_Payload):
    """The answer to a bulk delete (documented)."""

    deleted: list[str] | None = None
    not_deleted: list[str] | None = None
    segments: list[DeleteStatusPayload] | None = None


_SEGMENTS = TypeAdapter(list[SegmentPayload], config=_LATER)
_GROUPS = TypeAdapter(list[GroupPayload], config=_LATER)
JOBS = TypeAdapter(list[JobPayload], config=_LATER)
ACCOUNTS = TypeAdapter(list[AccountPayload], config=_LATER)
SIZES = TypeAdapter(list[SizePayload], config=_LATER)
FIELDS = TypeAdapter(list[SchemaFieldPayload], config=_LATER)
# Worker threads are the first to use these, and pydantic does not say that they may be built then.
DELETES = TypeAdapter(list[DeletePayload])
DELETE_STATUSES = TypeAdapter(list[DeleteStatusPayload])


def decode(body: bytes) -> object:
    """Return the value of a JSON text; raise ValueError when it is none."""
    return from_json(body, allow_inf_nan=False, cache_strings="keys")


def decode_segments(body: bytes) -> object:
    """Return what `decode` does, with the rows already read, which takes half the time.

    What segsync does not read, above all the `ast`, is then never built. A text that is not a
    list of segments is decoded as any other, so that the reader can say what is wrong with it.
    """
    try:
        envelope = SegmentListPayload.model_validate_json(body)
    except ValidationError:
        return decode(body)
    return {name: getattr(envelope, name) for name in envelope.model_fields_set}


def rows(adapter: TypeAdapter[list[T]], data: object) -> list[T]:
    """Return the objects of an answer: a list, a single one, or nothing for null."""
    many = data if isinstance(data, list) else [] if data is None else [data]
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
    translate = _segment_translator(marks, group_ids)
    return tuple([translate(each) for each in rows(_SEGMENTS, data) if not each.deleted])


def read_segment(data: object, *, marks: Marks, group_ids: Mapping[str, str]) -> LiveSegment | None:
    """Return the one segment of an answer: an object, or a list of one; None for a deleted one."""
    payload = one(_SEGMENTS, data)
    return None if payload.deleted else _segment_translator(marks, group_ids)(payload)


def _segment_translator(
    marks: Marks, group_ids: Mapping[str, str]
) -> Callable[[SegmentPayload], LiveSegment]:
    """Return the translation for one account. It runs thousands of times: no work twice in it."""
    owned_tag, protected_tag = marks.tag, marks.protected_tag
    names = {id_: name for name, id_ in group_ids.items()}
    strip_tags = lru_cache(marks.strip_tags)

    def translate(payload: SegmentPayload) -> LiveSegment:
        tags = frozenset(payload.tags) if payload.tags else _NONE
        groups = payload.groups
        segment = Segment(
            payload.slug_name or "",
            payload.name or "",
            Definition(payload.segment_ql or "", verbatim=True),
            payload.table or DEFAULT_TABLE,
            payload.kind or DEFAULT_KIND,
            payload.description or "",
            payload.is_public or False,
            strip_tags(tags),
            frozenset([names.get(each) or _ID_PREFIX + each for each in groups])
            if groups
            else _NONE,
            payload.save_hist or False,
            payload.schedule_exit or False,
            payload.emit_trigger or False,
            None if payload.expires_at in _NO_EXPIRY else payload.expires_at,
            owned_tag in tags,
            protected_tag in tags,
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

    return translate


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
    return tuple(_live_group(each, marks) for each in rows(_GROUPS, data))


def read_group(data: object, *, marks: Marks) -> LiveGroup:
    """Return the one live group of an answer."""
    return _live_group(one(_GROUPS, data), marks)


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
