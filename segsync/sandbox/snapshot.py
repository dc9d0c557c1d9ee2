"""Snapshots of accounts: the API's own answers, gathered in one file, as a seed."""

from collections.abc import Mapping
from typing import Any

from segsync.sandbox.messages import JsonObject

_LISTS = {
    "segment": "segments",
    "group": "groups",
    "job": "jobs",
    "flow": "flows",
    "collection": "collections",
}


def as_seed(read: Mapping[str, Any]) -> JsonObject:
    """Return what a file says in the shape of a seed.

    A snapshot differs from a seed in that lists may stand in the envelope of the API, or under the
    name of one of their objects as in `/__sandbox__/snapshot`; and in that objects have ids, by
    which they name each other. Raises KeyError and TypeError for what is neither.
    """
    found: JsonObject = {_LISTS.get(name, name): _opened(value) for name, value in read.items()}
    for name in _LISTS.values():
        found[name] = found.get(name) or []
    if isinstance(found["account"], list):
        found["account"] = _own(found["account"])
    if "table" in found:
        found["fields"] = {each["id"]: each["fields"] for each in found["table"]}
    if "setting" in found:
        found["networks"] = [each for setting in found["setting"] for each in setting["value"]]
    if "exclusion" in found:
        found["exclusions"] = {each["id"]: each["segment_ids"] for each in found["exclusion"]}
    if isinstance(found.get("population"), list):
        found["population"] = next(iter(found["population"]), {})
    found["flows"] = [_flow(each) for each in found["flows"]]
    return found


def _opened(value: Any) -> Any:  # noqa: ANN401 - whatever JSON there is
    """Take an answer out of its envelope."""
    return (
        value["data"] if isinstance(value, dict) and {"data", "status"} <= value.keys() else value
    )


def _own(accounts: list[JsonObject]) -> JsonObject:
    """Return the account of a token that sees several: that which is its own parent (observed)."""
    own = [each for each in accounts if each["aid"] == each.get("parentaid")]
    return next(iter(own or accounts), {})


def _flow(flow: JsonObject) -> JsonObject:
    """Return a flow as a seed has it, whose conditions stand on the edges in the API."""
    if "entry_segment_id" not in flow:
        return flow
    found = [edge.get("condition") or "" for edge in flow.get("edges") or ()]
    texts = [each["definition"] if isinstance(each, dict) else each for each in found]
    shown = {"entry": flow["entry_segment_id"], "conditions": [each for each in texts if each]}
    return flow | shown | ({"status": flow["state"]} if "state" in flow else {})
