"""Where a contract test runs: the sandbox in two ways and with switches, recordings, an account."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import count
from uuid import uuid4

import httpx

from segsync.sandbox.controls import for_a_while
from segsync.sandbox.seed import Seed
from segsync.sandbox.server import serve
from segsync.sandbox.store import Store, memory_store
from segsync.sandbox.transport import SandboxTransport
from tests.contract.cassettes import BASES, Origin, origins, path_of, played, recorded
from tests.contract.scrub import PREFIX, Scrubber
from tests.contract.world import Json, World

_TOKEN = "sandbox"
_PAUSE_S = 0.25
_PATIENCE_S = 60.0
_SEED = Seed(
    account={"aid": 4242, "name": "Contract"},
    fields={
        "user": [
            {"id": "_uids", "type": "[]string", "shortdesc": "Cookies", "is_identifier": True},
            {"id": "_num_aliases", "type": "int", "shortdesc": "Number of identifiers"},
        ],
        "content": [{"id": "_hash", "type": "string", "shortdesc": "Key of a document"}],
    },
    groups=({"name": "Lifecycle", "description": "Somebody else's."},),
    segments=(
        {
            "slug_name": "all",
            "name": "All Users",
            "segment_ql": "FILTER *",
            "tags": ["default", "predefined"],
            "is_public": True,
        },
        {
            "slug_name": "connected_customer_segment",
            "name": "Connected customers",
            "segment_ql": "FILTER _forceinvalidsegmentfield = 1",
            "kind": "aspect",
            "tags": ["default", "predefined"],
        },
        {
            "slug_name": "all_documents",
            "name": "All Documents",
            "segment_ql": "FILTER *",
            "table": "content",
            "tags": ["default", "predefined"],
        },
    ),
    jobs=({"name": "Export", "workflow": "ads", "status": "running", "segments": ["all"]},),
    flows=({"name": "Welcome", "status": "draft", "entry": "all"},),
    population={"profiles": 300, "seed": 1},
)


class Way(StrEnum):
    """How the account is reached."""

    IN_PROCESS = "in process"
    OVER_HTTP = "over HTTP"
    PLAYED = "played"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class Place:
    """A way to an account, whose account it is, and the switches that are on in a sandbox."""

    way: Way
    origin: Origin = Origin.SANDBOX
    switches: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the name that stands in the id of a test."""
        if self.switches:
            return "+".join(self.switches)
        is_served = self.way in (Way.IN_PROCESS, Way.OVER_HTTP)
        return str(self.way) if is_served else f"{self.way} {self.origin}"


def places(*, name: str, record: Origin | None, sandbox_only: bool) -> tuple[Place, ...]:
    """Return where a test runs: where there is a recording of it, that is played too."""
    if record is not None:
        return () if sandbox_only else (Place(Way.RECORDED, record),)
    recordings = [each for each in origins() if path_of(each, name).exists()]
    return (
        Place(Way.IN_PROCESS),
        Place(Way.OVER_HTTP),
        *(Place(Way.PLAYED, each) for each in recordings),
    )


class RealAccountError(Exception):
    """The account to record is not named, or the token is not that of the account named."""


