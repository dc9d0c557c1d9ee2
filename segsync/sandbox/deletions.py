"""Deleting a segment, and what keeps it from being deleted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from segsync.sandbox.calls import Call, is_untouchable
from segsync.sandbox.messages import JsonObject, refuse
from segsync.sandbox.rules import revalidate
from segsync.sandbox.state import AccountState, Kind, is_active


@dataclass(frozen=True, slots=True)
class Users:
    """What still uses a segment.

    The segments that include it, the active jobs that read it, the flows that lead through it, and
    the exclusion lists that name it.
    """

    segments: tuple[JsonObject, ...] = ()
    jobs: tuple[JsonObject, ...] = ()
    flows: tuple[JsonObject, ...] = ()
    exclusions: tuple[JsonObject, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.segments or self.jobs or self.flows or self.exclusions)

    def ids(self) -> dict[str, list[str]]:
        """Return their ids by the kind of dependency; the names of the kinds are assumed."""
        found = {
            "includes": self.segments,
            "jobs": self.jobs,
            "flows": self.flows,
            "exclusions": self.exclusions,
        }
        return {kind: [each["id"] for each in users] for kind, users in found.items() if users}

    def kinds(self) -> dict[str, list[str]]:
        """Return the kinds of dependency by the id of what depends."""
        return {each: [kind] for kind, ids in self.ids().items() for each in ids}

    def sentence(self, segment: JsonObject) -> str:
        """Return the message of the refusal."""
        names = [each["slug_name"] for each in self.segments]
        names += [f"job {each['name']}" for each in self.jobs]
        names += [f"flow {each['name']}" for each in self.flows]
        names += [f"the exclusion list of {each['id']}" for each in self.exclusions]
        return f"Segment {segment['slug_name']} is used by {', '.join(names)}."


def delete_segments(call: Call, segments: Collection[JsonObject]) -> None:
    """Delete segments all at once; refuse when anything but themselves still uses one of them.

    That the API refuses is assumed: its answer to a bulk delete has room for reasons, and an
    audience that something uses does not expire (documented).
    """
    ids = {each["id"] for each in segments}
    for segment in segments:
        users = users_of(call, segment, but=ids)
        if users:
            refuse(users.sentence(segment))
    for segment in segments:
        remove(call.state, segment)


def expire(state: AccountState, now: datetime) -> list[str]:
    """Delete the segments whose `expires_at` has come, and return their slugs.

    One that something uses stays (documented).
    """
    due = [each for each in state.all(Kind.SEGMENT) if _is_due(each, now)]
    expired = [each for each in due if not is_untouchable(each) and not _users(state, each)]
    for each in expired:
        remove(state, each)
    return [each["slug_name"] for each in expired]


def users_of(call: Call, segment: JsonObject, *, but: Collection[str] = ()) -> Users:
    """Return what keeps a segment from being deleted, `but` for segments with these ids."""
    if call.switches.delete_with_dependants:
        return Users()
    return _users(call.state, segment, but=but)


def _users(state: AccountState, segment: JsonObject, *, but: Collection[str] = ()) -> Users:
    dependants = (each for each in state.dependants(segment) if each["id"] not in but)
    jobs = (each for each in state.jobs_using(segment["id"]) if is_active(each))
    flows = (each for each in state.flows_using(segment) if is_active(each))
    exclusions = state.exclusions_of(segment["id"])
    return Users(tuple(dependants), tuple(jobs), tuple(flows), tuple(exclusions))


def _is_due(segment: JsonObject, now: datetime) -> bool:
    expires_at = segment["expires_at"]
    return expires_at is not None and datetime.fromisoformat(expires_at) <= now


def remove(state: AccountState, segment: JsonObject) -> None:
    """Take a segment out, whatever still uses it; what included it becomes invalid."""
    state.remove(Kind.SEGMENT, segment["id"])
    if state.switches.soft_deletes:
        state.put(Kind.DELETED, segment | {"deleted": True})
    revalidate(state, segment["id"], segment["slug_name"])
