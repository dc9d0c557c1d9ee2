"""A sandbox account that can be meddled with on the way, and short ways to plan against it."""

import json
import re
from collections.abc import Callable
from itertools import count
from typing import Any, TypedDict, Unpack

import httpx
from msgspec.structs import replace

from segsync.api.client import Client
from segsync.applier import apply_plan
from segsync.outcome import Outcome
from segsync.plan import Action, Change, Managed, Plan, key_of, kind_of
from segsync.sandbox.edits import edit_segment
from segsync.sandbox.seed import generated
from segsync.sandbox.state import Kind as Stored
from segsync.sandbox.store import memory_store
from segsync.sandbox.switches import Switches
from segsync.sandbox.transport import SandboxTransport
from segsync.segment import Account, Definition, Group, Marks, Segment

Payload = dict[str, Any]
Meddler = Callable[[httpx.Request], httpx.Response | None]

_LONG_AGO = "2025-01-01T00:00:00.000Z"
# Plans of a few changes may include and name what nobody has made.
_SWITCHES = Switches(accept_missing_includes=True, accept_unknown_groups=True)


class MeddledAccount(httpx.BaseTransport):
    """An empty account; `meddle` may answer, or act, before the sandbox does.

    `takes` rewrites the fields of a write, as an account that ignores some of them does.
    `request_ids` has the request id of the last answer to each method.
    """

    def __init__(self) -> None:
        ids = count(1)
        self.store = memory_store(
            generated(0), switches=_SWITCHES, new_id=lambda: f"{next(ids):032x}"
        )
        self._sandbox = SandboxTransport(self.store)
        self.log: list[str] = []
        self.request_ids: dict[str, str] = {}
        self.meddle: Meddler = lambda _: None
        self.takes: Callable[[Payload], Payload] = lambda body: body

    @property
    def writes(self) -> list[str]:
        """The requests that were no reads, as `METHOD path`."""
        return [each for each in self.log if not each.startswith("GET")]

    @property
    def segments(self) -> dict[str, Payload]:
        """The segments as the sandbox has them, by id."""
        with self.store.read() as state:
            return {each["id"]: each for each in state.all(Stored.SEGMENT)}

    @property
    def groups(self) -> dict[str, Payload]:
        """The groups as the sandbox has them, by id."""
        with self.store.read() as state:
            return {each["id"]: each for each in state.all(Stored.GROUP)}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, after whoever meddles has had a turn."""
        self.log.append(f"{request.method} {request.url.path}")
        answer = self.meddle(request) or self.process(request)
        found = re.search(rb'"request_id": ?"([^"]*)"', answer.read())
        self.request_ids[request.method] = found.group(1).decode() if found else ""
        return answer

    def process(self, request: httpx.Request) -> httpx.Response:
        """Answer one request as the sandbox does, which takes the fields that it takes."""
        if not request.content:
            return self._sandbox.handle_request(request)
        body = self.takes(json.loads(request.content))
        headers = {"Authorization": request.headers["Authorization"]}
        return self._sandbox.handle_request(
            httpx.Request(request.method, request.url, headers=headers, json=body)
        )


class Scene:
    """An account, a client of it, and short ways to fill it and to plan against it."""

    def __init__(self) -> None:
        self.account = MeddledAccount()
        self.slept: list[float] = []
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
        edit_segment(self.account.store, segment.slug, created=_LONG_AGO)
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

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all segments and groups."""
        return frozenset(self.account.segments) | frozenset(self.account.groups)

    def plan(self, *changes: Change) -> Plan:
        """Return a plan of these changes."""
        return Plan(Account(1), "segsync", changes, group_ids=self.group_ids)

    def apply(self, *changes: Change) -> list[tuple[str, str]]:
        """Apply a plan of these changes in order; return result and reason or note of each."""
        outcomes = self.outcomes(*changes)
        return [(str(each.result), each.reason or each.note) for each in outcomes]

    def outcomes(self, *changes: Change) -> list[Outcome]:
        """Apply a plan of these changes in order; return what became of each."""
        applying = apply_plan(
            self.plan(*changes),
            self.client,
            known_ids=self.ids,
            parallelism=1,
            sleep=self.slept.append,
        )
        return list(applying)

    def lose_answers(self, method: str) -> None:
        """Let the account do what it is asked by this method, and break the connection then."""

        def meddle(request: httpx.Request) -> httpx.Response | None:
            if request.method != method:
                return None
            self.account.process(request)
            message = "connection lost"
            raise httpx.ReadError(message)

        self.account.meddle = meddle

    def lose_answers_and_show_late(self, method: str, object_id: str) -> None:
        """Lose answers, and show a segment as it is now until somebody has waited three times."""
        self.lose_answers(method)
        lose, old = self.account.meddle, {"data": self.account.segments[object_id], "status": 200}

        def meddle(request: httpx.Request) -> httpx.Response | None:
            if request.method == "GET" and len(self.slept) < 3:
                return httpx.Response(200, json=old)
            return lose(request)

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
    return Change(1, kind_of(about), action, key_of(about), object_id, before, after)