@dataclass
class Accounts:
    """The accounts of a test session, opened when they are first needed."""

    run: str = field(default_factory=lambda: uuid4().hex[:8])
    _open: ExitStack = field(default_factory=ExitStack)
    _clients: dict[Way, httpx.Client] = field(default_factory=dict)
    _stores: dict[Way, Store] = field(default_factory=dict)

    def close(self) -> None:
        """Stop the server and close the connections."""
        self._open.close()

    @contextmanager
    def world(self, place: Place, name: str) -> Iterator[World]:
        """Give a namespace of its own in the account of a place, and remove what is left in it."""
        client = self._client(place)
        run = f"{PREFIX}{self.run}_" if place.way is Way.RECORDED else PREFIX
        world = World(client, f"{run}{_short(name)}_")
        token = client.headers["authorization"]
        scrubber = Scrubber(
            run, token if place.origin is Origin.LYTICS else "", BASES[place.origin]
        )
        if place.way is Way.PLAYED:
            with played(place.origin, name, scrubber):
                yield world
            return
        try:
            if place.way is Way.RECORDED:
                if place.origin is Origin.SANDBOX:
                    # A recording repeats to the letter, because its clock does.
                    self._store(place.way).clock = _Ticking()
                with recorded(place.origin, name, scrubber):
                    yield world
            elif place.switches:
                switches = dict.fromkeys(place.switches, True)
                with for_a_while(self._store(place.way), switches=switches):
                    yield world
            else:
                yield world
        finally:
            if place.way is Way.RECORDED:
                world.clean_up()
            else:
                self._store(place.way).reset(seed=_SEED)

    def _client(self, place: Place) -> httpx.Client:
        key = place.way
        if key not in self._clients:
            self._clients[key] = self._open.enter_context(self._connect(place))
        client = self._clients[key]
        if place.way is Way.PLAYED:
            client.base_url = httpx.URL(BASES[place.origin])
        return client

    def _connect(self, place: Place) -> httpx.Client:
        headers = {"authorization": _TOKEN}
        match place:
            case Place(way=Way.IN_PROCESS):
                transport = SandboxTransport(self._store(place.way))
                return httpx.Client(
                    transport=transport, base_url=BASES[Origin.SANDBOX], headers=headers
                )
            case Place(way=Way.PLAYED):
                # The certificates of this machine, which nobody needs here, take long to load.
                return httpx.Client(verify=False, headers=headers)  # noqa: S501
            case Place(origin=Origin.LYTICS):
                return real_client(os.environ)
            case _:
                server = self._open.enter_context(serve(self._store(place.way)))
                return httpx.Client(base_url=server.url, headers=headers, verify=False)  # noqa: S501

    def _store(self, way: Way) -> Store:
        if way not in self._stores:
            self._stores[way] = memory_store(_SEED)
            self._open.callback(self._stores[way].close)
        return self._stores[way]


def real_client(environment: Mapping[str, str]) -> httpx.Client:
    """Return a slow client for the account that the environment names twice, by token and number.

    Raises RealAccountError when one is missing or they do not belong together.
    """
    token, aid = environment.get("LYTICS_API_TOKEN"), environment.get("LYTICS_CONTRACT_AID")
    if not token or not aid:
        message = (
            "set LYTICS_API_TOKEN to a token that may manage segments, and LYTICS_CONTRACT_AID to "
            "the number of the account in which the tests may make segments and groups"
        )
        raise RealAccountError(message)
    url = environment.get("LYTICS_API_URL", BASES[Origin.LYTICS])
    headers = {"authorization": token}
    with httpx.Client(base_url=url, headers=headers, timeout=_PATIENCE_S) as client:
        own = _own_aid(client.get("/v2/account").raise_for_status().json()["data"])
    if str(own) != aid:
        message = f"the token is that of account {own}, and LYTICS_CONTRACT_AID says {aid}"
        raise RealAccountError(message)
    return httpx.Client(transport=_Unhurried(), base_url=url, headers=headers, timeout=_PATIENCE_S)


def _own_aid(rows: list[Json]) -> object:
    """Return the number of the token's own account: of several, it is its own parent."""
    own = rows if len(rows) == 1 else [each for each in rows if each["aid"] == each["parentaid"]]
    return own[0]["aid"]


class _Unhurried(httpx.BaseTransport):
    """Sends at most four requests a second."""

    def __init__(self) -> None:
        self._transport = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        time.sleep(_PAUSE_S)
        return self._transport.handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def _short(name: str) -> str:
    """Return a name of a test that leaves room in a slug: it may have 64 characters."""
    return "".join(word[0] for word in name.split("_")) + str(sum(name.encode()))


class _Ticking:
    """A clock that goes on by a second each time it is looked at."""

    def __init__(self) -> None:
        self._seconds = count()

    def __call__(self) -> datetime:
        """Return the next second."""
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=next(self._seconds))
