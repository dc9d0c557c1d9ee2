"""The values of fields as columns: each different one once, and a number for each profile."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from segsync.filterql.evaluator.values import MISSING, Map, Slice, Value

CODES_OF_A_BYTE = 256
_ORDERED = frozenset({int, float, datetime})


@dataclass(frozen=True, slots=True)
class Column:
    """The different rows of values that profiles have, and for each profile which it has."""

    rows: tuple[tuple[Value, ...], ...]
    codes: Sequence[int]

    @classmethod
    def of(cls, values: Iterable[Value]) -> "Column":
        """Give a number to each different value of one field."""
        numbers: dict[object, int] = {}
        rows: list[tuple[Value]] = []
        codes: list[int] = []
        for value in values:
            code = numbers.setdefault(_key(value), len(rows))
            if code == len(rows):
                rows.append((value,))
            codes.append(code)
        return cls(tuple(rows), bytes(codes) if len(rows) <= CODES_OF_A_BYTE else codes)


def combined(columns: Sequence[Column], size: int) -> Column:
    """Give a number to each combination of the values of several fields, or of none."""
    numbers: dict[tuple[int, ...], int] = {}
    combinations = zip(*(each.codes for each in columns), strict=True) if columns else [()] * size
    codes = [numbers.setdefault(each, len(numbers)) for each in combinations]
    rows = (
        tuple(column.rows[code][0] for column, code in zip(columns, each, strict=True))
        for each in numbers
    )
    return Column(tuple(rows), codes)


def by_value(column: Column) -> list[int]:
    """Return the codes of all values in their order, or none where they have no one order.

    Only numbers of one type and dates have; whoever has no value is not among them.
    """
    present = [(row[0], code) for code, row in enumerate(column.rows) if row[0] is not MISSING]
    types = {type(value) for value, _ in present}
    is_ordered = len(types) == 1 and types <= _ORDERED
    if not is_ordered or any(value != value for value, _ in present):  # noqa: PLR0124 - NaN
        return []
    return [code for _, code in sorted(present)]


def _key(value: Value) -> object:
    """Return what tells a value from all others; `1`, `1.0` and `true` are not the same."""
    if isinstance(value, Slice):
        return (Slice, *map(_key, value.items))
    if isinstance(value, Map):
        return (Map, value.kind, *((name, _key(entry)) for name, entry in value.entries.items()))
    return (type(value), value)
