"""The v2 endpoints around segments: the account, its jobs and flows, its schema."""

from segsync.sandbox.calls import Call
from segsync.sandbox.messages import Answer, Code, refuse
from segsync.sandbox.state import Kind


def get_account(call: Call) -> Answer:
    """Answer the account of the token, as a list of one (observed).

    The token of a parent account gets several; its own names itself as its parent (observed).
    """
    own = call.state.account
    child = own | {"id": own["id"][::-1], "aid": own["aid"] + 1, "name": f"{own['name']}, child"}
    return Answer([child, own] if call.switches.parent_token else [own])


def list_jobs(call: Call) -> Answer:
    """Answer the jobs; deleted ones only with `show_all=true` (observed)."""
    show_all = call.request.flag("show_all")
    jobs = [each for each in call.state.all(Kind.JOB) if show_all or not each["deleted"]]
    return Answer(call.rows(jobs))


def list_flows(call: Call) -> Answer:
    """Answer the flows; which fields name segments is observed, their shape is assumed."""
    shown = [
        each | {"edges": [{"condition": edge["condition"]} for edge in each["edges"]] or None}
        for each in call.state.all(Kind.FLOW)
    ]
    return Answer(call.rows(shown))


def list_schema_fields(call: Call, table: str) -> Answer:
    """Answer the published fields of a table."""
    schema = call.state.get(Kind.TABLE, table)
    if schema is None:
        refuse(f"Table {table} not found.", status=404, code=Code.TABLE_NOT_FOUND)
    return Answer(call.rows(schema["fields"]))
