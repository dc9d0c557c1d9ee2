"""The profiles of each table of an account, and who of them a filter selects."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

from segsync.filterql.evaluator.cohort import Cohort
from segsync.filterql.evaluator.values import MISSING, Map, Slice, Strings, Value
from segsync.filterql.schema import FieldType, field_type
from segsync.sandbox.population import documents, people, shopping
from segsync.sandbox.population.plain import of_type
from segsync.sandbox.population.profiles import Builder, Column, Profiles

Schema: TypeAlias = tuple[tuple[str, str, bool], ...]
"""Name and type of each field of a table, and whether it identifies a profile."""

_KNOWN: Mapping[str, Mapping[str, Builder]] = MappingProxyType(
    {
        "user": MappingProxyType({**people.COLUMNS, **shopping.COLUMNS}),
        "content": documents.COLUMNS,
    }
)
_CLASSES: Mapping[FieldType, type] = MappingProxyType(
    {
        FieldType.TEXT: str,
        FieldType.FLAG: bool,
        FieldType.INTEGER: int,
        FieldType.NUMBER: float,
        FieldType.DATE: datetime,
        FieldType.TEXTS: Strings,
        FieldType.ORDERED_TEXTS: Strings,
        FieldType.DATES: Slice,
        FieldType.NUMBER_MAP: Map,
    }
)
_PEOPLE_FOR_EACH_DOCUMENT = 20
_CACHED_TABLES = 16


@dataclass(frozen=True, slots=True)
class Table:
    """The profiles of one table on one day: a cohort to count, and columns to read."""

    names: tuple[str, ...]
    column: Callable[[str], Column | None]
    cohort: Cohort

    def rows(self, positions: Iterable[int], names: Collection[str] = ()) -> list[dict[str, Any]]:
        """Return profiles as JSON has them: all fields that each has, or those of these names."""
        wanted = [each for each in self.names if each in (names or self.names)]
        columns = {name: self.column(name) or () for name in wanted}
        return [
            {name: _shown(each[at]) for name, each in columns.items() if each[at] is not MISSING}
            for at in positions
        ]

    def values(self, name: str, positions: Iterable[int]) -> list[Any]:
        """Return the values of a field as JSON has them, of those profiles that have one."""
        column = self.column(name) or ()
        found = (column[at] for at in positions)
        return [_shown(each) for each in found if each is not MISSING]


@lru_cache(maxsize=_CACHED_TABLES)
def table_of(name: str, schema: Schema, *, size: int, seed: int, today: datetime) -> Table:
    """Return the table of an account with so many people, the same one for the same arguments.

    Nothing is built before it is asked for. Fields that the retailer has are filled as there, all
    others by their type. There is one document in `content` for every twenty people.
    """
    count = max(1, size // _PEOPLE_FOR_EACH_DOCUMENT) if name == "content" else size
    profiles = Profiles(count, seed, today, _KNOWN.get(name, {}))
    types = {field: field_type(declared) for field, declared, _ in schema}
    plain = {
        field: of_type(field, types[field], is_identifier=is_identifier)
        for field, _, is_identifier in schema
    }

    @cache
    def column(field: str) -> Column | None:
        if field not in plain:
            return None
        known = profiles.column(field)
        fits = known is not None and _has_type(known, types[field])
        return known if fits else plain[field](profiles)

    return Table(tuple(types), column, Cohort(count, column, now=today))


def _shown(value: Value) -> Any:  # noqa: ANN401 - whatever JSON there is
    """Return a value as JSON has it; dates are RFC 3339."""
    match value:
        case str() | int() | float():
            return value
        case datetime():
            return _time(value)
        case Strings(items) | Slice(items):
            return [_shown(each) for each in items]
        case Map(entries=entries):
            return {name: _shown(each) for name, each in entries.items()}
        case _:
            return value


@lru_cache(maxsize=16_384)
def _time(moment: datetime) -> str:
    """Return a moment as text; many profiles share one."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _has_type(column: Column, declared: FieldType) -> bool:
    """Say whether the values are of the type that the schema declares."""
    wanted = _CLASSES.get(declared)
    return wanted is not None and all(
        type(each) is wanted for each in column if each is not MISSING
    )
