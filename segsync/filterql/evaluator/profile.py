"""Profiles: the fields of one person, read from typed JSON or from plain values and their types."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import cast

from segsync.filterql.evaluator.dates import date_of_seconds, date_of_text, moment
from segsync.filterql.evaluator.values import Map, MapKind, Slice, Strings, Value, fits


@dataclass(frozen=True, slots=True)
class Profile:
    """The values of one person by field name; a name that is not there has no value."""

    values: Mapping[str, Value]


def read_profile(content: Mapping[str, object], *, now: datetime) -> Profile:
    """Read a profile in typed JSON; a `ValueError` names the field that it cannot read.

    Plain JSON means itself: a list of texts only is a list of texts, an object is a map of
    anything. Other types are written `{"$time": ..}`, `{"$times": [..]}`, `{"$number": n}`,
    `{"$slice": [..]}` and `{"$mapint" | "$mapnumber" | "$mapstring" | "$mapbool" | "$maptime":
    {..}}`. Dates such as `now-3d` count from `now`.
    """
    return Profile({name: _read(value, name, now) for name, value in content.items()})


def typed_profile(
    values: Mapping[str, object], schema: Mapping[str, str], *, now: datetime
) -> Profile:
    """Build a profile from plain values, such as YAML has, by the declared types of the fields.

    Types are `string int number bool date []string []time ts[]string` and `map[string]T` with `int
    number string bool time value` for T. Null fits every type. Dates are dates or texts, `now-3d`
    and `now` included. A `ValueError` names the field that does not fit.
    """
    return Profile({name: _typed(value, name, schema, now) for name, value in values.items()})


def _read(value: object, name: str, now: datetime) -> Value:
    if isinstance(value, Mapping):
        return _read_object(value, name, now)
    if isinstance(value, list):
        return _plain_list(value, name, now)
    return _plain(value, name, now)


def _read_object(content: Mapping[str, object], name: str, now: datetime) -> Value:
    """Read a typed value, or a plain object, whose keys carry no dollar sign."""
    tag = next(iter(content)) if len(content) == 1 else ""
    if not tag.startswith("$"):
        return _map("value", content, name, now)
    inner, kind = content[tag], _KIND_OF_TAG.get(tag)
    if kind is not None:
        return _map(kind, inner, name, now)
    if tag == "$time":
        return _date(inner, name, now)
    if tag == "$number":
        return _number(inner, name, now)
    if tag == "$times":
        return Slice(tuple(_date(item, name, now) for item in _list(inner, name)))
    if tag == "$slice":
        return Slice(tuple(_read(item, name, now) for item in _list(inner, name)))
    message = f"{name}: {tag} is no type of a profile"
    raise ValueError(message)


def _typed(value: object, name: str, schema: Mapping[str, str], now: datetime) -> Value:
    declared = schema.get(name)
    if declared is None:
        message = f"{name}: the field has no type; declare it in the schema"
        raise ValueError(message)
    build = _BUILDERS.get(declared)
    if build is None:
        message = f"{name}: {declared} is no type; use one of {', '.join(_BUILDERS)}"
        raise ValueError(message)
    return None if value is None else build(value, name, now)


def _plain(value: object, name: str, now: datetime) -> Value:
    """Return a value whose own type says what it is."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        return _whole(value, name, now)
    return _number(value, name, now) if isinstance(value, float) else _date(value, name, now)


def _plain_list(items: list[object], name: str, now: datetime) -> Value:
    if items and all(isinstance(item, str) for item in items):
        return Strings(tuple(cast("list[str]", items)))
    return Slice(tuple(_read(item, name, now) for item in items))


def _string(value: object, name: str, _now: datetime) -> str:
    if isinstance(value, str):
        return value
    raise _misfit(value, name, "text; put it in quotes")


def _whole(value: object, name: str, _now: datetime) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and fits(value):
        return value
    raise _misfit(value, name, "a whole number of 64 bits")


def _number(value: object, name: str, _now: datetime) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _HUGE:
        return float(value)
    raise _misfit(value, name, "a number")


def _bool(value: object, name: str, _now: datetime) -> bool:
    if isinstance(value, bool):
        return value
    raise _misfit(value, name, "true or false")


def _date(value: object, name: str, now: datetime) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    if value == "now":
        return now
    found = _seconds(value, now)
    result = None if found is None else date_of_seconds(found)
    if result is None:
        raise _misfit(value, name, "a date, such as 2026-01-31 or now-3d")
    return result


def _seconds(value: object, now: datetime) -> int | None:
    if isinstance(value, str):
        return date_of_text(value, now)
    return moment(value, now) if isinstance(value, (int, float)) else None


def _strings(value: object, name: str, now: datetime) -> Strings:
    return Strings(tuple(_string(item, name, now) for item in _list(value, name)))


def _dates(value: object, name: str, now: datetime) -> Slice:
    return Slice(tuple(_date(item, name, now) for item in _list(value, name)))


def _list(value: object, name: str) -> list[object]:
    if isinstance(value, list):
        return value
    raise _misfit(value, name, "a list")


def _map(kind: MapKind, value: object, name: str, now: datetime) -> Map:
    if not isinstance(value, Mapping):
        raise _misfit(value, name, "a map")
    build = _BUILD_ENTRY[kind]
    entries = {
        _string(key, name, now): build(entry, f"{name}.{key}", now) for key, entry in value.items()
    }
    return Map(kind, MappingProxyType(entries))


def _map_builder(kind: MapKind) -> Callable[[object, str, datetime], Value]:
    def build(value: object, name: str, now: datetime) -> Value:
        return _map(kind, value, name, now)

    return build


def _misfit(value: object, name: str, wanted: str) -> ValueError:
    found = repr(value)
    shown = found if len(found) <= _LONGEST else f"{found[:_LONGEST]}..."
    return ValueError(f"{name}: {shown} is not {wanted}")


_HUGE = 1e308
_LONGEST = 40
_BUILD_ENTRY: Mapping[MapKind, Callable[[object, str, datetime], Value]] = MappingProxyType(
    {
        "int": _whole,
        "number": _number,
        "string": _string,
        "bool": _bool,
        "time": _date,
        "value": _read,
    }
)
_KIND_OF_TAG: Mapping[str, MapKind] = MappingProxyType(
    {f"$map{kind}": kind for kind in _BUILD_ENTRY}
)
_BUILDERS: Mapping[str, Callable[[object, str, datetime], Value]] = MappingProxyType(
    {
        "string": _string,
        "int": _whole,
        "number": _number,
        "bool": _bool,
        "date": _date,
        "[]string": _strings,
        "[]time": _dates,
        "ts[]string": _strings,
        **{f"map[string]{kind}": _map_builder(kind) for kind in _BUILD_ENTRY},
    }
)
