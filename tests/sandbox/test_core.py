import httpx
import pytest

from segsync.sandbox.core import Circumstances, answer
from segsync.sandbox.messages import Request
from segsync.sandbox.seed import plant
from segsync.sandbox.state import AccountState, Kind
from segsync.sandbox.switches import Switches
from tests.sandbox.account import NOON, SEED, Shop, client_of, counted_ids, store_of


def test_a_request_is_answered_without_any_store() -> None:
    state = AccountState()
    plant(state, SEED, now=NOON)
    state.put(Kind.SWITCHES, {"id": "switches", **Switches().as_dict()})
    state.take_changes()
    request = Request.of("GET", "/v2/segment/known", headers={"Authorization": "sandbox"}, body=b"")

    response = answer(state, request, Circumstances(now=NOON, new_id=counted_ids()))

    assert response.status == 200
    assert state.take_changes() == {}


def test_v2_success_has_data_status_and_request_id() -> None:
    body = Shop().client.get("/v2/job").json()
    assert body.keys() == {"data", "status", "request_id"}
    assert (body["status"], len(body["request_id"])) == (200, 32)


def test_v1_success_says_so() -> None:
    body = Shop().client.get("/api/segment/known").json()
    assert body.keys() == {"data", "status", "message", "request_id"}
    assert body["message"] == "success"


def test_v2_refusal_carries_a_code_a_message_and_a_level() -> None:
    found = Shop().client.get("/v2/segment/nobody")
    assert found.status_code == 404
    body = found.json()
    assert body.keys() == {"status", "errors", "request_id"}
    (error,) = body["errors"]
    assert error.pop("timestamp").endswith("Z")
    assert error == {"code": "NOTFOUND-003", "message": "Segment not found.", "level": "warn"}


def test_v1_refusal_has_null_data_and_a_message() -> None:
    body = Shop().client.get("/api/segment/nobody").json()
    del body["request_id"]
    assert body == {"data": None, "status": 404, "message": "Segment not found."}


@pytest.mark.parametrize("path", ["/v2/segment", "/api/segment", "/nowhere"])
@pytest.mark.parametrize("token", ["", "wrong", "Bearer sandbox"])
def test_a_rejected_token_is_answered_before_routing_and_in_one_shape(
    path: str, token: str
) -> None:
    found = client_of(store_of(), token).get(path)
    assert found.status_code == 401
    assert found.json() == {"message": "Not authorized", "status": 401}


def test_an_expired_token_is_told_so() -> None:
    found = client_of(store_of(), "sandbox-expired").get("/v2/segment")
    assert found.json() == {"message": "Expired Token", "status": 401}


@pytest.mark.parametrize("name", ["access_token", "key"])
def test_the_token_may_stand_in_the_query(name: str) -> None:
    client = client_of(store_of(), "")
    assert client.get("/v2/account", params={name: "sandbox"}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v2/segment"),
        ("PUT", "/v2/segment/x"),
        ("DELETE", "/v2/segment/x"),
        ("POST", "/v2/segment/reevaluate"),
        ("POST", "/v2/segment/group"),
        ("DELETE", "/api/segment"),
    ],
)
def test_a_view_token_may_not_write(method: str, path: str) -> None:
    found = client_of(store_of(), "sandbox-view").request(method, path)
    assert found.status_code == 403
    assert "Not authorized" in found.text


def test_a_view_token_may_read_and_ask() -> None:
    client = client_of(store_of(), "sandbox-view")
    assert client.get("/v2/segment").status_code == 200
    assert client.post("/api/segment/size", content="FILTER *").status_code == 200


@pytest.mark.parametrize("path", ["/", "/v2", "/v2/segmen", "/v2/segment/a/b/c", "/v2/flow"])
def test_an_unknown_path_is_not_found(path: str) -> None:
    assert Shop().refusal("GET", path) == (404, "NOTFOUND-003", "Not found.")


@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", "/v2/segment"), ("GET", "/v2/segment/group/1")]
)
def test_a_wrong_method_is_not_allowed(method: str, path: str) -> None:
    assert Shop().refusal(method, path) == (405, "BADREQ-001", "Method not allowed.")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "Request body is not valid JSON."),
        (b"\xff", "Request body is not valid JSON."),
        (b"[" * 100_000, "Request body is not valid JSON."),
        (b"[]", "Request body must be a JSON object."),
        (b'{"name": 5}', "Field name has the wrong type."),
        (b'{"tags": [5]}', "Field tags has the wrong type."),
        (b'{"is_public": "yes"}', "Field is_public has the wrong type."),
        (b'{"expires_at": "soon"}', "Field expires_at is not an RFC 3339 time."),
        (b'{"expires_at": "2027-01-01"}', "Field expires_at is not an RFC 3339 time."),
    ],
)
def test_a_malformed_body_has_its_own_code(body: bytes, message: str) -> None:
    answer = Shop().client.post("/v2/segment", content=body)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"], error["message"]) == (
        400,
        "JSON-BADREQ-025",
        message,
    )


def test_text_that_is_not_utf_8_is_refused() -> None:
    answer = Shop().client.post("/api/segment/validate", content=b"\xff")
    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "Request body is not valid UTF-8.",
    )


def test_account_id_must_name_the_own_account() -> None:
    shop = Shop()
    (own,) = shop.get("/v2/account")
    for name in (own["id"], "7"):
        assert shop.slugs(account_id=name)
    assert shop.refusal("GET", "/v2/segment?account_id=8") == (
        404,
        "ACCOUNT-NOTFOUND-021",
        "Account not found.",
    )


def test_meta_stands_beside_the_data_of_v2_when_it_is_switched_on() -> None:
    client = Shop(Switches(show_meta=True)).client
    assert isinstance(client.get("/v2/account").json()["_meta"], dict)
    assert "_meta" not in client.get("/v2/nope").json()
    assert "_meta" not in client.get("/api/segment").json()


def test_path_parts_are_decoded() -> None:
    assert Shop().get("/v2/segment/%6Bnown")["slug_name"] == "known"


def test_the_host_does_not_matter_in_process() -> None:
    client = Shop().client
    assert client.get(httpx.URL("http://elsewhere.example/v2/account")).status_code == 200
