"""Every answer, spoiled in every field: a typed error or the right behavior, no wrong success."""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segsync.api.client import Client
from segsync.api.limits import Limits
from segsync.api.results import FlowState, NewJob
from segsync.errors import ApiError, MalformedAnswerError
from segsync.segment import Definition, Group, LiveGroup, LiveSegment, Segment
from tests.api.support import Api

ID, OTHER = "0123456789abcdef" * 2, "f" * 32
SEGMENT = Segment("s_1", "S 1", Definition("FILTER a > 1"))
ROW = {
    "id": ID,
    "aid": 7,
    "slug_name": "s_1",
    "name": "S 1",
    "segment_ql": "FILTER a > 1 FROM user ALIAS s_1",
    "kind": "segment",
    "table": "user",
    "description": "",
    "is_public": False,
    "tags": ["a"],
    "groups": None,
    "save_hist": True,
    "author_id": "me",
    "updated": "2026-01-01T00:00:00.000Z",
    "ast": {"op": "=", "args": [{"ident": "a"}, {"val": "1"}]},
}
SECOND = ROW | {"id": OTHER, "slug_name": "s_2"}
GROUP = {"id": "g1", "name": "VIP", "description": "", "author": "me"}
JOB = {
    "id": "j1",
    "name": "Export",
    "workflow": "w",
    "status": "running",
    "config": {"segment_ids": [ID]},
}
SIZE = {"id": ID, "slug_name": "s_1", "size": 5, "timestamp": "2026-01-01T00:00:00Z"}


@dataclass(frozen=True)
class Endpoint:
    """A call, the data of its answer, and, for the answers that are lists, how many it holds."""

    call: Callable[[Client], Any]
    data: Any
    is_list: bool = False


