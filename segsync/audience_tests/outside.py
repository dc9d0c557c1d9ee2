"""Segments that are not in the files, as a document describes them: by a filter or by members."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from segsync.audience_tests.definitions import Definitions
from segsync.diagnostics import Diagnostic, did_you_mean, error, warning
from segsync.filterql import (
    Exists,
    Field,
    FilterQLSyntaxError,
    Node,
    begins_with_filter,
    parse,
)
from segsync.graph import reachable
from segsync.yamlfile import Place

_FILTER: Final = "FILTER "


class Outside(Struct):
    """What `includes:` says: a filter for each segment, and which profiles it lists as members."""

    trees: dict[str, Node] = field(default_factory=dict)
    members: dict[str, Sequence[str]] = field(default_factory=dict)


def read_outside(
    content: Mapping[str, str | list[str]],
    place: Place,
    files: Definitions,
    problems: list[Diagnostic],
) -> Outside:
    """Return the segments that are described; what cannot be read is reported and left out."""
    outside = Outside()
    for slug, said in content.items():
        if slug in files.trees:
            summary = f'"{slug}" is in the files, so that its own definition is used'
            at = place.at((slug,), key=True)
            problems.append(error("include-in-files", summary, detail="Remove it.", at=at))
        elif isinstance(said, list):
            outside.members[slug] = said
            outside.trees[slug] = Exists(Field(membership_field(slug)))
        else:
            tree = _parsed(said, place.below((slug,)), problems)
            if tree is not None:
                outside.trees[slug] = tree
    return outside


def membership_field(slug: str) -> str:
    """Return the field by which a profile says that it is listed as a member of a segment.

    It shows up in traces, and no field of a schema is likely to have such a name.
    """
    return f"includes: {slug}"


def _parsed(text: str, place: Place, problems: list[Diagnostic]) -> Node | None:
    added = "" if begins_with_filter(text) else _FILTER
    try:
        return parse(f"{added}{text}").filter
    except FilterQLSyntaxError as problem:
        at = place.inside(max(problem.offset - len(added), 0))
        found = error("filterql-syntax", problem.message, detail=problem.hint, at=at)
        problems.append(found)
        return None


def check_includes(
    slugs: Sequence[str], place: Place, outside: Outside, known: Definitions
) -> list[Diagnostic]:
    """Return what the audiences include that nobody describes, and what is described for nothing.

    `known` are the definitions of the files and those from outside.
    """
    problems: list[Diagnostic] = []
    missing: set[str] = set()
    reached: set[str] = set()
    for slug in slugs:
        found = reachable(known.edges, slug)
        reached.update(found)
        for reference in found:
            if reference not in known.edges and reference not in missing:
                missing.add(reference)
                summary = f'"{slug}" includes "{reference}", which is not in the files'
                hint = did_you_mean(reference, outside.trees)
                detail = hint or f'Say who is in it under includes: "{reference}": [profiles].'
                at = place.at(("expect", slug), key=True)
                problems.append(error("unknown-include", summary, detail=detail, at=at))
    for slug in outside.trees:
        if slug not in reached:
            summary = f'no audience that is tested here includes "{slug}"'
            at = place.at(("includes", slug), key=True)
            problems.append(warning("unused-include", summary, at=at))
    return problems
