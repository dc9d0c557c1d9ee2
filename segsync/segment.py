"""Segments, groups, and the two states that hold them: what the files say, what the account has.

Both sides become the same `Segment` and `Group` values at the edge, with defaults filled in and
segsync's own marks taken out of tags and descriptions, so that "equal" is plain equality.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from msgspec import field

from segsync import filterql
from segsync.diagnostics import Location
from segsync.filterql import (
    FilterQLSyntaxError,
    Include,
    Node,
    PlainStatement,
    Statement,
    includes,
    print_clauses,
    print_filter,
    print_statement,
    quote_name,
    read_plain,
)
from segsync.value import Value

DEFAULT_TABLE = "user"
DEFAULT_KIND = "segment"

# How many distinct definitions keep their tree; an account holds at most some thousands.
_PARSED_DEFINITIONS = 65_536


@lru_cache(maxsize=_PARSED_DEFINITIONS)
def _read(text: str) -> Statement | FilterQLSyntaxError:
    try:
        return filterql.parse(text)
    except FilterQLSyntaxError as problem:
        return problem


_read_plain = lru_cache(maxsize=_PARSED_DEFINITIONS)(read_plain)


class Definition(Value, frozen=True):
    """What a segment selects, as FilterQL; each distinct text is parsed once, on demand.

    Text that the grammar cannot read stays *opaque*: it has no statement and is compared as text.
    `verbatim` marks the account's own text. It is sent back as its author wrote it, because even a
    layout that means the same to us (an infix AND as a list) can be another thing to the server.
    """

    text: str
    verbatim: bool = False

    def __eq__(self, other: object) -> bool:
        """Compare the texts: whose they are makes no difference to what is selected."""
        return isinstance(other, Definition) and self.text == other.text

    def __hash__(self) -> int:
        """Return the hash of what is compared."""
        return hash(self.text)

    @property
    def plain(self) -> PlainStatement | None:
        """What a definition in plain form says, without a tree; None tells nothing."""
        return _read_plain(self.text)

    @property
    def statement(self) -> Statement | None:
        """The parsed statement, or None when the definition is opaque."""
        parsed = _read(self.text)
        return parsed if isinstance(parsed, Statement) else None

    @property
    def filter(self) -> Node | None:
        """The condition tree, or None when the definition is opaque."""
        statement = self.statement
        return statement.filter if statement else None

    @property
    def problem(self) -> FilterQLSyntaxError | None:
        """Why the definition is opaque, or None."""
        parsed = _read(self.text)
        return parsed if isinstance(parsed, FilterQLSyntaxError) else None

    def with_clauses(self, table: str, slug: str) -> str:
        """Return the text to send: the statement with an explicit `FROM` and `ALIAS`.

        A PUT without `FROM` moves the segment to table `user`, one with another `ALIAS` renames
        it; both succeed silently. An opaque definition is returned as it is.
        """
        if self.verbatim:
            return _with_missing_clauses(self.text, table, slug)
        return _with_clauses(self.text, table, slug)

    def repointed(self, mapping: Mapping[str, str]) -> "Definition":
        """Return the definition with references replaced and every other character kept.

        An opaque definition is returned as it is.
        """
        tree = self.filter
        text = self.text
        found = includes(tree) if tree else ()
        # From the end, so that places further ahead stay what they are.
        for include in sorted(found, key=lambda each: each.span, reverse=True):
            start, end = include.span
            if include.reference in mapping:
                new = print_filter(Include(mapping[include.reference]))
                text = f"{text[:start]}{new}{text[end:]}"
        return Definition(text, self.verbatim)


def _with_missing_clauses(text: str, table: str, slug: str) -> str:
    parsed = _read(text)
    if isinstance(parsed, FilterQLSyntaxError) or (parsed.table, parsed.alias) == (table, slug):
        return text
    clauses = print_clauses(replace(parsed, table=table, alias=slug))
    # On a line of its own, because the filter may end in a comment.
    return "\n".join([text[: parsed.filter_span[1]], " ".join(clauses)])


def _with_clauses(text: str, table: str, slug: str) -> str:
    plain = _read_plain(text)
    if plain is not None:
        return f"FILTER {plain.printed} FROM {quote_name(table)} ALIAS {quote_name(slug)}"
    return _printed_with_clauses(text, table, slug)


@lru_cache(maxsize=_PARSED_DEFINITIONS)
def _printed_with_clauses(text: str, table: str, slug: str) -> str:
    parsed = _read(text)
    if isinstance(parsed, FilterQLSyntaxError):
        return text
    explicit = Statement(
        filter=parsed.filter,
        table=table,
        limit=parsed.limit,
        options=parsed.options,
        alias=slug,
    )
    return print_statement(explicit)


class Segment(Value, frozen=True):
    """Everything that a client can set on a segment; `slug` is the key.

    `groups` holds group names, or `id:<id>` for a group that no unique name stands for.
    `owned` and `protected` are segsync's marks, kept as tags in the account.
    """

    slug: str
    name: str
    definition: Definition
    table: str = DEFAULT_TABLE
    kind: str = DEFAULT_KIND
    description: str = ""
    is_public: bool = False
    tags: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    save_hist: bool = True
    schedule_exit: bool = False
    emit_trigger: bool = False
    expires_at: str | None = None
    owned: bool = False
    protected: bool = False


class Group(Value, frozen=True):
    """Everything that a client can set on a segment group; `name` is the key."""

    name: str
    description: str = ""
    owned: bool = False
    protected: bool = False


class Freeze(Value, frozen=True):
    """Until (and on) this day the object may not change."""

    until: date
    reason: str = ""


class Guard(Value, frozen=True):
    """What a new definition may do to the size: at least so many profiles, no greater loss.

    `max_shrink` is a share of the size now, 0.2 for 20 %; None sets no bound.
    """

    min_size: int = 0
    max_shrink: float | None = None


class AcceptedDrift(Value, frozen=True):
    """Until (and on) this day, drift in these fields is accepted."""

    fields: frozenset[str]
    until: date
    reason: str = ""


class DesiredSegment(Value, frozen=True):
    """One segment as a file declares it.

    `segment` is complete: a field that the file does not set carries the default that a create
    would use. `managed` names the `Segment` fields that the file sets; all others keep their live
    value. `references` maps each INCLUDE reference to the place where it stands first, and
    `place_of` gives the place of a character of the definition. `silenced` are the lint rules that
    say nothing about this segment.
    """

    segment: Segment
    managed: frozenset[str]
    source: Location
    previously: tuple[str, ...] = ()
    adopt: bool = False
    absent: bool = False
    reevaluate_on_change: bool = False
    freeze: Freeze | None = None
    accept_drift: AcceptedDrift | None = None
    guard: Guard | None = None
    references: Mapping[str, Location] = field(default_factory=lambda: MappingProxyType({}))
    place_of: Callable[[int], Location] | None = None
    silenced: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """The slug."""
        return self.segment.slug


class DesiredGroup(Value, frozen=True):
    """One group as a file declares it; `managed` as in `DesiredSegment`."""

    group: Group
    managed: frozenset[str]
    source: Location
    previously: tuple[str, ...] = ()
    adopt: bool = False
    absent: bool = False

    @property
    def key(self) -> str:
        """The name."""
        return self.group.name


class DesiredState(Value, frozen=True):
    """What the files say, by key; objects with `state: absent` are in the same mappings."""

    segments: Mapping[str, DesiredSegment]
    groups: Mapping[str, DesiredGroup]


class LiveSegment(Value, frozen=True):
    """One segment as the account has it. `untouchable` says why segsync never writes it, or is "".

    `author_id`, `created` and `updated` are shown to people and never compared.
    """

    id: str
    segment: Segment
    untouchable: str = ""
    author_id: str = ""
    created: str = ""
    updated: str = ""
    invalid_reason: str | None = None

    @property
    def key(self) -> str:
        """The slug."""
        return self.segment.slug


class LiveGroup(Value, frozen=True):
    """One group as the account has it; `segment_ids` are the members that the group itself tells.

    An account may tell them on the segments only: `LiveState` has what both sides say.
    """

    id: str
    group: Group
    author: str = ""
    created: str = ""
    updated: str = ""
    segment_ids: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The name."""
        return self.group.name


