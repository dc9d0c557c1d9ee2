"""Turns the values of the vocabulary into what JSON can hold, in one fixed order."""

from collections.abc import Mapping
from enum import Enum

from segsync.value import Value

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]


def plain(value: object) -> Plain:
    """Return values and mappings as objects, sets as sorted lists, enums as their values.

    Raises TypeError for anything that the vocabulary of a plan does not contain.
    """
    match value:
        case Enum():
            return plain(value.value)
        case None | str() | bool() | int() | float():
            return value
        case Mapping():
            return {str(key): plain(value[key]) for key in sorted(value)}
        case frozenset():
            return [plain(each) for each in sorted(value)]
        case tuple():
            return [plain(each) for each in value]
    return record(value)


def record(value: object) -> dict[str, Plain]:
    """Return the fields of a value, in their order; raises TypeError for anything else."""
    if not isinstance(value, Value):
        message = f"a plan holds no {type(value).__name__}"
        raise TypeError(message)
    return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
