"""What calls return beyond the shared vocabulary: frozen values, no behavior."""

from collections.abc import Mapping
from datetime import datetime

from segsync.value import Value


class SchemaField(Value, frozen=True):
    """One published field of a table: its name and type as the account's schema has them."""

    name: str
    type: str = ""
    description: str = ""
    is_identifier: bool = False
    is_pii: bool = False


class DeletedSegments(Value, frozen=True):
    """What a bulk delete did: the ids that are gone, and why each other one is not."""

    deleted: frozenset[str]
    not_deleted: Mapping[str, str]


class Flow(Value, frozen=True):
    """A flow; `segment_ids` and `mentions` are as in `Job`: what it names, and what it may name."""

    id: str
    name: str
    status: str
    segment_ids: frozenset[str]
    mentions: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """Everything by which the flow may name a segment, in lower case: ids and slugs."""
        return self.mentions | {each.lower() for each in self.segment_ids}


class Collection(Value, frozen=True):
    """An ordered list of segments, such as a funnel; no audience group."""

    id: str
    name: str
    slug: str
    segment_ids: tuple[str, ...]


class MeasuredSize(Value, frozen=True):
    """How many profiles a segment had, and when that was counted (as the API writes it, or "")."""

    id: str
    slug: str
    size: int
    counted_at: str = ""


class SizePoint(Value, frozen=True):
    """How many profiles a segment had at a moment, in UTC."""

    at: datetime
    size: int


class FieldUse(Value, frozen=True):
    """How a field is filled among the members of a segment.

    `present` and `absent` count profiles; `cardinality` is roughly the number of distinct values;
    `terms` are the most frequent ones, where the field has terms.
    """

    field: str
    present: int
    absent: int
    cardinality: int | None = None
    terms: Mapping[str, int] | None = None


class MemberPage(Value, frozen=True):
    """One page of a scan: members as the API gives them, and where the next page starts, or ""."""

    members: tuple[Mapping[str, object], ...]
    next: str = ""
