"""What makes a definition unacceptable in an account, or an accepted one invalid."""

from collections.abc import Iterator
from dataclasses import dataclass

from segsync.sandbox.definitions import Definition, field_name, read_definition
from segsync.sandbox.messages import JsonObject, refuse
from segsync.sandbox.state import REFERENCES, AccountState, Kind
from segsync.sandbox.switches import Switches

# The wording of the first two is that of the parser library; that of the API is unknown.
_MISSING = "Include Not Found"
_CYCLE = "Recursive Evaluation Error"


@dataclass(frozen=True, slots=True)
class Defect:
    """Why a definition cannot be evaluated, and the switch under which it is stored anyway."""

    reason: str
    switch: str
    detail: str = ""

    @property
    def message(self) -> str:
        """The message of a refusal."""
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


@dataclass(frozen=True, slots=True)
class Place:
    """Where a definition is to stand: the segment's id and slug, and its table."""

    segment_id: str
    slug: str
    table: str

    @property
    def names(self) -> frozenset[str]:
        """What an INCLUDE of the segment can say."""
        return frozenset({self.segment_id, self.slug})


def defects(state: AccountState, definition: Definition, place: Place) -> Iterator[Defect]:
    """Yield what is wrong with a definition at its place, in the order in which it is checked."""
    for reference in definition.references:
        if reference not in place.names and state.segment(reference, place.table) is None:
            yield Defect(_MISSING, "accept_missing_includes", reference)
    if _includes_itself(state, definition, place):
        yield Defect(_CYCLE, "accept_include_cycles", f"{place.slug} includes itself")
    is_new = state.get(Kind.SEGMENT, place.segment_id) is None
    if (is_new and definition.is_infix) or has_unknown_field(state, definition, place.table):
        yield Defect(unknown_fields(place.table), "accept_unknown_fields")


def reason_to_be_invalid(
    state: AccountState,
    definition: Definition,
    place: Place,
    *,
    switches: Switches,
    force: bool = False,
) -> str:
    """Return the `invalid_reason` to store with a definition; refuse what no switch accepts.

    `force` accepts unknown fields without a mark (reported by practitioners for v1).
    """
    found = [
        defect
        for defect in defects(state, definition, place)
        if not (force and defect.switch == "accept_unknown_fields")
    ]
    for defect in found:
        if not getattr(switches, defect.switch):
            refuse(defect.message)
    return found[0].reason if found else ""


def revalidate(state: AccountState, *names: str) -> None:
    """Mark the segments that include any of these names as valid or invalid, as they now are."""
    for segment in state.naming(*names):
        recheck(state, segment)


def recheck(state: AccountState, segment: JsonObject) -> None:
    """Mark a segment as valid or invalid, as it now is."""
    definition = read_definition(segment["segment_ql"])
    place = Place(segment["id"], segment["slug_name"], segment["table"])
    reason = next((defect.reason for defect in defects(state, definition, place)), "")
    if segment["invalid_reason"] != reason:
        state.put(Kind.SEGMENT, mark(segment, reason))


def mark(segment: JsonObject, reason: str) -> JsonObject:
    """Return the segment marked as invalid for this reason, or as valid when it is empty."""
    return segment | {"invalid": bool(reason), "invalid_reason": reason}


def _includes_itself(state: AccountState, definition: Definition, place: Place) -> bool:
    waiting, seen = [(each, place.table) for each in definition.references], set[str]()
    while waiting:
        reference, table = waiting.pop()
        target = state.segment(reference, table)
        # From another table, the name may mean another segment (a switch).
        if reference in place.names and (table == place.table or target is None):
            return True
        if target is None or target["id"] in seen:
            continue
        seen.add(target["id"])
        waiting.extend((each, target["table"]) for each in target[REFERENCES])
    return False


def unknown_fields(table: str) -> str:
    """Return the message for fields that a table's schema lacks (reported by practitioners)."""
    return f"segment fields were invalid against existing schema for table {table}"


def has_unknown_field(state: AccountState, definition: Definition, table: str) -> bool:
    """Return whether a definition uses a field that the table's schema lacks."""
    schema = state.get(Kind.TABLE, table)
    if schema is None:
        return False
    known = {field["id"] for field in schema["fields"]}
    return any(known.isdisjoint({field_name(each), each.left}) for each in definition.fields)
