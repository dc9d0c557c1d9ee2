"""Tokens, envelopes and errors: what is the same for all endpoints."""

from tests.contract.facts import fact, question
from tests.contract.world import HEX_ID, Answer, World

CODES = {
    "UNKNOWN-000", "BADREQ-001", "JOB-BADREQ-002", "NOTFOUND-003", "JOB-NOTFOUND-004",
    "WF-NOTFOUND-005", "AUTH-NOTFOUND-006", "AUTHTYPE-NOTFOUND-007", "AUTH-BADREQ-008",
    "TABLE-NOTFOUND-009", "SCHEMA-NOTFOUND-010", "SCHEMAVERSION-NOTFOUND-011",
    "ENTITY-NOTFOUND-012", "QUERY-NOTFOUND-013", "STREAM-NOTFOUND-014", "PROVIDER-BADREQ-015",
    "PROVIDER-NOTFOUND-016", "UNAUTHORIZED-017", "SCHEMA-INVALID-018", "INTERNAL-019",
    "ROUTERULE-NOTFOUND-020", "ACCOUNT-NOTFOUND-021", "JOB-FAULT-022", "USER-NOTFOUND-023",
    "USER-BADREQ-024", "JSON-BADREQ-025", "FORBIDDEN-026",
}  # fmt: skip


@fact("token-in-header", confidence="observed")
def test_the_token_goes_into_the_header_as_it_is(world: World) -> None:
    """The token stands in `Authorization` as it is, without `Bearer`.

    Observed: engineers' notes, API reference and account.
    """
    assert world.ask_as({"authorization": world.token}, "/v2/account").status == 200


@fact("token-as-access-token", confidence="documented")
def test_the_token_may_be_the_query_parameter_access_token(world: World) -> None:
    """The token may stand in the query as `access_token` instead.

    Documented: v1 OpenAPI, getting started with segments.
    """
    assert world.ask_as({}, f"/v2/account?access_token={world.token}").status == 200


@fact("token-as-key", confidence="seen")
def test_the_token_may_be_the_query_parameter_key(world: World) -> None:
    """The token may stand in the query as `key` instead.

    Seen: the Go client and the TypeScript client.
    """
    assert world.ask_as({}, f"/v2/account?key={world.token}").status == 200


@fact("rejected-token-in-one-shape", confidence="observed")
def test_a_rejected_token_is_answered_alike_by_both_versions(world: World) -> None:
    """A rejected token is answered before routing: 401 in the envelope of `/api` everywhere.

    Observed: engineers' notes, API reference and tokens.
    """
    for path in ("/v2/segment", "/api/segment"):
        found = world.ask_as({"authorization": "no-such-token"}, path)
        assert found.status == 401
        assert found.body["message"] == "Not authorized"
        assert int(found.body["status"]) == 401


@fact("v2-success-envelope", confidence="observed")
def test_v2_answers_data_status_and_request_id(world: World) -> None:
    """A success of `/v2` is `data`, `status` and `request_id`, perhaps with `_meta`.

    Observed: engineers' notes, API reference; v2 OpenAPI.
    """
    body = world.get("/v2/account").body
    assert body.keys() - {"_meta"} == {"data", "status", "request_id"}
    assert body["status"] == 200
    assert body["request_id"]


@fact("v1-success-envelope", confidence="observed")
def test_v1_answers_data_status_and_message(world: World) -> None:
    """A success of `/api` has `data`, `status` and the `message` "success".

    Observed: engineers' notes, API reference; v1 OpenAPI.
    """
    body = world.get("/api/segment/all").body
    assert body.keys() >= {"data", "status", "message"}
    assert body["message"] == "success"


@fact("v2-error-envelope", confidence="observed")
def test_v2_errors_are_a_list_with_code_and_message(world: World) -> None:
    """An error of `/v2` is `status`, `errors` and `request_id`; each error has code and message.

    Observed: engineers' notes, API reference; v2 OpenAPI.
    """
    found = world.get(f"/v2/segment/{world.slug('nobody')}")
    assert found.body.keys() >= {"status", "errors", "request_id"}
    assert found.body["status"] == found.status
    assert found.body["errors"][0].keys() >= {"code", "message", "level"}


