"""What a client gets instead of the answer that it should have had."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

from segsync.sandbox.codes import MEANINGS
from segsync.sandbox.faults.decisions import Verdict
from segsync.sandbox.faults.kinds import FaultKind
from segsync.sandbox.faults.rules import Rule
from segsync.sandbox.messages import (
    Answer,
    Code,
    Ending,
    JsonObject,
    Refusal,
    Request,
    Response,
    failure,
    http_date,
    success,
    unauthorized,
)
from segsync.sandbox.state import timestamp

_PAGE = "<html>\r\n<head><title>{0}</title></head>\r\n<body><h1>{0}</h1></body>\r\n</html>\r\n"
_MIB = 1024 * 1024
_OK = 200
_NO_CONTENT = 204
_TOO_MANY = 429
_ENDINGS = {
    FaultKind.DROP: Ending.DROP,
    FaultKind.RESET: Ending.RESET,
    FaultKind.CUT: Ending.CUT,
}
_CODES = {403: Code.FORBIDDEN, 404: Code.NOT_FOUND, _TOO_MANY: Code.UNKNOWN}
# The answers of what stands in front of a server, and so pages and not envelopes.
_GATEWAY_STATUSES = frozenset({502, 504})
_BODIES: dict[FaultKind, Callable[[bytes, int], bytes]] = {
    FaultKind.EMPTY: lambda _, __: b"",
    FaultKind.TRUNCATED: lambda body, _: body[: len(body) // 2],
    FaultKind.MALFORMED: lambda _, __: b'{"data": what you asked for, "status" 200}',
    FaultKind.HTML: lambda _, __: _PAGE.format("Please sign in").encode(),
    FaultKind.WRONG_TYPE: lambda body, _: _with_data(body, b'"unexpected"'),
    FaultKind.NULL_DATA: lambda body, _: _with_data(body, b"null"),
    FaultKind.NAN: lambda body, _: _with_data(body, b"NaN"),
    FaultKind.DUPLICATE_KEYS: lambda body, _: body[:-1] + b',"data":null}',
    FaultKind.DEEP: lambda body, levels: _with_data(body, b"[" * levels + b"]" * levels),
    FaultKind.HUGE: lambda body, size: body[:-1] + b',"padding":"' + b"x" * size * _MIB + b'"}',
    FaultKind.BAD_UTF8: lambda body, _: body[:-1] + b',"note":"\xff\xfe\xed\xa0\x80"}',
}


def spoiled(
    verdict: Verdict, request: Request, response: Response | None, *, now: datetime, request_id: str
) -> Response:
    """Return what a client gets to see under a verdict.

    `response` is the API's own, or None when the request did not reach it; then `request_id` is
    that of the answer made here. What the request wrote stays in the audit either way.
    """
    shown = response or success(request, Answer(), request_id)
    if verdict.fault is not None:
        shown = _faulty(verdict.fault, verdict, request, shown, now=now)
        object_id = response.object_id if response else ""
        shown = replace(shown, object_id=object_id, request_id=shown.request_id or request_id)
    delivery = replace(shown.delivery, wait_s=verdict.wait_s, drip_s=verdict.drip_s)
    return replace(shown, delivery=delivery, struck=verdict.struck)


def _faulty(
    rule: Rule, verdict: Verdict, request: Request, response: Response, *, now: datetime
) -> Response:
    match rule.kind:
        case FaultKind.STATUS if rule.code is not None:
            return _coded(rule.code, rule.retry_after, request, response.request_id, now=now)
        case FaultKind.STATUS:
            return _error(rule.status, rule.retry_after, request, response.request_id, now=now)
        case FaultKind.RATE:
            exact = str(math.ceil(verdict.retry_in_s))
            retry_after = exact if rule.retry_after == "exact" else rule.retry_after
            return _error(_TOO_MANY, retry_after, request, response.request_id, now=now)
        case FaultKind.REDIRECT:
            location = f"{rule.target}/{'/'.join(request.path)}"
            return Response(301, {"location": location}, b"")
        case FaultKind.DROP | FaultKind.RESET | FaultKind.CUT:
            delivery = replace(response.delivery, ending=_ENDINGS[rule.kind])
            return replace(_with_body(response), delivery=delivery)
        case _:
            whole = _with_body(response)
            kind = "text/html" if rule.kind is FaultKind.HTML else "application/json"
            body = _BODIES[rule.kind](whole.body, int(rule.amount[0]))
            return replace(whole, headers={"content-type": kind}, body=body)


def _error(
    status: int, retry_after: str | None, request: Request, request_id: str, *, now: datetime
) -> Response:
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Error"
    if status == HTTPStatus.UNAUTHORIZED:
        response = unauthorized("Not authorized")
    elif status in _GATEWAY_STATUSES:
        page = _PAGE.format(f"{status} {phrase}").encode()
        response = Response(status, {"content-type": "text/html"}, page)
    else:
        by_class = Code.BAD_REQUEST if status < HTTPStatus.INTERNAL_SERVER_ERROR else Code.INTERNAL
        refusal = Refusal(status, _CODES.get(status, by_class), phrase)
        response = failure(request, refusal, request_id, at=timestamp(now))
    return _with_retry_after(response, retry_after, now)


def _coded(
    code: Code, retry_after: str | None, request: Request, request_id: str, *, now: datetime
) -> Response:
    """Return the error with a code, as an endpoint would; a 401 too is in the envelope of v2."""
    meaning = MEANINGS[code]
    refusal = Refusal(meaning.status, code, meaning.message)
    response = failure(request, refusal, request_id, at=timestamp(now))
    return _with_retry_after(response, retry_after, now)


def _with_retry_after(response: Response, retry_after: str | None, now: datetime) -> Response:
    if retry_after is None:
        return response
    headers = {**response.headers, "retry-after": _retry_after(retry_after, now)}
    return replace(response, headers=headers)


def _retry_after(wanted: str, now: datetime) -> str:
    """Return the header's value: `date+5` is the HTTP date in five seconds, all else as it is."""
    head, _, seconds = wanted.partition("+")
    if head != "date" or not (seconds or "0").isdigit():
        return wanted
    return http_date(now + timedelta(seconds=int(seconds or "0")))


def _with_body(response: Response) -> Response:
    """Return an answer that has a body, to be spoiled: 204 has none."""
    if response.status != _NO_CONTENT:
        return response
    envelope: JsonObject = {"data": None, "status": _OK, "request_id": response.request_id}
    body = json.dumps(envelope, separators=(",", ":")).encode()
    headers = {"content-type": "application/json"}
    return replace(response, status=_OK, headers=headers, body=body)


def _with_data(body: bytes, data: bytes) -> bytes:
    """Return the envelope with other data; an envelope of an error has data then, too."""
    envelope = {name: value for name, value in json.loads(body).items() if name != "data"}
    return b'{"data":' + data + b"," + json.dumps(envelope, separators=(",", ":")).encode()[1:]
