"""The API as a function: a request and the account's state give a response and a changed state.

Nothing here reads a clock, a file or a socket. A refusal is raised before anything is changed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from segsync.sandbox import account, fieldinfo, groups, relations, segments, v1, v1_sizes
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
    success,
    unauthorized,
    with_text_status,
)
from segsync.sandbox.routes import find_route, route
from segsync.sandbox.state import AccountState, Kind, timestamp

VIEW = "view"
MANAGE = "manage"
EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a request meets from outside: the time in UTC, and a source of new ids."""

    now: datetime
    new_id: Callable[[], str]


_USER_TOKENS_ONLY = "Not authorized: This endpoint is available only via user tokens."

# A literal part stands before a variable one, so that a slug never hides an endpoint.
_ROUTES = (
    route("GET", "/v2/account", account.get_account),
    route("GET", "/v2/job", account.list_jobs),
    route("GET", "/v2/schema/{}/field", account.list_schema_fields),
    route("GET", "/v2/flow/ui", account.list_flows),
    route("GET", "/v2/ai/prompt/segment/{}", relations.prompt),
    route("GET", "/v2/segment/group", groups.list_groups),
    route("POST", "/v2/segment/group", groups.post_group),
    route("GET", "/v2/segment/group/{}", groups.get_group),
    route("PUT", "/v2/segment/group/{}", groups.put_group),
    route("DELETE", "/v2/segment/group/{}", groups.delete_group),
    route("GET", "/v2/segment", segments.list_segments),
    route("POST", "/v2/segment", segments.post_segment),
    route("POST", "/v2/segment/exclude/{}", relations.exclude),
    route("POST", "/v2/segment/reevaluate", relations.reevaluate),
    route("GET", "/v2/segment/{}", segments.get_segment),
    route("PUT", "/v2/segment/{}", segments.put_segment),
    route("DELETE", "/v2/segment/{}", segments.delete_segments),
    route("POST", "/v2/segment/{}/reevaluate", relations.reevaluate),
    route("GET", "/v2/segment/{}/ancestors", relations.ancestors),
    route("GET", "/v2/segment/{}/jobs", relations.jobs),
    route("GET", "/api/segment", v1.list_segments),
    route("POST", "/api/segment", v1.post_segment),
    route("DELETE", "/api/segment", v1.delete_several),
    route("POST", "/api/segment/validate", v1.validate, writes=False),
    route("POST", "/api/segment/size", v1_sizes.post_size, writes=False),
    route("GET", "/api/segment/size", v1_sizes.get_size),
    route("GET", "/api/segment/sizes", v1_sizes.get_sizes),
    route("GET", "/api/segment/fieldinfo", fieldinfo.get_field_infos),
    route("GET", "/api/segment/{}/fieldinfo", fieldinfo.get_field_info),
    route("GET", "/api/segment/attribution", v1_sizes.get_histories),
    route("GET", "/api/segment/scan", v1_sizes.scan_definition),
    route("POST", "/api/segment/scan", v1_sizes.scan_definition, writes=False),
    route("GET", "/api/segment/{}", v1.get_segment),
    route("PUT", "/api/segment/{}", v1.put_segment),
    route("DELETE", "/api/segment/{}", v1.delete_one),
    route("GET", "/api/segment/{}/size", v1_sizes.get_segment_size),
    route("GET", "/api/segment/{}/sizes", v1_sizes.get_segment_size),
    route("GET", "/api/segment/{}/attribution", v1_sizes.get_history),
    route("GET", "/api/segment/{}/scan", v1_sizes.scan),
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
        response = success(request, _dispatch(state, request, circumstances, token), request_id)
    except Refusal as refusal:
        response = failure(request, refusal, request_id, at=timestamp(circumstances.now))
    return with_text_status(response) if request.is_v1 and state.switches.text_status else response


def _dispatch(
    state: AccountState, request: Request, circumstances: Circumstances, token: JsonObject
) -> Answer:
    found, arguments = find_route(_ROUTES, request.method, request.path)
    switches = state.switches
    if switches.ip_not_listed or (found.writes and token["access"] == VIEW):
        refuse("Not authorized", status=403, code=Code.FORBIDDEN)
    if found.writes and switches.writes_need_user_tokens:
        refuse(_USER_TOKENS_ONLY, status=403, code=Code.FORBIDDEN)
    _check_account(state, request.parameter("account_id"))
    call = Call(
        state=state,
        request=request,
        now=circumstances.now,
        new_id=circumstances.new_id,
        author=token["author"],
        switches=switches,
    )
    result: Answer = found.endpoint(call, *arguments)
    return result


def _token_text(request: Request) -> str:
    """Return the raw token: from the header (no `Bearer`, observed) or from the query."""
    in_query = request.parameter("access_token") or request.parameter("key")
    return request.headers.get("authorization") or in_query


def _check_account(state: AccountState, wanted: str) -> None:
    """Refuse a request for another account than the one that there is (assumed)."""
    own = state.account
    if wanted and wanted not in {own["id"], str(own["aid"])}:
        refuse("Account not found.", status=404, code=Code.ACCOUNT_NOT_FOUND)
