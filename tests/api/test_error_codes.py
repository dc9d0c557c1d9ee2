"""Every error code of the API, and every limit of the sandbox, becomes one typed error."""

from collections.abc import Iterator

import pytest

from segsync.api.client import Client
from segsync.errors import (
    ApiError,
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    RejectedError,
    UnavailableError,
)
from segsync.sandbox.codes import MEANINGS
from segsync.sandbox.controls import add_fault, set_switches
from segsync.sandbox.messages import Code
from segsync.sandbox.rules import unknown_fields
from segsync.sandbox.store import Store, memory_store
from segsync.sandbox.transport import SandboxTransport
from segsync.segment import Marks
from tests.laws.worlds import World
from tests.planning.build import segment
from tests.sandbox.account import SEED

BY_STATUS: dict[int, type[ApiError]] = {
    400: RejectedError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    500: UnavailableError,
}
MANAGING = "changing segments and groups needs the role v2_segment_manage"


@pytest.fixture
def store() -> Iterator[Store]:
    made = memory_store(SEED)
    yield made
    made.close()


def client_of(store: Store) -> Client:
    return Client(
        url="https://api.example.com",
        token="sandbox",
        marks=Marks(),
        transport=SandboxTransport(store),
        sleep=lambda _: None,
    )


@pytest.mark.parametrize("code", Code)
def test_a_code_of_the_api_is_told_with_its_message_and_request(store: Store, code: Code) -> None:
    add_fault(store, f"GET /v2/job {code}")
    meaning = MEANINGS[code]
    with client_of(store) as client, pytest.raises(BY_STATUS[meaning.status]) as caught:
        client.jobs()
    error = caught.value
    assert error.status == meaning.status
    assert f"{meaning.message} ({code})" in error.message
    assert error.request_id == store.requests[-1].request_id
    assert not error.ambiguous


@pytest.mark.parametrize(
    ("switch", "fields", "kind", "message"),
    [
        (
            "limit_bodies",
            {"description": "d" * 11_000_000},
            RejectedError,
            "Request body is larger than 10 MB. (BADREQ-001)",
        ),
        (
            "limit_descriptions",
            {"description": "d" * 2_000},
            RejectedError,
            "Description is longer than 1024 characters. (BADREQ-001)",
        ),
        (
            "refuse_foreign_includes",
            {"ql": "FILTER INCLUDE blog"},
            RejectedError,
            "Include Of Another Table: blog (BADREQ-001)",
        ),
        (
            "codes_by_subject",
            {"ql": "FILTER nope = 1"},
            RejectedError,
            f"{unknown_fields('user')} (SCHEMA-INVALID-018)",
        ),
        (
            "writes_need_user_tokens",
            {},
            PermissionDeniedError,
            "Not authorized: This endpoint is available only via user tokens. (FORBIDDEN-026)",
        ),
        (
            "ip_not_listed",
            {},
            PermissionDeniedError,
            f"Not authorized (FORBIDDEN-026); {MANAGING}",
        ),
    ],
)
def test_what_a_limit_refuses_is_told_and_surely_not_done(
    store: Store, switch: str, fields: dict[str, str], kind: type[ApiError], message: str
) -> None:
    set_switches(store, **{switch: True})
    with client_of(store) as client, pytest.raises(kind) as caught:
        client.create_segment(segment("fresh", **fields), group_ids={})
    assert caught.value.message == message
    assert (caught.value.ambiguous, store.writes) == (False, ())


def test_what_is_throttled_is_asked_again_when_the_api_says() -> None:
    world = World.made(SEED, switches={"limit_requests": True, "say_when_to_retry": True})
    started = world.clock.seconds()
    with world.client as client:
        for _ in range(20):
            client.groups()
    assert {each.status for each in world.store.requests} == {200, 429}
    assert world.clock.seconds() - started >= 3
