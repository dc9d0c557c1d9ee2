"""The accounts that a sandbox starts from: the one that comes with segsync, and others."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from segsync.filterql import FilterQLSyntaxError
from segsync.sandbox.access import GRANTS, IP_LIST, TOKENS, checked_networks
from segsync.sandbox.calls import DEFAULT_TABLE
from segsync.sandbox.definitions import Definition, read_definition
from segsync.sandbox.errors import SandboxStateError
from segsync.sandbox.messages import JsonObject
from segsync.sandbox.rules import recheck_all
from segsync.sandbox.schema import FIELD_DEFAULTS
from segsync.sandbox.segment_collections import seeded
from segsync.sandbox.segment_writes import computed
from segsync.sandbox.snapshot import as_seed
from segsync.sandbox.state import REFERENCES, AccountState, Kind, timestamp

_CHAIN = 10
_GENERATED_FIELDS: list[JsonObject] = [
    {"id": "email", "type": "string", "is_identifier": True},
    {"id": "country", "type": "string"},
    {"id": "visits", "type": "int"},
]


@dataclass(frozen=True, slots=True)
class Seed:
    """An account as data: objects name each other by slug and name, and have no ids yet.

    What comes from a snapshot has ids, keeps them, and is named by them.
    `population` may say how many people the account has (`profiles`) and which (`seed`), and
    `networks` from where, as CIDRs, it may be called; without any it is from everywhere. `tokens`
    are more than those that every account has, each with the word for what it may do.
    """

    account: JsonObject
    fields: dict[str, list[JsonObject]]
    groups: tuple[JsonObject, ...]
    segments: tuple[JsonObject, ...]
    jobs: tuple[JsonObject, ...]
    flows: tuple[JsonObject, ...] = ()
    exclusions: JsonObject = field(default_factory=dict)
    collections: tuple[JsonObject, ...] = ()
    population: JsonObject = field(default_factory=dict)
    networks: tuple[str, ...] = ()
    tokens: JsonObject = field(default_factory=dict)


# A snapshot is of more than a seed can say, such as the logs of jobs, which is then left out.
_KNOWN = (*Seed.__dataclass_fields__, *(str(each) for each in Kind))


@cache
def embedded_seed() -> Seed:
    """Return the account that comes with segsync: an outfitter's shop that does not exist."""
    return load_seed(Path(__file__).with_name("seed.json"))


