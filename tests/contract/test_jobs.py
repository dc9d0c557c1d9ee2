"""Jobs: how they are found, started, changed and ended."""

from tests.contract.facts import fact
from tests.contract.world import Json, World

STARTS = "a job sends people to somebody"


def created(world: World, *, run: bool = False, **fields: object) -> Json:
    segment = world.create("exported")
    job = {"name": world.slug("job"), "config": {"segment_id": segment["id"]}, **fields}
    query = {"run_job": "true" if run else "false"}
    return world.made(world.ask("POST", "/v2/job/zz_contract", job, query=query))


def listed(world: World, **query: str) -> list[str]:
    return [each["id"] for each in world.get("/v2/job", **query).rows]


@fact("job-by-id", confidence="observed")
def test_a_job_is_found_by_its_id_and_its_workflow(world: World) -> None:
    """`GET /v2/job/{id}` and `GET /v2/job/{workflow}/{id}` answer one job.

    Observed: engineers' notes, jobs.
    """
    for each in world.get("/v2/job", show_all="true").rows[:1]:
        assert world.get(f"/v2/job/{each['id']}").data.keys() >= {"id", "name", "workflow"}


@fact("job-not-found", confidence="observed")
def test_a_job_that_does_not_exist_is_404(world: World) -> None:
    """`GET /v2/job/{id}` of no job is 404.

    Observed: engineers' notes, jobs.
    """
    assert world.get(f"/v2/job/{'f' * 32}").status == 404


@fact("job-starts", confidence="observed", sandbox_only=STARTS)
def test_a_job_starts_unless_it_is_told_not_to(world: World) -> None:
    """`POST /v2/job/{workflow}` creates a job and starts it, unless `run_job=false`.

    Observed: engineers' notes, jobs.
    """
    assert created(world, run=True)["status"] == "running"
    assert created(world, run=False)["status"] != "running"


@fact("job-put-resets", confidence="observed", sandbox_only=STARTS)
def test_a_put_of_a_job_resets_what_it_leaves_out(world: World) -> None:
    """`PUT /v2/job/{workflow}/{id}` resets what it does not name, and replaces `config` as a whole.

    Observed: engineers' notes, jobs.
    """
    made = created(world, description="Old.", hidden=True)
    body = {"name": made["name"], "config": {"other": 1}}
    found = world.ask("PUT", f"/v2/job/zz_contract/{made['id']}", body).data
    assert (found["description"], found["hidden"]) == ("", False)
    assert found["config"] == {"other": 1}


@fact("job-pause", confidence="observed", sandbox_only=STARTS)
def test_a_job_is_paused_and_resumed(world: World) -> None:
    """`POST /v2/job/{id}/pause` stops a job, `resume` lets it go on, `bounce` starts it anew.

    Observed: engineers' notes, jobs.
    """
    path = f"/v2/job/{created(world, run=True)['id']}"
    for action, status in (("pause", "paused"), ("resume", "running"), ("bounce", "running")):
        assert world.ask("POST", f"{path}/{action}").ok
        assert world.get(path).data["status"] == status


@fact("killed-jobs", confidence="observed", sandbox_only=STARTS)
def test_a_killed_job_is_listed_only_with_all_others(world: World) -> None:
    """Killed jobs are listed with `show_all=true`, or `show_deleted` and `show_completed`.

    Observed: engineers' notes, jobs and dependencies.
    """
    job_id = created(world)["id"]
    assert world.ask("POST", f"/v2/job/{job_id}/kill").ok
    assert job_id not in listed(world)
    assert job_id not in listed(world, show_deleted="true")
    assert job_id in listed(world, show_deleted="true", show_completed="true")
    assert job_id in listed(world, show_all="true")


@fact("job-logs", confidence="observed", sandbox_only=STARTS)
def test_a_job_has_a_log(world: World) -> None:
    """`GET /v2/job/{id}/logs` lists what has happened to a job, in the order of time.

    Observed: engineers' notes, jobs.
    """
    found = world.get(f"/v2/job/{created(world)['id']}/logs", include_errors="true").rows
    assert found
    assert all(each.keys() >= {"job_id", "message", "level", "timestamp"} for each in found)
