from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from segsync.sandbox.control_endpoints import may_control
from segsync.sandbox.server import Event, serve
from segsync.sandbox.store import Store
from segsync.sandbox.switches import meanings
from tests.sandbox.account import client_of, store_of

TOKEN = {"authorization": "sandbox"}


@pytest.fixture
def store() -> Store:
    return store_of()


@pytest.fixture
def log() -> list[Event]:
    return []


@pytest.fixture
def client(store: Store, log: list[Event]) -> Iterator[httpx.Client]:
    with serve(store, log=log.append) as server, httpx.Client(base_url=server.url) as client:
        yield client


def ask(client: httpx.Client, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401
    answer = client.request(method, f"/__sandbox__/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refusal(client: httpx.Client, method: str, path: str, body: object = None) -> tuple[int, str]:
    answer = client.request(method, f"/__sandbox__/{path}", json=body)
    return answer.status_code, answer.json()["error"]


def test_the_state_is_told_in_numbers(client: httpx.Client) -> None:
    client.post("/v2/segment", json={"name": "New", "segment_ql": "FILTER *"}, headers=TOKEN)
    ask(client, "PUT", "switches", {"sort_tags": True})
    ask(client, "POST", "faults", {"rule": "drop p=0"})
    assert ask(client, "GET", "state") == {
        "account": {"aid": 7, "name": "Test shop"},
        "kept_in": "memory",
        "now": "2026-11-02T12:00:02.000Z",
        "segments": 6,
        "groups": 2,
        "jobs": 2,
        "invalid_segments": 1,
        "requests": 1,
        "writes": 1,
        "switches_on": ["sort_tags"],
        "faults": 1,
    }


def test_what_controls_is_no_request_of_the_imitated_api(
    client: httpx.Client, store: Store, log: list[Event]
) -> None:
    ask(client, "POST", "faults", {"rule": "500"})
    ask(client, "GET", "state")
    assert (store.requests, log) == ((), [])


def test_switches_are_shown_with_their_meaning_and_set_by_name(client: httpx.Client) -> None:
    shown = ask(client, "GET", "switches")
    assert {each["name"]: each["meaning"] for each in shown} == meanings()
    changed = ask(client, "PUT", "switches", {"sort_tags": True, "merge_on_put": True})
    assert [each["name"] for each in changed if each["on"]] == ["merge_on_put", "sort_tags"]
    changed = ask(client, "PUT", "switches", {"merge_on_put": False})
    assert [each["name"] for each in changed if each["on"]] == ["sort_tags"]
    status, message = refusal(client, "PUT", "switches", {"nope": True})
    assert (status, message[:21]) == (400, "unknown switch 'nope'")
    found = refusal(client, "PUT", "switches", {"sort_tags": "on"})
    assert found == (400, "switch 'sort_tags' can be true or false, not \"on\"")


def test_faults_are_added_shown_with_their_counts_and_cleared(client: httpx.Client) -> None:
    added = ask(client, "POST", "faults", {"rule": "GET times=1 503"})
    assert added == {"id": "1", "rule": "GET times=1 503", "seen": 0, "struck": 0}
    assert [client.get("/v2/account", headers=TOKEN).status_code for _ in range(2)] == [503, 200]
    ask(client, "POST", "faults", {"rule": "drop p=0"})
    shown = ask(client, "GET", "faults")
    assert [(each["id"], each["seen"], each["struck"]) for each in shown] == [
        ("1", 2, 1),
        ("2", 0, 0),
    ]
    assert ask(client, "DELETE", "faults/1") == {"removed": 1}
    assert ask(client, "DELETE", "faults") == {"removed": 1}
    assert refusal(client, "DELETE", "faults/1") == (
        404,
        "the sandbox has no fault rule '1'; it has none",
    )
    status, message = refusal(client, "POST", "faults", {"rule": "explode"})
    assert (status, message[:44]) == (400, "the fault rule 'explode' cannot be used: 'ex")
    assert refusal(client, "POST", "faults", {}) == (400, 'the body needs "rule", a text')


def test_the_request_log_can_be_filtered_and_begun_anew(client: httpx.Client) -> None:
    ask(client, "POST", "faults", {"rule": "PUT 500"})
    client.get("/v2/account?key=sandbox")
    client.post("/v2/segment", json={"name": "New", "segment_ql": "FILTER *"}, headers=TOKEN)
    client.put("/v2/segment/x", json={}, headers=TOKEN)
    client.get("/v2/segment/nope", headers=TOKEN)

    def paths(query: str = "") -> list[str]:
        return [each["path"] for each in ask(client, "GET", f"requests{query}")]

    whole = ["/v2/account", "/v2/segment", "/v2/segment/x", "/v2/segment/nope"]
    assert paths() == whole
    assert paths("?method=get") == ["/v2/account", "/v2/segment/nope"]
    assert paths("?path=/v2/segment/*") == ["/v2/segment/x", "/v2/segment/nope"]
    assert paths("?status=404") == ["/v2/segment/nope"]
    assert paths("?writes=true") == ["/v2/segment"]
    assert paths("?faults=true") == ["/v2/segment/x"]
    assert paths("?limit=1&method=GET") == ["/v2/segment/nope"]
    assert paths("?writes=false&faults=false") == whole
    (write,) = ask(client, "GET", "requests?writes=true")
    assert write.keys() >= {"at", "ms", "request_id", "fault", "object_id", "status", "method"}
    assert ask(client, "DELETE", "requests") == {"removed": 4}
    assert paths() == []


def test_a_reset_forgets_everything(client: httpx.Client, store: Store) -> None:
    ask(client, "POST", "faults", {"rule": "drop p=0"})
    client.get("/v2/account", headers=TOKEN)
    state = ask(client, "POST", "reset")
    assert state["account"]["aid"] == 4242
    assert (state["faults"], state["requests"], store.requests) == (0, 0, ())


def test_the_clock_goes_forward_and_expired_segments_go(client: httpx.Client) -> None:
    fields = {"name": "Sale", "segment_ql": "FILTER *", "expires_at": "2026-11-09T00:00:00Z"}
    assert ask(client, "POST", "segments", fields)["slug_name"] == "sale"
    week = {"advance_s": 7 * 24 * 3600}
    moved = ask(client, "POST", "clock", week)
    assert (moved["now"][:10], moved["expired"]) == ("2026-11-09", ["sale"])
    assert ask(client, "GET", "clock")["now"] > moved["now"]
    assert client.get("/v2/segment/sale", headers=TOKEN).status_code == 404
    found = refusal(client, "POST", "clock", {"advance_s": -1})
    assert found == (400, "the clock of a sandbox goes only forward, so not by -1 seconds")
    found = refusal(client, "POST", "clock", {"advance_s": True})
    assert found == (400, 'the body needs "advance_s", a number of seconds')


def test_a_snapshot_holds_the_account_and_no_token(client: httpx.Client) -> None:
    snapshot = ask(client, "GET", "snapshot")
    assert [each["slug_name"] for each in snapshot["segment"]][-2:] == ["active", "blog"]
    assert all("size" in each and "references" not in each for each in snapshot["segment"])
    assert [len(each["segment_ids"] or ()) for each in snapshot["group"]] == [1, 0]
    assert snapshot.keys().isdisjoint({"token", "fault", "lag", "clock", "switches"})


def test_objects_can_be_edited_as_in_the_user_interface(client: httpx.Client, store: Store) -> None:
    made = ask(client, "POST", "segments", {"name": "By hand", "segment_ql": "FILTER visits > 1"})
    assert (made["slug_name"], made["author_id"]) == ("by_hand", "someone.in.the.ui")
    edited = ask(client, "PATCH", "segments/by_hand", {"slug_name": "hand", "tags": ["ui"]})
    assert (edited["id"], edited["slug_name"], edited["tags"]) == (made["id"], "hand", ["ui"])
    assert ask(client, "GET", "segments/hand") == edited
    assert ask(client, "DELETE", "segments/hand") == {"removed": 1}
    group = ask(client, "PATCH", "groups/Empty", {"name": "Full", "description": "D"})
    assert (group["name"], group["description"], group["segment_ids"]) == ("Full", "D", None)
    assert store.writes == ()


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("GET", "nope", None, (404, "Not found.")),
        ("PUT", "state", {}, (405, "Method not allowed.")),
        ("GET", "segments/nope", None, (404, "the sandbox has no segment 'nope'")),
        ("PATCH", "segments/nope", {}, (404, "the sandbox has no segment 'nope'")),
        ("DELETE", "segments/nope", None, (404, "the sandbox has no segment 'nope'")),
        ("PATCH", "groups/Nope", {}, (404, "the sandbox has no group 'Nope'")),
        (
            "PATCH",
            "groups/Empty",
            {"id": "1"},
            (400, "a group has a name and a description, both text"),
        ),
        ("POST", "segments", {"name": "A"}, (400, "Invalid filter QL statement.")),
        ("POST", "segments", [1], (400, "Request body must be a JSON object.")),
        (
            "POST",
            "segments",
            {"nam": "A"},
            (400, "there is no field 'nam' to set; did you mean 'name'?"),
        ),
        (
            "PATCH",
            "segments/known",
            {"id": "1"},
            (400, "there is no field 'id' to set; it would be ignored"),
        ),
        ("GET", "requests?limit=x", None, (400, "limit needs a whole number from 1, not 'x'")),
        ("GET", "requests?limit=0", None, (400, "limit needs a whole number from 1, not '0'")),
        ("GET", "requests?status=OK", None, (400, "status needs a whole number from 1, not 'OK'")),
        ("GET", "requests?writes=1", None, (400, "writes can be true or false, not '1'")),
        (
            "GET",
            "requests?codes=404",
            None,
            (
                400,
                "the log has no filter 'codes'; it has method, path, status, writes, faults, limit",
            ),
        ),
    ],
)
def test_what_cannot_be_done_is_told(
    client: httpx.Client, method: str, path: str, body: object, expected: tuple[int, str]
) -> None:
    assert refusal(client, method, path, body) == expected


