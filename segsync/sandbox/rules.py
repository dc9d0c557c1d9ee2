"""What makes a definition unacceptable in an account, or an accepted one invalid."""

from collections import Counter
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


def defects(
    state: AccountState, definition: Definition, place: Place, *, is_straight: bool = False
) -> Iterator[Defect]:
    """Yield what is wrong with a definition at its place, in the order in which it is checked.

    `is_straight` tells that it surely leads to no cycle, so that nobody needs to look.
    """
    for reference in definition.references:
        if reference not in place.names and state.segment(reference, place.table) is None:
            yield Defect(_MISSING, "accept_missing_includes", reference)
    if not is_straight and _includes_itself(state, definition, place):
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


def recheck_all(state: AccountState) -> None:
    """Mark every segment as valid or invalid, in a time that grows with their number alone."""
    straight = _leading_to_no_cycle(state)
    for segment in list(state.all(Kind.SEGMENT)):
        recheck(state, segment, is_straight=segment["id"] in straight)


def recheck(state: AccountState, segment: JsonObject, *, is_straight: bool = False) -> None:
    """Mark a segment as valid or invalid, as it now is; `is_straight` as in `defects`."""
    definition = read_definition(segment["segment_ql"])
    place = Place(segment["id"], segment["slug_name"], segment["table"])
    found = defects(state, definition, place, is_straight=is_straight)
    reason = next((defect.reason for defect in found), "")
    if segment["invalid_reason"] != reason:
        state.put(Kind.SEGMENT, mark(segment, reason))


def mark(segment: JsonObject, reason: str) -> JsonObject:
    """Return the segment marked as invalid for this reason, or as valid when it is empty."""
    return segment | {"invalid": bool(reason), "invalid_reason": reason}


def _leading_to_no_cycle(state: AccountState) -> set[str]:
    """Return the ids of the segments all of whose ancestors can be put before them."""
    segments = {each["id"]: each for each in state.all(Kind.SEGMENT)}
    including = {
        each["id"]: [user["id"] for user in state.naming(each["id"], each["slug_name"])]
        for each in segments.values()
    }
    waits = Counter(user for users in including.values() for user in users)
    free = [each for each in segments if not waits[each]]
    for each in free:
        for user in including[each]:
            waits[user] -= 1
            if not waits[user]:
                free.append(user)  # the loop goes on with it
    return set(free)


def _includes_itself(state: AccountState, definition: Definition, place: Place) -> bool:
    is_named = bool(state.naming(*place.names))
    waiting, seen = [(each, place.table) for each in definition.references], set[str]()
    while waiting:
        reference, table = waiting.pop()
        target = state.segment(reference, table)
        # From another table, the name may mean another segment (a switch).
        if reference in place.names and (table == place.table or target is None):
            return True
        if target is None or target["id"] in seen or not is_named:
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
