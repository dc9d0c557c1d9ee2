"""What calls take and return beyond the shared vocabulary: frozen values."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import field

from segsync.value import Value


class SchemaField(Value, frozen=True):
    """One field of a table: its name and type as the account's schema has them.

    `merge_operation` is how two values become one (`latest`, `sum`, …).
    """

    name: str
    type: str = ""
    description: str = ""
    is_identifier: bool = False
    is_pii: bool = False
    merge_operation: str = ""

    def body(self) -> dict[str, object]:
        """Return the whole field as it is written; what a body leaves out would be reset.

        An identifier must not name a merge operation (observed by Lytics engineers).
        """
        body: dict[str, object] = {
            "id": self.name,
            "type": self.type,
            "shortdesc": self.description,
            "is_identifier": self.is_identifier,
            "is_pii": self.is_pii,
        }
        has_merge = bool(self.merge_operation) and not self.is_identifier
        return body | ({"mergeop": self.merge_operation} if has_merge else {})


class SchemaPatch(Value, frozen=True):
    """A named set of changes to a schema; `content` is all that the API says of it, as JSON."""

    id: str
    tag: str
    description: str
    content: Mapping[str, object]


class NewJob(Value, frozen=True):
    """A job to create; what its `config` holds depends on the workflow.

    `auth_ids` are the connections that it uses.
    """

    name: str
    workflow: str
    config: Mapping[str, object]
    description: str = ""
    auth_ids: tuple[str, ...] = ()

    def body(self) -> dict[str, object]:
        """Return the job as it is written."""
        return {
            "name": self.name,
            "workflow": self.workflow,
            "description": self.description,
            "config": dict(self.config),
            "auth_ids": list(self.auth_ids),
        }


class JobLogEntry(Value, frozen=True):
    """What has happened to a job: `level` is `info` for events, `warn` or `error` for problems.

    `at` is as the API writes it. `code` is an error code, or "". `context` counts, for example,
    how many profiles an export has `added`, `omitted` and `removed`.
    """

    job_id: str
    message: str
    level: str
    at: str
    code: str = ""
    context: Mapping[str, object] = field(default_factory=dict)


class FlowState(StrEnum):
    """Where a flow can be moved to: from draft to running, from running to draining."""

    RUNNING = "running"
    DRAINING = "draining"


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


class NumberStats(Value, frozen=True):
    """How numbers are spread: mean, standard deviation, least, greatest, and how many they are."""

    mean: float
    sd: float
    min: float
    max: float
    count: int


class FieldUse(Value, frozen=True):
    """How a field is filled among the members of a segment.

    `present` and `absent` count profiles; `cardinality` is roughly the number of distinct values;
    `terms` are the most frequent ones, where the field has terms, and `has_more_terms` says that
    there are others. `stats` are those of a field of numbers. `counted_at` is when all this was
    counted, as the API writes it, or "".
    """

    field: str
    present: int
    absent: int
    cardinality: int | None = None
    terms: Mapping[str, int] | None = None
    has_more_terms: bool = False
    stats: NumberStats | None = None
    counted_at: str = ""


class MemberPage(Value, frozen=True):
    """One page of a scan: members as the API gives them, and where the next page starts, or "".

    `total` is how many there are on all pages, if the API tells.
    """

    members: tuple[Mapping[str, object], ...]
    next: str = ""
    total: int | None = None


class Scan(Value, frozen=True):
    """How members are to be shown: which fields of them, in which order, and which of them.

    `sort_by` is a field; `recent` sorts by the last visit, the latest first, instead. `splits` are
    numbers from 0 to 99: a hundredth of all profiles each, for tests with two versions. All of them
    are documented.
    """

    fields: tuple[str, ...] = ()
    sort_by: str = ""
    descending: bool = False
    recent: bool = False
    splits: tuple[int, ...] = ()

    def params(self) -> dict[str, str]:
        """Return what stands in the query."""
        params = {
            "fields": ",".join(self.fields),
            "sortfield": self.sort_by,
            "sortorder": ("desc" if self.descending else "asc") if self.sort_by else "",
            "recent": "true" if self.recent else "",
            "splits": ",".join(map(str, self.splits)),
        }
        return {name: value for name, value in params.items() if value}
