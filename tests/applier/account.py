"""A small account behind httpx: it does what the API is known to do, and can be meddled with."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any, TypedDict, Unpack
from urllib.parse import unquote

import httpx

from segsync.api.client import Client
from segsync.applier import apply_plan
from segsync.applier.guards import Managed, key_of
from segsync.plan import Action, Change, Kind, Plan
from segsync.segment import Account, Definition, Group, Marks, Segment

Payload = dict[str, Any]
Meddler = Callable[[httpx.Request], httpx.Response | None]

_NOW = "2026-11-20T10:00:00.000Z"
_SOON = "2026-11-20T10:00:01.000Z"
_LONG_AGO = "2025-01-01T00:00:00.000Z"


class TinyAccount(httpx.BaseTransport):
    """Segments and groups of one account; `meddle` may answer, or act, before the account does."""

    def __init__(self) -> None:
        self.segments: dict[str, Payload] = {}
        self.groups: dict[str, Payload] = {}
        self.log: list[str] = []
        self.meddle: Meddler = lambda _: None
        self.takes: Callable[[Payload], Payload] = lambda body: body
        self._ids = count(1)

    @property
    def writes(self) -> list[str]:
        """The requests that were no reads, as `METHOD path`."""
        return [each for each in self.log if not each.startswith("GET")]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, after whoever meddles has had a turn."""
        self.log.append(f"{request.method} {request.url.path}")
        answer = self.meddle(request)
        return self.process(request) if answer is None else answer

    def process(self, request: httpx.Request) -> httpx.Response:
        """Answer one request as the API would."""
        path = unquote(request.url.path)
        body = json.loads(request.content) if request.content else {}
        if path == "/v2/segment/reevaluate":
            return _answer(None)
        if path.startswith("/v2/segment/group"):
            return self._group(request.method, path.removeprefix("/v2/segment/group")[1:], body)
        return self._segment(request.method, path.removeprefix("/v2/segment")[1:], body)

    def add_segment(self, body: Payload, *, created: str = _NOW) -> Payload:
        """Store a segment under a slug that is free, as the API does."""
        taken = {each["slug_name"] for each in self.segments.values()}
        slug, suffix = body["slug_name"], count(1)
        while slug in taken:
            slug = f"{body['slug_name']}_{next(suffix)}"
        made = {
            **self.takes(body),
            "slug_name": slug,
            "id": f"{next(self._ids):032x}",
            "author_id": "ann",
            "created": created,
            "updated": _NOW,
        }
        self.segments[made["id"]] = made
        return made

    def add_group(self, body: Payload) -> Payload:
        """Store a group."""
        made = {**self.takes(body), "id": f"{next(self._ids):032x}"}
        self.groups[made["id"]] = {"created": _NOW, "updated": _NOW, **made}
        return self.groups[made["id"]]

    def _segment(self, method: str, key: str, body: Payload) -> httpx.Response:
        found = next((s for s in self.segments.values() if key in (s["id"], s["slug_name"])), None)
        if method == "POST":
            return _answer(self.add_segment(body), status=201)
        if found is None:
            return _error(404, "not found")
        if method == "DELETE":
            del self.segments[found["id"]]
            return _answer(None)
        if method == "PUT":
            if any(
                each["slug_name"] == body["slug_name"] and each is not found
                for each in self.segments.values()
            ):
                return _error(400, "Slug is already used.")
            found.update(self.takes(body), updated=_SOON)
        return _answer(found)

    def _group(self, method: str, key: str, body: Payload) -> httpx.Response:
        if method == "POST":
            return _answer(self.add_group(body), status=201)
        if method == "GET":
            return _answer(list(self.groups.values()))
        if key not in self.groups:
            return _error(404, "not found")
        if method == "DELETE":
            del self.groups[key]
            return _answer(None)
        self.groups[key].update(self.takes(body), updated=_SOON)
        return _answer(self.groups[key])


