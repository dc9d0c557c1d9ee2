"""One run against the account: every call goes through here, in the form that the guards compare.

A run also knows what it has made and written so far, which the plan could not know.
"""

import re
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager

from msgspec.structs import replace

from segsync.api.client import Client
from segsync.applier.guards import Seen, age, differences, is_copy, is_new
from segsync.applier.sides import Sides
from segsync.errors import ApiError, NotFoundError
from segsync.journal import UNRECORDED, CallLog, CallResult
from segsync.plan import Change, Kind, Managed, Plan, key_of, kind_of
from segsync.segment import Group, LiveGroup, LiveSegment, Segment

# Where writes go, as the journal tells it.
_PATHS: Mapping[type[Managed], str] = {Segment: "/v2/segment", Group: "/v2/segment/group"}


class Run:
    """The account as the workers of one run share it; safe to use from several threads.

    `known_ids` are the ids of everything that the account had when the run started. Each write is
    in the `journal` before it is sent. `sleep` takes seconds.
    """

    def __init__(
        self,
        plan: Plan,
        client: Client,
        *,
        known_ids: Collection[str],
        journal: CallLog = UNRECORDED,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._journal = journal
        self.sleep = sleep
        self._local = threading.local()
        self._planned_group_ids = plan.group_ids
        # Old names stay, because a segment that leaves its groups alone may still say them. The
        # mapping is replaced and never changed, so that a reader needs no lock.
        self._group_ids: Mapping[str, str] = plan.group_ids
        self._written: dict[str, Managed] = {}
        self._made: dict[tuple[Kind, str], str] = {}
        self._taken_out: set[tuple[str, str]] = set()
        touched = {each.id for each in plan.changes if each.id is not None}
        self._known_ids = {*known_ids, *plan.fingerprints, *plan.group_ids.values(), *touched}
        self._planned_keys = {
            (each.kind, key)
            for each in plan.changes
            for key in (each.key, each.previous_key)
            if key is not None
        }
        self._lock = threading.Lock()
        self.sides = Sides()

    @property
    def last_request_id(self) -> str:
        """The request id of this thread's last call, or ""."""
        return self._client.last_request_id

    @property
    def times_sent(self) -> int:
        """How often this thread's last call was sent."""
        return self._client.last_attempts

    def take_up(self, change: Change) -> None:
        """Write down the calls of this thread as those of this change from now on."""
        self._local.change = change.number
        self._local.may_have_written = False

    @property
    def may_have_written(self) -> bool:
        """Whether a call that may have taken effect was made for the change taken up last."""
        return bool(getattr(self._local, "may_have_written", False))

    def id_of(self, change: Change) -> str:
        """Return the id of the object that a change is about, also when this run has made it."""
        return change.id or self._made[change.kind, change.key]

    def expected(self, object_id: str, before: Managed) -> Managed:
        """Return what the account should have now: what this run wrote last, or as planned."""
        return self._written.get(object_id) or _by_group_id(before, self._planned_group_ids)

    def has_written(self, object_id: str) -> bool:
        """Return whether this run has written the object."""
        return object_id in self._written

    def wanted(self, after: Managed) -> Managed:
        """Return what the account should have after a write, in comparable form."""
        return _by_group_id(after, self._group_ids)

    def read(self, object_id: str, like: Managed, *, expecting: Managed | None = None) -> Seen:
        """Return the object of this id, of the kind and table of `like`, or raise `NotFoundError`.

        No source knows of a way to read a single group, so all of them are. A segment is in the
        groups that it names itself; when those are not the expected ones, or when segments have
        kept them silent before, the groups are asked too.
        """
        if isinstance(like, Group):
            return self._group(like, having_id=object_id)
        return self._unless_expected(self._segment(object_id, like), expecting)

    def find(self, like: Managed) -> Seen:
        """Return the object with the key of `like`, or raise `NotFoundError`.

        The groups of a segment are found as in `read`, with those of `like` expected.
        """
        if isinstance(like, Group):
            return self._group(like, having_id=None)
        return self._unless_expected(self._segment(like.slug, like), self.wanted(like))

    def told_by_groups(self, seen: Seen) -> Seen:
        """Return a segment with the groups too that name it although it does not name them."""
        named = frozenset(each.id for each in self.groups() if seen.id in each.segment_ids)
        if named <= seen.groups:
            return seen
        self.sides.segments_are_silent = True
        return seen.in_groups(seen.groups | named)

    def groups(self) -> tuple[LiveGroup, ...]:
        """Return all groups, with the members that they tell."""
        return self._client.groups()

    def members(self, group: LiveGroup, groups: Iterable[LiveGroup]) -> tuple[str, ...] | None:
        """Return the ids of all segments in a group, or None when nothing in the account tells.

        `groups` are all that were read with it. What this run has put into the group and taken out
        of it counts, even if it is not shown yet.
        """
        told = self._told_members(group, groups)
        if told is None:
            return None
        with self._lock:
            put = [
                each
                for each, value in self._written.items()
                if isinstance(value, Segment) and group.id in value.groups
            ]
            taken_out = {each for each in told if (group.id, each) in self._taken_out}
        return tuple(dict.fromkeys([*(each for each in told if each not in taken_out), *put]))

    def _told_members(
        self, group: LiveGroup, groups: Iterable[LiveGroup]
    ) -> tuple[str, ...] | None:
        """Return who is in a group; one that shows nobody is empty only where members are shown."""
        if any(each.segment_ids for each in groups):
            return group.segment_ids
        names = {each.id: each.id for each in groups}
        naming = [each for each in self._client.segments(group_ids=names) if each.segment.groups]
        if naming:
            return tuple(each.id for each in naming if group.id in each.segment.groups)
        with self._lock:
            return () if group.id in self._made.values() else None

    def write_members(self, group: LiveGroup, segment_ids: Collection[str]) -> None:
        """Write a group as it was read, with these segments in it and no others."""
        with self._written_down("PUT", f"{_PATHS[Group]}/{group.id}"):
            self._client.update_group(group.id, group.group, segment_ids=segment_ids)
        with self._lock:
            gone = {(group.id, each) for each in group.segment_ids if each not in segment_ids}
            self._taken_out |= gone

    def create(self, value: Managed) -> Seen:
        """Send a create and return the answer."""
        with self._written_down("POST", _PATHS[type(value)]):
            if isinstance(value, Segment):
                return self._seen(self._client.create_segment(value, group_ids=self._group_ids))
            return self._seen(self._client.create_group(value))

    def update(self, object_id: str, value: Managed) -> Seen:
        """Send an update with all client fields and return the answer."""
        with self._written_down("PUT", f"{_PATHS[type(value)]}/{object_id}"):
            if isinstance(value, Segment):
                group_ids = self._group_ids
                live = self._client.update_segment(object_id, value, group_ids=group_ids)
                return self._seen(live)
            return self._seen(self._client.update_group(object_id, value))

    def delete(self, object_id: str, like: Managed) -> None:
        """Delete the object of this id, of the kind of `like`, or raise `NotFoundError`.

        Whether it is gone is for the caller to look: a 404 may mean another table, and a success
        may stand for a delete that was refused.
        """
        with self._written_down("DELETE", f"{_PATHS[type(like)]}/{object_id}"):
            if isinstance(like, Segment):
                self._client.delete_segment(object_id)
            else:
                self._client.delete_group(object_id)

    def reevaluate(self, object_id: str) -> None:
        """Ask the account to compute the members of a segment again."""
        with self._written_down("POST", f"{_PATHS[Segment]}/{object_id}/reevaluate"):
            self._client.reevaluate(object_id)

    @contextmanager
    def _written_down(self, method: str, path: str) -> Iterator[None]:
        """Write down a call before the block sends it, and how it ended after it."""
        call = self._journal.begin(getattr(self._local, "change", 0), method, path)
        try:
            yield
        except ApiError as problem:
            result = CallResult.UNKNOWN if problem.ambiguous else CallResult.FAILED
            self._local.may_have_written = self.may_have_written or problem.ambiguous
            request_id, message = problem.request_id, problem.summary
            self._journal.end(call, result, request_id=request_id, message=message)
            raise
        self._local.may_have_written = True
        self._journal.end(call, CallResult.DONE, request_id=self.last_request_id)

    def record(self, change: Change, seen: Seen) -> None:
        """Remember what the account has after a write that passed the guards."""
        with self._lock:
            self._known_ids.add(seen.id)
            self._made[change.kind, change.key] = seen.id
            self._written[seen.id] = seen.value
            if change.kind is Kind.GROUP:
                self._group_ids = {**self._group_ids, seen.key: seen.id}

    def has_made(self, stray: Seen, *, sent: Managed) -> bool:
        """Return whether the write of `sent` that answered with this stray object has made it.

        So it is when the object was not there at the start, is new, is a copy of what was sent,
        and holds no key that the plan gives to something else.
        """
        with self._lock:
            known = stray.id in self._known_ids
        planned = stray.key != key_of(sent) and (kind_of(sent), stray.key) in self._planned_keys
        return not (known or planned) and is_new(stray) and is_copy(sent, stray)

    def is_still(self, seen: Seen) -> bool:
        """Return whether reading the object by its id says the same as the answer did."""
        try:
            found = self.read(seen.id, seen.value)
        except NotFoundError:
            return False
        return is_new(found) and not differences(seen.value, found.value)

    def groups_named(self, name: str) -> tuple[Seen, ...]:
        """Return the groups of this name, the oldest first; among equals the id decides."""
        named = [self._seen(each) for each in self.groups() if each.group.name == name]
        return tuple(sorted(named, key=age))

    def twins(self, sent: Segment) -> tuple[Seen, ...]:
        """Return what this run has made in place of the segment that it sent: `<slug>_1` and so on.

        The API gives such a slug to a create whose own is taken (observed by Lytics engineers).
        """
        numbered = re.compile(rf"{re.escape(sent.slug)}_[0-9]+")
        tables = {sent.table}
        listed = self._client.segments(group_ids=self._group_ids, tables=tables)
        found = (self._seen(each) for each in listed if numbered.fullmatch(each.key))
        return tuple(each for each in found if self.has_made(each, sent=self.wanted(sent)))

    def _segment(self, id_or_slug: str, like: Segment) -> Seen:
        group_ids = self._group_ids
        return self._seen(self._client.segment(id_or_slug, group_ids=group_ids, table=like.table))

    def _unless_expected(self, seen: Seen, expecting: Managed | None) -> Seen:
        """Return the segment, asked about on both sides unless its own is as expected."""
        if not isinstance(expecting, Segment):
            return seen
        if seen.groups == expecting.groups and not self.sides.segments_are_silent:
            return seen
        return self.told_by_groups(seen)

    def _group(self, like: Group, *, having_id: str | None) -> Seen:
        if having_id is None:
            found = self.groups_named(like.name)
        else:
            found = tuple(self._seen(each) for each in self.groups() if each.id == having_id)
        if found:
            return found[0]
        message = f'there is no group "{like.name}"'
        raise NotFoundError(message)

    def _seen(self, live: LiveSegment | LiveGroup) -> Seen:
        value, invalid_reason = (
            (live.segment, live.invalid_reason)
            if isinstance(live, LiveSegment)
            else (live.group, None)
        )
        return Seen(
            live.id,
            self.wanted(value),
            created=live.created,
            updated=live.updated,
            invalid_reason=invalid_reason,
        )


def _by_group_id(value: Managed, group_ids: Mapping[str, str]) -> Managed:
    if isinstance(value, Group):
        return value
    ids = frozenset(group_ids.get(name, name.removeprefix("id:")) for name in value.groups)
    return replace(value, groups=ids)
