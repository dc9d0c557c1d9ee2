"""The endpoints of the account itself: who it is, and those of its settings that name segments."""

from segsync.sandbox.access import IP_LIST
from segsync.sandbox.calls import Call
from segsync.sandbox.messages import Answer, JsonObject, refuse_unknown
from segsync.sandbox.second_account import child_of
from segsync.sandbox.state import Kind


def get_account(call: Call) -> Answer:
    """Answer the account of the token, as a list of one (observed).

    The token of a parent account gets several; its own names itself as its parent (observed).
    """
    own = call.state.account
    is_parent = call.switches.parent_token and own["aid"] == own["parentaid"]
    return Answer([child_of(own), own] if is_parent else [own])


def list_settings(call: Call) -> Answer:
    """Answer the settings that have to do with segments; an account has many more."""
    return Answer(_settings(call))


def get_setting(call: Call, slug: str) -> Answer:
    """Answer one setting, whose `value` is null when it is not set (observed)."""
    for each in _settings(call):
        if each["slug"] == slug:
            return Answer(each)
    return refuse_unknown("Setting not found.")


def _settings(call: Call) -> list[JsonObject]:
    """Return the settings; their names and the keys of each are observed, the words assumed."""
    lists = (each["segment_ids"] for each in call.state.all(Kind.EXCLUSION))
    excluded = list(dict.fromkeys(each for ids in lists for each in ids))
    listed = call.state.get(Kind.SETTING, IP_LIST)
    return [
        _setting(IP_LIST, "[]string", listed and listed["value"]),
        _setting("enable_schema_patches", "bool", call.switches.schema_patches or None),
        _setting("workflow_exclude_segments", "[]string", excluded or None),
    ]


def _setting(slug: str, kind: str, value: object) -> JsonObject:
    return {
        "slug": slug,
        "category": "API",
        "sub_category": "",
        "value": value,
        "field": {"type": kind, "label": slug.replace("_", " "), "description": ""},
        "can_be_assigned": False,
    }
