"""What differs between a live object and its target, field by field.

The target of an object is what it would be after the run: the file's values for the fields that
the file manages, the live values for all others.
"""

from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter

from msgspec.structs import replace

from segsync.filterql import Statement, canonical, print_statement
from segsync.plan import FieldChange, FieldValue
from segsync.segment import Definition, DesiredGroup, DesiredSegment, Group, Segment

# segsync's marks are shown by the action (adopt) or by their own line, never as fields of a user.
_GROUP_FIELDS = ("name", "description", "protected")
_SEGMENT_FIELDS = tuple(each for each in Segment.__struct_fields__ if each != "owned")


def segment_target(entry: DesiredSegment, live: Segment, *, redefined: bool) -> Segment:
    """Return what the live segment would be with the fields that the file manages.

    Without `redefined` it keeps its definition as it is written: the file's means the same. Where
    nothing differs it is the live segment itself.
    """
    wanted = entry.segment
    names, values = _decided(entry.managed, redefined=redefined)
    if values(wanted) == values(live):
        return live  # nearly always, and in a quarter of the time
    differing = {
        name: value for name in names if (value := getattr(wanted, name)) != getattr(live, name)
    }
    return replace(live, **differing)


@lru_cache(maxsize=1024)
def _decided(
    managed: frozenset[str], *, redefined: bool
) -> tuple[tuple[str, ...], Callable[[Segment], object]]:
    """Return the fields that a file decides about, and what gets their values."""
    names = (*managed, "slug") if redefined else (*managed - {"definition"}, "slug")
    return names, attrgetter(*names)


def group_target(entry: DesiredGroup, live: Group) -> Group:
    """Return what the live group would be with the fields that the file manages."""
    wanted = entry.group
    return replace(live, **{name: getattr(wanted, name) for name in entry.managed | {"name"}})


def same_definition(
    before: Definition,
    after: Definition,
    *,
    resolve_before: Callable[[str], str],
    resolve_after: Callable[[str], str],
) -> bool:
    """Return whether two definitions select the same profiles, references taken by identity.

    What the grammar cannot read is compared as text. Table and slug are fields of their own.
    """
    left, right = before.statement, after.statement
    if left is None or right is None:
        return before.text.strip() == after.text.strip()
    if (left.limit, left.options) != (right.limit, right.options):
        return False
    return canonical(left.filter, resolve_before) == canonical(right.filter, resolve_after)


def segment_changes(before: Segment, after: Segment) -> tuple[FieldChange, ...]:
    """Return the fields that differ, in the order of `Segment`."""
    return _changes(before, after, _SEGMENT_FIELDS)


def group_changes(before: Group, after: Group) -> tuple[FieldChange, ...]:
    """Return the fields that differ, in the order of `Group`."""
    return _changes(before, after, _GROUP_FIELDS)


def _changes(
    before: Segment | Group, after: Segment | Group, names: tuple[str, ...]
) -> tuple[FieldChange, ...]:
    # Imported here: deepdiff costs more to import than a plan without changes takes altogether.
    from deepdiff import DeepDiff  # noqa: PLC0415

    old = {name: _shown(getattr(before, name)) for name in names}
    new = {name: _shown(getattr(after, name)) for name in names}
    differing = DeepDiff(old, new).affected_root_keys
    return tuple(FieldChange(name, old[name], new[name]) for name in names if name in differing)


def _shown(value: object) -> FieldValue:
    if isinstance(value, Definition):
        found = value.statement
        if found is None:
            return value.text
        return print_statement(Statement(found.filter, limit=found.limit, options=found.options))
    if isinstance(value, frozenset):
        return tuple(sorted(value))
    if value is None or isinstance(value, str | bool):
        return value
    message = f"a {type(value).__name__} is not a field value"
    raise TypeError(message)
