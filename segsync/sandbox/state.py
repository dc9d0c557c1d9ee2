"""The state of one account as plain data, with the lookups that the API's rules need.

Objects are JSON objects as the API shows them, by kind and id. A segment has one key more,
`references`: what its definition names in INCLUDE, as written. An object that is in the state is
never changed in place; a changed copy replaces it, so that a store can see what a request wrote.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from segsync.sandbox.messages import JsonObject
from segsync.sandbox.switches import Switches

REFERENCES = "references"
_FINISHED = frozenset({"completed", "deleted", "deleting", "draft", "failed"})


class Kind(StrEnum):
    """What kinds of objects an account holds."""

    ACCOUNT = "account"
    SWITCHES = "switches"
    SETTING = "setting"
    TOKEN = "token"  # noqa: S105 - the name of a kind
    TABLE = "table"
    GROUP = "group"
    SEGMENT = "segment"
    JOB = "job"
    JOB_LOG = "job_log"
    COLLECTION = "collection"
    DRAFT = "draft"
    PATCH = "patch"
    SCAN = "scan"
    CHILD = "child"
    FLOW = "flow"
    EXCLUSION = "exclusion"
    REEVALUATION = "reevaluation"
    THROTTLE = "throttle"
    POPULATION = "population"
    FAULT = "fault"
    LAG = "lag"
    DELETED = "deleted"
    CLOCK = "clock"


class AccountState:
    """All objects of one account, and which of them changed since `take_changes`."""

    def __init__(self) -> None:
        self._objects: dict[Kind, dict[str, JsonObject]] = {kind: {} for kind in Kind}
        self._ids_by_slug: dict[str, dict[str, None]] = {}
        self._switches: tuple[JsonObject, Switches] | None = None
        self._dependants: dict[str, dict[str, None]] = {}
        self._changes: dict[tuple[Kind, str], JsonObject | None] = {}
        self._originals: dict[tuple[Kind, str], JsonObject | None] = {}

    def take_changes(self) -> dict[tuple[Kind, str], JsonObject | None]:
        """Return the new value of each changed object, None for a removed one, and forget them."""
        changes, self._changes = self._changes, {}
        self._originals = {}
        return changes

    @property
    def originals(self) -> dict[tuple[Kind, str], JsonObject | None]:
        """What each changed object was before, None for a new one."""
        return dict(self._originals)

    def copy(self) -> "AccountState":
        """Return a second state with the same objects."""
        twin = AccountState()
        for kind, objects in self._objects.items():
            for value in objects.values():
                twin.put(kind, value)
        twin.take_changes()
        return twin

    def has(self, kind: Kind) -> bool:
        """Return whether there is any object of a kind."""
        return bool(self._objects[kind])

    def get(self, kind: Kind, object_id: str) -> JsonObject | None:
        """Return an object by id."""
        return self._objects[kind].get(object_id)

    def all(self, kind: Kind) -> Iterator[JsonObject]:
        """Return the objects of a kind in the order of their creation."""
        return iter(self._objects[kind].values())

    def put(self, kind: Kind, value: JsonObject) -> None:
        """Add an object, or replace the one with the same id."""
        object_id = value["id"]
        self._keep_original(kind, object_id)
        self._forget(kind, object_id)
        self._objects[kind][object_id] = value
        self._changes[kind, object_id] = value
        if kind is Kind.SEGMENT:
            self._ids_by_slug.setdefault(value["slug_name"], {})[object_id] = None
            for reference in value[REFERENCES]:
                self._dependants.setdefault(reference, {})[object_id] = None

    def remove(self, kind: Kind, object_id: str) -> None:
        """Take an object out; it need not exist."""
        self._keep_original(kind, object_id)
        self._forget(kind, object_id)
        self._objects[kind].pop(object_id, None)
        self._changes[kind, object_id] = None

    def _keep_original(self, kind: Kind, object_id: str) -> None:
        if (kind, object_id) not in self._originals:
            self._originals[kind, object_id] = self._objects[kind].get(object_id)

    def _forget(self, kind: Kind, object_id: str) -> None:
        old = self._objects[kind].get(object_id)
        if old is None or kind is not Kind.SEGMENT:
            return
        del self._ids_by_slug[old["slug_name"]][object_id]
        for reference in old[REFERENCES]:
            self._dependants[reference].pop(object_id, None)

    @property
    def account(self) -> JsonObject:
        """The account itself."""
        return next(self.all(Kind.ACCOUNT))

    @property
    def switches(self) -> Switches:
        """How the open questions are answered in this account."""
        stored = next(self.all(Kind.SWITCHES))
        if self._switches is None or self._switches[0] is not stored:
            values = {name: on for name, on in stored.items() if name != "id"}
            self._switches = (stored, Switches(**values))
        return self._switches[1]

    def segment(self, id_or_slug: str, table: str = "") -> JsonObject | None:
        """Return a segment by id or by slug, as an INCLUDE names it from a table."""
        by_id = self.get(Kind.SEGMENT, id_or_slug)
        return by_id or self.segment_with_slug(id_or_slug, table)

    def segment_with_slug(self, slug: str, table: str = "") -> JsonObject | None:
        """Return the segment that has this slug, that of the table where several do."""
        found = [self._objects[Kind.SEGMENT][each] for each in self._ids_by_slug.get(slug, ())]
        here = (each for each in found if each["table"] == table)
        return next(here, found[0]) if found else None

    def naming(self, *names: str) -> list[JsonObject]:
        """Return the segments whose definitions name any of these slugs or ids in INCLUDE."""
        ids = dict.fromkeys(each for name in names for each in self._dependants.get(name, ()))
        return [self._objects[Kind.SEGMENT][each] for each in ids]

    def dependants(self, segment: JsonObject) -> list[JsonObject]:
        """Return the other segments that include this one directly."""
        found = self.naming(segment["id"], segment["slug_name"])
        others = (each for each in found if each["id"] != segment["id"])
        return [each for each in others if self._includes(each, segment)]

    def _includes(self, segment: JsonObject, target: JsonObject) -> bool:
        found = (self.segment(each, segment["table"]) for each in segment[REFERENCES])
        return any(each is not None and each["id"] == target["id"] for each in found)

    def jobs_using(self, segment_id: str) -> list[JsonObject]:
        """Return the jobs whose configuration names the segment."""
        return [each for each in self.all(Kind.JOB) if segment_id in segment_ids(each)]

    def flows_using(self, segment: JsonObject) -> list[JsonObject]:
        """Return the flows that enter, wait or branch by the segment."""
        return [each for each in self.all(Kind.FLOW) if _leads_through(each, segment)]

    def exclusions_of(self, segment_id: str) -> list[JsonObject]:
        """Return the lists of exclusion that name the segment; the id of each is its workflow."""
        return [each for each in self.all(Kind.EXCLUSION) if segment_id in each["segment_ids"]]


def _leads_through(flow: JsonObject, segment: JsonObject) -> bool:
    names = {segment["id"], segment["slug_name"]}
    edges = (name for edge in flow["edges"] for name in edge[REFERENCES])
    return not names.isdisjoint((flow["entry_segment_id"], *flow["delay_until_enters"], *edges))


def segment_ids(job: JsonObject) -> list[str]:
    """Return the ids of the segments that a job reads, whatever else its configuration holds."""
    one, many = (job["config"].get(each) for each in ("segment_id", "segment_ids"))
    listed = many if isinstance(many, list) else []
    return [each for each in (*listed, one) if isinstance(each, str)]


def is_active(each: JsonObject) -> bool:
    """Return whether a job or a flow may still run; the draft of a flow does not."""
    return each["status"] not in _FINISHED


def timestamp(now: datetime) -> str:
    """Return the time as the API writes it: RFC 3339 in UTC with milliseconds."""
    return now.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def later_timestamp(now: datetime, previous: str) -> str:
    """Return the time, or one millisecond after `previous` if the clock is not past that yet.

    Each write moves `updated`, so that a client that compares it sees every change.
    """
    return timestamp(max(now, datetime.fromisoformat(previous) + timedelta(milliseconds=1)))
