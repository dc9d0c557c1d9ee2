"""The v2 endpoints about what a segment stands in relation to: ancestors, jobs, exclusions."""

from segsync.sandbox.calls import Call
from segsync.sandbox.definitions import read_definition
from segsync.sandbox.messages import Answer, Code, JsonObject, refuse, refuse_unknown
from segsync.sandbox.reevaluation import begin
from segsync.sandbox.sizes import Sizes
from segsync.sandbox.state import REFERENCES, AccountState, Kind
from segsync.sandbox.throttle import check_reevaluations
from segsync.sandbox.views import show_segment


def reevaluate(call: Call, segment_id: str = "") -> Answer:
    """Set a reevaluation in motion; the id stands in the path, or in the body as `id`.

    Both forms are known from different documents; what they answer is assumed.
    """
    refused = call.switches.reevaluate_by_body_only, call.switches.reevaluate_by_path_only
    if refused[0 if segment_id else 1]:
        refuse_unknown("Not found.")
    wanted = segment_id or str(call.request.json_object().get("id") or "")
    segment = call.segment_by_id(wanted)
    check_reevaluations(call)
    size = Sizes(call.state, call.now).of_segment(segment)
    begin(call.state, segment, size=size, now=call.now)
    return Answer(None, object_id=segment["id"])


def ancestors(call: Call, segment_id: str) -> Answer:
    """Answer what the segment includes, at any distance, nearest first (the shape is assumed)."""
    direct = call.switches.ancestors_are_direct
    found = _ancestors(call.state, call.segment_by_id(segment_id), only_direct=direct)
    if call.switches.ancestors_are_ids:
        return Answer(call.rows(each["id"] for each in found))
    return Answer(call.rows(show_segment(call.state, each) for each in found))


def jobs(call: Call, segment_id: str) -> Answer:
    """Answer the jobs that use the segment (the shape is assumed)."""
    found = call.state.jobs_using(call.segment_by_id(segment_id)["id"])
    return Answer(call.rows(each["id"] if call.switches.jobs_are_ids else each for each in found))


def exclude(call: Call, operation: str) -> Answer:
    """Add a segment to those whose members a workflow never exports, or take it out.

    The query names `workflow` and `segment_id` (documented). The answer, the ids that the
    workflow now excludes, is assumed, and so is that adding or removing twice is no error.
    """
    if operation not in {"add", "remove"}:
        refuse_unknown("Not found.")
    workflow = call.request.parameter("workflow")
    if not workflow:
        refuse("Workflow is required.")
    known = {each["workflow"] for each in call.state.all(Kind.JOB)}
    if call.switches.check_workflows and workflow not in known:
        refuse("Workflow not found.", status=404, code=Code.WORKFLOW_NOT_FOUND)
    segment_id = call.segment_by_id(call.request.parameter("segment_id"))["id"]
    old = call.state.get(Kind.EXCLUSION, workflow) or {"segment_ids": ()}
    left = [each for each in old["segment_ids"] if each != segment_id]
    ids = [*left, segment_id] if operation == "add" else left
    call.state.put(Kind.EXCLUSION, {"id": workflow, "segment_ids": ids})
    return Answer(call.rows(ids), object_id=segment_id)


def prompt(call: Call, segment_id: str) -> Answer:
    """Answer the definition in words, as text (from a client; the wording is the sandbox's own)."""
    from segsync.filterql.explain import explain  # noqa: PLC0415 - no other endpoint needs it

    segment = call.segment_by_id(segment_id)
    return Answer("\n".join(explain(read_definition(segment["segment_ql"]).filter)))


def _ancestors(state: AccountState, segment: JsonObject, *, only_direct: bool) -> list[JsonObject]:
    found: dict[str, JsonObject] = {}
    nearest = [segment]
    for each in nearest:
        for reference in each[REFERENCES]:
            target = state.segment(reference, each["table"])
            if target is not None and target["id"] not in {segment["id"], *found}:
                found[target["id"]] = target
                nearest.extend(() if only_direct else (target,))
    return list(found.values())
