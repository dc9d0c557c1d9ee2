"""The API as a function: a request and the account's state give a response and a changed state.

Nothing here reads a clock, a file or a socket. A refusal is raised before anything is changed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from segsync.sandbox import account, groups, segments, v1
from segsync.sandbox.calls import Call
from segsync.sandbox.messages import (
    Answer,
    Code,
    JsonObject,
    Refusal,
    Request,
    Response,
    failure,
    refuse,
    refuse_unknown,
    success,
    unauthorized,
)
from segsync.sandbox.state import AccountState, Kind, timestamp

Endpoint = Callable[..., Answer]

VIEW = "view"
MANAGE = "manage"
EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a request meets from outside: the time in UTC, and a source of new ids."""

    now: datetime
    new_id: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint; `{}` in the pattern stands for one part of the path that is passed on."""

    method: str
    pattern: tuple[str, ...]
    endpoint: Endpoint
    writes: bool

    def arguments(self, path: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the variable parts of a path that fits, or None."""
        if len(path) != len(self.pattern):
            return None
        pairs = tuple(zip(self.pattern, path, strict=True))
        if any(part not in ("{}", found) for part, found in pairs):
            return None
        return tuple(found for part, found in pairs if part == "{}")


def _route(method: str, pattern: str, endpoint: Endpoint, *, writes: bool | None = None) -> Route:
    does_write = method != "GET" if writes is None else writes
    return Route(method, tuple(pattern.strip("/").split("/")), endpoint, does_write)


# A literal part stands before a variable one, so that a slug never hides an endpoint.
_ROUTES = (
    _route("GET", "/v2/account", account.get_account),
    _route("GET", "/v2/job", account.list_jobs),
    _route("GET", "/v2/schema/{}/field", account.list_schema_fields),
    _route("GET", "/v2/segment/group", groups.list_groups),
    _route("POST", "/v2/segment/group", groups.post_group),
    _route("PUT", "/v2/segment/group/{}", groups.put_group),
    _route("DELETE", "/v2/segment/group/{}", groups.delete_group),
    _route("GET", "/v2/segment", segments.list_segments),
    _route("POST", "/v2/segment", segments.post_segment),
    _route("POST", "/v2/segment/reevaluate", segments.reevaluate),
    _route("GET", "/v2/segment/{}", segments.get_segment),
    _route("PUT", "/v2/segment/{}", segments.put_segment),
    _route("DELETE", "/v2/segment/{}", segments.delete_segments),
    _route("POST", "/v2/segment/{}/reevaluate", segments.reevaluate),
    _route("GET", "/v2/segment/{}/ancestors", segments.ancestors),
    _route("GET", "/v2/segment/{}/jobs", segments.segment_jobs),
    _route("GET", "/api/segment", v1.list_segments),
    _route("POST", "/api/segment", v1.post_segment),
    _route("DELETE", "/api/segment", v1.delete_several),
    _route("POST", "/api/segment/validate", v1.validate, writes=False),
    _route("POST", "/api/segment/size", v1.post_size, writes=False),
    _route("GET", "/api/segment/size", v1.get_size),
    _route("GET", "/api/segment/sizes", v1.get_sizes),
    _route("GET", "/api/segment/{}", v1.get_segment),
    _route("PUT", "/api/segment/{}", v1.put_segment),
    _route("DELETE", "/api/segment/{}", v1.delete_one),
    _route("GET", "/api/segment/{}/size", v1.get_segment_size),
    _route("GET", "/api/segment/{}/sizes", v1.get_segment_size),
)


def answer(state: AccountState, request: Request, circumstances: Circumstances) -> Response:
    """Answer one request and change the state accordingly."""
    token = state.get(Kind.TOKEN, _token_text(request))
    if token is None:
        return unauthorized("Not authorized")
    if token["access"] == EXPIRED:
        return unauthorized("Expired Token")
    request_id = circumstances.new_id()
    try:
        return success(request, _dispatch(state, request, circumstances, token), request_id)
    except Refusal as refusal:
        return failure(request, refusal, request_id, at=timestamp(circumstances.now))


def _dispatch(
    state: AccountState, request: Request, circumstances: Circumstances, token: JsonObject
) -> Answer:
    route, arguments = _find(request)
    if route.writes and token["access"] == VIEW:
        refuse("Not authorized", status=403, code=Code.FORBIDDEN)
    _check_account(state, request.parameter("account_id"))
    call = Call(
        state=state,
        request=request,
        now=circumstances.now,
        new_id=circumstances.new_id,
        author=token["author"],
        switches=state.switches,
    )
    return route.endpoint(call, *arguments)


def _find(request: Request) -> tuple[Route, tuple[str, ...]]:
    fitting = [
        (route, arguments)
        for route in _ROUTES
        if (arguments := route.arguments(request.path)) is not None
    ]
    if not fitting:
        refuse_unknown("Not found.")
    for route, arguments in fitting:
        if route.method == request.method:
            return route, arguments
    return refuse("Method not allowed.", status=405)


def _token_text(request: Request) -> str:
    """Return the raw token: from the header (no `Bearer`, observed) or from the query."""
    in_query = request.parameter("access_token") or request.parameter("key")
    return request.headers.get("authorization") or in_query


def _check_account(state: AccountState, wanted: str) -> None:
    """Refuse a request for another account than the one that there is (assumed)."""
    own = state.account
    if wanted and wanted not in {own["id"], str(own["aid"])}:
        refuse("Account not found.", status=404, code=Code.ACCOUNT_NOT_FOUND)
