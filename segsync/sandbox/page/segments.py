"""The segments on the status page: whose they are, how large, what they say, who uses them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import MappingProxyType

from segsync.sandbox.calls import is_predefined
from segsync.sandbox.messages import JsonObject
from segsync.sandbox.page.markup import Column, Content, Html, element, joined, section, table, tag
from segsync.sandbox.reevaluation import under_way
from segsync.sandbox.sizes import Sizes
from segsync.sandbox.state import AccountState, Kind

OWNERSHIP_TAG = "segsync"
"""The tag that segsync puts on its segments unless it is told another."""

MOST_ROWS = 500

_COLUMNS = (
    Column("Segment"),
    Column("Size", "number"),
    Column("Definition", "definition"),
    Column("Used by"),
    Column("Last change", "nowrap"),
)


class Belonging(Enum):
    """Whose a segment is; the values are what the page says about each."""

    OWNED = ("Owned", f"tagged {OWNERSHIP_TAG}: written from files")
    UNOWNED = ("Unowned", "made by people, not in files or not adopted")
    PREDEFINED = ("Predefined", "came with the account and cannot be changed")
    FOREIGN = ("Foreign", "managed by another part of Lytics, such as a model")


@dataclass(frozen=True, slots=True)
class Overview:
    """What the rows need: the account at one moment."""

    state: AccountState
    now: datetime
    sizes: Sizes
    running: Mapping[str, JsonObject]

    @classmethod
    def of(cls, state: AccountState, now: datetime) -> "Overview":
        """Look at an account."""
        running = {row["id"]: row for row in under_way(state, now)}
        return cls(state, now, Sizes(state, now), MappingProxyType(running))


def belonging(segment: JsonObject) -> Belonging:
    """Say whose a segment is."""
    if is_predefined(segment):
        return Belonging.PREDEFINED
    if segment["kind"] == "managed":
        return Belonging.FOREIGN
    owned = OWNERSHIP_TAG in (segment["tags"] or ())
    return Belonging.OWNED if owned else Belonging.UNOWNED


def segments_section(overview: Overview) -> Html:
    """Return all segments by whose they are, the largest tables cut to 500 rows each."""
    found: dict[Belonging, list[JsonObject]] = {each: [] for each in Belonging}
    for segment in overview.state.all(Kind.SEGMENT):
        found[belonging(segment)].append(segment)
    total = sum(map(len, found.values()))
    parts = [_part(overview, each, segments) for each, segments in found.items() if segments]
    return section("Segments", f"{total:,} in all", *parts)


def _part(overview: Overview, whose: Belonging, segments: list[JsonObject]) -> Html:
    title, note = whose.value
    rows = [_row(overview, each) for each in segments[:MOST_ROWS]]
    left = len(segments) - len(rows)
    more = element("p", f"… and {left:,} more, which are not shown.", css="dim") if left else ""
    is_open = " open" if whose is not Belonging.PREDEFINED else ""
    summary = element("summary", title, Html(" "), element("small", f"{len(segments):,} · {note}"))
    content = joined(summary, table(_COLUMNS, rows), more).source
    return Html(f"<details{is_open}>{content}</details>\n")


def _row(overview: Overview, segment: JsonObject) -> tuple[Content, ...]:
    return (
        _name(overview, segment),
        _size(overview, segment),
        element("pre", element("code", segment["segment_ql"])),
        _users(overview.state, segment),
        _change(segment),
    )


def _name(overview: Overview, segment: JsonObject) -> Html:
    lines: list[Content] = [element("b", segment["name"]), element("code", segment["slug_name"])]
    if segment["description"]:
        lines.append(element("small", segment["description"]))
    lines.append(joined(*_labels(overview, segment)))
    return joined(*lines, by="<br>")


def _labels(overview: Overview, segment: JsonObject) -> list[Html]:
    found = [tag(f"table {segment['table']}")] if segment["table"] != "user" else []
    found += [tag(f"kind {segment['kind']}")] if segment["kind"] != "segment" else []
    found += [tag("public")] if segment["is_public"] else []
    if segment["invalid"]:
        found.append(tag(f"invalid: {segment['invalid_reason']}", "bad"))
    if segment["id"] in overview.running:
        ends = overview.running[segment["id"]]["ends"]
        found.append(tag(f"reevaluating until {ends[11:19]}", "busy"))
    return found + [tag(each) for each in segment["tags"] or () if each != OWNERSHIP_TAG]


def _size(overview: Overview, segment: JsonObject) -> Html:
    size = overview.sizes.of_segment(segment)
    everybody = overview.sizes.table(segment["table"]).cohort.size
    width = round(100 * size / everybody)
    bar = Html(f'<span class="bar"><i style="width:{width}%"></i></span>')
    return joined(size, bar)


def _users(state: AccountState, segment: JsonObject) -> Html:
    found: list[Content] = [
        element("code", each["slug_name"]) for each in state.dependants(segment)
    ]
    found += [f"job {each['name']}" for each in state.jobs_using(segment["id"])]
    found += [f"flow {each['name']}" for each in state.flows_using(segment)]
    found += [f"exclusions of {each['id']}" for each in state.exclusions_of(segment["id"])]
    # An empty cell takes no line of a narrow page.
    return element("small", joined(*found, by="<br>")) if found else Html("")


def _change(segment: JsonObject) -> Html:
    author = segment["author_id"] or "the system"
    return joined(segment["updated"][:10], element("small", author), by="<br>")
