"""Validated keys of a file become the objects of the desired state."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Final, get_args

from msgspec.structs import replace

from segsync.diagnostics import Diagnostic, Location, error, warning
from segsync.loader.definitions import (
    Expectation,
    ReadDefinition,
    read_ast,
    read_filterql,
    table_of,
)
from segsync.loader.linting import check_silenced, lint_filterql
from segsync.loader.schema import (
    AcceptDriftKeys,
    CommonKeys,
    FieldName,
    FreezeKeys,
    GroupKeys,
    GuardKeys,
    SegmentKeys,
)
from segsync.segment import (
    DEFAULT_KIND,
    AcceptedDrift,
    Definition,
    DesiredGroup,
    DesiredSegment,
    Freeze,
    Group,
    Guard,
    Marks,
    Segment,
)
from segsync.value import Value
from segsync.yamlfile import LaterPlace, Path, Place

# The UI cuts names that are longer.
MAX_NAME: Final = 64

_DEFINITION_KEYS: Final = frozenset({"segment_ql", "ast"})
_FIELDS: Final = frozenset(get_args(FieldName)) - _DEFINITION_KEYS - {"definition"}
_ALWAYS: Final = frozenset({"owned"})
# The protection outlives the file that asked for it: only `protect: false` takes it away.
_PROTECTION: Final = frozenset({"protected"})
_NOTHING: Final = frozenset[str]()
_UNDEFINED: Final = ReadDefinition(Definition("FILTER *"))


class Declared(Value, frozen=True):
    """A segment as declared, the keys that declare it, and where they stand."""

    desired: DesiredSegment
    keys: SegmentKeys
    place: LaterPlace

    def at(self, path: Path) -> Location:
        """Return where a value stands that the segment or the defaults set."""
        own = self.place.at(path)
        if own != self.desired.source:
            return own
        return replace(self.place, path=("defaults",)).at(path)


class Reading(Value, frozen=True):
    """How files are read: what `${name}` stands for, segsync's marks, whether to lint, the day.

    `lint` has the severities that override those of the rules; None lints nothing.
    """

    variables: Mapping[str, str]
    marks: Marks
    lint: Mapping[str, str] | None = None
    today: date | None = None


class DeclaredGroup(Value, frozen=True):
    """A group as declared, and where."""

    desired: DesiredGroup
    keys: GroupKeys
    place: LaterPlace


def declare_segment(
    own: SegmentKeys,
    place: Place,
    later: LaterPlace,
    *,
    defaults: CommonKeys,
    reading: Reading,
) -> tuple[DesiredSegment, SegmentKeys, tuple[Diagnostic, ...]]:
    """Return the segment that is declared, all its keys, and everything wrong with it alone."""
    keys = _merged(own, defaults) if defaults else own
    slug = keys["slug_name"]
    absent = keys.get("state") == "absent"
    read = _definition(keys, place, later, variables=reading.variables)
    table = table_of(read, keys.get("table"))
    segment = Segment(
        slug=slug,
        name=keys.get("name", ""),
        definition=read.definition,
        table=table,
        kind=keys.get("kind", DEFAULT_KIND),
        description=keys.get("description", ""),
        is_public=keys.get("is_public", False),
        tags=_own_tags(tuple(keys.get("tags", ())), reading.marks),
        groups=_shared(tuple(keys.get("groups", ()))),
        save_hist=keys.get("save_hist", True),
        schedule_exit=keys.get("schedule_exit", False),
        emit_trigger=keys.get("emit_trigger", False),
        expires_at=keys.get("expires_at"),
        owned=True,
        protected=keys.get("protect", False),
    )
    set_keys = frozenset(keys)
    if read.table:
        set_keys |= {"table"}
    desired = DesiredSegment(
        segment=segment,
        managed=_managed(set_keys, tuple(keys.get("ignore", ()))),
        source=place.at(),
        previously=tuple(keys.get("previously", ())),
        adopt=keys.get("adopt", False),
        absent=absent,
        reevaluate_on_change=keys.get("reevaluate") == "on-change",
        freeze=_freeze(keys.get("freeze")),
        accept_drift=_accepted(keys.get("accept_drift")),
        guard=_guard(keys.get("guard")),
        references=read.references,
        place_of=read.at,
        silenced=frozenset(keys["lint"]) if "lint" in keys else _NOTHING,
    )
    problems = (*read.problems, *_oddities(keys, place, absent=absent))
    if reading.today and keys.get("expires_at"):
        problems += tuple(_expired(keys, later, reading.today))
    if reading.lint is not None and read.at is not None:
        levels = {**reading.lint, **dict.fromkeys(keys.get("lint", ()), "off")}
        problems += tuple(lint_filterql(read.definition.text, read.at, levels))
    return desired, keys, problems


def _merged(own: SegmentKeys, defaults: CommonKeys) -> SegmentKeys:
    keys: SegmentKeys = {**defaults, **own}
    tags = [*defaults.get("tags", ()), *own.get("tags", ())]
    if tags:
        keys["tags"] = tags
    return keys


# Many segments have the same few tags and groups: each set is made once.
@lru_cache(maxsize=4096)
def _own_tags(tags: tuple[str, ...], marks: Marks) -> frozenset[str]:
    return marks.strip_tags(frozenset(tags))


@lru_cache(maxsize=4096)
def _shared(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(names)


@lru_cache(maxsize=4096)
def _managed(keys: frozenset[str], ignored: tuple[str, ...]) -> frozenset[str]:
    fields = keys & _FIELDS
    if keys & _DEFINITION_KEYS:
        fields |= {"definition"}
    if "protect" in keys:
        fields |= _PROTECTION
    return (fields - field_names(ignored)) | _ALWAYS


def field_names(names: Sequence[str]) -> frozenset[str]:
    """Return the names of `Segment` fields for what a file calls them."""
    return frozenset("definition" if each in _DEFINITION_KEYS else each for each in names)


def _definition(
    keys: SegmentKeys, place: Place, later: LaterPlace, *, variables: Mapping[str, str]
) -> ReadDefinition:
    if "segment_ql" in keys:
        expected = Expectation(keys["slug_name"], keys.get("table"))
        return read_filterql(keys["segment_ql"], later, expected=expected, variables=variables)
    if "ast" in keys:
        return read_ast(keys["ast"], place.below(("ast",)))
    return _UNDEFINED


def _oddities(keys: SegmentKeys, place: Place, *, absent: bool) -> list[Diagnostic]:
    """Return what is wrong with the keys taken together."""
    found: list[Diagnostic] = []
    name = keys.get("name")
    if "segment_ql" in keys and "ast" in keys:
        at = place.at(("ast",), key=True)
        summary = "a segment has one definition, segment_ql or ast, not both"
        found.append(error("two-definitions", summary, detail="Remove one.", at=at))
    elif not absent and "segment_ql" not in keys and "ast" not in keys:
        summary = f'the segment "{keys["slug_name"]}" has no definition'
        found.append(error("missing-key", summary, detail="Add segment_ql or ast.", at=place.at()))
    if name is None:
        if not absent:
            at = place.at()
            found.append(error("missing-key", '"name" is missing', detail="Add name.", at=at))
    elif not name.strip():
        at = place.at(("name",))
        found.append(error("empty-name", "the name is empty", detail="Write one.", at=at))
    elif len(name) > MAX_NAME:
        at = place.at(("name",))
        summary = f"the name has {len(name)} characters; the UI shows {MAX_NAME} of them"
        found.append(warning("long-name", summary, detail="Shorten it.", at=at))
    if keys.get("kind") == "managed":
        at = place.at(("kind",))
        summary = 'segments of kind "managed" belong to the account and cannot be written'
        found.append(error("managed-kind", summary, detail="Remove the segment.", at=at))
    if "lint" in keys:
        found += check_silenced(keys["lint"], place)
    return found


def _expired(keys: SegmentKeys, later: LaterPlace, today: date) -> Iterator[Diagnostic]:
    """Yield a warning for a time that has passed, after which the account may drop the segment."""
    expires = keys.get("expires_at")
    if expires and datetime.fromisoformat(expires.upper()).date() < today:
        summary = f"expires_at {expires} is in the past"
        detail = "Choose a later time, or remove the segment."
        yield warning("expired", summary, detail=detail, at=later.at(("expires_at",)))


def _freeze(keys: FreezeKeys | None) -> Freeze | None:
    return Freeze(keys["until"], keys.get("reason", "")) if keys else None


def _guard(keys: GuardKeys | None) -> Guard | None:
    return Guard(keys.get("min_size", 0), keys.get("max_shrink")) if keys else None


def _accepted(keys: AcceptDriftKeys | None) -> AcceptedDrift | None:
    if not keys:
        return None
    return AcceptedDrift(field_names(keys["fields"]), keys["until"], keys.get("reason", ""))


def declare_group(keys: GroupKeys, place: Place) -> DesiredGroup:
    """Return the group that the keys declare."""
    managed = {"name", *_ALWAYS}
    if "description" in keys:
        managed.add("description")
    if "protect" in keys:
        managed |= _PROTECTION
    return DesiredGroup(
        group=Group(
            name=keys["name"],
            description=keys.get("description", ""),
            owned=True,
            protected=keys.get("protect", False),
        ),
        managed=frozenset(managed),
        source=place.at(),
        previously=tuple(keys.get("previously", ())),
        adopt=keys.get("adopt", False),
        absent=keys.get("state") == "absent",
    )
