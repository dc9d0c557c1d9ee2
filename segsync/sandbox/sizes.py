"""How many profiles a definition selects, counted over the account's population.

The evaluation is imported when the first size is asked: most requests ask for none.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from segsync.sandbox.definitions import Definition, read_definition
from segsync.sandbox.messages import JsonObject
from segsync.sandbox.state import REFERENCES, AccountState, Kind

if TYPE_CHECKING:
    from segsync.filterql.evaluator.cohort import Members
    from segsync.sandbox.population.tables import Table

PROFILES = 10_000
"""How many people an account has unless its seed says otherwise."""

_BEGINNINGS: Mapping[str, str] = MappingProxyType({"content": "published"})
"""The field that says since when a profile is there, where it is not `_created`."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of one account at one moment; each segment is evaluated once.

    Dates count from the midnight before `now`, in UTC, and so do the dates of the profiles.
    """

    state: AccountState
    now: datetime
    _found: "dict[str, Members | None]" = field(default_factory=dict)
    _tables: "dict[str, Table]" = field(default_factory=dict)

    def of_segment(self, segment: JsonObject) -> int:
        """Return how many profiles a segment has; an invalid one has none."""
        return 0 if segment["invalid"] else self.members(segment).count

    def history(self, segment: JsonObject, times: Sequence[datetime]) -> list[int]:
        """Return how many of the present members were known at each time."""
        if segment["invalid"]:
            return [0] * len(times)
        table = self.table(segment["table"])
        began = table.column(_BEGINNINGS.get(segment["table"], "_created")) or ()
        members = self.members(segment)
        dates = [began[each] for each in members.positions()] if began else []
        known = sorted(each for each in dates if isinstance(each, datetime))
        unknown = members.count - len(known)
        return [unknown + bisect_right(known, at) for at in times]

    def members(self, segment: JsonObject) -> "Members":
        """Return who is in a segment, whatever its mark says."""
        self._find([segment])
        found = self._found[segment["id"]]
        if found is not None:
            return found
        return self.selected(read_definition(segment["segment_ql"]), table=segment["table"])

    def positions(self, segment: JsonObject) -> list[int]:
        """Return where in its table the members of a segment stand; an invalid one has none."""
        return [] if segment["invalid"] else self.members(segment).positions()

    def selected(self, definition: Definition, *, table: str) -> "Members":
        """Return who of a table fits a definition.

        INCLUDE is undefined where the segment is missing or of another table (assumed), or where
        it includes itself or such a segment at any distance.
        """
        targets = dict(self._targets(definition.references, table))
        self._find(targets.values())
        found = {name: self._found[each["id"]] for name, each in targets.items()}
        included = {name: members for name, members in found.items() if members is not None}
        return self.table(table).cohort.members(definition.filter, included)

    def _find(self, segments: Iterable[JsonObject]) -> None:
        """Evaluate segments, each after what it includes; None is one that cannot be evaluated."""
        waiting, begun = list(segments), set[str]()
        while waiting:
            segment = waiting[-1]
            if segment["id"] in self._found:
                waiting.pop()
            elif segment["id"] in begun:
                self._found[segment["id"]] = self._evaluated(segment)
            else:
                begun.add(segment["id"])
                targets = self._targets(segment[REFERENCES], segment["table"])
                waiting += [each for _, each in targets if each["id"] not in begun]

    def _evaluated(self, segment: JsonObject) -> "Members | None":
        """Evaluate a segment whose targets have been; one that has not been includes this one."""
        included: dict[str, Members] = {}
        for name, target in self._targets(segment[REFERENCES], segment["table"]):
            members = self._found.get(target["id"])
            if members is not None:
                included[name] = members
        if len(included) < len(segment[REFERENCES]):
            return None
        definition = read_definition(segment["segment_ql"])
        return self.table(segment["table"]).cohort.members(definition.filter, included)

    def _targets(self, references: Iterable[str], table: str) -> Iterator[tuple[str, JsonObject]]:
        for reference in references:
            target = self.state.segment(reference, table)
            if target is not None and target["table"] == table:
                yield reference, target

    def table(self, name: str) -> "Table":
        """Return the profiles of a table, by the fields that its schema has."""
        found = self._tables.get(name)
        if found is None:
            found = self._tables[name] = self._table(name)
        return found

    def _table(self, name: str) -> "Table":
        from segsync.sandbox.population.tables import table_of  # noqa: PLC0415 - heavy

        schema = self.state.get(Kind.TABLE, name) or {"fields": ()}
        kept = next(self.state.all(Kind.POPULATION), {})
        return table_of(
            name,
            tuple((each["id"], each["type"], each["is_identifier"]) for each in schema["fields"]),
            size=kept.get("profiles", PROFILES),
            seed=kept.get("seed", 1),
            today=self.now.replace(hour=0, minute=0, second=0, microsecond=0),
        )
