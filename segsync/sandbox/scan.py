"""The v1 endpoints that show members one by one: of a segment, or of a definition."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zlib import crc32

from segsync.sandbox.calls import Call
from segsync.sandbox.messages import Answer, refuse
from segsync.sandbox.sizes import Sizes
from segsync.sandbox.state import Kind
from segsync.sandbox.v1_sizes import checked_definition, in_its_table

_FEW, _MORE, _MOST = 10, 20, 100
_SPLITS = 100
_VISITS = ("last_visit_ts", "last_visit")
"""Where the time of the last visit may stand (the name is from the example of the document)."""


def scan(call: Call, segment_id: str) -> Answer:
    """Answer members of a segment, a page at a time."""
    segment = in_its_table(call, segment_id)
    return _page(call, segment["table"], Sizes(call.state, call.now).positions(segment))


def scan_unnamed(call: Call) -> Answer:
    """Answer members of the segment in `id`, or of a definition that is not saved.

    The definition stands in `segments` by GET, and in the body by POST (documented).
    """
    segment_id = call.request.parameter("id")
    if segment_id:
        return scan(call, segment_id)
    is_get = call.request.method == "GET"
    text = call.request.parameter("segments") if is_get else call.request.text()
    definition, table = checked_definition(call, text)
    members = Sizes(call.state, call.now).selected(definition, table=table)
    return _page(call, table, members.positions())


def _page(call: Call, table: str, members: list[int]) -> Answer:
    """Answer one page: ten profiles, or `limit`, which is at most 100 (documented).

    `_next` is empty on the last page; that the text of `start` is a number is assumed.
    """
    limit, start, wanted = (call.request.parameter(each) for each in ("limit", "start", "fields"))
    usual = _MORE if call.switches.scan_answers_20 else _FEW
    size = min(int(limit) if limit.isdigit() else usual, _MOST)
    begin = _position(call, start)
    found = _sorted(call, table, _split(call, members))
    page = found[begin : begin + size]
    names = frozenset(filter(None, wanted.split(",")))
    rows = Sizes(call.state, call.now).table(table).rows(page, names)
    following = begin + len(page) if page and begin + len(page) < len(found) else None
    if following is None and call.switches.scan_repeats_the_end:
        following = begin
    paging = {"total": len(found), "_next": _mark(call, following)}
    return Answer(call.rows(rows), paging=paging | _meta(call, table))


def _mark(call: Call, following: int | None) -> str:
    """Return the mark of the next page, "" for none.

    With the switch all pages of a scan have one mark, and the server remembers how far it came; the
    text may repeat (observed), what it then means is assumed.
    """
    if following is None:
        return ""
    if not call.switches.scan_marks_repeat:
        return str(following)
    query = [pair for pair in call.request.query if pair[0] != "start"]
    mark = f"m{crc32(repr((call.request.path, query, call.request.body)).encode())}"
    call.state.put(Kind.SCAN, {"id": mark, "at": following})
    return mark


def _position(call: Call, start: str) -> int:
    kept = call.state.get(Kind.SCAN, start)
    at: int = kept["at"] if kept else int(start) if start.isdigit() else 0
    return at


def _split(call: Call, members: list[int]) -> list[int]:
    """Return the members in the hundredths that `splits` names, 0 to 99 (documented).

    Which hundredth a profile is in, always the same one, is assumed.
    """
    wanted = call.request.parameter("splits")
    if not wanted:
        return members
    numbers = [each.strip() for each in wanted.split(",")]
    if not all(each.isdigit() and int(each) < _SPLITS for each in numbers):
        refuse("Splits are numbers from 0 to 99.")
    chosen = {int(each) for each in numbers}
    return [each for each in members if crc32(b"%d" % each) % _SPLITS in chosen]


def _sorted(call: Call, table: str, members: list[int]) -> list[int]:
    """Return the members sorted by `sortfield`, or by the last visit when `recent` is true.

    `sortorder` is `asc` or `desc` (documented); that it is `asc` when left out, that who has no
    value comes last, and that an unknown field sorts nothing, is assumed.
    """
    query = call.request
    is_recent = query.parameter("recent") in {"t", "true"}
    name, order = query.parameter("sortfield"), query.parameter("sortorder")
    if order not in {"", "asc", "desc"}:
        refuse("Sort order is asc or desc.")
    column_of = Sizes(call.state, call.now).table(table).column
    if is_recent:
        found = (column for each in _VISITS if (column := column_of(each)) is not None)
        column = next(found, None)
    else:
        column = column_of(name)
    if column is None:
        return members
    ranks = [_rank(column[each]) for each in members]
    with_value = [at for at, rank in enumerate(ranks) if rank is not None]
    without = [each for each, rank in zip(members, ranks, strict=True) if rank is None]
    key: Callable[[int], Any] = ranks.__getitem__
    in_order = sorted(with_value, key=key, reverse=is_recent or order == "desc")
    return [members[at] for at in in_order] + without


def _rank(value: object) -> tuple[int, Any] | None:
    """Return by what a value is sorted; a list, a map and no value at all cannot be."""
    match value:
        case bool() | int() | float():
            return 0, value
        case datetime():
            return 1, value
        case str():
            return 2, value
        case _:
            return None


def _meta(call: Call, table: str) -> dict[str, Any]:
    """Return the schema if `meta` is true (documented; where it stands and how is assumed)."""
    if not call.request.flag("meta"):
        return {}
    schema = call.state.get(Kind.TABLE, table) or {"fields": []}
    return {"meta": {"schema": {each["id"]: each["type"] for each in schema["fields"]}}}
