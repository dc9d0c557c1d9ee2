"""Profiles as columns: what the builders of fields draw from, and what they may look at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from types import MappingProxyType
from typing import TypeAlias

from segsync.filterql.evaluator.values import MISSING, Map, MapKind, Strings, Value

Column: TypeAlias = Sequence[Value]
Builder: TypeAlias = Callable[["Profiles"], Column]
Choice: TypeAlias = Callable[["Profiles"], list[bool]]
"""Which profiles have something to do with a field."""


@dataclass(frozen=True, slots=True)
class Profiles:
    """So many profiles on a day; the same seed gives the same ones, whatever is asked first.

    All dates are ages in whole days before `today`, so that what is recent stays recent, however
    long an account is kept.
    """

    size: int
    seed: int
    today: datetime
    builders: Mapping[str, Builder]
    _columns: dict[str, Column] = field(default_factory=dict)

    def column(self, name: str) -> Column | None:
        """Return the values of a field, one for each profile, or None if there is no such field."""
        found = self._columns.get(name)
        if found is None and name in self.builders:
            found = self._columns[name] = self.builders[name](self)
        return found

    def __getitem__(self, name: str) -> Column:
        return self.column(name) or [MISSING] * self.size

    def draws(self, name: str) -> list[float]:
        """Return a number from 0 to 1 for each profile, as good as random."""
        draw = Random(f"{self.seed}:{name}").random  # noqa: S311 - the same each time, on purpose
        return [draw() for _ in range(self.size)]

    def ago(self, days: int) -> datetime:
        """Return the date so many days before today."""
        return _ago(self.today, days)


@lru_cache(maxsize=16_384)
def _ago(today: datetime, days: int) -> datetime:
    """Return each date once, so that profiles share it."""
    return today - timedelta(days=days)


def everybody(profiles: Profiles) -> list[bool]:
    """Choose all."""
    return [True] * profiles.size


def having(name: str) -> Choice:
    """Choose who has a value in a field."""
    return lambda profiles: [each is not MISSING for each in profiles[name]]


def being(name: str) -> Choice:
    """Choose of whom a field says true."""
    return lambda profiles: [each is True for each in profiles[name]]


def chosen(name: str, who: Choice, share: float, choose: Callable[[float], Value]) -> Builder:
    """Return a field that this share of some profiles has, with a value that a draw decides."""

    def build(profiles: Profiles) -> Column:
        return [
            choose(draw / share) if fits and draw < share else MISSING
            for fits, draw in zip(who(profiles), profiles.draws(name), strict=True)
        ]

    return build


def dated(name: str, who: Choice, share: float, days: Callable[[float], float]) -> Builder:
    """Return a date that this share of some profiles has, so many days ago as a draw decides."""

    def build(profiles: Profiles) -> Column:
        return chosen(name, who, share, lambda draw: profiles.ago(int(days(draw))))(profiles)

    return build


def pick(choices: Mapping[str, float]) -> Callable[[float], Value]:
    """Return a function from a draw to one of the choices, by their shares, which add up to 1."""
    steps = [value for value, share in choices.items() for _ in range(round(share * 1000))]
    return lambda draw: steps[int(draw * len(steps))]


def some(draw: float, words: Sequence[str], *, most: int = 3) -> tuple[str, ...]:
    """Return one to `most` of the words, the first ones more often than the last."""
    count = 1 + int(draw * most)
    rest, found = draw * most % 1, dict[str, None]()
    for _ in range(count):
        found[words[int(rest * rest * len(words))]] = None
        rest = rest * 97 % 1
    return tuple(found)


@lru_cache(maxsize=16_384)
def texts(items: tuple[str, ...]) -> Strings:
    """Return a list of texts, each different one once."""
    return Strings(items)


def table_of(kind: MapKind, entries: Mapping[str, Value]) -> Map:
    """Return a map field."""
    return Map(kind, MappingProxyType(dict(entries)))
