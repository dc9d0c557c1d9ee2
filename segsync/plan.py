"""The plan: what will be done to the account, in which order, and what will not be done and why.

A plan is a value. It holds no function and no client, so it can be printed, saved, compared and
applied, and what was reviewed is what is applied.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import field

from segsync.diagnostics import Diagnostic, Location
from segsync.segment import Account, Group, Guard, Segment
from segsync.value import Value


class Kind(StrEnum):
    """The two managed kinds of object."""

    SEGMENT = "segment"
    GROUP = "group"


Managed = Segment | Group
"""An object of either kind, as a client can set it."""


def kind_of(value: Managed) -> Kind:
    """Return whether it is a segment or a group."""
    return Kind.SEGMENT if isinstance(value, Segment) else Kind.GROUP


def key_of(value: Managed) -> str:
    """Return the slug of a segment or the name of a group."""
    return value.slug if isinstance(value, Segment) else value.name


class Action(StrEnum):
    """What is done to one object."""

    CREATE = "create"
    UPDATE = "update"
    RENAME = "rename"
    DELETE = "delete"
    ADOPT = "adopt"
    REEVALUATE = "reevaluate"


FieldValue = str | bool | tuple[str, ...] | None


class FieldChange(Value, frozen=True):
    """One field that differs; sets are sorted tuples, a definition is its one-line FilterQL."""

    field: str
    before: FieldValue
    after: FieldValue


class Change(Value, frozen=True):
    """One API call on one object, and why.

    `number` is its place in the plan, from 1; `waits_for` are the numbers of the changes that must
    have been applied before. `key` is the key after the change, `previous_key` the one before a
    rename. `before` is None on create, `after` is None on delete; a reevaluation has both, equal.

    `moves_members` tells whether profiles enter or leave an audience because of the change: it
    goes, or its definition means another thing. `affects` are the audiences whose membership moves
    with it because they include this one, at any distance; `exports` the active jobs that use any
    of them.

    A `bridge` is a step on the way that keeps every INCLUDE valid while a slug changes: dependants
    point at the id for a moment, or a slug in a swap steps aside. A change
    that does nothing but follow renames has their new slugs in `follows`. Neither is counted in
    totals.
    """

    number: int
    kind: Kind
    action: Action
    key: str
    id: str | None
    before: Managed | None
    after: Managed | None
    fields: tuple[FieldChange, ...] = ()
    waits_for: frozenset[int] = frozenset()
    previous_key: str | None = None
    bridge: bool = False
    follows: tuple[str, ...] = ()
    reason: str = ""
    moves_members: bool = False
    affects: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    source: Location | None = None

    @property
    def is_counted(self) -> bool:
        """Whether a person would count the change: it is more than a part of a rename."""
        return not self.bridge and not self.follows


class Blocked(Value, frozen=True):
    """A change that a rule does not allow: `rule` is a stable id, `way_out` says what would help.

    `holds` is true when the change makes the whole run refuse; false for one that is only told,
    such as a delete that `prune: false` holds back.
    """

    kind: Kind
    action: Action
    key: str
    rule: str
    reason: str
    way_out: str = ""
    holds: bool = True
    source: Location | None = None


class Refusal(Value, frozen=True):
    """A limit that the plan as a whole breaks: `rule` is a stable id, `allow` the flag to pass."""

    rule: str
    reason: str
    allow: str


class Sizing(Value, frozen=True):
    """How many profiles a segment has and would have, as the account counted them for the plan.

    None is what was not asked or not answered; `unmeasured` says why not. The segment is one that
    a change makes, redefines or deletes, or one with a `guard` that includes such a segment.
    """

    key: str
    before: int | None = None
    after: int | None = None
    entering: int | None = None
    leaving: int | None = None
    unmeasured: str = ""
    guard: Guard | None = None


class AcceptedDifference(Value, frozen=True):
    """Drift in these fields that the files accept until (and on) a day, written YYYY-MM-DD."""

    key: str
    fields: tuple[str, ...]
    until: str
    reason: str = ""


class Reevaluate(StrEnum):
    """Which segments are reevaluated at the end of an apply."""

    NEVER = "never"
    CHANGED = "changed"
    AFFECTED = "affected"


class Limits(Value, frozen=True):
    """How much one run may change; shares are of the managed objects, 0.1 for 10 %.

    The shares bind when at least `min_existing` objects are managed; the count always binds.
    `max_missing` is a share of what an earlier run has seen, and binds when that were so many.
    `max_size_change` is a share of the size that a segment has now; None sets no limit.
    """

    max_deletes: float = 0.1
    max_deletes_count: int = 20
    max_updates: float = 0.3
    min_existing: int = 10
    max_missing: float = 0.3
    max_size_change: float | None = None


class Allowances(Value, frozen=True):
    """What the user allowed for this run by naming it."""

    adopt: bool = False
    deletes: int = 0
    updates: int = 0
    empty: bool = False
    missing: int = 0
    size_changes: tuple[str, ...] = ()

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags that were given, as on the command line."""
        given = {
            "--adopt": self.adopt,
            f"--allow-deletes {self.deletes}": self.deletes,
            "--allow-empty": self.empty,
            f"--allow-missing {self.missing}": self.missing,
            f"--allow-updates {self.updates}": self.updates,
        }
        sizes = (f"--allow-size-change {slug}" for slug in self.size_changes)
        return (*(flag for flag, is_given in given.items() if is_given), *sizes)


class Plan(Value, frozen=True):
    """Everything that a run would do, and everything that it would not.

    `managed` counts the live objects that segsync owns now, `unmanaged` those that are neither
    owned nor in a file. `accepted` are differences that the run leaves as they are, because the
    files accept them for a while. `sizes` are those that somebody asked for. `group_ids` gives the
    id of each live group by name, so that segments can name groups.
    `allowed` is what the user allowed by name when the plan was made.
    `fingerprints` identify the live objects that the changes touch or include, as they were when
    the plan was made: by id, a digest (see `segsync.planning.fingerprint`).
    """

    account: Account
    tag: str
    changes: tuple[Change, ...]
    blocked: tuple[Blocked, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    accepted: tuple[AcceptedDifference, ...] = ()
    sizes: tuple[Sizing, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    unchanged: int = 0
    unmanaged: int = 0
    managed: int = 0
    live: int = 0
    allowed: Allowances = field(default_factory=Allowances)
    group_ids: Mapping[str, str] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)

    def counted(self, action: Action) -> int:
        """Return how many changes of this action a person would count."""
        return sum(each.action is action and each.is_counted for each in self.changes)

    @property
    def holding(self) -> tuple[Blocked, ...]:
        """The blocked changes that make the whole run refuse."""
        return tuple(each for each in self.blocked if each.holds)

    @property
    def is_refused(self) -> bool:
        """Whether a safety rule forbids to apply this plan as a whole."""
        return bool(self.holding or self.refusals)
