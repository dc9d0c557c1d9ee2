"""What stands around segments: ancestors, jobs, flows, reevaluation, exclusions."""

from tests.contract.facts import fact, question
from tests.contract.world import Answer, Json, World

JOB_STATUSES = {
    "running", "sleeping", "paused", "pausing", "initializing", "failed", "completed", "deleted",
    "deleting", "unknown",
}  # fmt: skip


def chain(world: World) -> tuple[Json, Json, Json]:
    bottom = world.create("bottom")
    middle = world.create("middle", f"FILTER INCLUDE {bottom['slug_name']}")
    return bottom, middle, world.create("top", f"FILTER INCLUDE {middle['slug_name']}")


@question(
    "ancestors",
    number=22,
    answers={
        "segments, all": "",
        "ids, all": "ancestors_are_ids",
        "segments, direct": "ancestors_are_direct",
        "ids, direct": "ancestors_are_ids ancestors_are_direct",
    },
)
def test_ancestors_are_segments_or_ids_and_all_or_direct(world: World, answer: Answer) -> None:
    """Does `GET /v2/segment/{id}/ancestors` answer segments or ids, all or only direct ones?

    Unknown: documented as what the segment depends on, without a shape.
    """
    bottom, middle, top = chain(world)
    found = world.get(f"/v2/segment/{top['id']}/ancestors").rows
    shape = "ids" if found[0] in (middle["id"], bottom["id"]) else "segments"
    ids = {each if shape == "ids" else each["id"] for each in found}
    assert {middle["id"]} <= ids <= {middle["id"], bottom["id"]}
    answer(f"{shape}, {'all' if bottom['id'] in ids else 'direct'}")


@fact("jobs-of-a-segment", confidence="documented")
def test_a_segment_without_a_job_has_none(world: World) -> None:
    """`GET /v2/segment/{id}/jobs` answers the jobs of a segment; of a new one there are none.

    Documented: segment API.
    """
    assert world.get(f"/v2/segment/{world.create('new')['id']}/jobs").rows == []


@question(
    "jobs-of-a-segment-shape",
    number=23,
    answers={"jobs": "", "ids": "jobs_are_ids", "there was no job to ask for": None},
)
def test_the_jobs_of_a_segment_are_jobs_or_ids(world: World, answer: Answer) -> None:
    """Does `GET /v2/segment/{id}/jobs` answer jobs or ids?

    Unknown: documented as the jobs associated with a segment, without a shape.
    """
    configs = [each["config"] for each in world.get("/v2/job", show_all="true").rows]
    named = [
        str(found)
        for each in configs
        if isinstance(each, dict)
        for found in (each.get("segment_id"), *(each.get("segment_ids") or ()))
        if found
    ]
    # Nothing is made for this: a job would send people to somebody.
    found = world.get(f"/v2/segment/{named[0]}/jobs").rows if named else []
    shapes = ["jobs" if isinstance(each, dict) else "ids" for each in found[:1]]
    answer(*(shapes or ["there was no job to ask for"]))


@fact("jobs", confidence="observed")
def test_jobs_are_listed_with_their_status(world: World) -> None:
    """`GET /v2/job?show_all=true` lists jobs with id, name, workflow and status.

    Observed: engineers' notes, jobs and dependencies.
    """
    for each in world.get("/v2/job", show_all="true").rows:
        assert each.keys() >= {"id", "name", "workflow", "status"}
        assert each["status"] in JOB_STATUSES or each["status"].startswith("fault-")


@fact("flows", confidence="observed")
def test_flows_say_who_enters(world: World) -> None:
    """`GET /v2/flow/ui` lists flows with `state`; `entry_segment_id` names who enters.

    Observed: engineers' notes, flows and dependencies.
    """
    for each in world.get("/v2/flow/ui").rows:
        assert each["state"] in {"draft", "running", "draining"}
        assert "entry_segment_id" in each


@fact("flow-by-id", confidence="observed")
def test_a_flow_is_found_by_its_id(world: World) -> None:
    """`GET /v2/flow/ui/{id}` answers one flow.

    Observed: engineers' notes, flows.
    """
    for each in world.get("/v2/flow/ui").rows[:1]:
        assert world.get(f"/v2/flow/ui/{each['id']}").data["id"] == each["id"]


@fact(
    "flow-states", confidence="observed", sandbox_only="a flow that runs sends people to somebody"
)
def test_a_flow_goes_from_draft_to_running_to_draining(world: World) -> None:
    """`POST /v2/flow/ui/{id}` with a `state` moves a flow from draft to running to draining alone.

    Observed: engineers' notes, flows. That another way is 400 is assumed.
    """
    (flow,) = (each for each in world.get("/v2/flow/ui").rows if each["state"] == "draft")
    path = f"/v2/flow/ui/{flow['id']}"
    statuses = [
        world.ask("POST", path, {"state": state}).status
        for state in ("draining", "running", "draft", "draining", "running")
    ]
    assert statuses == [400, 200, 400, 200, 400]


@fact("exclusion-setting", confidence="observed")
def test_a_setting_names_excluded_segments(world: World) -> None:
    """The setting `workflow_exclude_segments` has its segment ids, or null, under `data.value`.

    Observed: engineers' notes, settings.
    """
    value = world.get("/api/account/setting/workflow_exclude_segments").data["value"]
    assert value is None or isinstance(value, list)


@question(
    "reevaluate-form",
    number=24,
    answers={
        "body and path": "",
        "path alone": "reevaluate_by_path_only",
        "body alone": "reevaluate_by_body_only",
    },
)
def test_a_reevaluation_is_asked_for_in_the_body_or_in_the_path(
    world: World, answer: Answer
) -> None:
    """Does a reevaluation name its segment in the body, in the path, or in either?

    Unknown: engineers write the first, the documents the second.
    """
    segment_id = world.create("again")["id"]
    by_body = world.ask("POST", "/v2/segment/reevaluate", {"id": segment_id})
    by_path = world.ask("POST", f"/v2/segment/{segment_id}/reevaluate")
    names = [name for name, each in (("body", by_body), ("path", by_path)) if each.ok]
    answer(" and ".join(names) if len(names) > 1 else f"{names[0]} alone")


@fact("prompt", confidence="seen")
def test_a_segment_is_told_in_words(world: World) -> None:
    """`GET /v2/ai/prompt/segment/{id}` answers text.

    Seen: plans of the TypeScript client.
    """
    made = world.create("told")
    assert isinstance(world.get(f"/v2/ai/prompt/segment/{made['id']}").data, str)


@fact(
    "exclusions",
    confidence="documented",
    sandbox_only="the list of exclusions of a workflow is shared with everybody in the account",
)
def test_a_segment_is_excluded_from_a_workflow(world: World) -> None:
    """`POST /v2/segment/exclude/{add,remove}?workflow=&segment_id=` keeps a list of exclusions.

    Documented: v2 OpenAPI.
    """
    query = {"workflow": "zz_contract", "segment_id": world.create("muted")["id"]}
    assert world.ask("POST", "/v2/segment/exclude/add", query=query).ok
    assert world.ask("POST", "/v2/segment/exclude/remove", query=query).ok