class Job(Value, frozen=True):
    """A workflow job that reads segments (an export, an import, an enrichment).

    `segment_ids` are those that its configuration names as such. How other workflows name a
    segment is not documented: `mentions` are, in lower case, the words of the configuration that
    may be ids or slugs.
    """

    id: str
    name: str
    workflow: str
    status: str
    segment_ids: frozenset[str]
    mentions: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """Everything by which the job may name a segment, in lower case: ids and slugs."""
        return self.mentions | {each.lower() for each in self.segment_ids}

    @property
    def is_active(self) -> bool:
        """Whether the job may still run: everything that is not finished for good."""
        return self.status not in {"completed", "deleted", "deleting", "failed"}


class Account(Value, frozen=True):
    """The account that the token belongs to."""

    aid: int
    name: str = ""


class LiveState(Value, frozen=True):
    """What the account has, as read at the start of the run.

    Sequences, not mappings: the API does not promise that slugs or group names are unique.
    `jobs` is None when they were not read.
    """

    account: Account
    segments: tuple[LiveSegment, ...]
    groups: tuple[LiveGroup, ...]
    jobs: tuple[Job, ...] | None = None

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all segments and groups."""
        return frozenset(each.id for each in self.segments) | {each.id for each in self.groups}


class Marks(Value, frozen=True):
    """How segsync signs what it owns: tags on segments, a last line in descriptions of groups."""

    tag: str = "segsync"

    @property
    def protected_tag(self) -> str:
        """The tag of a segment that must not be deleted; it outlives the file that asked for it."""
        return f"{self.tag}-protected"

    def add_tags(self, segment: Segment) -> frozenset[str]:
        """Return the tags to send: the user's and segsync's."""
        marks = {self.tag} if segment.owned else set()
        if segment.protected:
            marks.add(self.protected_tag)
        return segment.tags | marks

    def strip_tags(self, tags: frozenset[str]) -> frozenset[str]:
        """Return the tags without segsync's own."""
        return tags - {self.tag, self.protected_tag}

    def add_line(self, group: Group) -> str:
        """Return the description to send: the user's text and segsync's line."""
        if not group.owned:
            return group.description
        line = f"[{self.tag}] managed by segsync"
        if group.protected:
            line += ", protected"
        return f"{group.description}\n{line}" if group.description else line

    def split_line(self, description: str) -> tuple[str, bool, bool]:
        """Return the description without segsync's line, whether it is owned, and protected."""
        pattern = rf"(?:\A|\n)\[{re.escape(self.tag)}\] managed by segsync(, protected)?\s*\Z"
        match = re.search(pattern, description)
        if match is None:
            return description, False, False
        return description[: match.start()], True, match[1] is not None
