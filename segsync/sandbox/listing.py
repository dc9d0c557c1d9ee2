"""Which segments a list shows; the same filters stand in v1 and v2."""

from segsync.sandbox.calls import DEFAULT_TABLE, Call, is_predefined
from segsync.sandbox.messages import JsonObject
from segsync.sandbox.state import Kind

_VALIDITY = {"true": False, "false": True}


def listed(call: Call) -> list[JsonObject]:
    """Return the segments that the query asks for, in the order of their creation.

    `table` is `user` when left out (from a client's comments), `kind` and `valid` are `all`
    (assumed). A mis-cased `filterpredefined` and unknown parameters are ignored (observed).
    """
    query = call.request
    table = query.parameter("table") or ("all" if call.switches.list_all_tables else DEFAULT_TABLE)
    kind = query.parameter("kind") or ("segment" if call.switches.list_one_kind else "all")
    valid = query.parameter("valid") or ("true" if call.switches.list_only_valid else "all")
    invalid = _VALIDITY.get(valid)
    without_predefined = query.flag("filterpredefined")
    found = [
        each
        for each in call.state.all(Kind.SEGMENT)
        if table in ("all", each["table"])
        and kind in ("all", each["kind"])
        and invalid in (None, each["invalid"])
        and not (without_predefined and is_predefined(each))
    ]
    limit = query.parameter("limit")
    return found[: int(limit)] if call.switches.honor_list_limit and limit.isdigit() else found
