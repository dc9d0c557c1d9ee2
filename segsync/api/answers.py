"""Reads answers about accounts, their schemas and settings, references and deletes."""

from collections.abc import Collection, Mapping

from segsync.api import payloads
from segsync.api.results import DeletedSegments, SchemaField, SchemaPatch
from segsync.segment import Account

_NO_REASON = "the API gives no reason"


def read_account(data: object) -> Account:
    """Return the token's own account: the only one, or the one that is its own parent."""
    found = payloads.rows(payloads.ACCOUNTS, data)
    own = found if len(found) == 1 else [each for each in found if each.aid == each.parentaid]
    if len(own) != 1:
        message = f"cannot tell which of {len(found)} accounts the token belongs to"
        raise ValueError(message)
    return Account(own[0].aid, own[0].name or "")


def read_accounts(data: object) -> tuple[Account, ...]:
    """Return all accounts that the token reaches, its own first."""
    own = read_account(data)
    found = (Account(each.aid, each.name or "") for each in payloads.rows(payloads.ACCOUNTS, data))
    return (own, *(each for each in found if each.aid != own.aid))


def read_references(data: object) -> tuple[str, ...]:
    """Return the ids (or slugs) of an answer of objects, ids or slugs: the shape is unknown."""
    return tuple(_reference(each) for each in payloads.listed(data))


def _reference(row: object) -> str:
    value = (row.get("id") or row.get("slug_name")) if isinstance(row, dict) else row
    if not isinstance(value, str) or not value:
        message = "a segment is neither an object with an id, nor an id, nor a slug"
        raise ValueError(message)
    return value


def read_schema_fields(data: object) -> tuple[SchemaField, ...]:
    """Return the fields of a table."""
    return tuple(_schema_field(each) for each in payloads.rows(payloads.SCHEMA_FIELDS, data))


def read_schema_field(data: object) -> SchemaField:
    """Return the one field of an answer."""
    return _schema_field(payloads.one(payloads.SCHEMA_FIELDS, data))


def _schema_field(payload: payloads.SchemaFieldPayload) -> SchemaField:
    return SchemaField(
        payload.id,
        payload.type or "",
        payload.shortdesc or "",
        is_identifier=payload.is_identifier or False,
        is_pii=payload.is_pii or False,
        merge_operation=payload.mergeop or "",
    )


def read_patches(data: object) -> tuple[SchemaPatch, ...]:
    """Return the schema patches of an answer, each with all that the API says of it."""
    read = payloads.rows(payloads.PATCHES, data)
    return tuple(_patch(each, row) for each, row in zip(read, payloads.listed(data), strict=True))


def read_patch(data: object) -> SchemaPatch:
    """Return the one schema patch of an answer."""
    return _patch(payloads.one(payloads.PATCHES, data), payloads.listed(data)[0])


def _patch(payload: payloads.PatchPayload, row: Mapping[str, object]) -> SchemaPatch:
    return SchemaPatch(payload.id, payload.tag or "", payload.description or "", row)


def read_object(data: object) -> Mapping[str, object]:
    """Return the one object of an answer as it came, to be changed and sent back."""
    return payloads.one(payloads.OBJECTS, data)


def read_setting(data: object) -> object:
    """Return the value of the one setting of an answer."""
    return payloads.one(payloads.SETTINGS, data).value


def read_names(data: object) -> tuple[str, ...]:
    """Return the texts of an answer that is a list of them."""
    rows = data if isinstance(data, list) else []
    if not all(isinstance(each, str) for each in rows):
        message = "a name is no text"
        raise ValueError(message)
    return tuple(rows)


def read_text(data: object) -> str:
    """Return the text of an answer."""
    if not isinstance(data, str):
        message = "it has no text"
        raise ValueError(message)  # noqa: TRY004 (the answer is wrong, not the call)
    return data


def read_resolved(data: object) -> str:
    """Return the definition of the one segment of an answer with every INCLUDE expanded."""
    text = payloads.one(payloads.RESOLVED, data).ql_resolved
    if not text:
        message = "it has no ql_resolved"
        raise ValueError(message)
    return text


def read_deleted(data: object, ids: Collection[str]) -> DeletedSegments:
    """Return what became of each id, as far as the answer tells: gone, unless it says otherwise.

    The answer to one id is documented as a generic envelope, that to several as lists of fates;
    either may come as a list of one. What says nothing proves nothing: the caller has to look.
    """
    kept: dict[str, str] = {}
    for each in payloads.listed(data):
        if isinstance(each, dict):
            kept |= _kept(each, ids)
    return DeletedSegments(frozenset(ids) - kept.keys(), kept)


def _kept(data: dict[object, object], ids: Collection[str]) -> dict[str, str]:
    """Return why each id is not gone, as one object of an answer tells it."""
    if data.get("deleted") is False:
        fate = payloads.one(payloads.DELETE_STATUSES, data)
        # What is about none of the ids, or spells one in another way, is about all of them.
        return {
            each: fate.reason or _NO_REASON for each in ids if each == fate.id or fate.id not in ids
        }
    if not _tells_fates(data):
        return {}
    answer = payloads.one(payloads.DELETES, data)
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
