"""Reads what uses segments (jobs, flows, collections), wherever in it a segment is named."""

import re
from collections.abc import Iterator, Mapping

from segsync.api import payloads
from segsync.api.results import Collection, Flow, JobLogEntry
from segsync.segment import Job

_SEGMENT_KEY = re.compile(r"(?:.*_)?segment_?ids?", re.IGNORECASE)
# Ids are 32 hexadecimal digits (documented); the lookahead finds them within longer runs as well.
_ID = re.compile(r"(?=([0-9a-f]{32}))")
_INCLUDE = re.compile(r"include[\s`'\"\[]+([\w.-]+)")


def read_jobs(data: object, *, segment_id: str = "") -> tuple[Job, ...]:
    """Return the jobs of an answer, which may be objects or bare ids (the shape is unknown).

    A job read through a segment uses that segment, whatever its own configuration says.
    """
    found = (each for each in payloads.listed(data) if each)
    objects = [{"id": each} if isinstance(each, str) else each for each in found]
    return tuple(_job(each, segment_id) for each in payloads.rows(payloads.JOBS, objects))


def read_job(data: object) -> Job:
    """Return the one job of an answer."""
    return _job(payloads.one(payloads.JOBS, data), "")


def read_job_logs(data: object) -> tuple[JobLogEntry, ...]:
    """Return the entries of a log, the oldest first."""
    found = (
        JobLogEntry(
            each.job_id or "",
            each.message or "",
            each.level or "",
            each.timestamp or "",
            each.code or "",
            each.context or {},
        )
        for each in payloads.rows(payloads.JOB_LOGS, data)
    )
    return tuple(sorted(found, key=lambda entry: entry.at))


def _job(payload: payloads.JobPayload, segment_id: str) -> Job:
    ids = set(_segment_ids(payload.config))
    return Job(
        id=payload.id,
        name=payload.name or "",
        workflow=payload.workflow or "",
        status="deleted" if payload.deleted else payload.status or "",
        segment_ids=frozenset(ids | {segment_id} if segment_id else ids),
        mentions=_mentions(payload.config),
    )


def read_flows(data: object) -> tuple[Flow, ...]:
    """Return the flows of an answer; whatever they hold beyond id, name and state may name one."""
    read = payloads.rows(payloads.FLOWS, data)
    return tuple(_flow(each, row) for each, row in zip(read, payloads.listed(data), strict=True))


def read_flow(data: object) -> Flow:
    """Return the one flow of an answer."""
    return _flow(payloads.one(payloads.FLOWS, data), payloads.listed(data)[0])


def _flow(payload: payloads.FlowPayload, row: Mapping[str, object]) -> Flow:
    more = {key: row[key] for key in row if key not in payload.__struct_fields__}
    return Flow(
        id=payload.id,
        name=payload.name or "",
        # Engineers write `state`; a `status` is what other objects have.
        status=payload.state or payload.status or "",
        segment_ids=frozenset(_segment_ids(more)),
        mentions=_mentions(more),
    )


def read_collections(data: object) -> tuple[Collection, ...]:
    """Return the collections of an answer, each with its segments in order."""
    return tuple(_collection(each) for each in payloads.rows(payloads.COLLECTIONS, data))


def read_collection(data: object) -> Collection:
    """Return the one collection of an answer."""
    return _collection(payloads.one(payloads.COLLECTIONS, data))


def _collection(payload: payloads.CollectionPayload) -> Collection:
    items = sorted(payload.collection or (), key=lambda item: item.order or 0)
    ids = tuple(each.id for each in items)
    return Collection(payload.id, payload.name or "", payload.slug_name or "", ids)


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


def _mentions(config: object) -> frozenset[str]:
    return frozenset(word for text in _texts(config) for word in _mentioned(text.lower()))


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
