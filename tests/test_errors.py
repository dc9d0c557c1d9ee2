import pytest

from segsync import errors
from segsync.diagnostics import Location, error, warning
from segsync.errors import (
    ApiError,
    AuthenticationError,
    ConnectionLostError,
    ExitCode,
    InvalidInputError,
    JournalError,
    LockedError,
    MalformedAnswerError,
    NotApprovedError,
    NotAttemptedError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    RejectedError,
    SegsyncError,
    StalePlanError,
    StoppedError,
    UnavailableError,
    UnreachableError,
    UnsafePlanError,
    WrongAccountError,
)

CODES: dict[type[SegsyncError], int] = {
    SegsyncError: 1,
    InvalidInputError: 3,
    JournalError: 3,
    UnsafePlanError: 6,
    LockedError: 6,
    StalePlanError: 8,
    NotApprovedError: 130,
    ApiError: 5,
    AuthenticationError: 4,
    PermissionDeniedError: 4,
    WrongAccountError: 4,
    NotFoundError: 5,
    RejectedError: 5,
    RateLimitedError: 5,
    UnavailableError: 5,
    UnreachableError: 5,
    ConnectionLostError: 5,
    NotAttemptedError: 5,
    StoppedError: 5,
    MalformedAnswerError: 5,
}


def test_every_error_has_its_exit_code() -> None:
    assert {kind: int(kind.exit_code) for kind in CODES} == CODES
    known = {
        each
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, SegsyncError)
    }
    assert known == set(CODES)


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    drawn = {
        words[0]: int(words[1])
        for line in (errors.__doc__ or "").splitlines()
        if line.startswith(("├", "└", "│", "    ├", "    └", "    │"))
        for words in [line.lstrip("├└│─ ").split()]
    }
    assert drawn == {kind.__name__: code for kind, code in CODES.items() if code != 1}


def test_the_exit_codes_are_those_that_users_rely_on() -> None:
    assert {each.name: each.value for each in ExitCode} == {
        "OK": 0,
        "UNEXPECTED": 1,
        "CHANGES": 2,
        "INVALID_INPUT": 3,
        "AUTHENTICATION": 4,
        "UNAVAILABLE": 5,
        "REFUSED": 6,
        "PARTIAL": 7,
        "STALE": 8,
        "INTERRUPTED": 130,
    }


def test_wrong_input_carries_all_problems_and_shows_them() -> None:
    problems = [error("a", "first", at=Location("a.yaml", 1, 2)), warning("b", "second")]
    raised = InvalidInputError(problems)
    assert raised.diagnostics == tuple(problems)
    assert str(raised) == "a.yaml:1:2: error: first [a]\nwarning: second [b]"


@pytest.mark.parametrize(
    ("raised", "text"),
    [
        (ApiError("no answer"), "no answer"),
        (
            RejectedError(
                "Slug is already used.",
                method="PUT",
                path="/v2/segment/1",
                status=400,
                request_id="r1",
            ),
            "PUT /v2/segment/1: Slug is already used. (HTTP 400) [request r1]",
        ),
        (
            UnavailableError("timed out", method="POST", path="/v2/segment", ambiguous=True),
            "POST /v2/segment: timed out",
        ),
    ],
)
def test_an_api_error_says_what_was_asked_and_answered(raised: ApiError, text: str) -> None:
    assert str(raised) == text


def test_an_api_error_keeps_its_parts() -> None:
    raised = UnavailableError(
        "timed out", method="POST", path="/p", status=504, request_id="r", ambiguous=True
    )
    parts = (raised.message, raised.method, raised.path, raised.status, raised.request_id)
    assert parts == ("timed out", "POST", "/p", 504, "r")
    assert raised.ambiguous
    assert not ApiError("rejected").ambiguous
