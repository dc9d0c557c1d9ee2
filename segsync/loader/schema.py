"""The shape of an audience file, as types: strict, and closed against unknown keys.

Typed dictionaries and not models: a validated mapping holds exactly the keys that the file sets,
which is what "managed" means.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final, Literal, Required, TypeAlias

from typing_extensions import TypedDict

from segsync import validation
from segsync.diagnostics import Diagnostic
from segsync.names import MAX_SLUG, Kind, is_like_id, is_slug, is_time, suggest_slug
from segsync.validation import After, Before, Bounds, Share, ValidationError, Validator, closed
from segsync.value import Value
from segsync.yamlfile import Path, Place, explain

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _check_slug(text: str) -> str:
    if is_slug(text):
        return text
    if len(text) > MAX_SLUG:
        message = f"a slug has at most {MAX_SLUG} characters, this one has {len(text)}"
        raise ValueError(message)
    if is_like_id(text):
        message = f'"{text}" cannot be a slug: an INCLUDE would take it for an id'
        raise ValueError(message)
    candidate = suggest_slug(text)
    hint = f'\nThe account would make something like "{candidate}" of it; write that.'
    message = f'"{text}" cannot be a slug: use a-z, 0-9, "_" and "-"'
    raise ValueError(message + (hint if candidate else ""))


def _check_tag(text: str) -> str:
    if text == "predefined":
        message = (
            "the tag predefined marks what belongs to the account itself\n"
            "With it, the segment could not be changed any more. Choose another."
        )
        raise ValueError(message)
    return text


def _check_group_name(text: str) -> str:
    if not text.strip():
        message = "a group needs a name"
        raise ValueError(message)
    return text


def _read_day(value: object) -> object:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    message = "expected a date such as 2027-01-31"
    raise ValueError(message)


def _check_time(text: str) -> str:
    if not is_time(text):
        message = "expected a time with its zone, such as 2027-01-31T00:00:00Z"
        raise ValueError(message)
    return text


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _some_rule(value: object) -> object:
    if value == {}:
        message = "an empty guard guards nothing\nAdd min_size or max_shrink, or remove the guard."
        raise ValueError(message)
    return value


_ONE_OR_MORE: Final[Mapping[str, Any]] = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
}

Slug: TypeAlias = Annotated[str, After(_check_slug)]
Tag: TypeAlias = Annotated[str, After(_check_tag)]
Day: TypeAlias = Annotated[date, Before(_read_day)]
Time: TypeAlias = Annotated[str, After(_check_time)]
FieldName: TypeAlias = Literal[
    "name",
    "definition",
    "segment_ql",
    "ast",
    "table",
    "kind",
    "description",
    "is_public",
    "tags",
    "groups",
    "save_hist",
    "schedule_exit",
    "emit_trigger",
    "expires_at",
]


@closed
class FreezeKeys(TypedDict, total=False):
    """`freeze:` of a segment."""

    until: Required[Day]
    reason: str


@closed
class GuardKeys(TypedDict, total=False):
    """`guard:` of a segment."""

    min_size: Annotated[int, Bounds(ge=1)]
    max_shrink: Share


@closed
class AcceptDriftKeys(TypedDict, total=False):
    """`accept_drift:` of a segment."""

    fields: Required[Annotated[list[FieldName], Bounds(min_length=1)]]
    until: Required[Day]
    reason: str


@closed
class CommonKeys(TypedDict, total=False):
    """What a segment can set, and `defaults:` for all segments of a document."""

    description: str
    table: Annotated[str, Bounds(min_length=1)]
    kind: Kind
    is_public: bool
    tags: list[Tag]
    groups: list[str]
    save_hist: bool
    schedule_exit: bool
    emit_trigger: bool
    expires_at: Time | None
    protect: bool
    ignore: list[FieldName]
    adopt: bool
    reevaluate: Literal["on-change", "never"]
    guard: Annotated[GuardKeys, Before(_some_rule)]
    freeze: FreezeKeys
    accept_drift: AcceptDriftKeys
    accounts: list[str]


@closed
class SegmentKeys(CommonKeys, total=False):
    """One entry of `segments:`."""

    slug_name: Required[Slug]
    name: str
    segment_ql: str
    ast: dict[str, Any]
    previously: Annotated[list[Slug], Before(_one_or_more, _ONE_OR_MORE)]
    state: Literal["present", "absent"]
    lint: dict[str, str]


@closed
class GroupKeys(TypedDict, total=False):
    """One entry of `groups:`."""

    name: Required[Annotated[str, After(_check_group_name)]]
    description: str
    previously: Annotated[list[str], Before(_one_or_more, _ONE_OR_MORE)]
    protect: bool
    adopt: bool
    accounts: list[str]
    state: Literal["present", "absent"]


@closed
class AudienceFile(TypedDict, total=False):
    """One document of an audience file."""

    groups: list[GroupKeys]
    defaults: CommonKeys
    segments: list[SegmentKeys]


AUDIENCE_FILE: Final = Validator(AudienceFile)
_SEGMENT: Final = Validator(SegmentKeys)
_GROUP: Final = Validator(GroupKeys)

# What an unknown key is compared with, by key path without list indexes.
KEYS: Final[Mapping[tuple[str, ...], frozenset[str]]] = {
    (): frozenset(AudienceFile.__annotations__),
    ("groups",): frozenset(GroupKeys.__annotations__),
    ("defaults",): frozenset(CommonKeys.__annotations__),
    ("segments",): frozenset(SegmentKeys.__annotations__),
    ("segments", "freeze"): frozenset(FreezeKeys.__annotations__),
    ("defaults", "freeze"): frozenset(FreezeKeys.__annotations__),
    ("segments", "guard"): frozenset(GuardKeys.__annotations__),
    ("defaults", "guard"): frozenset(GuardKeys.__annotations__),
    ("segments", "accept_drift"): frozenset(AcceptDriftKeys.__annotations__),
    ("defaults", "accept_drift"): frozenset(AcceptDriftKeys.__annotations__),
}


class Invalid(Value, frozen=True):
    """What is wrong with a document, and the key path of each wrong value."""

    problems: Sequence[Diagnostic]
    paths: Sequence[Path]


def validate(value: object, place: Place) -> AudienceFile | Invalid:
    """Return the document if all of it has the right shape, or everything wrong with it."""
    try:
        return AUDIENCE_FILE(value)
    except ValidationError as problem:
        found = problem.errors(include_url=False, include_context=False, include_input=False)
        return Invalid(explain(problem, place, keys=KEYS), [each["loc"] for each in found])


def right_segment(keys: Mapping[str, Any]) -> SegmentKeys:
    """Return the keys of a segment of which every one is right."""
    return _SEGMENT(keys)


def right_group(keys: Mapping[str, Any]) -> GroupKeys:
    """Return the keys of a group of which every one is right."""
    return _GROUP(keys)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of one document of an audience file, for editors."""
    return validation.json_schema(AudienceFile, title="segsync audience file")
