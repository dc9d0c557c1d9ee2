"""Filters over many profiles at once: one bit for each profile, one integer for each answer.

A condition is asked once for each different value of its fields, and its answer is kept; the lists
AND and OR, NOT and INCLUDE are arithmetic on the bits. What a filter says about each profile is
what `evaluate` says, for every tree that the parser reads.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, reduce
from operator import or_
from types import MappingProxyType
from typing import TypeAlias

from segsync.filterql.evaluator.columns import CODES_OF_A_BYTE, Column, by_value, combined
from segsync.filterql.evaluator.compiler import Check, Compiler, Included, names
from segsync.filterql.evaluator.values import MISSING, Map, Value
from segsync.filterql.includes import fields, includes
from segsync.filterql.nodes import And, Comparison, Field, Include, Literal, MatchAll, Node, Not, Or

Columns: TypeAlias = Callable[[str], Sequence[Value] | None]
"""The values of a field, one for each profile, MISSING where it has none; None if nobody has one.

It is asked for names that no schema knows too.
"""

_NO_SEGMENTS: Mapping[str, "Members"] = MappingProxyType({})
_REMEMBERED = 4096
_FALSE, _TRUE, _UNDEFINED = b"012"
_THRESHOLDS = frozenset({"<", "<=", ">", ">="})
_IS_TRUE = bytes.maketrans(b"012", b"010")
_IS_FALSE = bytes.maketrans(b"012", b"100")


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
        self._order = lru_cache(maxsize=None)(lambda name: by_value(self._column(name)))
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
        if _is_threshold(node):
            return self._measured(check, *wanted)
        columns = [self._column(name) for name in wanted]
        columns += [Column.of(verdicts) for verdicts in known.values()]
        table = columns[0] if len(columns) == 1 else combined(columns, self.size)
        keys = ([whole for whole, _, _ in wanted], list(known))
        return self._spread(bytes(_answer(check, keys, row) for row in table.rows), table.codes)

    def _measured(self, check: Check, name: tuple[str, str, str]) -> Members:
        """Ask a field that is held against one value, at both ends and where the answer turns."""
        column = self._column(name)
        answers = bytearray(len(column.rows))

        def ask(code: int) -> int:
            return _answer(check, ([name[0]], []), column.rows[code])

        order = self._order(name)
        if order:
            first, last = ask(order[0]), ask(order[-1])
            turn = bisect_left(order, True, key=lambda code: ask(code) == last)  # noqa: FBT003
            for code in order[:turn]:
                answers[code] = first
            for code in order[turn:]:
                answers[code] = last
        for code in {*range(len(answers))}.difference(order):
            answers[code] = ask(code)
        return self._spread(bytes(answers), column.codes)

    def _spread(self, answers: bytes, codes: Sequence[int]) -> Members:
        """Give each profile the answer to its own values."""
        if isinstance(codes, bytes):
            found = codes.translate(answers.ljust(CODES_OF_A_BYTE, b"0"))
        else:
            found = bytes(map(answers.__getitem__, codes))
        true, false = (int(b"0" + found.translate(table), 2) for table in (_IS_TRUE, _IS_FALSE))
        return Members(true, false, self.size)

    def _read_column(self, name: tuple[str, str, str]) -> Column:
        """Look a field up by its whole name first, then as the key of a map."""
        whole, left, right = name
        nobody = [MISSING] * self.size
        found = self._columns(whole) or nobody
        if right:
            tables = self._columns(left) or nobody
            pairs = zip(found, tables, strict=True)
            found = [_entry(table, right) if each is MISSING else each for each, table in pairs]
        return Column.of(found)


def _is_threshold(node: Node) -> bool:
    """Say whether the answer turns at most once while the field grows, if it is a number or date.

    What cannot be compared with the value is undefined for all numbers, or all dates, alike.
    """
    match node:
        case Comparison(operator, Field(), Literal()):
            return operator in _THRESHOLDS
    return False


def _answer(check: Check, keys: tuple[list[str], list[str]], row: Sequence[Value]) -> int:
    names, references = keys
    values = {name: value for name, value in zip(names, row, strict=False) if value is not MISSING}
    included: Included = dict(zip(references, row[len(names) :], strict=True))  # type: ignore[arg-type]
    result = check(values, included)
    return _TRUE if result is True else _FALSE if result is False else _UNDEFINED


def _entry(table: Value, key: str) -> Value:
    return table.entries.get(key, MISSING) if isinstance(table, Map) else MISSING
