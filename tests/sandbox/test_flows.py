import pytest

from tests.sandbox.account import Shop
from tests.sandbox.test_relations import FLOWS


def test_flows_name_segments_in_three_places() -> None:
    shop = Shop(seed=FLOWS)
    welcome, sketch = shop.get("/v2/flow/ui")
    assert welcome["entry_segment_id"] == shop.id_of("known")
    assert welcome["delay_until_enters"] == [shop.id_of("active")]
    condition = {"definition": "FILTER AND (INCLUDE all, visits > 1)"}
    assert welcome["edges"] == [{"condition": condition}]
    assert (welcome["state"], sketch["state"], sketch["edges"]) == ("running", "draft", None)
    assert Shop().get("/v2/flow/ui") is None


def test_a_flow_is_found_by_its_id() -> None:
    shop = Shop(seed=FLOWS)
    for flow in shop.get("/v2/flow/ui"):
        assert shop.get(f"/v2/flow/ui/{flow['id']}") == flow
    unknown = (404, "NOTFOUND-003", "Flow not found.")
    assert shop.refusal("GET", "/v2/flow/ui/nope") == unknown
    assert shop.refusal("POST", "/v2/flow/ui/nope", {"state": "running"}) == unknown


def test_a_flow_goes_from_draft_to_running_to_draining() -> None:
    shop = Shop(seed=FLOWS)
    (sketch,) = (each for each in shop.get("/v2/flow/ui") if each["name"] == "Sketch")
    path = f"/v2/flow/ui/{sketch['id']}"
    for state in ("running", "draining"):
        found = shop.client.post(path, json={"state": state}).json()["data"]
        assert (found["state"], found["updated"] > sketch["updated"]) == (state, True)
        assert shop.get(path) == found
    assert [each.object_id for each in shop.store.writes] == [sketch["id"]] * 2


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("Sketch", "draining"),
        ("Sketch", "draft"),
        ("Sketch", None),
        ("Welcome", "draft"),
        ("Welcome", "running"),
    ],
)
def test_a_flow_goes_no_other_way(name: str, state: str | None) -> None:
    shop = Shop(seed=FLOWS)
    (flow,) = (each for each in shop.get("/v2/flow/ui") if each["name"] == name)
    refused = shop.refusal("POST", f"/v2/flow/ui/{flow['id']}", {"state": state})
    message = f"Flow cannot go from {flow['state']} to {state}."
    assert refused == (400, "BADREQ-001", message)


def test_a_flow_that_starts_keeps_its_segment() -> None:
    shop = Shop(seed=FLOWS)
    (sketch,) = (each for each in shop.get("/v2/flow/ui") if each["name"] == "Sketch")
    shop.client.post(
        "/v2/segment/exclude/remove", params={"workflow": "ads", "segment_id": shop.id_of("blog")}
    )
    shop.client.post(f"/v2/flow/ui/{sketch['id']}", json={"state": "running"})
    refused = shop.refusal("DELETE", f"/v2/segment/{shop.id_of('blog')}")
    assert refused[2] == "Segment blog is used by flow Sketch."
