"""One run against the account: every call goes through here, in the form that the guards compare.

A run also knows what it has made and written so far, which the plan could not know.
"""

import threading
from collections.abc import Mapping
from dataclasses import replace

from segsync.api.client import Client
from segsync.applier.guards import Managed, Seen, is_new, key_of
from segsync.errors import NotFoundError
from segsync.plan import Change, Kind, Plan
from segsync.segment import Group, LiveGroup, LiveSegment, Segment


class Run:
    """The account as the workers of one run share it; safe to use from several threads."""

    def __init__(self, plan: Plan, client: Client) -> None:
        self._client = client
        self._planned_group_ids = plan.group_ids
        # Old names stay, because a segment that leaves its groups alone may still say them. The
        # mapping is replaced and never changed, so that a reader needs no lock.
        self._group_ids: Mapping[str, str] = plan.group_ids
        self._written: dict[str, Managed] = {}
        self._made: dict[tuple[Kind, str], str] = {}
        before = [each for each in plan.changes if each.before is not None]
        self._known_ids = {*plan.fingerprints, *plan.group_ids.values()}
        self._known_ids.update(each.id for each in before if each.id is not None)
        self._known_keys = {key_of(each.before) for each in before if each.before is not None}
        self._lock = threading.Lock()

    @property
    def last_request_id(self) -> str:
        """The request id of this thread's last call, or ""."""
        return self._client.last_request_id

    def id_of(self, change: Change) -> str:
        """Return the id of the object that a change is about, also when this run has made it."""
        return change.id or self._made[change.kind, change.key]

    def expected(self, object_id: str, before: Managed) -> Managed:
        """Return what the account should have now: what this run wrote last, or as planned."""
        return self._written.get(object_id) or _by_group_id(before, self._planned_group_ids)

    def wanted(self, after: Managed) -> Managed:
        """Return what the account should have after a write, in comparable form."""
        return _by_group_id(after, self._group_ids)

    def read(self, object_id: str, like: Managed) -> Seen:
        """Return the object of this id, of the kind and table of `like`, or raise `NotFoundError`.

        No source knows of a way to read a single group, so all of them are.
        """
        if isinstance(like, Segment):
            return self._segment(object_id, like)
        return self._group(like, having_id=object_id)

    def find(self, like: Managed) -> Seen:
        """Return the object with the key of `like`, or raise `NotFoundError`."""
        if isinstance(like, Segment):
            return self._segment(like.slug, like)
        return self._group(like, having_id=None)

    def create(self, value: Managed) -> Seen:
        """Send a create and return the answer."""
        if isinstance(value, Segment):
            return self._seen(self._client.create_segment(value, group_ids=self._group_ids))
        return self._seen(self._client.create_group(value))

    def update(self, object_id: str, value: Managed) -> Seen:
        """Send an update with all client fields and return the answer."""
        if isinstance(value, Segment):
            group_ids = self._group_ids
            return self._seen(self._client.update_segment(object_id, value, group_ids=group_ids))
        return self._seen(self._client.update_group(object_id, value))

    def delete(self, object_id: str, like: Managed) -> None:
        """Delete the object of this id, of the kind of `like`, or raise `NotFoundError`."""
        if isinstance(like, Segment):
            self._client.delete_segment(object_id)
        else:
            self._client.delete_group(object_id)

    def reevaluate(self, object_id: str) -> None:
        """Ask the account to compute the members of a segment again."""
        self._client.reevaluate(object_id)

    def record(self, change: Change, seen: Seen) -> None:
        """Remember what the account has after a write that passed the guards."""
        with self._lock:
            self._known_ids.add(seen.id)
            self._known_keys.add(seen.key)
            self._made[change.kind, change.key] = seen.id
            self._written[seen.id] = seen.value
            if change.kind is Kind.GROUP:
                self._group_ids = {**self._group_ids, seen.key: seen.id}

    def has_made(self, stray: Seen) -> bool:
        """Return whether the write that answered with this stray object has made it.

        So it is when the object is new, and neither its id nor its key was known before.
        """
        with self._lock:
            known = stray.id in self._known_ids or stray.key in self._known_keys
        return is_new(stray) and not known

    def _segment(self, id_or_slug: str, like: Segment) -> Seen:
        group_ids = self._group_ids
        return self._seen(self._client.segment(id_or_slug, group_ids=group_ids, table=like.table))

    def _group(self, like: Group, *, having_id: str | None) -> Seen:
        for each in self._client.groups():
            if each.id == having_id or (having_id is None and each.group.name == like.name):
                return self._seen(each)
        message = f'there is no group "{like.name}"'
        raise NotFoundError(message)

    def _seen(self, live: LiveSegment | LiveGroup) -> Seen:
        value = live.segment if isinstance(live, LiveSegment) else live.group
        return Seen(live.id, self.wanted(value), created=live.created, updated=live.updated)


def _by_group_id(value: Managed, group_ids: Mapping[str, str]) -> Managed:
    if isinstance(value, Group):
        return value
    ids = frozenset(group_ids.get(name, name.removeprefix("id:")) for name in value.groups)
    return replace(value, groups=ids)
