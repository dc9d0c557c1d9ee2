"""A small account behind the in-process transport, and short ways to ask it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx

from segsync.sandbox.seed import Seed
from segsync.sandbox.store import Store, memory_store
from segsync.sandbox.switches import Switches
from segsync.sandbox.transport import SandboxTransport

NOON = datetime(2026, 11, 2, 12, 0, 0, tzinfo=UTC)
SEED = Seed(
    account={"aid": 7, "name": "Test shop"},
    fields={
        "user": [
            {"id": "email", "type": "string", "is_identifier": True},
            {"id": "visits", "type": "int"},
            {"id": "scores", "type": "map[string]number"},
            {"id": "seen", "type": "date"},
        ],
        "content": [{"id": "path", "type": "string"}],
        "empty": [],
    },
    groups=({"name": "Lifecycle", "description": "Stages."}, {"name": "Empty"}),
    segments=(
        {
            "slug_name": "all",
            "name": "All",
            "segment_ql": "FILTER *",
            "tags": ["default", "predefined"],
            "is_public": True,
        },
        {
            "slug_name": "broken",
            "name": "Broken",
            "segment_ql": "FILTER _forceinvalidsegmentfield = 1",
            "kind": "aspect",
            "tags": ["predefined"],
        },
        {
            "slug_name": "known",
            "name": "Known",
            "segment_ql": "FILTER EXISTS email FROM user ALIAS known",
            "groups": ["Lifecycle"],
            "author_id": "ann",
            "tags": ["crm"],
            "description": "Has an address.",
        },
        {
            "slug_name": "active",
            "name": "Active",
            "segment_ql": "FILTER AND ( INCLUDE known, visits > 3 ) FROM user ALIAS active",
            "author_id": "ann",
        },
        {
            "slug_name": "blog",
            "name": "Blog",
            "segment_ql": 'FILTER path CONTAINS "blog/"',
            "table": "content",
            "author_id": "ann",
        },
    ),
    jobs=(
        {"name": "Promo", "workflow": "ads", "status": "running", "segments": ["active"]},
        {"name": "Old", "workflow": "ads", "status": "deleted", "segments": ["known", "active"]},
    ),
)


def ticking(start: datetime = NOON) -> Callable[[], datetime]:
    seconds = count()
    return lambda: start + timedelta(seconds=next(seconds))


def counted_ids() -> Callable[[], str]:
    numbers: Iterator[int] = count(1)
    return lambda: f"f{next(numbers):031x}"


def store_of(switches: Switches | None = None, *, seed: Seed = SEED) -> Store:
    return memory_store(seed, switches=switches, clock=ticking(), new_id=counted_ids())


def client_of(store: Store, token: str = "sandbox") -> httpx.Client:  # noqa: S107 - no secret
    return httpx.Client(
        transport=SandboxTransport(store),
        base_url="https://api.example",
        headers={"authorization": token},
    )


class Shop:
    """The account with a client; each method asserts the status and returns the data."""

    def __init__(self, switches: Switches | None = None, *, seed: Seed = SEED) -> None:
        self.store = store_of(switches, seed=seed)
        self.client = client_of(self.store)

    def get(self, path: str, **query: str) -> Any:  # noqa: ANN401 - whatever JSON there is
        answer = self.client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def segment(self, slug: str) -> Any:  # noqa: ANN401 - whatever JSON there is
        return self.get(f"/v2/segment/{slug}")

    def id_of(self, slug: str) -> str:
        return str(self.segment(slug)["id"])

    def create(self, **body: object) -> Any:  # noqa: ANN401 - whatever JSON there is
        answer = self.client.post("/v2/segment", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["data"]

    def put(self, slug: str, **body: object) -> Any:  # noqa: ANN401 - whatever JSON there is
        answer = self.client.put(f"/v2/segment/{self.id_of(slug)}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def refusal(self, method: str, path: str, body: object = None) -> tuple[int, str, str]:
        answer = self.client.request(method, path, json=body)
        (error,) = answer.json()["errors"]
        return answer.status_code, error["code"], error["message"]

    def slugs(self, **query: str) -> list[str]:
        return [each["slug_name"] for each in self.get("/v2/segment", **query) or ()]