def load_seed(path: Path) -> Seed:
    """Read a seed or a snapshot from a JSON file; raise SandboxStateError when it is neither."""
    try:
        return _read_seed(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise _bad_seed(problem, path) from problem


def seed_of(read: Mapping[str, Any]) -> Seed:
    """Return what such a file says as a seed; raise SandboxStateError when it is none."""
    try:
        return _read_seed(read)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise _bad_seed(problem) from problem


def _read_seed(content: Mapping[str, Any]) -> Seed:
    read = as_seed(content)
    for name in read:
        if name not in _KNOWN:
            similar = get_close_matches(name, _KNOWN, n=1)
            hint = f"; did you mean {similar[0]!r}?" if similar else ""
            message = f"no seed has {name!r}{hint}"
            raise ValueError(message)
    return Seed(
        account=read["account"],
        fields=read.get("fields", {}),
        groups=tuple(read.get("groups", ())),
        segments=tuple(read.get("segments", ())),
        jobs=tuple(read.get("jobs", ())),
        flows=tuple(read.get("flows", ())),
        exclusions=read.get("exclusions", {}),
        collections=tuple(read.get("collections", ())),
        population=read.get("population", {}),
        networks=tuple(read.get("networks", ())),
        tokens=read.get("tokens", {}),
    )


def generated(count: int) -> Seed:
    """Return an account of `count` plain segments in INCLUDE chains of ten, for benchmarks."""
    return Seed(
        account={"aid": 1000, "name": "Generated"},
        fields={"user": _GENERATED_FIELDS},
        groups=(),
        segments=tuple(_generated_segment(number) for number in range(1, count + 1)),
        jobs=(),
    )


def _generated_segment(number: int) -> JsonObject:
    slug = f"bench_{number:05}"
    base = f", INCLUDE bench_{number - 1:05}" if number % _CHAIN != 1 else ""
    condition = f'AND ( visits > {number % 90}, country IN ("US", "C{number % 40}"), EXISTS email'
    return {
        "slug_name": slug,
        "name": f"Bench {number}",
        "description": f"Generated segment {number}.",
        "segment_ql": f"FILTER {condition}{base} ) FROM user ALIAS {slug}",
        "tags": ["segsync"],
        "save_hist": True,
    }


def plant(state: AccountState, seed: Seed, *, now: datetime) -> None:
    """Put a seed into an empty state: ids are derived from names, so they are always the same.

    Nothing is refused; a segment that breaks a rule is invalid from the start, as one that comes
    with every account is. Raises SandboxStateError for a seed that does not hold together.
    """
    at = timestamp(now)
    try:
        owner = _plant_account(state, seed, at)
        for group in seed.groups:
            state.put(Kind.GROUP, _group(group, owner, at))
        for segment in seed.segments:
            state.put(Kind.SEGMENT, _segment(state, segment, owner, at))
        for job in seed.jobs:
            state.put(Kind.JOB, job_row(job, owner["account_id"], at, find=_must_find(state)))
        for flow in seed.flows:
            state.put(Kind.FLOW, _flow(flow, owner["account_id"], at, find=_must_find(state)))
        for workflow, slugs in seed.exclusions.items():
            ids = [_must_find(state)(slug) for slug in slugs]
            state.put(Kind.EXCLUSION, {"id": workflow, "segment_ids": ids})
        for collection in seed.collections:
            state.put(Kind.COLLECTION, _collection(state, collection, owner, at))
    except (KeyError, TypeError, ValueError) as problem:
        raise _bad_seed(problem) from problem
    recheck_all(state)


def stable_id(kind: Kind, name: str) -> str:
    """Return 32 hexadecimal digits that depend on the kind and the name alone."""
    return blake2b(f"{kind}:{name}".encode(), digest_size=16).hexdigest()


def _plant_account(state: AccountState, seed: Seed, at: str) -> JsonObject:
    aid = seed.account["aid"]
    account_id = seed.account.get("id", stable_id(Kind.ACCOUNT, str(aid)))
    account = {"id": account_id, "aid": aid, "parentaid": aid, "name": seed.account["name"]}
    state.put(Kind.ACCOUNT, account | {"created": at, "updated": at})
    for token, access in (TOKENS | seed.tokens).items():
        if access not in GRANTS:
            message = f"a token cannot be {access!r}; it can be {', '.join(GRANTS)}"
            raise TypeError(message)
        state.put(Kind.TOKEN, {"id": token, "access": access, "author": f"{token}.token"})
    for table, fields in seed.fields.items():
        rows = [_field(each) for each in fields]
        state.put(Kind.TABLE, {"id": table, "fields": rows})
    if seed.networks:
        networks = checked_networks(seed.networks)
        state.put(Kind.SETTING, {"id": IP_LIST, "value": networks})
    if seed.population:
        state.put(Kind.POPULATION, {"id": "population", **seed.population})
    return {"aid": aid, "account_id": account_id}


def _field(given: JsonObject) -> JsonObject:
    return FIELD_DEFAULTS | given


def _group(group: JsonObject, owner: JsonObject, at: str) -> JsonObject:
    return owner | {
        "id": group.get("id", stable_id(Kind.GROUP, group["name"])),
        "created": group.get("created", at),
        "updated": group.get("updated", at),
        "author": group.get("author", ""),
        "name": group["name"],
        "description": group.get("description", ""),
    }


def _segment(state: AccountState, segment: JsonObject, owner: JsonObject, at: str) -> JsonObject:
    slug = segment["slug_name"]
    definition = _definition(segment)
    shown = {"public_name": segment.get("public_name", slug)}
    public = shown if segment.get("is_public") or "public_name" in segment else {}
    groups = [
        name if state.get(Kind.GROUP, name) else stable_id(Kind.GROUP, name)
        for name in segment.get("groups") or ()
    ]
    return (
        owner
        | {
            "id": segment.get("id", stable_id(Kind.SEGMENT, slug)),
            "slug_name": slug,
            "name": segment["name"],
            "description": segment.get("description", ""),
            "kind": segment.get("kind", "segment"),
            "table": segment.get("table") or definition.statement.table or DEFAULT_TABLE,
            "is_public": bool(segment.get("is_public")),
            "tags": segment.get("tags") or None,
            "groups": groups or None,
            "save_hist": segment.get("save_hist", True),
            "schedule_exit": segment.get("schedule_exit", False),
            "emit_trigger": segment.get("emit_trigger", False),
            "expires_at": segment.get("expires_at"),
            "author_id": segment.get("author_id", ""),
            "created": segment.get("created", at),
            "updated": segment.get("updated", at),
            "invalid": False,
            "invalid_reason": "",
        }
        | public
        | computed(definition)
    )


def job_row(job: JsonObject, account_id: str, at: str, *, find: Callable[[str], str]) -> JsonObject:
    """Return a job as the API shows it; `find` gives the id of the segment with a slug."""
    ids = [find(slug) for slug in job.get("segments", ())]
    return {
        "id": job.get("id", stable_id(Kind.JOB, f"{job['workflow']}:{job['name']}")),
        "account_id": account_id,
        "name": job["name"],
        "description": job.get("description", ""),
        "workflow": job["workflow"],
        "workflow_id": stable_id(Kind.JOB, job["workflow"]),
        "status": job.get("status", "running"),
        "created": job.get("created", at),
        "updated": job.get("updated", at),
        "user_id": "",
        "auth_ids": None,
        "config": job.get("config") or _config(ids),
        "deleted": job.get("status") == "deleted",
        "expires_at": None,
    }


def _config(ids: Iterable[str]) -> dict[str, Any]:
    """Return what a job says about its segments: `segment_id` for one, else `segment_ids`."""
    listed = list(ids)
    return {"segment_id": listed[0]} if len(listed) == 1 else {"segment_ids": listed}


def _definition(segment: JsonObject) -> Definition:
    try:
        return read_definition(segment["segment_ql"])
    except FilterQLSyntaxError as problem:
        message = f"the definition of {segment['slug_name']} cannot be read: {problem.message}"
        raise TypeError(message) from problem


def _flow(flow: JsonObject, account_id: str, at: str, *, find: Callable[[str], str]) -> JsonObject:
    """Return a flow with its references; the rest of its shape is assumed."""
    conditions = [read_definition(text) for text in flow.get("conditions", ())]
    return {
        "id": flow.get("id", stable_id(Kind.FLOW, flow["name"])),
        "account_id": account_id,
        "name": flow["name"],
        "description": flow.get("description", ""),
        "status": flow.get("status", "running"),
        "created": flow.get("created", at),
        "updated": flow.get("updated", at),
        "entry_segment_id": find(flow["entry"]),
        "delay_until_enters": [find(slug) for slug in flow.get("delay_until_enters", ())],
        "edges": [
            {"condition": each.text, REFERENCES: list(each.references)} for each in conditions
        ],
    }


def _collection(
    state: AccountState, collection: JsonObject, owner: JsonObject, at: str
) -> JsonObject:
    """Return a collection whose `segments` are named by slug, in their order."""
    ids = [_must_find(state)(slug) for slug in collection.get("segments", ())]
    items = [{"id": each, "order": order} for order, each in enumerate(ids)]
    shown = {name: value for name, value in collection.items() if name != "segments"}
    identity = {"id": stable_id(Kind.COLLECTION, collection["name"])}
    return seeded(identity | {"collection": items or None} | shown, owner, at)


def _must_find(state: AccountState) -> Callable[[str], str]:
    def find(slug: str) -> str:
        found = state.segment(slug)
        if found is None:
            raise KeyError(slug)
        segment_id: str = found["id"]
        return segment_id

    return find


def _bad_seed(problem: Exception, path: Path | None = None) -> SandboxStateError:
    where = f" in {path}" if path else ""
    why = f"it lacks {problem}" if isinstance(problem, KeyError) else str(problem)
    return SandboxStateError(f"the seed{where} is not a sandbox account: {why}")