ENDPOINTS: dict[str, Endpoint] = {
    "account": Endpoint(lambda c: c.account(), [{"aid": 7, "name": "Acme", "parentaid": 1}]),
    "accounts": Endpoint(lambda c: c.accounts(), [{"aid": 7, "name": "Acme", "parentaid": 1}]),
    "segments": Endpoint(lambda c: c.segments(group_ids={}), [ROW, SECOND], is_list=True),
    "segment": Endpoint(lambda c: c.segment(ID, group_ids={}), ROW),
    "resolved": Endpoint(lambda c: c.resolved_definition(ID), {"id": ID, "ql_resolved": "FILTER"}),
    "listed sizes": Endpoint(
        lambda c: c.listed_sizes(), [ROW | {"size": 5}, SECOND | {"size": 6}], is_list=True
    ),
    "ancestors": Endpoint(lambda c: c.ancestors(ID), [ROW, OTHER]),
    "segment jobs": Endpoint(lambda c: c.segment_jobs(ID), [JOB]),
    "prompt": Endpoint(lambda c: c.prompt(ID), "People who …"),
    "create": Endpoint(lambda c: c.create_segment(SEGMENT, group_ids={}), ROW),
    "update": Endpoint(lambda c: c.update_segment(ID, SEGMENT, group_ids={}), ROW),
    "delete": Endpoint(
        lambda c: c.delete_segments([ID, OTHER]),
        {"deleted": [ID], "not_deleted": [OTHER], "segments": [{"id": OTHER, "reason": "used"}]},
    ),
    "reevaluate": Endpoint(lambda c: c.reevaluate(ID), None),
    "exclude": Endpoint(lambda c: c.exclude(ID, workflow="w"), None),
    "groups": Endpoint(lambda c: c.groups(), [GROUP, GROUP | {"id": "g2"}], is_list=True),
    "create group": Endpoint(lambda c: c.create_group(Group("VIP")), GROUP),
    "update group": Endpoint(lambda c: c.update_group("g1", Group("VIP")), GROUP),
    "delete group": Endpoint(lambda c: c.delete_group("g1"), None),
    "validate": Endpoint(lambda c: c.validate("FILTER *"), None),
    "size": Endpoint(lambda c: c.size("FILTER *"), {"id": "", "size": 5}),
    "segment size": Endpoint(lambda c: c.segment_size(ID), SIZE),
    "sizes": Endpoint(lambda c: c.sizes(), [SIZE, SIZE | {"id": OTHER}]),
    "history": Endpoint(
        lambda c: c.size_history([ID]),
        [{"id": ID, "metrics": [{"ts": "1442351132789", "value": 29, "anomaly": 0}]}],
        is_list=True,
    ),
    "field uses": Endpoint(
        lambda c: c.field_uses(ID),
        {
            "segments": [
                {
                    "id": ID,
                    "fields": [
                        {
                            "field": "country",
                            "terms_counts": {"US": 5},
                            "ents_present": 8,
                            "ents_absent": 1,
                            "approx_cardinality": 4,
                        }
                    ],
                }
            ]
        },
    ),
    "field uses by segment": Endpoint(
        lambda c: c.field_uses_by_segment([ID]),
        {
            "segments": [
                {
                    "id": ID,
                    "fields": [
                        {
                            "field": "visits",
                            "more_terms": False,
                            "stats": {"mean": 1.5, "sd": 0.5, "min": 1, "max": 2, "n": 2},
                        }
                    ],
                }
            ]
        },
    ),
    "summary": Endpoint(lambda c: c.summary(ID), {"overlap": []}),
    "members": Endpoint(lambda c: list(c.members(ID)), [{"email": "a"}, {"email": "b"}]),
    "jobs": Endpoint(lambda c: c.jobs(), [JOB, JOB | {"id": "j2"}]),
    "job": Endpoint(lambda c: c.job("j1"), JOB),
    "create job": Endpoint(lambda c: c.create_job(NewJob("E", "w", {}), run=False), JOB),
    "change job": Endpoint(lambda c: c.update_job("j1", {"name": "E"}), JOB),
    "kill job": Endpoint(lambda c: c.kill_job("j1"), None),
    "job logs": Endpoint(
        lambda c: c.job_logs("j1"),
        [{"job_id": "j1", "message": "Started", "level": "info", "context": {"added": 1}}],
        is_list=True,
    ),
    "flow": Endpoint(lambda c: c.flow("f1"), {"id": "f1", "state": "draft"}),
    "move flow": Endpoint(lambda c: c.move_flow("f1", FlowState.RUNNING), None),
    "setting": Endpoint(lambda c: c.setting("s"), {"slug": "s", "value": ["x"]}),
    "flows": Endpoint(
        lambda c: c.flows(),
        [{"id": "f1", "name": "F", "status": "running", "entry_segment_id": ID}],
        is_list=True,
    ),
    "collections": Endpoint(
        lambda c: c.collections(),
        [{"id": "c1", "name": "Funnel", "collection": [{"id": ID, "order": 0}]}],
        is_list=True,
    ),
    "collection": Endpoint(
        lambda c: c.update_collection("c1", "Funnel", [ID]),
        {"id": "c1", "name": "Funnel", "collection": [{"id": ID, "order": 0}]},
    ),
    "patches": Endpoint(
        lambda c: c.schema_patches(), [{"id": "p1", "tag": "t", "description": "d"}], is_list=True
    ),
    "patch": Endpoint(lambda c: c.schema_patch("p1"), {"id": "p1", "tag": "t"}),
    "field": Endpoint(lambda c: c.schema_field("a"), {"id": "a", "mergeop": "latest"}),
    "change field": Endpoint(lambda c: c.change_field("a", {}), {"id": "a", "type": "int"}),
    "publish": Endpoint(lambda c: c.publish_schema(tag="t", description="d"), None),
    "fields": Endpoint(
        lambda c: c.schema_fields(), [{"id": "email", "type": "string"}], is_list=True
    ),
    "field names": Endpoint(lambda c: c.schema_field_names(), ["email"], is_list=True),
    "draft": Endpoint(lambda c: c.schema_draft(), {"added": []}),
}

DEEP: Any = []
for _ in range(400):
    DEEP = [DEEP]
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, float("nan"), float("inf"), "", "7", "x" * 5_000,
    "\x00\x1b[31m", [], {}, [None], [[]], [{}], {"id": None}, DEEP,
)  # fmt: skip
GONE = object()


def paths(value: Any, so_far: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401
    """Yield the way to every part of a JSON value; the second of two rows is like the first."""
    keys = value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0)
    for key in keys:
        yield (*so_far, key)
        if key in {"ast", 1}:
            continue
        yield from paths(value[key], (*so_far, key))


def spoiled(envelope: Any, path: tuple[Any, ...], value: object) -> bytes:  # noqa: ANN401
    """Return the text of an answer with another value in one place, or with nothing there."""
    copy = deepcopy(envelope)
    place = copy
    for key in path[:-1]:
        place = place[key]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(copy).encode()


class Answering:
    """A client that tries once, and gets whatever body it is to get."""

    def __init__(self) -> None:
        self._api = Api(limits=Limits(operation=0.0))

    def told(self, endpoint: Endpoint, body: bytes) -> object:
        """Return what the client makes of an answer, or its error; anything else is a failure."""
        self._api.replies = [lambda _: httpx.Response(200, content=body)] * 9
        try:
            return endpoint.call(self._api.client)
        except ApiError as error:
            found = error
        # Enough is said, and a body of a megabyte is not repeated.
        assert 0 < len(str(found)) < 9_000
        return found


