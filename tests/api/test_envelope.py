import httpx
import pytest

from segsync.api.envelope import Answer, Reply, Request, open_reply
from segsync.api.secrets import Redactor
from segsync.errors import (
    ApiError,
    AuthenticationError,
    MalformedAnswerError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from tests.api.support import TOKEN, answer, refusal

READ = Request("GET", "/v2/segment", is_read=True)
WRITE = Request("POST", "/v2/segment", is_read=False)


def opened(response: httpx.Response, request: Request = READ) -> Answer:
    return open_reply(
        request, Reply(response.status_code, response.content, redactor=Redactor(TOKEN))
    )


def refused(response: httpx.Response, request: Request = READ) -> ApiError:
    with pytest.raises(ApiError) as caught:
        opened(response, request)
    return caught.value


def test_the_envelope_of_v2_holds_data_and_a_request_id() -> None:
    assert opened(answer([1], request_id="r1")) == Answer(
        200, data=[1], has_envelope=True, has_data=True, request_id="r1"
    )


def test_the_envelope_of_v1_holds_data_and_a_message() -> None:
    response = httpx.Response(200, json={"data": None, "status": 200, "message": "success"})
    assert opened(response) == Answer(200, has_envelope=True, has_data=True, message="success")


def test_the_oldest_envelope_holds_nothing_but_data() -> None:
    assert opened(httpx.Response(200, json={"data": []})) == Answer(
        200, data=[], has_envelope=True, has_data=True
    )


@pytest.mark.parametrize("response", [httpx.Response(204), httpx.Response(200, text=" \n")])
def test_a_success_may_have_no_body(response: httpx.Response) -> None:
    assert opened(response) == Answer(response.status_code)


def test_a_status_inside_may_be_text() -> None:
    assert opened(httpx.Response(200, json={"data": 1, "status": "201"})).status == 201


@pytest.mark.parametrize("status", [None, "4xx", "", -1, 0, [], "²"])
def test_a_status_inside_that_says_nothing_leaves_the_one_of_http(status: object) -> None:
    assert opened(httpx.Response(200, json={"data": 1, "status": status})).status == 200


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RejectedError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (405, RejectedError),
        (408, UnavailableError),
        (409, RejectedError),
        (422, RejectedError),
        (425, UnavailableError),
        (429, RateLimitedError),
    ],
)
def test_a_client_error_says_that_nothing_was_done(status: int, kind: type[ApiError]) -> None:
    error = refused(refusal(status, "No.", request_id="r7"), WRITE)
    assert type(error) is kind
    assert error.status == status
    assert error.request_id == "r7"
    assert not error.ambiguous
    assert str(error) == (f"POST /v2/segment: No. (BADREQ-001) (HTTP {status}) [request r7]")


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599, 600, 199])
def test_a_server_error_leaves_a_write_in_doubt(status: int) -> None:
    error = refused(refusal(status, "Oh."), WRITE)
    assert type(error) is UnavailableError
    assert error.ambiguous
    assert not refused(refusal(status, "Oh.")).ambiguous


def test_the_envelope_of_v1_says_why_in_its_message() -> None:
    response = httpx.Response(400, json={"data": None, "status": 400, "message": "Invalid"})
    assert refused(response).message == "Invalid"


def test_a_rejected_token_is_told_in_the_v1_shape_everywhere() -> None:
    error = refused(httpx.Response(401, json={"message": "Expired Token", "status": 401}))
    assert type(error) is AuthenticationError
    assert str(error) == "GET /v2/segment: Expired Token (HTTP 401)"


def test_several_errors_are_all_told() -> None:
    errors = [{"message": "one"}, {"code": "NOTFOUND-003"}, {"level": "warn"}, "odd"]
    response = httpx.Response(400, json={"status": 400, "errors": errors, "message": "x"})
    assert refused(response).message == "one; NOTFOUND-003"


def test_errors_that_say_nothing_leave_the_message() -> None:
    response = httpx.Response(400, json={"errors": [{}], "message": "x"})
    assert refused(response).message == "x"


@pytest.mark.parametrize("body", ["", "<html>", "[]", "null"])
def test_an_error_without_an_envelope_is_told_by_its_status(body: str) -> None:
    error = refused(httpx.Response(502, text=body), WRITE)
    assert str(error) == "POST /v2/segment: Bad Gateway (HTTP 502)"
    assert error.ambiguous


def test_an_error_whose_body_broke_off_is_told_by_its_status() -> None:
    with pytest.raises(NotFoundError, match=r"^GET /v2/segment: Not Found \(HTTP 404\)$"):
        open_reply(READ, Reply(404, problem="it broke off"))


def test_a_status_that_nobody_knows_is_told_as_it_is() -> None:
    assert str(refused(httpx.Response(499))) == "GET /v2/segment: unknown status (HTTP 499)"


def test_a_success_with_an_error_inside_is_that_error() -> None:
    error = refused(httpx.Response(200, json={"status": "404", "message": "gone"}))
    assert type(error) is NotFoundError
    assert error.status == 404
    inside = refused(httpx.Response(201, json={"status": 500, "message": "oh"}), WRITE)
    assert type(inside) is UnavailableError
    assert inside.ambiguous


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html>", "it is no JSON (expected value at line 1 column 1)"),
        ('{"data": [1,', "it is no JSON (EOF while parsing a value at line 1 column 12)"),
        ("[]", "it has no envelope"),
        ("{}", "it has no envelope"),
        ("7", "it has no envelope"),
    ],
)
def test_a_success_that_cannot_be_understood_leaves_a_write_in_doubt(
    body: str, reason: str
) -> None:
    response = httpx.Response(201, text=body)
    error = refused(response, WRITE)
    assert type(error) is MalformedAnswerError
    assert error.message == f"the answer is not what the API promises: {reason}"
    assert error.ambiguous
    assert not refused(response).ambiguous


def test_a_body_that_broke_off_is_no_answer() -> None:
    with pytest.raises(MalformedAnswerError, match="promises: it broke off"):
        open_reply(READ, Reply(200, problem="it broke off"))


@pytest.mark.parametrize(
    ("location", "target"),
    [
        (f"https://me:{TOKEN}@evil.test/v2?key={TOKEN}#{TOKEN}", "https://evil.test/v2"),
        (f"https://evil.test/{TOKEN}", "https://evil.test/[token]"),
        ("/login?next=1", "/login"),
        ("", "nowhere"),
        ("https://[broken", "an unreadable address"),
    ],
)
def test_a_redirect_is_refused_and_its_target_named_without_secrets(
    location: str, target: str
) -> None:
    with pytest.raises(RejectedError) as caught:
        open_reply(WRITE, Reply(302, location=location, redactor=Redactor(TOKEN)))
    assert str(caught.value) == (
        f"POST /v2/segment: the API redirects to {target}; redirects are never followed, because "
        "the token must not travel: check the URL of the account (HTTP 302)"
    )
    assert not caught.value.ambiguous


def test_a_token_that_the_server_sends_back_is_not_repeated() -> None:
    error = refused(refusal(401, f"unknown token {TOKEN}", request_id=TOKEN))
    assert str(error) == (
        "GET /v2/segment: unknown token [token] (BADREQ-001) (HTTP 401) [request [token]]"
    )


def test_how_long_the_server_wants_to_be_left_alone_is_told() -> None:
    with pytest.raises(RateLimitedError, match=r"Too Many Requests; it asks to wait 3600 s"):
        open_reply(READ, Reply(429, retry_after=3600.0))
