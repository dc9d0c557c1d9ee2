"""Values for fields of which only the type is known: those of a seed that a user wrote."""

from datetime import datetime

from segsync.filterql.evaluator.values import MISSING, Map, MapKind, Slice, Value
from segsync.filterql.schema import FieldType
from segsync.sandbox.population.profiles import Builder, Column, Profiles, some, table_of, texts

_PRESENT = 0.8
"""The share of profiles that have a value."""

_WORDS = tuple("abcdefgh")
_KINDS: dict[FieldType, MapKind] = {
    FieldType.INTEGER_MAP: "int",
    FieldType.NUMBER_MAP: "number",
    FieldType.TEXT_MAP: "string",
    FieldType.FLAG_MAP: "bool",
    FieldType.DATE_MAP: "time",
    FieldType.VALUE_MAP: "value",
}


def of_type(name: str, found: FieldType, *, is_identifier: bool) -> Builder:
    """Return how to fill a field by its type alone; an identifier differs between profiles."""

    def build(profiles: Profiles) -> Column:
        present, draws = profiles.draws(f"{name}?"), profiles.draws(name)
        return [
            _value(found, draw, profiles, f"{name}-{number}" if is_identifier else "")
            if has < _PRESENT
            else MISSING
            for number, (has, draw) in enumerate(zip(present, draws, strict=True))
        ]

    return build


def _value(found: FieldType, draw: float, profiles: Profiles, own: str) -> Value:
    if found in _KINDS:
        return _map(_KINDS[found], draw, profiles)
    match found:
        case FieldType.TEXT | FieldType.OTHER:
            return own or _word(draw)
        case FieldType.TEXTS | FieldType.ORDERED_TEXTS:
            return texts((own,) if own else some(draw, _WORDS))
        case FieldType.DATES | FieldType.TIME_BUCKETS:
            return Slice(tuple(_dates(draw, profiles)))
        case FieldType.PLACE:
            return f"{draw * 120 - 60:.2f},{draw * 7919 % 360 - 180:.2f}"
        case _:
            return _scalar(found, draw, profiles)


def _scalar(found: FieldType, draw: float, profiles: Profiles) -> Value:
    match found:
        case FieldType.FLAG:
            return draw < 0.5  # noqa: PLR2004
        case FieldType.INTEGER:
            return int(100 * draw * draw)
        case FieldType.NUMBER:
            return round(1000 * draw * draw, 1)
        case _:
            return profiles.ago(int(730 * draw * draw))


def _map(kind: MapKind, draw: float, profiles: Profiles) -> Map:
    of_kind: dict[MapKind, FieldType] = {
        "int": FieldType.INTEGER,
        "number": FieldType.NUMBER,
        "bool": FieldType.FLAG,
        "time": FieldType.DATE,
    }
    keys = some(draw, _WORDS)
    if kind not in of_kind:
        return table_of(kind, {key: _word(draw * 31 % 1) for key in keys})
    return table_of(kind, {key: _scalar(of_kind[kind], draw * 31 % 1, profiles) for key in keys})


def _word(draw: float) -> str:
    return _WORDS[int(draw * draw * len(_WORDS))]


def _dates(draw: float, profiles: Profiles) -> list[datetime]:
    return [profiles.ago(int(365 * (draw * step % 1))) for step in range(1, 2 + int(9 * draw))]
