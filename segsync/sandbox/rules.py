"""What makes a definition unacceptable in an account, or an accepted one invalid."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from segsync.sandbox.definitions import Definition, field_name, read_definition
from segsync.sandbox.messages import Code, JsonObject, refuse
from segsync.sandbox.state import REFERENCES, AccountState, Kind
from segsync.sandbox.switches import Switches

# The wording of the first two is that of the parser library; that of the API is unknown.
_MISSING = "Include Not Found"
_CYCLE = "Recursive Evaluation Error"
_FOREIGN = "Include Of Another Table"

DEPTH = 100
"""How many segments deep the engine follows INCLUDE (from the parser library)."""


@dataclass(frozen=True, slots=True)
class Defect:
    """Why a definition cannot be evaluated, and the switch under which it is stored anyway.

    `switch` is "" where none is. `subject` is the code of what is wrong, which an error carries
    only if the account's errors go by subject.
    """

    reason: str
    switch: str
    detail: str = ""
    subject: Code = Code.BAD_REQUEST

    def is_accepted(self, switches: Switches) -> bool:
        """Return whether the definition is stored all the same."""
        return bool(self.switch) and getattr(switches, self.switch) is True

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
    state: AccountState, definition: Definition, place: Place, *, depth: int | None = None
) -> Iterator[Defect]:
    """Yield what is wrong with a definition at its place, in the order in which it is checked.

    `depth` tells how many segments deep it leads where that is known, and that there is no cycle,
    so that nobody needs to look.
    """
    yield from _wrong_references(state, definition, place)
    if depth is None and _includes_itself(state, definition, place):
        yield Defect(_CYCLE, "accept_include_cycles", f"{place.slug} includes itself")
    elif (_depth(state, definition, place) if depth is None else depth) > DEPTH:
        detail = f"{place.slug} includes more than {DEPTH} deep"
        yield Defect(_CYCLE, "accept_deep_includes", detail)
    is_new = state.get(Kind.SEGMENT, place.segment_id) is None
    if (is_new and definition.is_infix) or has_unknown_field(state, definition, place.table):
        reason = unknown_fields(place.table)
        yield Defect(reason, "accept_unknown_fields", subject=Code.SCHEMA_INVALID)


def _wrong_references(
    state: AccountState, definition: Definition, place: Place
) -> Iterator[Defect]:
    for reference in definition.references:
        if reference in place.names:
            continue
        target = state.segment(reference, place.table)
        if target is None:
            yield Defect(_MISSING, "accept_missing_includes", reference)
        elif target["table"] != place.table and state.switches.refuse_foreign_includes:
            yield Defect(_FOREIGN, "", reference)


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
        if not defect.is_accepted(switches):
            code = defect.subject if switches.codes_by_subject else Code.BAD_REQUEST
            refuse(defect.message, code=code)
    return found[0].reason if found else ""


def revalidate(state: AccountState, *names: str) -> None:
    """Mark the segments that include any of these names as valid or invalid, as they now are."""
    for segment in state.naming(*names):
        recheck(state, segment)


def recheck_all(state: AccountState) -> None:
    """Mark every segment as valid or invalid, in a time that grows with their number alone."""
    depths = _depths(state)
    for segment in list(state.all(Kind.SEGMENT)):
        recheck(state, segment, depth=depths.get(segment["id"]))


def recheck(state: AccountState, segment: JsonObject, *, depth: int | None = None) -> None:
    """Mark a segment as valid or invalid, as it now is; `depth` as in `defects`."""
    definition = read_definition(segment["segment_ql"])
    place = Place(segment["id"], segment["slug_name"], segment["table"])
    found = defects(state, definition, place, depth=depth)
    reason = next((defect.reason for defect in found), "")
    if segment["invalid_reason"] != reason:
        state.put(Kind.SEGMENT, mark(segment, reason))


def mark(segment: JsonObject, reason: str) -> JsonObject:
    """Return the segment marked as invalid for this reason, or as valid when it is empty."""
    return segment | {"invalid": bool(reason), "invalid_reason": reason}


def _depths(state: AccountState) -> dict[str, int]:
    """Return how deep each segment leads, by id, without those that lead to a cycle."""
    segments = {each["id"]: each for each in state.all(Kind.SEGMENT)}
    including = {
        each["id"]: [user["id"] for user in state.naming(each["id"], each["slug_name"])]
        for each in segments.values()
    }
    waits = Counter(user for users in including.values() for user in users)
    free = [each for each in segments if not waits[each]]
    depths = dict.fromkeys(segments, 0)
    for each in free:
        for user in including[each]:
            depths[user] = max(depths[user], depths[each] + 1)
            waits[user] -= 1
            if not waits[user]:
                free.append(user)  # the loop goes on with it
    return {each: depths[each] for each in free}


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


def _depth(state: AccountState, definition: Definition, place: Place) -> int:
    """Return how many segments deep a definition leads, or any number up to the limit.

    What is in a cycle further up counts once.
    """
    above = _above(state, definition, place)
    if len(above) <= DEPTH:
        return len(above)
    depths: dict[str, int] = {}
    for each in _deepest_first(above):
        depths[each] = 1 + max((depths.get(target, 0) for target in above[each]), default=0)
    return max(depths.values())


def _above(state: AccountState, definition: Definition, place: Place) -> dict[str, list[str]]:
    """Return the ids of everything that a definition includes at any distance, and what they do."""
    found: dict[str, list[str]] = {}
    waiting = [(each, place.table) for each in definition.references]
    while waiting:
        target = state.segment(*waiting.pop())
        if target is not None and target["id"] not in found:
            inner = [(each, target["table"]) for each in target[REFERENCES]]
            named = (state.segment(*each) for each in inner)
            found[target["id"]] = [each["id"] for each in named if each is not None]
            waiting.extend(inner)
    return found


def _deepest_first(above: dict[str, list[str]]) -> Iterator[str]:
    """Yield segments, each after what it includes; those of a cycle come in any order."""
    seen = set[str]()
    for root, first in above.items():
        waiting = [(root, iter(first))] if root not in seen else []
        seen.add(root)
        while waiting:
            segment, targets = waiting[-1]
            following = next((each for each in targets if each not in seen), None)
            if following is None:
                waiting.pop()
                yield segment
            else:
                seen.add(following)
                waiting.append((following, iter(above[following])))


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
