"""Who may do what: every token, every kind of endpoint, and the addresses that are let in."""

import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from segsync.sandbox.access import TOKENS
from segsync.sandbox.errors import SandboxStateError
from segsync.sandbox.seed import Seed, load_seed
from segsync.sandbox.server import serve
from segsync.sandbox.store import Store, memory_store
from segsync.sandbox.switches import Switches
from tests.sandbox.account import SEED, Shop, client_of, store_of

EVERYTHING = ("read", "write", "jobs", "schema", "change jobs", "change schema", "change v1")
REQUESTS = {
    "read": ("GET", "/v2/segment"),
    "write": ("POST", "/v2/segment"),
    "jobs": ("GET", "/v2/job"),
    "schema": ("GET", "/v2/schema/user/field"),
    "change jobs": ("POST", "/v2/job"),
    "change schema": ("POST", "/v2/schema/user/field"),
    "change v1": ("DELETE", "/api/segment"),
}
ONLY_USERS = "Not authorized: This endpoint is available only via user tokens."


def covered(access: str, **switches: bool) -> tuple[str, ...]:
    """Return what a token may do: everything that is not answered with 403."""
    token = "sandbox" if access == "manage" else f"sandbox-{access}"
    client = client_of(store_of(Switches(**switches)), token)
    statuses = {name: client.request(*each).status_code for name, each in REQUESTS.items()}
    assert set(statuses.values()) <= {200, 400, 403}
    assert client.get("/v2/account").status_code == 200
    return tuple(name for name, status in statuses.items() if status != 403)


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        ("manage", EVERYTHING),
        ("user", EVERYTHING),
        ("marketer", ("read", "write", "jobs", "schema", "change jobs", "change v1")),
        ("view", ("read", "jobs", "schema")),
        ("editor", ("read", "write", "jobs", "schema", "change v1")),
        ("data-manager", ("read", "jobs", "schema", "change schema")),
        ("observer", ("read", "jobs", "schema")),
        ("nobody", ()),
    ],
)
def test_a_token_may_do_what_its_role_covers(access: str, expected: tuple[str, ...]) -> None:
    assert covered(access) == expected


def test_every_token_is_of_some_use_but_the_one_that_has_expired() -> None:
    for token, access in TOKENS.items():
        status = client_of(store_of(), token).get("/v2/account").status_code
        assert status == (401 if access == "expired" else 200)


def test_managing_may_not_include_viewing() -> None:
    assert covered("editor", manage_needs_view=True) == ("write", "jobs", "schema", "change v1")
    assert covered("manage", manage_needs_view=True) == EVERYTHING


def test_roles_for_segments_may_end_there() -> None:
    assert covered("view", segment_roles_only=True) == ("read",)
    assert covered("editor", segment_roles_only=True) == ("read", "write", "change v1")
    assert covered("observer", segment_roles_only=True) == ("read", "jobs", "schema")


@pytest.mark.parametrize(
    ("switches", "code", "message"),
    [
        ({}, "FORBIDDEN-026", "Not authorized"),
        (
            {"name_missing_role": True},
            "FORBIDDEN-026",
            "Not authorized: v2_segment_manage is required.",
        ),
        ({"codes_by_subject": True}, "UNAUTHORIZED-017", "Not authorized"),
    ],
)
def test_a_missing_role_is_403_in_the_envelope_of_the_version(
    switches: dict[str, bool], code: str, message: str
) -> None:
    client = client_of(store_of(Switches(**switches)), "sandbox-view")
    found = client.post("/v2/segment", json={})
    (error,) = found.json()["errors"]
    assert (found.status_code, error["code"], error["message"]) == (403, code, message)
    found = client.post("/api/segment", json={})
    assert (found.status_code, found.json()["data"], found.json()["message"]) == (
        403,
        None,
        message,
    )


def test_only_a_user_may_write_where_api_tokens_may_not() -> None:
    store = store_of(Switches(writes_need_user_tokens=True))
    body = {"name": "New", "segment_ql": "FILTER *"}
    assert client_of(store, "sandbox-user").post("/v2/segment", json=body).status_code == 201
    found = client_of(store).post("/v2/segment", json=body)
    assert (found.status_code, found.json()["errors"][0]["message"]) == (403, ONLY_USERS)


def test_an_api_token_may_make_no_token_and_a_user_is_made_none() -> None:
    found = client_of(store_of()).post("/api/auth/createtoken", json={})
    assert (found.status_code, found.json()["message"]) == (403, ONLY_USERS)
    found = client_of(store_of(), "sandbox-user").post("/api/auth/createtoken", json={})
    assert (found.status_code, found.json()["message"]) == (400, "The sandbox makes no tokens.")


@pytest.mark.parametrize("path", ["/api/query", "/api/schema/user", "/api/schema/user/email"])
def test_the_old_schema_is_not_for_accounts_with_conductor(path: str) -> None:
    found = Shop(Switches(conductor_account=True)).client.post(path, json={})
    assert (found.status_code, found.json()["message"]) == (
        405,
        "Endpoint unavailable for accounts with Conductor schema enabled.",
    )
    assert Shop().client.post(path, json={}).status_code == 404


def listed(*networks: str) -> Store:
    return memory_store(
        Seed(
            account=SEED.account,
            fields=SEED.fields,
            groups=(),
            segments=(),
            jobs=(),
            networks=networks,
        )
    )


@pytest.mark.parametrize(
    ("networks", "status"),
    [
        ((), 200),
        (("127.0.0.1",), 200),
        (("10.0.0.0/8", "127.0.0.0/8"), 200),
        (("10.0.0.0/8", "::1/128"), 403),
    ],
)
def test_only_listed_networks_are_let_in(networks: tuple[str, ...], status: int) -> None:
    store = listed(*networks)
    assert client_of(store).get("/v2/account").status_code == status
    with serve(store) as server:
        for path in ("/v2/account", "/v2/nowhere"):
            found = httpx.get(server.url + path, headers={"authorization": "sandbox"})
            assert found.status_code == (
                404 if path.endswith("where") and status == 200 else status
            )
    assert client_of(store, "wrong").get("/v2/account").status_code == 401


def test_an_address_that_is_not_listed_is_told_no_more_than_that() -> None:
    found = client_of(listed("10.0.0.0/8")).get("/v2/segment")
    (error,) = found.json()["errors"]
    assert (error["code"], error["message"]) == ("FORBIDDEN-026", "Not authorized")


def test_a_seed_may_have_tokens_of_its_own() -> None:
    seed = replace(SEED, tokens={"at.ci.secret": "observer"})
    client = client_of(store_of(seed=seed), "at.ci.secret")
    assert client.get("/v2/segment").status_code == 200
    assert client.post("/v2/segment", json={}).status_code == 403
    with pytest.raises(SandboxStateError, match="a token cannot be 'king'; it can be manage, view"):
        memory_store(replace(SEED, tokens={"at.ci.secret": "king"}))


def test_a_network_that_is_none_is_no_seed(tmp_path: Path) -> None:
    file = tmp_path / "seed.json"
    file.write_text(json.dumps({"account": {"aid": 1, "name": "A"}, "networks": ["nowhere"]}))
    with pytest.raises(SandboxStateError, match="nowhere"):
        memory_store(load_seed(file))