class Scene:
    """An account, a client of it, and short ways to fill it and to plan against it."""

    def __init__(self) -> None:
        self.account = TinyAccount()
        self.client = Client(
            url="https://api.example.com",
            token="sandbox",
            marks=Marks(),
            transport=self.account,
            sleep=lambda _: None,
        )

    def has(self, segment: Segment) -> str:
        """Put a segment into the account, made long ago, and return its id."""
        made = self.client.create_segment(segment, group_ids=self.group_ids)
        self.account.segments[made.id]["created"] = _LONG_AGO
        self.account.log.clear()
        return made.id

    def has_group(self, group: Group) -> str:
        """Put a group into the account and return its id."""
        made = self.client.create_group(group)
        self.account.log.clear()
        return made.id

    @property
    def group_ids(self) -> dict[str, str]:
        """The ids of the groups by name."""
        return {each["name"]: each["id"] for each in self.account.groups.values()}

    def plan(self, *changes: Change) -> Plan:
        """Return a plan of these changes."""
        return Plan(Account(1), "segsync", changes, group_ids=self.group_ids)

    def apply(self, *changes: Change) -> list[tuple[str, str]]:
        """Apply a plan of these changes in order; return result and reason or note of each."""
        outcomes = apply_plan(self.plan(*changes), self.client, parallelism=1)
        return [(str(each.result), each.reason or each.note) for each in outcomes]

    def lose_answers(self, method: str) -> None:
        """Let the account do what it is asked by this method, and break the connection then."""

        def meddle(request: httpx.Request) -> httpx.Response | None:
            if request.method != method:
                return None
            self.account.process(request)
            message = "connection lost"
            raise httpx.ReadError(message)

        self.account.meddle = meddle

    def lose_requests(self, method: str) -> None:
        """Break the connection before the account has seen a request of this method."""

        def meddle(request: httpx.Request) -> httpx.Response | None:
            if request.method != method:
                return None
            message = "connection lost"
            raise httpx.ReadError(message)

        self.account.meddle = meddle


class SegmentFields(TypedDict, total=False):
    """What a test may set on a segment."""

    name: str
    table: str
    description: str
    is_public: bool
    tags: frozenset[str]
    groups: frozenset[str]
    expires_at: str | None
    owned: bool
    protected: bool


class ChangeFields(TypedDict, total=False):
    """What a test may set on a change."""

    number: int
    action: Action
    waits_for: frozenset[int]
    bridge: bool


def a_segment(
    slug: str = "buyers", ql: str = "FILTER visits > 3", **fields: Unpack[SegmentFields]
) -> Segment:
    """Return an owned segment."""
    plain = Segment(slug, slug.title(), Definition(ql), owned=True)
    return replace(plain, **fields)


def create(after: Managed, **fields: Unpack[ChangeFields]) -> Change:
    """Return the change that makes an object."""
    return replace(_change(Action.CREATE, after, after=after), **fields)


def update(
    object_id: str, before: Managed, after: Managed, **fields: Unpack[ChangeFields]
) -> Change:
    """Return the change that makes one into the other; not always called an update."""
    plain = _change(Action.UPDATE, after, object_id=object_id, before=before, after=after)
    return replace(plain, **fields)


def delete(object_id: str, before: Managed, **fields: Unpack[ChangeFields]) -> Change:
    """Return the change that removes an object."""
    return replace(_change(Action.DELETE, before, object_id=object_id, before=before), **fields)


def _change(
    action: Action,
    about: Managed,
    *,
    object_id: str | None = None,
    before: Managed | None = None,
    after: Managed | None = None,
) -> Change:
    kind = Kind.SEGMENT if isinstance(about, Segment) else Kind.GROUP
    return Change(1, kind, action, key_of(about), object_id, before, after)


def _answer(data: object, *, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json={"data": data, "status": status, "request_id": "req-1"})


def _error(status: int, message: str) -> httpx.Response:
    errors = [{"code": "BADREQ-001", "message": message}]
    return httpx.Response(status, json={"status": status, "errors": errors, "request_id": "req-2"})
