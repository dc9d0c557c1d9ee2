from dataclasses import replace
from typing import Any

import pytest

from segsync.sandbox.controls import advance_clock
from segsync.sandbox.switches import Switches
from tests.sandbox.account import SEED, Shop

UNKNOWN = (404, "JOB-NOTFOUND-004", "Job not found.")


def created(shop: Shop, path: str = "/v2/job/ads", **body: object) -> dict[str, Any]:
    answer = shop.client.post(path, json={"name": "New", "config": {}, **body})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


def names(shop: Shop, **query: str) -> list[str]:
    return [each["name"] for each in shop.get("/v2/job", **query) or ()]


def test_a_job_starts_when_it_is_made_unless_that_is_ruled_out() -> None:
    shop = Shop()
    assert created(shop)["status"] == "running"
    assert created(shop, "/v2/job/ads?run_job=false")["status"] == "paused"
    in_body = created(shop, "/v2/job", workflow="mail", auth_ids=["a1"], tag="t")
    assert (in_body["workflow"], in_body["auth_ids"], in_body["tag"]) == ("mail", ["a1"], "t")
    assert names(shop, workflow="mail") == ["New"]
    assert (
        Shop(Switches(create_answers_200=True))
        .client.post("/v2/job/ads", json={"name": "New"})
        .is_success
    )


@pytest.mark.parametrize("body", [{"name": "No workflow"}, {"workflow": "ads"}])
def test_a_job_needs_a_name_and_a_workflow(body: dict[str, str]) -> None:
    refused = (400, "JOB-BADREQ-002", "Job needs name and workflow.")
    assert Shop().refusal("POST", "/v2/job", body) == refused


@pytest.mark.parametrize(("name", "value"), [("config", "x"), ("auth_ids", [1])])
def test_a_field_of_a_job_has_its_type(name: str, value: object) -> None:
    refused = (400, "JOB-BADREQ-002", f"Field {name} has the wrong type.")
    assert Shop().refusal("POST", "/v2/job/ads", {"name": "New", name: value}) == refused


def test_a_new_job_keeps_its_segments_from_being_deleted() -> None:
    shop = Shop()
    blog = shop.id_of("blog")
    job = created(shop, config={"segment_id": blog, "segment_ids": "odd"})
    assert shop.get(f"/v2/segment/{blog}/jobs") == [job]
    assert shop.refusal("DELETE", f"/v2/segment/{blog}")[2] == "Segment blog is used by job New."
    shop.client.post(f"/v2/job/{job['id']}/kill")
    assert shop.client.delete(f"/v2/segment/{blog}").status_code == 204


def test_jobs_that_were_deleted_are_hidden_unless_asked_for() -> None:
    shop = Shop()
    assert names(shop) == ["Promo"]
    jobs = shop.get("/v2/job", show_all="true")
    assert [each["name"] for each in jobs] == ["Promo", "Old"]
    assert jobs[0]["config"] == {"segment_id": shop.id_of("active")}
    assert jobs[1]["config"] == {"segment_ids": [shop.id_of("known"), shop.id_of("active")]}


def test_completed_and_hidden_jobs_are_shown_when_asked_for() -> None:
    done = {"name": "Done", "workflow": "ads", "status": "completed"}
    shop = Shop(seed=replace(SEED, jobs=(*SEED.jobs, done)))
    created(shop, hidden=True)
    assert names(shop) == ["Promo"]
    assert names(shop, show_completed="true") == ["Promo", "Done"]
    assert names(shop, show_deleted="true") == ["Promo"]
    assert names(shop, show_deleted="true", show_completed="true") == ["Promo", "Old", "Done"]
    assert names(shop, show_hidden="true") == ["Promo", "New"]
    assert names(shop, show_all="true") == ["Promo", "Old", "Done", "New"]


def test_a_job_is_found_by_its_id_and_by_its_workflow_too() -> None:
    shop = Shop()
    (job,) = shop.get("/v2/job")
    assert shop.get(f"/v2/job/{job['id']}") == job == shop.get(f"/v2/job/ads/{job['id']}")
    assert shop.refusal("GET", "/v2/job/nope") == UNKNOWN
    assert shop.refusal("GET", f"/v2/job/mail/{job['id']}") == UNKNOWN


def test_a_put_resets_what_it_does_not_name_and_takes_the_configuration_whole() -> None:
    shop = Shop()
    job = created(
        shop, config={"a": 1, "b": 2}, description="D", hidden=True, tag="t", quiet_period=4
    )
    path = f"/v2/job/ads/{job['id']}"
    answer = shop.client.put(path, json={"name": "Renamed", "config": {"a": 3}})
    found = answer.json()["data"]
    assert (answer.status_code, found["name"], found["config"]) == (200, "Renamed", {"a": 3})
    assert (found["description"], found["hidden"], found["quiet_period"]) == ("", False, 0)
    assert (found["tag"], found["status"]) == ("t", "running")
    assert found["updated"] > job["updated"]
    assert shop.refusal("PUT", f"/v2/job/mail/{job['id']}", {}) == UNKNOWN


def test_a_job_is_paused_resumed_restarted_and_killed() -> None:
    shop = Shop()
    job = created(shop)
    path = f"/v2/job/{job['id']}"
    for action, status in (
        ("pause", "paused"),
        ("resume", "running"),
        ("bounce", "running"),
        ("release", "running"),
        ("kill", "deleted"),
    ):
        assert shop.client.post(f"{path}/{action}").json()["data"]["status"] == status
        assert shop.get(path)["status"] == status
    assert shop.refusal("POST", f"{path}/resume") == UNKNOWN
    assert "New" not in names(shop)
    assert shop.refusal("POST", "/v2/job/nope/kill") == UNKNOWN
    (promo,) = shop.get("/v2/job")
    assert shop.refusal("POST", f"/v2/job/{promo['id']}/explode") == UNKNOWN


def test_what_happened_to_a_job_is_logged() -> None:
    shop = Shop()
    job = created(shop)
    shop.client.post(f"/v2/job/{job['id']}/kill")
    logs = shop.get(f"/v2/job/{job['id']}/logs")
    assert [each["message"].split()[0] for each in logs] == ["Created", "Started", "Killed"]
    assert logs == shop.get(f"/v2/job/ads/{job['id']}/logs")
    assert logs[0].keys() == {"job_id", "context", "code", "message", "level", "timestamp"}
    assert (logs[0]["job_id"], logs[0]["level"]) == (job["id"], "info")


def test_the_logs_of_all_jobs_are_of_a_day_and_of_none_that_was_killed() -> None:
    shop = Shop()
    killed, kept = created(shop), created(shop)
    shop.client.post(f"/v2/job/{killed['id']}/kill")
    assert {each["job_id"] for each in shop.get("/v2/job/logs")} == {kept["id"]}
    advance_clock(shop.store, 25 * 3600)
    assert shop.get("/v2/job/logs") is None
    assert len(shop.get(f"/v2/job/{kept['id']}/logs")) == 2
