"""What is wrong between segments and groups of different files: names, groups, includes, cycles."""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from segsync.diagnostics import Diagnostic, Location, did_you_mean, error, warning
from segsync.filterql import is_hex_id
from segsync.graph import find_cycles
from segsync.loader.objects import Declared, DeclaredGroup

# Segments that the account makes by itself; files may include them without declaring them.
_PREDEFINED = re.compile(
    r"all|ly_.*|smt_.*|anonymous_profiles(?:_\d+_days)?|connected_customer_segment"
    r"|default_unhealthy_profiles"
)

# Comparing a slug with some thousand others takes a tenth of a second.
_MOST_HINTS = 10
_NEAR = 3


class Declarations(Struct):
    """Everything that the files declare for one account.

    `elsewhere` are slugs that stand in the files but are not part of this run: declared for other
    accounts, or in entries with errors. `groups_complete` and `segments_complete` are false when
    something could not be read, so that what is missing may well be there.
    """

    segments: dict[str, Declared] = field(default_factory=dict)
    groups: dict[str, DeclaredGroup] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    groups_complete: bool = True
    segments_complete: bool = True


def check(declarations: Declarations) -> Iterator[Diagnostic]:
    """Yield what is wrong between the objects."""
    yield from _previous(declarations.segments, noun="slug")
    yield from _previous(declarations.groups, noun="name", owner="the group ")
    if declarations.groups_complete:
        for each in declarations.segments.values():
            if each.desired.segment.groups:
                yield from _groups(each, declarations.groups)
    renamed = {
        previous: slug
        for slug, each in declarations.segments.items()
        if each.desired.previously and not each.desired.absent
        for previous in each.desired.previously
    }
    edges: dict[str, list[str]] = {}
    missing: list[tuple[str, Location]] = []
    for slug, each in declarations.segments.items():
        if each.desired.references and not each.desired.absent:
            edges[slug] = list(each.desired.references)
            yield from _includes(each, declarations, renamed, missing)
    for number, (reference, at) in enumerate(missing):
        yield _not_in_files(reference, declarations, at, hint=number < _MOST_HINTS)
    yield from _cycles(edges, declarations.segments)


def _previous(
    declared: Mapping[str, Declared] | Mapping[str, DeclaredGroup], *, noun: str, owner: str = ""
) -> Iterator[Diagnostic]:
    """Yield what is wrong with the former keys, which are called `noun`, of segments or groups."""
    claimed: dict[str, Declared | DeclaredGroup] = {}
    for key, each in declared.items():
        for number, previous in enumerate(each.desired.previously):
            at = each.place.at(("previously", number))
            if previous == key:
                summary = f'"{key}" cannot be its own previous {noun}'
                yield error("previously", summary, detail="Remove it.", at=at)
            elif previous in claimed:
                other = claimed[previous].desired
                summary = f'"{previous}" is the previous {noun} of {owner}"{other.key}" as well'
                detail = f"That one is declared at {other.source}. Only one can be its successor."
                yield error("previously", summary, detail=detail, at=at)
            else:
                claimed[previous] = each


def _groups(declared: Declared, groups: Mapping[str, DeclaredGroup]) -> Iterator[Diagnostic]:
    for number, name in enumerate(declared.keys["groups"]):
        group = groups.get(name)
        if group is not None and not group.desired.absent:
            continue
        at = declared.at(("groups", number))
        if group is not None:
            summary = f'the group "{name}" is to be deleted (state: absent)'
            yield error("absent-group", summary, detail="Leave it out here.", at=at)
        else:
            hint = did_you_mean(name, groups)
            detail = hint or "Declare it under groups:."
            yield error("unknown-group", f'no group "{name}" is declared', detail=detail, at=at)


def _includes(
    declared: Declared,
    declarations: Declarations,
    renamed: Mapping[str, str],
    missing: list[tuple[str, Location]],
) -> Iterator[Diagnostic]:
    """Yield what is wrong with the includes of a segment; what is in no file goes to `missing`."""
    table = declared.desired.segment.table
    places = declared.desired.references
    for reference in places:
        target = declarations.segments.get(reference)
        if target is None:
            if reference in renamed and "definition" in declared.desired.managed:
                summary = f'INCLUDE of "{reference}", which is renamed to "{renamed[reference]}"'
                detail = f"Write INCLUDE {renamed[reference]}."
                yield error("include-renamed", summary, detail=detail, at=places[reference])
            elif not _may_be_live(reference, declarations):
                missing.append((reference, places[reference]))
        elif target.desired.absent:
            summary = f'INCLUDE of "{reference}", which is to be deleted (state: absent)'
            detail = f"It is declared at {target.desired.source}."
            yield error("include-absent", summary, detail=detail, at=places[reference])
        elif target.desired.segment.table != table:
            other = target.desired.segment.table
            summary = f'INCLUDE of "{reference}" of table "{other}" in a segment of table "{table}"'
            detail = "A segment of another table has other members."
            at = places[reference]
            yield warning("include-across-tables", summary, detail=detail, at=at)


def _may_be_live(reference: str, declarations: Declarations) -> bool:
    return (
        not declarations.segments_complete
        or is_hex_id(reference)
        or _PREDEFINED.fullmatch(reference) is not None
    )


def _not_in_files(
    reference: str, declarations: Declarations, at: Location, *, hint: bool
) -> Diagnostic:
    summary = f'INCLUDE of "{reference}", which is not in the files'
    if reference in declarations.elsewhere:
        detail = "The files declare it for other accounts only."
    else:
        near = [each for each in declarations.segments if abs(len(each) - len(reference)) <= _NEAR]
        detail = did_you_mean(reference, near) if hint else ""
        detail = detail or "The account must have it, and nothing here keeps it there."
    return warning("include-not-in-files", summary, detail=detail, at=at)


def _cycles(
    edges: Mapping[str, list[str]], segments: Mapping[str, Declared]
) -> Iterator[Diagnostic]:
    for cycle in find_cycles(edges):
        first, second = cycle[0], cycle[1]
        at = segments[first].desired.references[second]
        if first == second:
            summary = f'"{first}" includes itself'
        else:
            summary = f"these segments include each other: {' -> '.join(cycle)}"
        yield error("include-cycle", summary, detail="Remove one of the INCLUDEs.", at=at)
