"""The shape of a file with audience tests, as types: strict, and closed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Required, TypeAlias

from typing_extensions import TypedDict

from segsync import validation
from segsync.diagnostics import Diagnostic
from segsync.suite import read_moment
from segsync.validation import (
    Before,
    Bounds,
    Doc,
    ValidationError,
    Validator,
    closed,
)
from segsync.yamlfile import Place, explain


def _moment(value: object) -> datetime:
    found = read_moment(value) if isinstance(value, str) else None
    if found is None:
        message = "expected a day or a time with its zone, such as 2026-01-31T12:00:00Z"
        raise ValueError(message)
    return found


def _members(value: object) -> object:
    names = value if isinstance(value, list) else [value]
    if all(isinstance(each, str) for each in names):
        return value
    message = "expected a list of profiles, or a definition"
    raise ValueError(message)


Moment: TypeAlias = Annotated[
    datetime,
    Before(_moment, {"type": "string", "description": "A day, or a time with its zone."}),
]
Members: TypeAlias = Annotated[str | list[str], Before(_members)]

# Not a class: `in` is a word of Python.
ExpectKeys = TypedDict("ExpectKeys", {"in": list[str], "out": list[str]}, total=False)
closed(ExpectKeys)


@closed
class SuiteKeys(TypedDict, total=False):
    """One document of a file with audience tests."""

    now: Moment
    accounts: Annotated[list[str], Doc("For others the document is left out.")]
    schema: Annotated[dict[str, str], Doc("The type of each field.")]
    profiles: Required[
        Annotated[dict[str, dict[str, Any]], Doc("By name, the values of a person.")]
    ]
    includes: Annotated[dict[str, Members], Doc("Who is in segments that are not in the files.")]
    expect: Required[
        Annotated[dict[str, ExpectKeys], Bounds(min_length=1), Doc("By slug, who is in and out.")]
    ]


_SUITE: Final = Validator(SuiteKeys)


def validate(value: object, place: Place) -> SuiteKeys | list[Diagnostic]:
    """Return the document if it has the right shape, or everything that is wrong with it."""
    try:
        return _SUITE(value)
    except ValidationError as problem:
        return explain(problem, place, keys=_known_keys(value))


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of one document with audience tests, for editors."""
    return validation.json_schema(SuiteKeys, title="segsync audience tests")


def _known_keys(value: object) -> Mapping[tuple[str, ...], frozenset[str]]:
    """Return the keys that each mapping may have, by key path."""
    expected = value.get("expect") if isinstance(value, dict) else None
    slugs = expected if isinstance(expected, dict) else {}
    return {
        (): frozenset(SuiteKeys.__annotations__),
        **{("expect", slug): frozenset(ExpectKeys.__annotations__) for slug in slugs},
    }
