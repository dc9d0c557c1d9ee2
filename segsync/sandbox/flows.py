"""The v2 endpoints for flows: who enters, waits and branches by a segment, and their state."""

from segsync.sandbox.calls import Call
from segsync.sandbox.messages import Answer, Code, JsonObject, refuse, refuse_unknown
from segsync.sandbox.state import Kind, later_timestamp

_NEXT = {"draft": "running", "running": "draining"}


def list_flows(call: Call) -> Answer:
    """Answer the flows; which fields name segments is observed, the shape around them assumed."""
    return Answer(call.rows(_shown(each) for each in call.state.all(Kind.FLOW)))


def get_flow(call: Call, flow_id: str) -> Answer:
    """Answer one flow by its id (observed)."""
    return Answer(_shown(_flow(call, flow_id)))


def post_flow(call: Call, flow_id: str) -> Answer:
    """Move a flow on to another `state`: from draft to running to draining (observed).

    Nothing else of a flow can be changed here.
    """
    flow = _flow(call, flow_id)
    state = call.request.json_object().get("state")
    if state != _NEXT.get(flow["status"]):
        refuse(f"Flow cannot go from {flow['status']} to {state}.", code=Code.BAD_REQUEST)
    changed = flow | {"status": state, "updated": later_timestamp(call.now, flow["updated"])}
    call.state.put(Kind.FLOW, changed)
    return Answer(_shown(changed), object_id=flow_id)


def _flow(call: Call, flow_id: str) -> JsonObject:
    found = call.state.get(Kind.FLOW, flow_id)
    if found is None:
        refuse_unknown("Flow not found.")
    return found


def _shown(flow: JsonObject) -> JsonObject:
    shown = {name: value for name, value in flow.items() if name != "status"}
    edges = [{"condition": {"definition": edge["condition"]}} for edge in flow["edges"]]
    return shown | {"state": flow["status"], "edges": edges or None}