def told(endpoint: Endpoint, body: bytes) -> object:
    """Return what a new client makes of an answer, or its error."""
    return Answering().told(endpoint, body)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_no_answer_spoiled_in_one_place_is_taken_for_what_it_is_not(name: str) -> None:
    endpoint = ENDPOINTS[name]
    envelope = {"data": endpoint.data, "status": 200, "request_id": "r1"}
    client = Answering()
    right = client.told(endpoint, json.dumps(envelope).encode())
    assert not isinstance(right, ApiError)
    for path in paths(envelope):
        for value in (GONE, *VALUES):
            found = client.told(endpoint, spoiled(envelope, path, value))
            if not isinstance(found, ApiError):
                check(endpoint, right, found, path=path, value=value)


def check(
    endpoint: Endpoint,
    right: Any,  # noqa: ANN401
    found: Any,  # noqa: ANN401
    *,
    path: tuple[Any, ...],
    value: object,
) -> None:
    """Fail when a success says more or less than the answer does."""
    where = f"{path} = {str(value)[:50]}: {str(found)[:200]}"
    if path in {("status",), ("request_id",)}:
        assert found == right, where
    elif endpoint.is_list and path[-1] != "deleted":
        # A list is shorter only where the answer itself is.
        assert len(found) == len(right) or path == ("data",) or value is GONE, where
    for each in found if isinstance(found, tuple) else (found,):
        if isinstance(each, LiveSegment | LiveGroup):
            assert each.id, where
            assert each.id in {ID, OTHER, "g1", "g2"} or path[-1] == "id", where
    if isinstance(right, int):
        assert not isinstance(found, bool), where
        assert found >= 0, where


@pytest.mark.parametrize("name", ENDPOINTS)
@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"null", b"true", b"[]", b"{}", b'"x"', b"<html>", b'{"data"', b"\xff\xfe\x00",
        b"[" * 100_000, b'{"data":' * 100_000, b'{"data": NaN}', b'{"data": -Infinity}',
        b'{"data": ' + b"9" * 5_000 + b"}", b'{"status": 500}', b'{"status": "429"}',
        b'{"status": 302, "data": []}', b'{"errors": [], "status": 400}',
        b'{"data": [], "data": null}', b'{"status": 200, "status": 404, "data": null}',
        b'{"message": "Not authorized", "status": 401}',
        b'{"data": null, "errors": [{"message": "no"}]}', b'{"data": [], "errors": ["no"]}',
    ],
)  # fmt: skip
def test_what_is_no_answer_is_no_success(name: str, body: bytes) -> None:
    found = told(ENDPOINTS[name], body)
    if isinstance(found, ApiError):
        return
    # What may be empty says nothing; what came with data is JSON, and nobody knows its shape.
    is_silent = not body.strip() and name in {
        "delete", "reevaluate", "exclude", "delete group", "kill job", "move flow", "publish",
    }  # fmt: skip
    assert is_silent or (name in {"summary", "draft"} and body.startswith(b'{"data"')), found


@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_success_that_repeats_a_key_is_no_success(name: str) -> None:
    data = json.dumps(ENDPOINTS[name].data)
    body = f'{{"data": {data}, "status": 200, "data": {data}}}'.encode()
    assert isinstance(told(ENDPOINTS[name], body), MalformedAnswerError)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_unknown_fields_are_kept_out_of_the_way(name: str) -> None:
    endpoint = ENDPOINTS[name]

    def more(value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, list):
            return [more(each) for each in value]
        return value | {"x_new": {"deep": [1]}} if isinstance(value, dict) else value

    envelope: Mapping[str, Any] = {"data": more(endpoint.data), "status": 200, "_meta": {"a": 1}}
    found = told(endpoint, json.dumps(envelope).encode())
    assert not isinstance(found, ApiError)
    if name not in {"summary", "draft", "members", "flow", "flows", "patch", "patches", "setting"}:
        assert found == told(endpoint, json.dumps({"data": endpoint.data}).encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "aid",
                    "size",
                    "slug_name",
                    "data",
                    "deleted",
                    "segments",
                    "config",
                    "status",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(data=JSON, name=st.sampled_from(sorted(ENDPOINTS)))
def test_whatever_the_data_there_is_a_result_or_a_typed_error(data: object, name: str) -> None:
    told(ENDPOINTS[name], json.dumps({"data": data, "status": 200}).encode())
