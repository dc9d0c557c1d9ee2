"""Reads answers other than segments and groups: accounts, jobs, sizes, schemas, deletes."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from segsync.api import wire
from segsync.segment import Account, Job

_SEGMENT_KEY = re.compile(r"(?:.*_)?segment_?ids?", re.IGNORECASE)
# Ids are 32 hexadecimal digits (documented); the lookahead finds them within longer runs as well.
_ID = re.compile(r"(?=([0-9a-f]{32}))")
_INCLUDE = re.compile(r"include[\s`'\"\[]+([\w.-]+)")

_NO_REASON = "the API gives no reason"


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


def read_account(data: object) -> Account:
    """Return the token's own account: the only one, or the one that is its own parent."""
    found = wire.rows(wire.ACCOUNTS, data)
    own = found if len(found) == 1 else [each for each in found if each.aid == each.parentaid]
    if len(own) != 1:
        message = f"cannot tell which of {len(found)} accounts the token belongs to"
        raise ValueError(message)
    return Account(own[0].aid, own[0].name or "")


def read_jobs(data: object, *, segment_id: str = "") -> tuple[Job, ...]:
    """Return the jobs of an answer, which may be objects or bare ids (the shape is unknown).

    A job read through a segment uses that segment, whatever its own configuration says.
    """
    rows = data if isinstance(data, list) else [data]
    objects = [{"id": each} if isinstance(each, str) else each for each in rows if each]
    return tuple(_job(each, segment_id) for each in wire.rows(wire.JOBS, objects))


def _job(payload: wire.JobPayload, segment_id: str) -> Job:
    ids = set(_segment_ids(payload.config))
    return Job(
        id=payload.id,
        name=payload.name or "",
        workflow=payload.workflow or "",
        status="deleted" if payload.deleted else payload.status or "",
        segment_ids=frozenset(ids | {segment_id} if segment_id else ids),
        mentions=frozenset(
            word for text in _texts(payload.config) for word in _mentioned(text.lower())
        ),
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


def _texts(config: object) -> Iterator[str]:
    """Yield every text of a configuration, keys included, at any depth."""
    if isinstance(config, str):
        yield config
    elif isinstance(config, dict):
        for key, value in config.items():
            yield str(key)
            yield from _texts(value)
    elif isinstance(config, list):
        for each in config:
            yield from _texts(each)


def _mentioned(text: str) -> Iterator[str]:
    """Yield what in a text may name a segment: its parts between commas, ids, INCLUDEs."""
    yield from (stripped for part in text.split(",") if (stripped := part.strip()))
    yield from (each[1] for each in _ID.finditer(text))
    yield from (each[1] for each in _INCLUDE.finditer(text))


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
    return wire.one(wire.SIZES, data).size


def read_sizes(data: object) -> dict[str, int]:
    """Return sizes by segment id."""
    return {each.id: each.size for each in wire.rows(wire.SIZES, data) if each.id}


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
        for each in wire.rows(wire.FIELDS, data)
    )


def read_deleted(data: object, ids: Collection[str]) -> DeletedSegments:
    """Return what became of each id, as far as the answer tells: gone, unless it says otherwise.

    The answer to one id is documented as a generic envelope, that to several as lists of fates;
    either may come as a list of one. What says nothing proves nothing: the caller has to look.
    """
    kept: dict[str, str] = {}
    for each in data if isinstance(data, list) else [data]:
        if isinstance(each, dict):
            kept |= _kept(each, ids)
    return DeletedSegments(frozenset(ids) - kept.keys(), kept)


def _kept(data: dict[object, object], ids: Collection[str]) -> dict[str, str]:
    """Return why each id is not gone, as one object of an answer tells it."""
    if data.get("deleted") is False:
        fate = wire.one(wire.DELETE_STATUSES, data)
        # What is about none of the ids, or spells one in another way, is about all of them.
        return {
            each: fate.reason or _NO_REASON for each in ids if each == fate.id or fate.id not in ids
        }
    if not _tells_fates(data):
        return {}
    answer = wire.one(wire.DELETES, data)
    statuses = answer.segments or []
    reasons = dict.fromkeys(answer.not_deleted or (), "")
    reasons |= {each.id: each.reason or "" for each in statuses if each.id and not each.deleted}
    gone = {each.id for each in statuses if each.deleted}.union(answer.deleted or ())
    return {
        each: reasons.get(each) or _NO_REASON for each in ids if each in reasons or each not in gone
    }


def _tells_fates(data: dict[object, object]) -> bool:
    """Return whether an answer is that of a bulk delete, and not the deleted segment itself."""
    return isinstance(data.get("deleted"), list) or not data.keys().isdisjoint(
        {"not_deleted", "segments"}
    )
