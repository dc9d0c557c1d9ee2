from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from segsync.sandbox.reevaluation import under_way
from tests.sandbox.account import NOON, SEED, Shop

FLOWS = replace(
    SEED,
    flows=(
        {
            "name": "Welcome",
            "entry": "known",
            "delay_until_enters": ["active"],
            "conditions": ["FILTER AND (INCLUDE all, visits > 1)"],
        },
        {"name": "Sketch", "status": "draft", "entry": "blog"},
    ),
    exclusions={"ads": ["blog"]},
    jobs=(),
)


def test_a_segment_of_a_running_flow_is_not_deleted() -> None:
    shop = Shop(seed=FLOWS)
    active = shop.id_of("active")
    refused = shop.refusal("DELETE", f"/v2/segment/{active}")
    assert refused == (400, "BADREQ-001", "Segment active is used by flow Welcome.")
    (status,) = shop.client.delete(f"/v2/segment/{active},").json()["data"]["segments"]
    (flow,) = status["segments"]["flows"]
    assert flow == shop.get("/v2/flow/ui")[0]["id"]
    named = shop.store
    with named.read() as state:
        segment = state.segment("all")
        assert segment is not None
        assert [each["name"] for each in state.flows_using(segment)] == ["Welcome"]


def test_a_segment_on_an_exclusion_list_is_not_deleted_until_it_is_taken_off() -> None:
    shop = Shop(seed=FLOWS)
    blog = shop.id_of("blog")
    refused = shop.refusal("DELETE", f"/v2/segment/{blog}")
    assert refused == (400, "BADREQ-001", "Segment blog is used by the exclusion list of ads.")
    query = f"?workflow=ads&segment_id={blog}"
    assert shop.client.post(f"/v2/segment/exclude/remove{query}").json()["data"] is None
    assert shop.client.delete(f"/v2/segment/{blog}").status_code == 204


def test_a_segment_is_excluded_once() -> None:
    shop = Shop()
    known = shop.id_of("known")
    query = f"?workflow=ads&segment_id={known}"
    assert shop.client.post(f"/v2/segment/exclude/add{query}").json()["data"] == [known]
    assert shop.client.post(f"/v2/segment/exclude/add{query}").json()["data"] == [known]
    assert [each.object_id for each in shop.store.writes] == [known, known]


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ("exclude/add?segment_id=x", (400, "BADREQ-001", "Workflow is required.")),
        ("exclude/add?workflow=ads", (404, "NOTFOUND-003", "Segment not found.")),
        ("exclude/flip?workflow=ads", (404, "NOTFOUND-003", "Not found.")),
    ],
)
def test_an_exclusion_needs_both_names(path: str, refused: tuple[int, str, str]) -> None:
    assert Shop().refusal("POST", f"/v2/segment/{path}") == refused


def test_a_definition_is_told_in_words() -> None:
    shop = Shop()
    told = shop.get(f"/v2/ai/prompt/segment/{shop.id_of('active')}")
    assert "visits" in told
    assert told.count("\n") > 0


def test_a_reevaluation_runs_for_a_while_and_then_shows_in_the_time_of_the_size() -> None:
    times = [NOON]
    shop = Shop()
    shop.store.clock = lambda: times[-1]
    known = shop.segment("known")

    def counted_at() -> str:
        rows = shop.get("/api/segment/sizes", ids=known["id"])
        return str(rows[0]["timestamp"])

    def running() -> list[str]:
        with shop.store.read() as state:
            return [each["id"] for each in under_way(state, times[-1])]

    times.append(NOON + timedelta(minutes=7))
    before = counted_at()
    answer: httpx.Response = shop.client.post("/v2/segment/reevaluate", json={"id": known["id"]})
    assert (answer.status_code, answer.json()["data"]) == (200, None)
    assert (running(), counted_at()) == ([known["id"]], before)
    times.append(times[-1] + timedelta(minutes=1))
    assert running() == []
    assert "2026-11-02T12:07:01" <= counted_at() < "2026-11-02T12:08"
    assert shop.client.post(f"/v2/segment/{known['id']}/reevaluate").status_code == 200
    assert running() == [known["id"]]
    times.append(times[-1] + timedelta(hours=2))
    assert counted_at() == "2026-11-02T14:00:00.000Z"
