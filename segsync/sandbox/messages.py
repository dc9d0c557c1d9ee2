"""Requests and responses as plain values, and the two envelopes that answers come in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Any, NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

# The sandbox keeps the account in the shapes that the API shows.
JsonObject = dict[str, Any]

LOOPBACK = "127.0.0.1"
"""The address that whoever calls in the same process is said to have."""


class Code(StrEnum):
    """The error codes of the v2 envelope (documented as a closed set).

    Which code goes with which failure of a segment is not documented; the pairing is assumed, and
    `codes` says for each code what makes the sandbox answer it.
    """

    UNKNOWN = "UNKNOWN-000"
    BAD_REQUEST = "BADREQ-001"
    JOB_BAD_REQUEST = "JOB-BADREQ-002"
    NOT_FOUND = "NOTFOUND-003"
    JOB_NOT_FOUND = "JOB-NOTFOUND-004"
    WORKFLOW_NOT_FOUND = "WF-NOTFOUND-005"
    AUTH_NOT_FOUND = "AUTH-NOTFOUND-006"
    AUTH_TYPE_NOT_FOUND = "AUTHTYPE-NOTFOUND-007"
    AUTH_BAD_REQUEST = "AUTH-BADREQ-008"
    TABLE_NOT_FOUND = "TABLE-NOTFOUND-009"
    SCHEMA_NOT_FOUND = "SCHEMA-NOTFOUND-010"
    SCHEMA_VERSION_NOT_FOUND = "SCHEMAVERSION-NOTFOUND-011"
    ENTITY_NOT_FOUND = "ENTITY-NOTFOUND-012"
    QUERY_NOT_FOUND = "QUERY-NOTFOUND-013"
    STREAM_NOT_FOUND = "STREAM-NOTFOUND-014"
    PROVIDER_BAD_REQUEST = "PROVIDER-BADREQ-015"
    PROVIDER_NOT_FOUND = "PROVIDER-NOTFOUND-016"
    UNAUTHORIZED = "UNAUTHORIZED-017"
    SCHEMA_INVALID = "SCHEMA-INVALID-018"
    INTERNAL = "INTERNAL-019"
    ROUTE_RULE_NOT_FOUND = "ROUTERULE-NOTFOUND-020"
    ACCOUNT_NOT_FOUND = "ACCOUNT-NOTFOUND-021"
    JOB_FAULT = "JOB-FAULT-022"
    USER_NOT_FOUND = "USER-NOTFOUND-023"
    USER_BAD_REQUEST = "USER-BADREQ-024"
    MALFORMED_JSON = "JSON-BADREQ-025"
    FORBIDDEN = "FORBIDDEN-026"


class Refusal(Exception):  # noqa: N818 - it is an answer of the API, not a fault of the program
    """The API refuses the request with this status, code and message.

    `retry_after` is the value of that header, or "" for none.
    """

    def __init__(self, status: int, code: Code, message: str, *, retry_after: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


def refuse(message: str, *, status: int = 400, code: Code = Code.BAD_REQUEST) -> NoReturn:
    """Refuse the request, by default as one that is wrong in itself."""
    raise Refusal(status, code, message)


def refuse_unknown(message: str) -> NoReturn:
    """Refuse a request for something that the account does not have."""
    refuse(message, status=404, code=Code.NOT_FOUND)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request: decoded path segments, query pairs in order, lower-case header names.

    `peer` is the address of the caller.
    """

    method: str
    path: tuple[str, ...]
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    peer: str = LOOPBACK

    @classmethod
    def of(
        cls,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str],
        body: bytes,
        peer: str = LOOPBACK,
    ) -> "Request":
        """Build a request from the target as it stands on the wire, for example `/v2/job?a=b`."""
        parts = urlsplit(target)
        return cls(
            method=method.upper(),
            path=tuple(unquote(part) for part in parts.path.strip("/").split("/")),
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in headers.items()},
            body=body,
            peer=peer,
        )

    @property
    def is_v1(self) -> bool:
        """Whether the answer comes in the envelope of `/api`."""
        return self.path[0] == "api"

    @property
    def token(self) -> str:
        """The raw token: from the header (no `Bearer`, observed) or from the query."""
        in_query = self.parameter("access_token") or self.parameter("key")
        return self.headers.get("authorization") or in_query

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

    def at(self, now: datetime) -> "Response":
        """Return the response with the `date` of a server's clock, as every server sends it."""
        return replace(self, headers={**self.headers, "date": http_date(now)})


def http_date(moment: datetime) -> str:
    """Return a moment in UTC as headers have it."""
    return format_datetime(moment, usegmt=True)


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
    response = _response(refusal.status, envelope | {"request_id": request_id})
    if not refusal.retry_after:
        return response
    return replace(response, headers={**response.headers, "retry-after": refusal.retry_after})


def unauthorized(message: str) -> Response:
    """Return the answer to a rejected token, given before routing and so the same everywhere."""
    return _response(401, {"message": message, "status": 401})


def with_text_status(response: Response) -> Response:
    """Return an answer of v1 whose envelope has its status as text (from a client)."""
    return _with(response, {"status": str(response.status)})


def with_meta(response: Response) -> Response:
    """Return an answer of v2 with `_meta`, of which only that it is an object is documented."""
    return _with(response, {"_meta": {"anything": [None, {"at": "all"}]}})


def _with(response: Response, more: JsonObject) -> Response:
    if not response.body:
        return response
    body = json.dumps(json.loads(response.body) | more, separators=(",", ":"))
    return replace(response, body=body.encode())


def _response(status: int, envelope: JsonObject, *, object_id: str = "") -> Response:
    body = json.dumps(envelope, separators=(",", ":")).encode()
    request_id = envelope.get("request_id", "")
    return Response(status, {"content-type": "application/json"}, body, object_id, request_id)
