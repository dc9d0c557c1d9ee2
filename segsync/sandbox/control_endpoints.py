"""The endpoints under `/__sandbox__`: state, switches, faults, requests, clock and edits, as JSON.

The prefix itself is the status page, as HTML. They are the sandbox's own and no part of the
imitated API: no token, no envelope, no audit.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from fnmatch import fnmatchcase
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from segsync.sandbox import controls, edits
from segsync.sandbox.faults.decisions import Standing
from segsync.sandbox.faults.rules import FaultRuleError
from segsync.sandbox.messages import JsonObject, Refusal, Request, Response, refuse
from segsync.sandbox.requestlog import AuditEntry
from segsync.sandbox.routes import find_route, route
from segsync.sandbox.sizes import Sizes
from segsync.sandbox.state import Kind, timestamp
from segsync.sandbox.store import Store
from segsync.sandbox.switches import meanings
from segsync.sandbox.views import show_group, show_segment

PREFIX = "__sandbox__"

_COUNTED = (Kind.SEGMENT, Kind.GROUP, Kind.JOB)
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_NUMBERS = frozenset({"status", "limit"})
_FLAGS = frozenset({"writes", "faults"})
_FILTERS = ("method", "path", "status", "writes", "faults", "limit")
# What a snapshot leaves out: it is no part of the account that a client sees.
_INTERNAL = frozenset(
    {Kind.TOKEN, Kind.FAULT, Kind.LAG, Kind.CLOCK, Kind.SWITCHES, Kind.CHILD, Kind.SCAN}
)


def may_control(peer: str, headers: Mapping[str, str]) -> bool:
    """Return whether a request may use these endpoints: only programs on this machine may.

    A page of some other site that runs in a browser here may not either: it says so in `Origin`,
    or it reaches us by a name of its own in `Host`.
    """
    host = urlsplit(f"//{headers.get('host', '')}")
    origin = headers.get("origin")
    return (
        ip_address(peer).is_loopback
        and host.hostname in _LOCAL_NAMES
        and origin in (None, f"http://{host.netloc}")
    )


def control(store: Store, request: Request) -> Response:
    """Answer a request for one of these endpoints."""
    try:
        found, arguments = find_route(_ROUTES, request.method, request.path)
        result = found.endpoint(store, request, *arguments)
        return result if isinstance(result, Response) else _json(result)
    except Refusal as refusal:
        return _json({"error": refusal.message}, status=refusal.status)
    except LookupError as problem:
        return _json({"error": str(problem.args[0])}, status=404)
    except (FaultRuleError, ValueError, TypeError) as problem:
        return _json({"error": str(problem)}, status=400)


def _json(value: object, *, status: int = 200) -> Response:
    body = json.dumps(value, indent=2, ensure_ascii=False).encode(errors="replace") + b"\n"
    return Response(status, {"content-type": "application/json; charset=utf-8"}, body)


def _get_page(store: Store, _: Request) -> Response:
    from segsync.sandbox.page import page  # noqa: PLC0415 - only a browser asks for it

    return Response(200, page.HEADERS, page.status_page(store).encode(errors="replace"))


def _get_state(store: Store, _: Request) -> JsonObject:
    with store.read() as state:
        return {
            "account": {"aid": state.account["aid"], "name": state.account["name"]},
            "kept_in": store.place,
            "now": timestamp(store.now(state)),
            **{f"{kind}s": sum(1 for _ in state.all(kind)) for kind in _COUNTED},
            "invalid_segments": sum(each["invalid"] for each in state.all(Kind.SEGMENT)),
            "requests": len(store.requests),
            "writes": len(store.writes),
            "switches_on": [name for name, on in state.switches.as_dict().items() if on],
            "faults": sum(1 for _ in state.all(Kind.FAULT)),
        }


def _get_switches(store: Store, _: Request) -> list[JsonObject]:
    with store.read() as state:
        on = state.switches.as_dict()
    return [{"name": name, "on": on[name], "meaning": text} for name, text in meanings().items()]


def _put_switches(store: Store, request: Request) -> list[JsonObject]:
    values = request.json_object()
    for name, value in values.items():
        if not isinstance(value, bool):
            refuse(f"switch {name!r} can be true or false, not {json.dumps(value)}")
    controls.set_switches(store, **values)
    return _get_switches(store, request)


def _get_faults(store: Store, _: Request) -> list[JsonObject]:
    return [_shown_fault(each) for each in controls.faults(store)]


def _post_fault(store: Store, request: Request) -> JsonObject:
    added = controls.add_fault(store, _text_in(request, "rule"))
    (found,) = (each for each in controls.faults(store) if each.rule_id == added)
    return _shown_fault(found)


def _delete_faults(store: Store, _: Request, *rule_ids: str) -> JsonObject:
    return {"removed": controls.clear_faults(store, *rule_ids)}


def _shown_fault(standing: Standing) -> JsonObject:
    rule = standing.rule
    return {
        "id": standing.rule_id,
        "rule": rule.text,
        "seen": standing.seen,
        "struck": standing.struck,
    }


def _get_requests(store: Store, request: Request) -> list[JsonObject]:
    _check_filters(request)
    found = [each for each in store.requests if _is_wanted(each, request)]
    limit = request.parameter("limit")
    return [asdict(each) for each in (found[-int(limit) :] if limit else found)]


def _check_filters(request: Request) -> None:
    """Refuse a filter that filters nothing: a test that counts what is left would be wrong."""
    for name, value in request.query:
        if name not in _FILTERS:
            refuse(f"the log has no filter {name!r}; it has {', '.join(_FILTERS)}")
        if name in _NUMBERS and not (value.isascii() and value.isdigit() and int(value)):
            refuse(f"{name} needs a whole number from 1, not {value!r}")
        if name in _FLAGS and value not in {"true", "false"}:
            refuse(f"{name} can be true or false, not {value!r}")


def _is_wanted(entry: AuditEntry, request: Request) -> bool:
    """Return whether an entry passes the filters `method`, `path`, `status`, `writes`, `faults`."""
    return (
        request.parameter("method", entry.method).upper() == entry.method
        and fnmatchcase(entry.path, request.parameter("path", "*"))
        and request.parameter("status", str(entry.status)) == str(entry.status)
        and (bool(entry.object_id) or not request.flag("writes"))
        and (bool(entry.fault) or not request.flag("faults"))
    )


def _delete_requests(store: Store, _: Request) -> JsonObject:
    count = len(store.requests)
    store.forget_requests()
    return {"removed": count}


def _post_reset(store: Store, request: Request) -> JsonObject:
    store.reset()
    store.forget_requests()
    return _get_state(store, request)


def _get_clock(store: Store, _: Request) -> JsonObject:
    return {"now": timestamp(controls.now(store))}


def _post_clock(store: Store, request: Request) -> JsonObject:
    seconds = request.json_object().get("advance_s")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        refuse('the body needs "advance_s", a number of seconds')
    expired = controls.advance_clock(store, seconds)
    return _get_clock(store, request) | {"expired": list(expired)}


def _get_snapshot(store: Store, _: Request) -> JsonObject:
    with store.read() as state:
        snapshot: dict[str, Any] = {
            str(kind): list(state.all(kind)) for kind in Kind if kind not in _INTERNAL
        }
        sizes = Sizes(state, store.now(state))
        segments = [show_segment(state, each, sizes=sizes) for each in state.all(Kind.SEGMENT)]
        groups = [show_group(state, each) for each in state.all(Kind.GROUP)]
        return snapshot | {"segment": segments, "group": groups}


def _get_segment(store: Store, _: Request, slug: str) -> JsonObject:
    with store.read() as state:
        segment = state.segment(slug)
        if segment is None:
            message = f"the sandbox has no segment {slug!r}"
            raise LookupError(message)
        return show_segment(state, segment, sizes=Sizes(state, store.now(state)))


def _post_segment(store: Store, request: Request) -> JsonObject:
    return _get_segment(store, request, edits.add_segment(store, **request.json_object()))


def _patch_segment(store: Store, request: Request, slug: str) -> JsonObject:
    segment_id = _get_segment(store, request, slug)["id"]
    edits.edit_segment(store, slug, **request.json_object())
    return _get_segment(store, request, segment_id)


def _delete_segment(store: Store, _: Request, slug: str) -> JsonObject:
    edits.remove_segment(store, slug)
    return {"removed": 1}


def _patch_group(store: Store, request: Request, name: str) -> JsonObject:
    fields = request.json_object()
    for each in fields:
        if each not in {"name", "description"} or not isinstance(fields[each], str):
            refuse("a group has a name and a description, both text")
    edits.edit_group(store, name, **fields)
    with store.read() as state:
        named = fields.get("name", name)
        return next(
            show_group(state, each) for each in state.all(Kind.GROUP) if each["name"] == named
        )


def _text_in(request: Request, name: str) -> str:
    value = request.json_object().get(name)
    if not isinstance(value, str):
        refuse(f'the body needs "{name}", a text')
    return value


_ROUTES = tuple(
    route(method, f"/{PREFIX}/{pattern}", endpoint)
    for method, pattern, endpoint in (
        ("GET", "", _get_page),
        ("GET", "state", _get_state),
        ("GET", "switches", _get_switches),
        ("PUT", "switches", _put_switches),
        ("GET", "faults", _get_faults),
        ("POST", "faults", _post_fault),
        ("DELETE", "faults", _delete_faults),
        ("DELETE", "faults/{}", _delete_faults),
        ("GET", "requests", _get_requests),
        ("DELETE", "requests", _delete_requests),
        ("POST", "reset", _post_reset),
        ("GET", "clock", _get_clock),
        ("POST", "clock", _post_clock),
        ("GET", "snapshot", _get_snapshot),
        ("POST", "segments", _post_segment),
        ("GET", "segments/{}", _get_segment),
        ("PATCH", "segments/{}", _patch_segment),
        ("DELETE", "segments/{}", _delete_segment),
        ("PATCH", "groups/{}", _patch_group),
    )
)
