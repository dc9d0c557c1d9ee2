import subprocess
import sys

import httpx
import pytest

from segsync.api.client import Client
from segsync.errors import (
    UnavailableError,
)
from segsync.segment import (
    Account,
    Definition,
    Group,
    Job,
    LiveGroup,
    LiveSegment,
    LiveState,
    Segment,
)
from tests.api.support import Api, answer

ID = "0123456789abcdef0123456789abcdef"
LIST = "GET /v2/segment?table={}&kind=all&valid=all"
IDS = {"VIP": "g1"}
SEGMENT = Segment("s_1", "S 1", Definition("FILTER a > 1"), groups=frozenset({"VIP"}))


def row(id_: str = ID, slug: str = "s_1", **more: object) -> dict[str, object]:
    return {"id": id_, "slug_name": slug, "author_id": "me", "save_hist": True, **more}


def test_the_live_state_takes_one_call_per_kind_of_object() -> None:
    api = Api(
        answer([{"aid": 7}]),
        answer([{"id": "g1", "name": "VIP"}]),
        answer([row(groups=["g1", "g2"])]),
    )
    state = api.client.live_state()
    assert state == LiveState(
        Account(7),
        (
            LiveSegment(
                ID,
                Segment("s_1", "", Definition(""), groups=frozenset({"VIP", "id:g2"})),
                author_id="me",
            ),
        ),
        (LiveGroup("g1", Group("VIP")),),
    )
    assert api.asked == ["GET /v2/account", "GET /v2/segment/group", LIST.format("all")]


def test_the_live_state_believes_a_group_about_a_segment_that_says_nothing() -> None:
    api = Api(
        answer([{"aid": 7}]),
        answer([{"id": "g1", "name": "VIP", "segment_ids": [ID]}]),
        answer([row(groups=None)]),
    )
    state = api.client.live_state()
    assert state.segments[0].segment.groups == {"VIP"}
    assert state.groups == (LiveGroup("g1", Group("VIP"), segment_ids=(ID,)),)


def test_jobs_are_part_of_the_live_state_when_asked_for() -> None:
    api = Api(answer([{"aid": 7}]), answer(None), answer(None), answer([{"id": "j1"}]))
    assert api.client.live_state(jobs=True) == LiveState(
        Account(7), (), (), (Job("j1", "", "", "", frozenset()),)
    )
    assert api.asked[-1] == "GET /v2/job?show_all=true"


def test_a_client_closes_its_connections_at_the_end() -> None:
    api = Api(answer([{"aid": 7}]), answer([{"aid": 7}]))
    with api.client as client:
        client.account()
    assert isinstance(client, Client)


def test_a_create_that_times_out_is_sent_once() -> None:
    api = Api(httpx.ReadTimeout("late"))
    with pytest.raises(UnavailableError) as caught:
        api.client.create_segment(SEGMENT, group_ids=IDS)
    assert caught.value.ambiguous
    assert api.client.calls == 1


def test_importing_the_client_imports_no_command_line_and_no_other_stage() -> None:
    program = "import sys, segsync.api.client; print(*sys.modules)"
    done = subprocess.run(  # noqa: S603 (our own interpreter and text)
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    modules = set(done.stdout.split())
    assert {"httpx", "pydantic_core"} <= modules
    assert not modules & {"click", "pydantic", "rich", "yaml", "deepdiff", "asyncio.runners"}
    ours = {each for each in modules if each.startswith("segsync.")}
    allowed = (
        "segsync.api",
        "segsync.filterql",
        "segsync.segment",
        "segsync.errors",
        "segsync.permissions",
    )
    apart = {each for each in ours if not each.startswith(allowed)}
    assert apart == {"segsync.diagnostics", "segsync.validation", "segsync.value"}
