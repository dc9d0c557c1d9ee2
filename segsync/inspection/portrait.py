"""Everything about one segment: the result of `segsync show`."""

from enum import StrEnum

from msgspec import field

from segsync.diagnostics import Location
from segsync.plan import FieldChange
from segsync.segment import Account, Segment
from segsync.value import Value


class FoundBy(StrEnum):
    """What the word on the command line turned out to be."""

    SLUG = "slug"
    ID = "id"
    FORMER_SLUG = "former_slug"


class Standing(StrEnum):
    """How a segment of the account stands to the files."""

    EQUAL = "equal"
    DIFFERENT = "different"
    BLOCKED = "blocked"
    TO_CREATE = "to_create"
    TO_DELETE = "to_delete"
    NOT_DECLARED = "not_declared"
    UNKNOWN = "unknown"


class Declaration(Value, frozen=True):
    """What the files say about a segment.

    `fields` lead from the account to the files. `remark` says what a rule forbids, what is accepted
    for now, or why nothing is known.
    """

    standing: Standing
    source: Location | None = None
    fields: tuple[FieldChange, ...] = ()
    remark: str = ""


class Relative(Value, frozen=True):
    """One segment of a tree of includes, in the order of reading.

    `depth` is the distance on this way, from 1. `id` is None for a reference that leads nowhere. A
    segment that comes up again is `repeated`, without what lies behind it. `remark` says what
    is wrong or special about it.
    """

    key: str
    name: str
    id: str | None
    depth: int
    repeated: bool = False
    remark: str = ""


class Use(Value, frozen=True):
    """A job or flow that uses the segment, or one that includes it: `through` is its slug then.

    `is_certain` tells that its configuration names the segment where segments are named. Other
    workflows may name it elsewhere: then the slug or the id only stands in the configuration.
    """

    id: str
    name: str
    workflow: str
    status: str
    is_active: bool
    is_certain: bool
    through: str = ""


class SizeAt(Value, frozen=True):
    """How many profiles the segment had at a time, as the API writes it."""

    at: str
    size: int


class Origin(Value, frozen=True):
    """Who made a live segment and when it last changed, as far as the account says."""

    id: str
    author_id: str = ""
    created: str = ""
    updated: str = ""
    untouchable: str = ""
    invalid_reason: str | None = None


class Portrait(Value, frozen=True):
    """One segment with its surroundings.

    `segment` is the account's, or the files' when the account has none; then `origin` is None.
    `explanation` and `layout` are the definition in plain English and in the one layout of segsync,
    both empty when it cannot be read. `history` is the size over time, oldest first. `unknown` says
    what the account did not tell and why, by what it is about: `jobs`, `flows`, `size`, `history`.
    """

    account: Account
    found_by: FoundBy
    segment: Segment
    origin: Origin | None
    explanation: tuple[str, ...]
    layout: str
    declaration: Declaration
    includes: tuple[Relative, ...] = ()
    included_by: tuple[Relative, ...] = ()
    jobs: tuple[Use, ...] = ()
    flows: tuple[Use, ...] = ()
    size: int | None = None
    history: tuple[SizeAt, ...] = ()
    unknown: dict[str, str] = field(default_factory=dict)
