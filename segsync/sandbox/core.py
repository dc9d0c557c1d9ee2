"""The API as a function: a request and the account's state give a response and a changed state.

Nothing here reads a clock, a file or a socket. A refusal is raised before anything is changed.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime

from segsync.sandbox import (
    account,
    fieldinfo,
    flows,
    groups,
    jobs,
    relations,
    scan,
    schema,
    schema_patches,
    segment_collections,
    segments,
    summary,
    v1,
    v1_sizes,
)
from segsync.sandbox.access import check_address, check_role, grant_of
from segsync.sandbox.calls import Call
from segsync.sandbox.limits import check_body
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
    with_meta,
    with_text_status,
)
from segsync.sandbox.refused import change_old_schema, create_token
from segsync.sandbox.routes import find_route, route
from segsync.sandbox.second_account import child_of, entered
from segsync.sandbox.state import AccountState, Kind, timestamp
from segsync.sandbox.throttle import check_pace

_ERRORS = 400


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a request meets from outside: the time in UTC, and a source of new ids."""

    now: datetime
    new_id: Callable[[], str]


# A literal part stands before a variable one, so that a slug never hides an endpoint.
_ROUTES = (
    route("GET", "/v2/account", account.get_account),
    route("POST", "/api/auth/createtoken", create_token),
    route("POST", "/api/query", change_old_schema),
    route("POST", "/api/schema/{}", change_old_schema),
    route("POST", "/api/schema/{}/{}", change_old_schema),
    route("GET", "/v2/job", jobs.list_jobs),
    route("POST", "/v2/job", jobs.post_job),
    route("GET", "/v2/job/logs", jobs.get_logs),
    route("GET", "/v2/job/{}", jobs.get_job),
    route("POST", "/v2/job/{}", jobs.post_job),
    route("GET", "/v2/job/{}/logs", jobs.get_logs),
    route("POST", "/v2/job/{}/{}", jobs.act),
    route("GET", "/v2/job/{}/{}", jobs.get_job),
    route("PUT", "/v2/job/{}/{}", jobs.put_job),
    route("GET", "/v2/job/{}/{}/logs", jobs.get_logs),
    route("GET", "/v2/flow/ui", flows.list_flows),
    route("GET", "/v2/flow/ui/{}", flows.get_flow),
    route("POST", "/v2/flow/ui/{}", flows.post_flow),
    route("GET", "/v2/schema/patch/{}", schema_patches.list_patches),
    route("POST", "/v2/schema/patch/{}", schema_patches.post_patch),
    route("GET", "/v2/schema/patch/{}/{}", schema_patches.get_patch),
    route("DELETE", "/v2/schema/patch/{}/{}", schema_patches.delete_patch),
    route("POST", "/v2/schema/patch/{}/{}/apply", schema_patches.apply_patch),
    route("POST", "/v2/schema/patch/{}/{}/field", schema_patches.post_patch_field),
    route("POST", "/v2/schema/patch/{}/{}/field/{}", schema_patches.post_patch_field),
    route("GET", "/v2/schema/{}/field", schema.list_fields),
    route("POST", "/v2/schema/{}/field", schema.post_field),
    route("GET", "/v2/schema/{}/field/{}", schema.get_field),
    route("POST", "/v2/schema/{}/field/{}", schema.post_field),
    route("DELETE", "/v2/schema/{}/field/{}", schema.delete_field),
    route("GET", "/v2/schema/{}/fieldnames", schema.list_field_names),
    route("GET", "/v2/schema/{}/compare", schema.compare),
    route("POST", "/v2/schema/{}/publish", schema.publish),
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
    route("GET", "/api/segment/scan", scan.scan_unnamed),
    route("POST", "/api/segment/scan", scan.scan_unnamed, writes=False),
    route("GET", "/api/segment/{}", v1.get_segment),
    route("PUT", "/api/segment/{}", v1.put_segment),
    route("DELETE", "/api/segment/{}", v1.delete_one),
    route("GET", "/api/segment/{}/size", v1_sizes.get_segment_size),
    route("GET", "/api/segment/{}/sizes", v1_sizes.get_segment_size),
    route("GET", "/api/segment/{}/attribution", v1_sizes.get_history),
    route("GET", "/api/segment/{}/scan", scan.scan),
    route("GET", "/api/segment/{}/summary", summary.get_summary),
    route("GET", "/api/segmentcollection", segment_collections.list_collections),
    route("POST", "/api/segmentcollection", segment_collections.post_collection),
    route("GET", "/api/segmentcollection/{}", segment_collections.get_collection),
    route("PUT", "/api/segmentcollection/{}", segment_collections.put_collection),
    route("DELETE", "/api/segmentcollection/{}", segment_collections.delete_collection),
    route("GET", "/api/account/setting", account.list_settings),
    route("GET", "/api/account/setting/{}", account.get_setting),
)


def answer(state: AccountState, request: Request, circumstances: Circumstances) -> Response:
    """Answer one request and change the state accordingly."""
    token = state.get(Kind.TOKEN, request.token)
    if token is None:
        return unauthorized("Not authorized")
    if grant_of(token).is_expired:
        return unauthorized("Expired Token")
    request_id = circumstances.new_id()
    try:
        check_address(state, request)
        check_pace(state, circumstances.now)
        check_body(state, request)
        response = success(request, _dispatch(state, request, circumstances, token), request_id)
    except Refusal as refusal:
        response = failure(request, refusal, request_id, at=timestamp(circumstances.now))
    return _in_full(response, request, state)


def _in_full(response: Response, request: Request, state: AccountState) -> Response:
    """Return a response with what the switches add to envelopes."""
    if request.is_v1:
        return with_text_status(response) if state.switches.text_status else response
    return (
        with_meta(response) if state.switches.show_meta and response.status < _ERRORS else response
    )


def _dispatch(
    state: AccountState, request: Request, circumstances: Circumstances, token: JsonObject
) -> Answer:
    found, arguments = find_route(_ROUTES, request.method, request.path)
    switches = state.switches
    check_role(grant_of(token), request, switches, writes=found.writes)
    with _account_of(state, request.parameter("account_id")) as meant:
        call = Call(
            state=meant,
            request=request,
            now=circumstances.now,
            new_id=circumstances.new_id,
            author=token["author"],
            switches=switches,
        )
        result: Answer = found.endpoint(call, *arguments)
        return result


def _account_of(state: AccountState, wanted: str) -> AbstractContextManager[AccountState]:
    """Return the account that a request means: another one only if its token reaches it.

    That `account_id` leads there is documented; that one which is not reached is 404 is assumed.
    """
    own = state.account
    if wanted in {"", own["id"], str(own["aid"])}:
        return nullcontext(state)
    child = child_of(own)
    if state.switches.parent_token and wanted in {child["id"], str(child["aid"])}:
        return entered(state)
    return refuse("Account not found.", status=404, code=Code.ACCOUNT_NOT_FOUND)
