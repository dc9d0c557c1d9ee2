"""Translates segments and groups between the API's JSON and the vocabulary."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from segsync.api import payloads
from segsync.api.payloads import GroupPayload, SegmentPayload, SegmentRows, one, rows
from segsync.errors import WrongAccountError
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
from segsync.value import Value

_ID_PREFIX = "id:"
# How many distinct sets of tags, or of groups, are kept while a list is read.
_MOST_SETS = 1024
# Null and missing, and the two ways in which a server without an optional time writes none.
_NO_EXPIRY = frozenset({None, "", "0001-01-01T00:00:00Z"})

# Documented ("developer segments") and seen in profiles; the tag `predefined` is the surer sign.
_PREDEFINED_SLUG = re.compile(
    r"all|all_documents|connected_customer_segment"
    r"|(?:ly_|smt_|orc_|default_|anonymous_profiles).*"
)


def group_ids(groups: Iterable[LiveGroup]) -> dict[str, str]:
    """Return the id of each group by name, without names that do not stand for one group alone."""
    known = tuple(groups)
    counts = Counter(each.group.name for each in known)
    return {
        name: each.id
        for each in known
        if counts[name := each.group.name] == 1 and not name.startswith(_ID_PREFIX)
    }


class Reading(Value, frozen=True):
    """What it takes to read segments: segsync's marks, the id of each group, the own account.

    `aid` is None as long as nobody has asked for the account.
    """

    marks: Marks
    group_ids: Mapping[str, str]
    aid: int | None = None


def read_segments(data: object, reading: Reading) -> tuple[LiveSegment, ...]:
    """Return the live segments of a list answer, without those that are marked as deleted."""
    found = data if isinstance(data, SegmentRows) else rows(payloads.SEGMENTS, data)
    _refuse_strangers(found, reading.aid)
    translate = _segment_translator(reading)
    return tuple([translate(each) for each in found if not each.deleted])


def read_segment(data: object, reading: Reading) -> LiveSegment | None:
    """Return the one segment of an answer: an object, or a list of one; None for a deleted one."""
    payload = one(payloads.SEGMENTS, data)
    _refuse_strangers([payload], reading.aid)
    return None if payload.deleted else _segment_translator(reading)(payload)


def _refuse_strangers(found: Iterable[SegmentPayload], aid: int | None) -> None:
    """Raise `WrongAccountError` for a segment of another account than the token's."""
    strangers = {number for each in found if (number := each.aid)} - {aid}
    if aid is not None and strangers:
        message = f"the answer is about account {min(strangers)}, the token belongs to {aid}"
        raise WrongAccountError(message)


class _Tags(NamedTuple):
    """What the tags of a segment say: the user's own, and what the marks among them mean."""

    own: frozenset[str]
    owned: bool
    protected: bool
    predefined: bool


def _segment_translator(reading: Reading) -> Callable[[SegmentPayload], LiveSegment]:
    """Return the translation for one account. It runs thousands of times: no work twice in it."""
    marks = reading.marks
    names = {id_: name for name, id_ in reading.group_ids.items()}

    # Many segments have the same few tags and groups: each set is made once, and shared.
    @lru_cache(_MOST_SETS)
    def read_tags(*tags: str) -> _Tags:
        own = marks.strip_tags(frozenset(tags))
        return _Tags(own, marks.tag in tags, marks.protected_tag in tags, "predefined" in tags)

    @lru_cache(_MOST_SETS)
    def read_groups(*ids: str) -> frozenset[str]:
        return frozenset([names.get(each) or _ID_PREFIX + each for each in ids])

    def translate(payload: SegmentPayload) -> LiveSegment:
        tags = read_tags(*(payload.tags or ()))
        expires_at = payload.expires_at
        segment = Segment(
            payload.slug_name or "",
            payload.name or "",
            Definition(payload.segment_ql or "", verbatim=True),
            payload.table or DEFAULT_TABLE,
            payload.kind or DEFAULT_KIND,
            payload.description or "",
            payload.is_public or False,
            tags.own,
            read_groups(*(payload.groups or ())),
            payload.save_hist or False,
            payload.schedule_exit or False,
            payload.emit_trigger or False,
            None if expires_at in _NO_EXPIRY else expires_at,
            tags.owned,
            tags.protected,
        )
        return LiveSegment(
            payload.id,
            segment,
            _untouchable(payload, predefined=tags.predefined),
            payload.author_id or "",
            payload.created or "",
            payload.updated or "",
            (payload.invalid_reason or "") if payload.invalid else None,
        )

    return translate


def _untouchable(payload: SegmentPayload, *, predefined: bool) -> str:
    if payload.kind == "managed":
        return "managed by Lytics"
    if predefined or (
        not payload.author_id and _PREDEFINED_SLUG.fullmatch(payload.slug_name or "")
    ):
        return "predefined by Lytics"
    return ""


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
    return tuple(_live_group(each, marks) for each in rows(payloads.GROUPS, data))


def read_group(data: object, *, marks: Marks) -> LiveGroup:
    """Return the one live group of an answer."""
    return _live_group(one(payloads.GROUPS, data), marks)


def _live_group(payload: GroupPayload, marks: Marks) -> LiveGroup:
    description, owned, protected = marks.split_line(payload.description or "")
    return LiveGroup(
        payload.id,
        Group(payload.name or "", description, owned=owned, protected=protected),
        author=payload.author or "",
        created=payload.created or "",
        updated=payload.updated or "",
        segment_ids=tuple(payload.segment_ids or ()),
    )


def group_body(
    group: Group, *, marks: Marks, segment_ids: Iterable[str] | None = None
) -> dict[str, object]:
    """Return the body that creates or replaces the group; None says nothing of its members."""
    body: dict[str, object] = {"name": group.name, "description": marks.add_line(group)}
    return body if segment_ids is None else body | {"segment_ids": list(segment_ids)}


def told_by_groups(
    segments: Iterable[LiveSegment], groups: Iterable[LiveGroup]
) -> tuple[LiveSegment, ...]:
    """Return the segments, each also in the groups that name it where it does not say so itself.

    Which side of the relation is authoritative is unknown, and either may show null: a segment is
    in a group when one of the two says so.
    """
    known = tuple(groups)
    names = {id_: name for name, id_ in group_ids(known).items()}
    told: dict[str, set[str]] = {}
    for group in known:
        for each in group.segment_ids:
            told.setdefault(each, set()).add(names.get(group.id, _ID_PREFIX + group.id))
    return tuple([_joined(each, told[each.id]) if each.id in told else each for each in segments])


def _joined(live: LiveSegment, more: set[str]) -> LiveSegment:
    groups = live.segment.groups
    return (
        live
        if more <= groups
        else replace(live, segment=replace(live.segment, groups=groups | more))
    )
