"""Filters over many profiles at once: one bit for each profile, one integer for each answer.

A condition is asked once for each different value of its fields, and its answer is kept; the lists
AND and OR, NOT and INCLUDE are arithmetic on the bits. What a filter says about each profile is
what `evaluate` says, for every tree that the parser reads.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, reduce
from operator import or_
from types import MappingProxyType
from typing import TypeAlias

from segsync.filterql.evaluator.compiler import Check, Compiler, Included, names
from segsync.filterql.evaluator.values import MISSING, Map, Slice, Value
from segsync.filterql.includes import fields, includes
from segsync.filterql.nodes import And, Include, MatchAll, Node, Not, Or

Columns: TypeAlias = Callable[[str], Sequence[Value] | None]
"""The values of a field, one for each profile, MISSING where it has none; None if nobody has one.

It is asked for names that no schema knows too.
"""

_NO_SEGMENTS: Mapping[str, "Members"] = MappingProxyType({})
_REMEMBERED = 4096
_FALSE, _TRUE, _UNDEFINED = b"012"
_IS_TRUE = bytes.maketrans(b"012", b"010")
_IS_FALSE = bytes.maketrans(b"012", b"100")
_CODES_OF_A_BYTE = 256


@dataclass(frozen=True, slots=True)
class Members:
    """For whom a filter is true, and for whom it is false; for all others it is undefined.

    The first profile is the highest of `size` bits.
    """

    true: int
    false: int
    size: int

    @property
    def count(self) -> int:
        """For how many profiles the filter is true."""
        return self.true.bit_count()

    def positions(self) -> list[int]:
        """Return which profiles the filter is true for, from the first on."""
        digits = f"{self.true:0{self.size}b}"
        return [number for number, digit in enumerate(digits) if digit == "1"]

    def verdicts(self) -> list[bool | None]:
        """Return the verdict on each profile, None where it is undefined."""
        true, false = (f"{bits:0{self.size}b}" for bits in (self.true, self.false))
        known = {"10": True, "01": False}
        # Nobody at all is written as one digit all the same.
        pairs = zip(true, false, strict=True) if self.size else ()
        return [known.get(each + other) for each, other in pairs]


class Cohort:
    """A fixed set of profiles, given by its columns, and the moment that dates count from."""

    def __init__(self, size: int, columns: Columns, *, now: datetime) -> None:
        self.size = size
        self._columns = columns
        self._now = now
        self._everybody = (1 << size) - 1
        self._column = lru_cache(maxsize=None)(self._read_column)
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._ask)

    def members(self, node: Node, included: Mapping[str, Members] = _NO_SEGMENTS) -> Members:
        """Return what the filter says about everybody.

        `included` has the members of each segment that can be evaluated; what is missing, or
        includes itself or such a segment at any distance, must not be there.
        """
        match node:
            case And(members, infix=""):
                return self._all([self.members(each, included) for each in members])
            case Or(members, infix=""):
                true = reduce(or_, [self.members(each, included).true for each in members], 0)
            case Not(Include(reference)) if reference in included:
                true = self._everybody & ~included[reference].true
            case Not(operand):
                found = self.members(operand, included)
                return Members(found.false, found.true, self.size)
            case Include(reference):
                return included.get(reference, Members(0, 0, self.size))
            case MatchAll():
                true = self._everybody
            case _:
                return self._ask(node, included) if includes(node) else self._remembered(node)
        return Members(true, self._everybody & ~true, self.size)

    def _all(self, found: Iterable[Members]) -> Members:
        """Let the first member that is not true decide about each profile."""
        true, false = self._everybody, 0
        for each in found:
            false |= true & each.false
            true &= each.true
        return Members(true, false, self.size)

    def _ask(self, node: Node, included: Mapping[str, Members] = _NO_SEGMENTS) -> Members:
        """Ask a condition about each combination of values that some profile has."""
        wanted = dict.fromkeys(map(names, fields(node)))
        used = dict.fromkeys(each.reference for each in includes(node))
        known = {name: included[name].verdicts() for name in used if name in included}
        check = Compiler(self._now, frozenset(known)).check(node)
        columns = [self._column(name) for name in wanted]
        columns += [_Column.of(verdicts) for verdicts in known.values()]
        table = columns[0] if len(columns) == 1 else _combined(columns, self.size)
        keys = ([whole for whole, _, _ in wanted], list(known))
        return self._spread(bytes(_answer(check, keys, row) for row in table.rows), table.codes)

    def _spread(self, answers: bytes, codes: Sequence[int]) -> Members:
        """Give each profile the answer to its own values."""
        if isinstance(codes, bytes):
            found = codes.translate(answers.ljust(_CODES_OF_A_BYTE, b"0"))
        else:
            found = bytes(map(answers.__getitem__, codes))
        true, false = (int(b"0" + found.translate(table), 2) for table in (_IS_TRUE, _IS_FALSE))
        return Members(true, false, self.size)

    def _read_column(self, name: tuple[str, str, str]) -> "_Column":
        """Look a field up by its whole name first, then as the key of a map."""
        whole, left, right = name
        nobody = [MISSING] * self.size
        found = self._columns(whole) or nobody
        if right:
            tables = self._columns(left) or nobody
            pairs = zip(found, tables, strict=True)
            found = [_entry(table, right) if each is MISSING else each for each, table in pairs]
        return _Column.of(found)


@dataclass(frozen=True, slots=True)
class _Column:
    """The different rows of values that profiles have, and for each profile which it has."""

    rows: tuple[tuple[Value, ...], ...]
    codes: Sequence[int]

    @classmethod
    def of(cls, values: Iterable[Value]) -> "_Column":
        """Give a number to each different value of one field."""
        numbers: dict[object, int] = {}
        rows: list[tuple[Value]] = []
        codes: list[int] = []
        for value in values:
            code = numbers.setdefault(_key(value), len(rows))
            if code == len(rows):
                rows.append((value,))
            codes.append(code)
        return cls(tuple(rows), bytes(codes) if len(rows) <= _CODES_OF_A_BYTE else codes)


def _combined(columns: Sequence[_Column], size: int) -> _Column:
    """Give a number to each combination of the values of several fields, or of none."""
    numbers: dict[tuple[int, ...], int] = {}
    combinations = zip(*(each.codes for each in columns), strict=True) if columns else [()] * size
    codes = [numbers.setdefault(each, len(numbers)) for each in combinations]
    rows = (
        tuple(column.rows[code][0] for column, code in zip(columns, each, strict=True))
        for each in numbers
    )
    return _Column(tuple(rows), codes)


def _answer(check: Check, keys: tuple[list[str], list[str]], row: Sequence[Value]) -> int:
    names, references = keys
    values = {name: value for name, value in zip(names, row, strict=False) if value is not MISSING}
    included: Included = dict(zip(references, row[len(names) :], strict=True))  # type: ignore[arg-type]
    result = check(values, included)
    return _TRUE if result is True else _FALSE if result is False else _UNDEFINED


def _entry(table: Value, key: str) -> Value:
    return table.entries.get(key, MISSING) if isinstance(table, Map) else MISSING


def _key(value: Value) -> object:
    """Return what tells a value from all others; `1`, `1.0` and `true` are not the same."""
    if isinstance(value, Slice):
        return (Slice, *map(_key, value.items))
    if isinstance(value, Map):
        return (Map, value.kind, *((name, _key(entry)) for name, entry in value.entries.items()))
    return (type(value), value)
