"""The whole page: the account at a glance, then its parts, what was asked, and what can be set."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from segsync.sandbox.faults.decisions import Standing
from segsync.sandbox.messages import JsonObject
from segsync.sandbox.page.markup import (
    Column,
    Content,
    Html,
    anchor,
    element,
    joined,
    markup,
    section,
    table,
    tag,
)
from segsync.sandbox.page.segments import Overview, segments_section
from segsync.sandbox.requestlog import AuditEntry
from segsync.sandbox.state import AccountState, Kind, segment_ids, timestamp
from segsync.sandbox.store import Store
from segsync.sandbox.switches import meanings

HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
"""What the page is sent with: even if something in it were not escaped, no browser would run it."""

MOST_REQUESTS = 200
_SECTIONS = ("Segments", "Groups", "Jobs", "Flows", "Requests", "Faults", "Switches")
_FAILED = 400
_SET_A_SWITCH = (
    'Turn one on with a PUT of `{"merge_on_put": true}` to `/__sandbox__/switches`; '
    "it holds at once."
)
_ADD_A_FAULT = (
    'Add one with a POST of `{"rule": "POST /v2/segment 503"}` to `/__sandbox__/faults`; '
    "take it out with a DELETE of `/__sandbox__/faults/1`."
)


def status_page(store: Store) -> str:
    """Return the page of an account as it is now, and of the requests that this store answered."""
    with store.read() as state:
        overview = Overview.of(state, store.now(state))
        requests = store.requests
        body = joined(
            _head(store, overview, requests),
            segments_section(overview),
            _groups(state),
            _jobs(state),
            _flows(state),
            _requests(state, requests),
            _faults(state),
            _switches(state),
        )
        title = markup(state.account["name"])
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n{body.source}\n</body>\n</html>\n"
    )


def _head(store: Store, overview: Overview, requests: Sequence[AuditEntry]) -> Html:
    state = overview.state
    account = state.account
    place = f"Account {account['aid']}, kept in {store.place}. The time in it is "
    links = joined(*(Html(f'<a href="#{anchor(each)}">{each}</a>') for each in _SECTIONS))
    tiles = (element("li", element("b", count), word) for count, word in _counts(state, requests))
    people = overview.sizes.table("user").cohort.size
    return joined(
        element("h1", account["name"]),
        element("p", place, _moment(overview.now), f"; it has {people:,} profiles.", css="dim"),
        element("ul", *tiles, css="tiles"),
        element("nav", links),
    )


def _counts(state: AccountState, requests: Sequence[AuditEntry]) -> Iterator[tuple[int, str]]:
    for kind, word in ((Kind.SEGMENT, "segments"), (Kind.GROUP, "groups"), (Kind.JOB, "jobs")):
        yield sum(1 for _ in state.all(kind)), word
    yield sum(each["invalid"] for each in state.all(Kind.SEGMENT)), "invalid"
    yield len(requests), "requests"
    yield sum(bool(each.object_id) for each in requests), "writes"
    yield sum(1 for _ in state.all(Kind.FAULT)), "fault rules"
    yield sum(state.switches.as_dict().values()), "switches on"


def _groups(state: AccountState) -> Html:
    columns = (
        Column("Group"),
        Column("Description"),
        Column("Segments"),
        Column("Changed", "nowrap"),
    )
    members: dict[str, list[JsonObject]] = {each["id"]: [] for each in state.all(Kind.GROUP)}
    for segment in state.all(Kind.SEGMENT):
        for group in segment["groups"] or ():
            members.setdefault(group, []).append(segment)
    rows = [
        (
            element("b", each["name"]),
            element("pre", each["description"]),
            _slugs(members[each["id"]]),
            each["updated"][:10],
        )
        for each in state.all(Kind.GROUP)
    ]
    ordered = (Column("Collection"), Column("Segments, in order"))
    lists = [
        (element("b", each["name"]), _slugs_of(state, _in_order(each)))
        for each in state.all(Kind.COLLECTION)
    ]
    more = table(ordered, lists) if lists else ""
    return section("Groups", f"{len(rows):,}", table(columns, rows), more)


def _in_order(collection: JsonObject) -> list[str]:
    items = sorted(collection["collection"] or (), key=lambda item: item["order"])
    return [each["id"] for each in items]


def _jobs(state: AccountState) -> Html:
    columns = (Column("Job"), Column("Workflow"), Column("Status"), Column("Segments"))
    rows = [
        (
            element("b", each["name"]),
            each["workflow"],
            tag(each["status"], "good" if each["status"] == "running" else ""),
            _slugs_of(state, segment_ids(each)),
        )
        for each in state.all(Kind.JOB)
    ]
    excluded = (Column("Workflow"), Column("Never exports members of"))
    lists = [
        (each["id"], _slugs_of(state, each["segment_ids"])) for each in state.all(Kind.EXCLUSION)
    ]
    return section(
        "Jobs",
        "exports and imports, and whom they leave out",
        table(columns, rows),
        table(excluded, lists) if lists else "",
    )


def _flows(state: AccountState) -> Html:
    columns = (
        *(Column("Flow"), Column("Status"), Column("Enter by"), Column("Wait until in")),
        Column("Branch by"),
    )
    rows = [
        (
            element("b", each["name"]),
            tag(each["status"], "good" if each["status"] == "running" else ""),
            _slugs_of(state, [each["entry_segment_id"]]),
            _slugs_of(state, each["delay_until_enters"]),
            joined(*(element("code", edge["condition"]) for edge in each["edges"]), by="<br>"),
        )
        for each in state.all(Kind.FLOW)
    ]
    return section("Flows", "journeys that lead through segments", table(columns, rows))


def _requests(state: AccountState, requests: Sequence[AuditEntry]) -> Html:
    columns = (
        *(Column("Time", "nowrap"), Column("Request"), Column("Status"), Column("ms", "number")),
        *(Column("Wrote"), Column("Fault")),
    )
    shown = requests[-MOST_REQUESTS:][::-1]
    rows = [
        (
            each.at[11:23],
            joined(element("b", each.method), element("code", each.path), by=" "),
            tag(str(each.status or "none"), _color(each)),
            f"{each.ms:.0f}",
            _written(state, each.object_id),
            each.fault,
        )
        for each in shown
    ]
    note = f"the last {len(shown):,} of {len(requests):,}, newest first; no query, no header"
    return section("Requests", note, table(columns, rows))


def _written(state: AccountState, object_ids: str) -> Html:
    """Name what a request wrote, as far as it is still there."""
    found: list[Content] = []
    for each in filter(None, object_ids.split(",")):
        segment, group = state.get(Kind.SEGMENT, each), state.get(Kind.GROUP, each)
        name = segment["slug_name"] if segment else group["name"] if group else each
        found.append(element("code", name))
    return joined(*found, by=", ")


def _color(entry: AuditEntry) -> str:
    if entry.status >= _FAILED or not entry.status:
        return "bad"
    return "good" if entry.object_id else ""


def _faults(state: AccountState) -> Html:
    columns = (Column("Id"), Column("Rule"), Column("Seen", "number"), Column("Struck", "number"))
    standings = (Standing.of(row) for row in state.all(Kind.FAULT))
    rows = [
        (each.rule_id, element("code", each.rule.text), each.seen, each.struck)
        for each in standings
    ]
    note = "rules that spoil requests, in the order in which they are tried"
    return section("Faults", note, element("p", _prose(_ADD_A_FAULT)), table(columns, rows))


def _switches(state: AccountState) -> Html:
    columns = (Column("Switch"), Column(""), Column("When it is on"))
    on = state.switches.as_dict()
    names = sorted(meanings(), key=lambda name: not on[name])
    rows = [
        (
            element("code", name),
            tag("on", "good") if on[name] else tag("off"),
            _prose(meanings()[name]),
        )
        for name in names
    ]
    note = "what no document says, answered the assumed way unless on"
    way = _prose(_SET_A_SWITCH)
    return section("Switches", note, element("p", way), table(columns, rows))


def _prose(text: str) -> Html:
    """Return text in which backticks set off what is code."""
    parts = text.split("`")
    return joined(*(element("code", each) if at % 2 else each for at, each in enumerate(parts)))


def _slugs(segments: Sequence[JsonObject]) -> Html:
    return joined(*(element("code", each["slug_name"]) for each in segments), by=", ")


def _slugs_of(state: AccountState, ids: Sequence[str]) -> Html:
    """Name segments by slug, and those that are gone by their id."""
    found: list[Content] = []
    for each in ids:
        segment = state.get(Kind.SEGMENT, each)
        found.append(element("code", segment["slug_name"] if segment else f"{each} (gone)"))
    return joined(*found, by=", ")


def _moment(now: datetime) -> str:
    return timestamp(now)[:19].replace("T", " ") + " UTC"
