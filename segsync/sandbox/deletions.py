"""Deleting a segment, and what keeps it from being deleted."""

from collections.abc import Collection
from dataclasses import dataclass

from segsync.sandbox.calls import Call
from segsync.sandbox.messages import JsonObject, refuse
from segsync.sandbox.rules import revalidate
from segsync.sandbox.state import Kind, is_active


@dataclass(frozen=True, slots=True)
class Users:
    """What still uses a segment: the segments that include it and the active jobs that read it."""

    segments: tuple[JsonObject, ...] = ()
    jobs: tuple[JsonObject, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.segments or self.jobs)

    def ids(self) -> dict[str, list[str]]:
        """Return their ids by the kind of dependency; the names of the kinds are assumed."""
        found = {"includes": self.segments, "jobs": self.jobs}
        return {kind: [each["id"] for each in users] for kind, users in found.items() if users}

    def sentence(self, segment: JsonObject) -> str:
        """Return the message of the refusal."""
        names = [each["slug_name"] for each in self.segments]
        names += [f"job {each['name']}" for each in self.jobs]
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
        call.state.remove(Kind.SEGMENT, segment["id"])
        revalidate(call.state, segment["id"], segment["slug_name"])


def users_of(call: Call, segment: JsonObject, *, but: Collection[str] = ()) -> Users:
    """Return what keeps a segment from being deleted, `but` for segments with these ids."""
    if call.switches.delete_with_dependants:
        return Users()
    dependants = (each for each in call.state.dependants(segment) if each["id"] not in but)
    jobs = (each for each in call.state.jobs_using(segment["id"]) if is_active(each))
    return Users(tuple(dependants), tuple(jobs))