@fact("v2-error-codes", confidence="documented")
def test_v2_error_codes_are_of_a_closed_set(world: World) -> None:
    """The code of a v2 error is one of 27.

    Documented: v2 OpenAPI.
    """
    refused = [
        world.get(f"/v2/segment/{world.slug('nobody')}"),
        world.ask("POST", "/v2/segment", {"name": world.slug("empty")}),
        world.ask("POST", "/v2/segment", "{"),
    ]
    assert {each.body["errors"][0]["code"] for each in refused} <= CODES


@fact("v1-error-envelope", confidence="observed")
def test_v1_errors_have_null_data_and_a_message(world: World) -> None:
    """An error of `/api` has `data` null, `status` and `message`.

    Observed: engineers' notes, API reference; the fixtures of the Go client.
    """
    found = world.get(f"/api/segment/{world.slug('nobody')}")
    assert found.body["data"] is None
    assert int(found.body["status"]) == found.status
    assert found.body["message"]


@fact("not-found-is-404", confidence="observed")
def test_what_does_not_exist_is_404(world: World) -> None:
    """A segment that does not exist is 404 in both versions.

    Observed: engineers' notes, API reference.
    """
    assert world.get(f"/v2/segment/{world.slug('nobody')}").status == 404
    assert world.get(f"/api/segment/{world.slug('nobody')}").status == 404


@fact("bad-filterql-is-400", confidence="observed")
def test_a_definition_that_cannot_be_read_is_400(world: World) -> None:
    """A definition that cannot be parsed is 400.

    Observed: engineers' notes, API reference.
    """
    body = world.body("bad") | {"segment_ql": "FILTER AND ("}
    assert world.ask("POST", "/v2/segment", body).status == 400


@fact("account-is-a-list", confidence="observed")
def test_the_account_is_answered_as_a_list(world: World) -> None:
    """`GET /v2/account` answers a list; of several, the token's own names itself as its parent.

    Observed: engineers' notes, account.
    """
    rows = world.get("/v2/account").rows
    own = rows if len(rows) == 1 else [each for each in rows if each["aid"] == each["parentaid"]]
    assert len(own) == 1
    assert isinstance(own[0]["aid"], int)
    assert HEX_ID.fullmatch(own[0]["id"])


@fact("no-etag", confidence="documented")
def test_nothing_tells_the_version_of_a_segment(world: World) -> None:
    """There is no `ETag` and no version field: only `updated` tells of a change.

    Documented: v2 OpenAPI, by absence.
    """
    found = world.get("/v2/segment/all")
    assert "etag" not in found.headers
    assert "version" not in found.data


@question("v2-meta", number=0, answers={"no": "", "yes": "show_meta"})
def test_the_envelope_of_v2_has_meta_or_not(world: World, answer: Answer) -> None:
    """Does the envelope of `/v2` have `_meta` beside the data?

    Unknown: documented as optional, and shown by nobody.
    """
    answer("yes" if "_meta" in world.get("/v2/account").body else "no")


@question("v1-status-type", number=0, answers={"number": "", "text": "text_status"})
def test_the_status_in_the_v1_envelope_is_a_number_or_text(world: World, answer: Answer) -> None:
    """Is `status` in the envelope of `/api` a number, or text as in old answers?

    Unknown: a comment in the Go client tells of text.
    """
    status = world.get("/api/segment/all").body["status"]
    answer("text" if isinstance(status, str) else "number")


@question(
    "api-token-writes", number=32, answers={"may write": "", "403": "writes_need_user_tokens"}
)
def test_an_api_token_may_write_or_only_a_users(world: World, answer: Answer) -> None:
    """May an API token write segments, or only the token of a user?

    Unknown: some endpoints are documented for user tokens alone.
    """
    found = world.ask("POST", "/v2/segment", world.body("token"))
    assert found.ok or found.status == 403
    answer("may write" if found.ok else "403")
