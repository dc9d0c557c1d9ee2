"""Requests and responses as plain values, and the two envelopes that answers come in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

# The sandbox keeps the account in the shapes that the API shows.
JsonObject = dict[str, Any]


class Code(StrEnum):
    """The error codes of the v2 envelope that the sandbox uses (documented as a closed set).

    Which code goes with which failure of a segment is not documented; the pairing is assumed.
    """

    UNKNOWN = "UNKNOWN-000"
    BAD_REQUEST = "BADREQ-001"
    NOT_FOUND = "NOTFOUND-003"
    TABLE_NOT_FOUND = "TABLE-NOTFOUND-009"
    INTERNAL = "INTERNAL-019"
    ACCOUNT_NOT_FOUND = "ACCOUNT-NOTFOUND-021"
    MALFORMED_JSON = "JSON-BADREQ-025"
    FORBIDDEN = "FORBIDDEN-026"


class Refusal(Exception):  # noqa: N818 - it is an answer of the API, not a fault of the program
    """The API refuses the request with this status, code and message."""

    def __init__(self, status: int, code: Code, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def refuse(message: str, *, status: int = 400, code: Code = Code.BAD_REQUEST) -> NoReturn:
    """Refuse the request, by default as one that is wrong in itself."""
    raise Refusal(status, code, message)


def refuse_unknown(message: str) -> NoReturn:
    """Refuse a request for something that the account does not have."""
    refuse(message, status=404, code=Code.NOT_FOUND)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request: decoded path segments, query pairs in order, lower-case header names."""

    method: str
    path: tuple[str, ...]
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of(cls, method: str, target: str, *, headers: Mapping[str, str], body: bytes) -> "Request":
        """Build a request from the target as it stands on the wire, for example `/v2/job?a=b`."""
        parts = urlsplit(target)
        return cls(
            method=method.upper(),
            path=tuple(unquote(part) for part in parts.path.strip("/").split("/")),
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in headers.items()},
            body=body,
        )

    @property
    def is_v1(self) -> bool:
        """Whether the answer comes in the envelope of `/api`."""
        return self.path[0] == "api"

    def parameter(self, name: str, default: str = "") -> str:
        """Return the first value of a query parameter."""
        return next((value for key, value in self.query if key == name), default)

    def flag(self, name: str) -> bool:
        """Return whether a query parameter is `true`."""
        return self.parameter(name) == "true"

    def json_object(self) -> JsonObject:
        """Return the body as a JSON object; refuse anything else."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            refuse("Request body is not valid JSON.", code=Code.MALFORMED_JSON)
        if not isinstance(value, dict):
            refuse("Request body must be a JSON object.", code=Code.MALFORMED_JSON)
        return value

    def text(self) -> str:
        """Return the body as text; refuse what is not UTF-8."""
        try:
            return self.body.decode("utf-8")
        except UnicodeDecodeError:
            refuse("Request body is not valid UTF-8.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answers, before it is put into an envelope.

    `object_id` names the object that the request changed or set in motion, and is empty when
    nothing was written. `paging` stands beside the data in the envelope of `/api`.
    """

    data: Any = None
    status: int = 200
    object_id: str = ""
    paging: Mapping[str, Any] = field(default_factory=dict)


class Ending(StrEnum):
    """How the exchange ends: with a whole answer, or with a broken connection."""

    WHOLE = "whole"
    DROP = "drop"
    RESET = "reset"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an answer is to reach the client: so many seconds later, in pieces, or not at all."""

    wait_s: float = 0.0
    drip_s: float = 0.0
    ending: Ending = Ending.WHOLE


PROMPT = Delivery()
"""At once and whole."""


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response; `object_id` as in `Answer`, for the audit, not for the wire.

    Whoever has the connection carries out `delivery`. `request_id` is that of the body. `struck`
    are the fault rules that had a part in it, in their own words.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    object_id: str = ""
    request_id: str = ""
    delivery: Delivery = PROMPT
    struck: tuple[str, ...] = ()


def success(request: Request, answer: Answer, request_id: str) -> Response:
    """Put an answer into the envelope of the API version that was asked; 204 has no body."""
    if answer.status == 204:  # noqa: PLR2004 - the status itself
        return Response(204, {}, b"", answer.object_id, request_id)
    envelope = {"data": answer.data, "status": answer.status, "request_id": request_id}
    if request.is_v1:
        envelope |= {"message": "success", **answer.paging}
    return _response(answer.status, envelope, object_id=answer.object_id)


def failure(request: Request, refusal: Refusal, request_id: str, *, at: str) -> Response:
    """Put a refusal into the envelope of the API version that was asked."""
    if request.is_v1:
        message = refusal.message
        envelope: JsonObject = {"data": None, "status": refusal.status, "message": message}
    else:
        error = {"code": refusal.code, "message": refusal.message, "level": "warn", "timestamp": at}
        envelope = {"status": refusal.status, "errors": [error]}
    return _response(refusal.status, envelope | {"request_id": request_id})


def unauthorized(message: str) -> Response:
    """Return the answer to a rejected token, given before routing and so the same everywhere."""
    return _response(401, {"message": message, "status": 401})


def with_text_status(response: Response) -> Response:
    """Return an answer of v1 whose envelope has its status as text (from a client)."""
    if not response.body:
        return response
    envelope = json.loads(response.body)
    body = json.dumps(envelope | {"status": str(response.status)}, separators=(",", ":"))
    return replace(response, body=body.encode())


def _response(status: int, envelope: JsonObject, *, object_id: str = "") -> Response:
    body = json.dumps(envelope, separators=(",", ":")).encode()
    request_id = envelope.get("request_id", "")
    return Response(status, {"content-type": "application/json"}, body, object_id, request_id)
