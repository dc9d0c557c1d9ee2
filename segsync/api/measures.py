"""Reads answers about how many profiles there are: sizes, their history, fields, members."""

from datetime import UTC, datetime

from segsync.api import payloads
from segsync.api.results import FieldUse, MeasuredSize, MemberPage, NumberStats, SizePoint


def read_size(data: object) -> int:
    """Return the one size of an answer: an object (POST) or a list of one (GET)."""
    return payloads.one(payloads.SIZES, data).size


def read_sizes(data: object) -> tuple[MeasuredSize, ...]:
    """Return the sizes of an answer; rows without an id are about nothing that can be named."""
    return tuple(
        MeasuredSize(each.id, each.slug_name or "", each.size, each.timestamp or "")
        for each in payloads.rows(payloads.SIZES, data)
        if each.id
    )


def read_listed_sizes(data: object) -> dict[str, int | None]:
    """Return the size of each row of a segment list by id, None where the row has none."""
    return {each.id: each.size for each in payloads.rows(payloads.LISTED_SIZES, data)}


def read_history(data: object) -> dict[str, tuple[SizePoint, ...]]:
    """Return the sizes over time by segment id, the oldest first."""
    return {
        each.id: tuple(
            sorted(
                (SizePoint(_moment(point.ts), point.value) for point in each.metrics or ()),
                key=lambda point: point.at,
            )
        )
        for each in payloads.rows(payloads.HISTORIES, data)
    }


def _moment(milliseconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
    except (OverflowError, OSError) as error:
        message = f"{milliseconds} ms is no moment"
        raise ValueError(message) from error


def read_field_uses(data: object) -> tuple[FieldUse, ...]:
    """Return how the fields of the one segment of an answer are filled."""
    (segment,) = payloads.one(payloads.FIELD_USES, data).segments or (
        payloads.SegmentFieldsPayload(),
    )
    return _uses(segment)


def read_field_uses_by_segment(data: object) -> dict[str, tuple[FieldUse, ...]]:
    """Return how the fields of each segment of an answer are filled, by its id."""
    segments = payloads.one(payloads.FIELD_USES, data).segments or ()
    return {each.id: _uses(each) for each in segments if each.id}


def _stats(payload: payloads.StatsPayload | None) -> NumberStats | None:
    if payload is None:
        return None
    return NumberStats(payload.mean, payload.sd, payload.min, payload.max, payload.n)


def _uses(segment: payloads.SegmentFieldsPayload) -> tuple[FieldUse, ...]:
    return tuple(
        FieldUse(
            each.field,
            each.ents_present or 0,
            each.ents_absent or 0,
            each.approx_cardinality,
            each.terms_counts,
            has_more_terms=each.more_terms or False,
            stats=_stats(each.stats),
            counted_at=each.last_updated or "",
        )
        for each in segment.fields or ()
    )


def read_members(data: object, next_start: object, total: object) -> MemberPage:
    """Return one page of members; each is an object, what is in it depends on the schema.

    A `total` that is no number tells nothing.
    """
    if next_start is not None and not isinstance(next_start, str):
        message = "_next is no text"
        raise ValueError(message)
    members: list[dict[str, object]] = payloads.rows(payloads.OBJECTS, data)
    return MemberPage(tuple(members), next_start or "", total if type(total) is int else None)
