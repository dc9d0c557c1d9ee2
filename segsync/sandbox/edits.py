"""What other people do to the account meanwhile: edits past the API, for tests and demos.

They obey the rules of the API but meet none of its traps, and the audit does not count them. All
raise `LookupError` for an object that does not exist and `Refusal` where a rule forbids the edit,
or a field has a name that no segment has: a test that misspells one would prove nothing.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from segsync.sandbox.calls import Call
from segsync.sandbox.deletions import remove
from segsync.sandbox.messages import JsonObject, Request, refuse
from segsync.sandbox.seed import job_row
from segsync.sandbox.segment_writes import (
    CLIENT_FIELDS,
    create_segment,
    merged,
    update_segment,
)
from segsync.sandbox.state import AccountState, Kind, later_timestamp, timestamp
from segsync.sandbox.store import Store

SOMEBODY = "someone.in.the.ui"
"""The author of everything that is done here."""

_SERVER_FIELDS = frozenset({"author_id", "created", "updated", "invalid", "invalid_reason"})


def add_segment(store: Store, **fields: Any) -> str:  # noqa: ANN401 (values of the API's fields)
    """Create a segment and return its slug; `groups` are names."""
    _check_names(fields, CLIENT_FIELDS)
    with store.edit() as state:
        segment_id = create_segment(_call(store, state), _with_group_ids(state, fields))
        return str(_by_id(state, segment_id)["slug_name"])


def edit_segment(store: Store, slug: str, /, **fields: Any) -> None:  # noqa: ANN401
    """Change some fields of a segment and bump `updated`; `groups` are names.

    Fields that only the server sets (`invalid`, `author_id`, …) are stored as given.
    """
    _check_names(fields, CLIENT_FIELDS | _SERVER_FIELDS)
    with store.edit() as state:
        old = _by_slug(state, slug)
        client = {name: value for name, value in fields.items() if name not in _SERVER_FIELDS}
        body = merged(old, {"slug_name": slug} | _with_group_ids(state, client))
        update_segment(_call(store, state), old, body, keep_table=True)
        server = {name: value for name, value in fields.items() if name in _SERVER_FIELDS}
        state.put(Kind.SEGMENT, _by_id(state, old["id"]) | server)


def remove_segment(store: Store, slug: str) -> None:
    """Delete a segment, whatever still uses it; what included it becomes invalid."""
    with store.edit() as state:
        remove(state, _by_slug(state, slug))


def edit_group(store: Store, name: str, /, **fields: str) -> None:
    """Change name or description of a group and bump `updated`."""
    with store.edit() as state:
        group = state.get(Kind.GROUP, _group_id(state, name)) or {}
        updated = later_timestamp(store.now(state), group["updated"])
        state.put(Kind.GROUP, group | fields | {"updated": updated})


def add_job(
    store: Store, name: str, *, workflow: str, segments: tuple[str, ...], status: str = "running"
) -> None:
    """Start a job that reads the segments with these slugs."""
    job = {"name": name, "workflow": workflow, "status": status, "segments": segments}
    with store.edit() as state:
        at = timestamp(store.now(state))
        account_id = state.account["id"]
        state.put(
            Kind.JOB, job_row(job, account_id, at, find=lambda slug: _by_slug(state, slug)["id"])
        )


def _call(store: Store, state: AccountState) -> Call:
    return Call(
        state=state,
        request=Request("POST", ()),
        now=store.now(state),
        new_id=store.new_id,
        author=SOMEBODY,
        switches=state.switches,
    )


def _check_names(given: Iterable[str], known: frozenset[str]) -> None:
    for name in given:
        if name not in known:
            similar = get_close_matches(name, sorted(known), n=1, cutoff=0.7)
            hint = f"did you mean {similar[0]!r}?" if similar else "it would be ignored"
            refuse(f"there is no field {name!r} to set; {hint}")


def _by_slug(state: AccountState, slug: str) -> JsonObject:
    segment = state.segment_with_slug(slug)
    if segment is None:
        message = f"the sandbox has no segment {slug!r}"
        raise LookupError(message)
    return segment


def _by_id(state: AccountState, segment_id: str) -> JsonObject:
    return state.get(Kind.SEGMENT, segment_id) or {}


def _with_group_ids(state: AccountState, fields: JsonObject) -> JsonObject:
    if not fields.get("groups"):
        return fields
    return fields | {"groups": [_group_id(state, name) for name in fields["groups"]]}


def _group_id(state: AccountState, name: str) -> str:
    for group in state.all(Kind.GROUP):
        if group["name"] == name:
            return str(group["id"])
    message = f"the sandbox has no group {name!r}"
    raise LookupError(message)
