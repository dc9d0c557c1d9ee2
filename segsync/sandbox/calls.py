"""One request under way: what every endpoint needs to answer it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from segsync.sandbox.messages import (
    Answer,
    Code,
    JsonObject,
    Request,
    refuse,
    refuse_unknown,
)
from segsync.sandbox.state import AccountState
from segsync.sandbox.switches import Switches

DEFAULT_TABLE = "user"


@dataclass(frozen=True, slots=True)
class Call:
    """A request with the state it acts on; `author` is whoever the token belongs to."""

    state: AccountState
    request: Request
    now: datetime
    new_id: Callable[[], str]
    author: str
    switches: Switches

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids that the query of a v1 request names: `a,b`, `[a,b]`, repeated, or `ids[]`."""
        values = [value for key, value in self.request.query if key in {"ids", "ids[]"}]
        return tuple(each for value in values for each in value.strip("[]").split(",") if each)

    def rows(self, found: Iterable[Any]) -> list[Any] | None:
        """Return a list as `data` shows it: null when there is nothing (from a client)."""
        rows = list(found)
        return rows or ([] if self.switches.empty_lists_are_arrays else None)

    @property
    def created_status(self) -> int:
        """The status of a v2 create that succeeds."""
        return 200 if self.switches.create_answers_200 else 201

    def deleted(self, object_id: str) -> Answer:
        """Return the answer to a v2 delete that succeeds."""
        return Answer(None, 200 if self.switches.delete_answers_200 else 204, object_id=object_id)

    def segment_by_id(self, segment_id: str) -> JsonObject:
        """Return a segment by its id alone, as the endpoints do whose path documents only that."""
        segment = self.state.segment(segment_id)
        if segment is None or segment["id"] != segment_id:
            refuse_unknown("Segment not found.")
        return segment

    def segment_by_id_or_slug(self, name: str) -> JsonObject:
        """Return a segment by id or slug."""
        segment = self.state.segment(name)
        if segment is None:
            refuse_unknown("Segment not found.")
        return segment

    def segment_to_write(self, name: str, *, by_slug: bool = False) -> JsonObject:
        """Return a segment that the caller may change; refuse predefined and managed ones."""
        find = self.segment_by_id_or_slug if by_slug else self.segment_by_id
        segment = find(name)
        if is_untouchable(segment) and not self.switches.accept_system_writes:
            refuse(
                f"Segment {segment['slug_name']} is managed by the system.",
                status=403,
                code=Code.FORBIDDEN,
            )
        return segment


def is_predefined(segment: JsonObject) -> bool:
    """Return whether the segment came with the account: its tag says so and nobody wrote it."""
    return "predefined" in (segment["tags"] or ()) and not segment["author_id"]


def is_untouchable(segment: JsonObject) -> bool:
    """Return whether the API refuses to change the segment (assumed)."""
    return is_predefined(segment) or segment["kind"] == "managed"


def read_fields(
    body: JsonObject,
    types: Mapping[str, type | tuple[type, ...]],
    *,
    wrong: Code = Code.MALFORMED_JSON,
) -> JsonObject:
    """Return the known fields of a body; null counts as left out, as in the server's language.

    Unknown fields are ignored; lists are lists of texts. A wrong type is refused with the code
    `wrong`, as malformed JSON by default (both assumed).
    """
    found = {name: body[name] for name in types if body.get(name) is not None}
    for name, value in found.items():
        is_text_list = isinstance(value, list) and all(isinstance(each, str) for each in value)
        if not isinstance(value, types[name]) or (types[name] is list and not is_text_list):
            refuse(f"Field {name} has the wrong type.", code=wrong)
    return found