@pytest.mark.parametrize(
    ("peer", "headers", "may"),
    [
        ("127.0.0.1", {"host": "127.0.0.1:8484"}, True),
        ("127.0.0.1", {"host": "localhost"}, True),
        ("::1", {"host": "[::1]:8484"}, True),
        ("127.0.0.1", {"host": "127.0.0.1:8484", "origin": "http://127.0.0.1:8484"}, True),
        ("127.0.0.1", {"host": "127.0.0.1:8484", "origin": "https://evil.example"}, False),
        ("127.0.0.1", {"host": "127.0.0.1:8484", "origin": "null"}, False),
        ("127.0.0.1", {"host": "rebound.example:8484"}, False),
        ("127.0.0.1", {}, False),
        ("192.0.2.7", {"host": "127.0.0.1:8484"}, False),
    ],
)
def test_only_programs_of_this_machine_may_control(
    peer: str, headers: dict[str, str], *, may: bool
) -> None:
    assert may_control(peer, headers) is may


def test_a_page_of_another_site_is_refused(client: httpx.Client, store: Store) -> None:
    answer = client.post("/__sandbox__/reset", headers={"origin": "https://evil.example"})
    assert (answer.status_code, answer.content) == (403, b"")
    assert client_of(store).get("/v2/account").json()["data"][0]["aid"] == 7
