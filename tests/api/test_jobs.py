import pytest

from segsync.api.results import JobLogEntry, NewJob
from segsync.errors import ApiError, MalformedAnswerError, NotFoundError
from segsync.segment import Job
from tests.api.support import Api, answer, refusal

ROW = {"id": "j1", "name": "Promo", "workflow": "ads", "status": "running"}
JOB = Job("j1", "Promo", "ads", "running", frozenset())
NEW = NewJob("Promo", "ads", {"segment_id": "s1"}, "Mail.", auth_ids=("a1",))


def test_a_job_is_read_by_its_id() -> None:
    api = Api(answer(ROW), answer([ROW]))
    assert api.client.job("j1") == api.client.job("j1") == JOB
    assert api.asked[0] == "GET /v2/job/j1"


@pytest.mark.parametrize(("run", "word"), [(True, "true"), (False, "false")])
def test_a_new_job_runs_only_if_that_is_wanted(run: bool, word: str) -> None:  # noqa: FBT001
    api = Api(answer({**ROW, "config": {"segment_id": "s1"}}, 201))
    assert api.client.create_job(NEW, run=run).segment_ids == {"s1"}
    assert api.asked == [f"POST /v2/job/ads?run_job={word}"]
    assert api.bodies == [
        {
            "name": "Promo",
            "workflow": "ads",
            "description": "Mail.",
            "config": {"segment_id": "s1"},
            "auth_ids": ["a1"],
        }
    ]


@pytest.mark.parametrize("status", [408, 429, 503])
def test_a_job_that_may_be_there_is_not_created_twice(status: int) -> None:
    api = Api(refusal(status, "Busy."))
    with pytest.raises(ApiError) as caught:
        api.client.create_job(NEW, run=False)
    assert caught.value.ambiguous
    assert len(api.requests) == 1


def test_a_change_of_a_job_sends_all_the_rest_back() -> None:
    whole = {**ROW, "description": "Old.", "config": {"a": 1}, "hidden": True, "later": [None]}
    api = Api(answer([whole]), answer(ROW))
    assert api.client.update_job("j1", {"description": "New."}) == JOB
    assert api.asked == ["GET /v2/job/j1", "PUT /v2/job/ads/j1"]
    assert api.bodies == [{**whole, "description": "New."}]


def test_a_job_without_a_workflow_is_not_changed() -> None:
    api = Api(*[answer({"id": "j1"})] * 5)
    with pytest.raises(MalformedAnswerError, match="it has no text"):
        api.client.update_job("j1", {})
    assert {each.method for each in api.requests} == {"GET"}


def test_a_job_is_paused_resumed_restarted_and_killed() -> None:
    api = Api(answer(ROW), answer(None), answer(ROW), answer(None), refusal(404, "Job not found."))
    api.client.pause_job("j1")
    api.client.resume_job("j1")
    api.client.restart_job("j1")
    api.client.kill_job("j1")
    words = ("pause", "resume", "bounce", "kill")
    assert api.asked == [f"POST /v2/job/j1/{each}" for each in words]
    with pytest.raises(NotFoundError, match="Job not found"):
        api.client.kill_job("j/2")
    assert api.asked[-1] == "POST /v2/job/j%2F2/kill"


def test_the_log_of_a_job_is_in_order() -> None:
    late = {
        "job_id": "j1",
        "message": "Failed.",
        "level": "error",
        "timestamp": "2026-03-19T14:30:00Z",
        "code": "JOB-FAULT-022",
        "context": {"added": 145},
    }
    api = Api(answer([late, {"message": "Created."}]), answer(None))
    assert api.client.job_logs("j1") == (
        JobLogEntry("", "Created.", "", ""),
        JobLogEntry(
            "j1", "Failed.", "error", "2026-03-19T14:30:00Z", "JOB-FAULT-022", {"added": 145}
        ),
    )
    assert api.client.job_logs("j1") == ()
    assert api.asked[0] == "GET /v2/job/j1/logs?include_errors=true"
