"""A segment or a group as one thing: what differs between two of them, and other words for one."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from segsync.plan import Managed
from segsync.planning.differ import same_definition
from segsync.planning.identity import Identities
from segsync.segment import Group, LiveGroup, LiveSegment, Segment

Live = LiveSegment | LiveGroup


def value_of(live: Live) -> Managed:
    """Return what can be written of a live object."""
    return live.segment if isinstance(live, LiveSegment) else live.group


def names_of(value: Managed) -> frozenset[str]:
    """Return the names of all fields but the mark of ownership."""
    return frozenset(value.__struct_fields__) - {"owned"}


def differing(one: Managed, other: Managed, names: Identities) -> frozenset[str]:
    """Return the fields that differ, without the mark of ownership; definitions by meaning.

    INCLUDEs of both are read as the account has slugs and ids now.
    """
    return frozenset(_differing(one, other, names))


def _differing(one: Managed, other: Managed, names: Identities) -> Iterator[str]:
    for name in names_of(one):
        left, right = getattr(one, name), getattr(other, name)
        if left == right:
            continue
        if name == "definition" and same_definition(
            left, right, resolve_before=names.live, resolve_after=names.live
        ):
            continue
        yield name


def repointed(value: Managed, references: Mapping[str, str]) -> Managed:
    """Return a segment whose INCLUDEs of these are others; a group includes nothing."""
    if isinstance(value, Group) or not references:
        return value
    return replace(value, definition=value.definition.repointed(references))


def in_groups(value: Managed | None, names: Mapping[str, str]) -> Managed | None:
    """Return a segment that says these other names for its groups; a group is in none."""
    if not isinstance(value, Segment):
        return value
    return replace(value, groups=frozenset(names.get(each, each) for each in value.groups))
