"""One YAML document becomes validated keys; what is wrong in one place does not hide the rest."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from segsync.diagnostics import Diagnostic, error
from segsync.loader.schema import (
    AUDIENCE_FILE,
    AudienceFile,
    GroupKeys,
    Invalid,
    SegmentKeys,
    right_group,
    right_segment,
    validate,
)
from segsync.loader.variables import expand_text
from segsync.value import Value
from segsync.yamlfile import Document, Path, Place
from segsync.yamlfile.models import describe

_LISTS: Final = ("groups", "segments")


class Shaped(Value, frozen=True):
    """The valid part of a document, and what is wrong with the rest.

    `indexes` gives for `groups` and `segments` the index that each valid entry has in the file,
    `complete` whether the key of every entry is known. `damaged` are the indexes of segments that
    have a slug and an error, and their keys without the wrong ones; `damaged_groups` are groups.
    """

    keys: AudienceFile
    indexes: Mapping[str, Sequence[int]]
    complete: Mapping[str, bool]
    diagnostics: Sequence[Diagnostic]
    damaged: Sequence[tuple[int, SegmentKeys]] = ()
    damaged_groups: Sequence[tuple[int, GroupKeys]] = ()


def shape(document: Document, variables: Mapping[str, str]) -> Shaped | Diagnostic:
    """Validate a document: wrong entries are reported and left out, the others are returned."""
    value: Any = document.value
    if not isinstance(value, dict) or not value:
        summary = f"expected groups:, defaults: or segments:, found {describe(value)}"
        return error("wrong-type", summary, at=document.place.at())
    unknown: dict[Path, list[Diagnostic]] = {}
    if "${" in document.place.source.text:
        value = _expanded(value, document.place, variables, unknown)
    problems = [each for found in unknown.values() for each in found]
    keys = validate(value, document.place)
    if isinstance(keys, Invalid):
        # Where a variable is missing, what stands in its place is not wrong as well.
        told = [
            each
            for each, path in zip(keys.problems, keys.paths, strict=True)
            if not any(path[: len(place)] == place for place in unknown)
        ]
        return _valid_part(value, Invalid([*problems, *told], keys.paths))
    indexes = {name: range(len(value.get(name, ()))) for name in _LISTS}
    return Shaped(keys, indexes, dict.fromkeys(_LISTS, True), problems)


def _valid_part(value: dict[str, Any], invalid: Invalid) -> Shaped:
    """Return what is left without the entries, or the top-level keys, that have an error."""
    wrong: dict[str, set[int]] = {name: set() for name in _LISTS}
    kept = dict(value)
    for name, *rest in invalid.paths:
        if name in wrong and rest and isinstance(rest[0], int):
            wrong[str(name)].add(rest[0])
        else:
            kept.pop(str(name), None)
    indexes: dict[str, Sequence[int]] = {}
    for name, numbers in wrong.items():
        entries = kept.get(name, [])
        indexes[name] = [each for each in range(len(entries)) if each not in numbers]
        if numbers and name in kept:
            kept[name] = [entries[each] for each in indexes[name]]
    segments = list(_damaged("segments", "slug_name", value, invalid.paths))
    groups = list(_damaged("groups", "name", value, invalid.paths))
    # A group that is known by its name is no reason to doubt what segments say of groups.
    wrong["groups"] -= {index for index, _ in groups}
    complete = {name: not wrong[name] and (name in kept or name not in value) for name in _LISTS}
    return Shaped(
        AUDIENCE_FILE(kept),
        indexes,
        complete,
        invalid.problems,
        damaged=[(index, right_segment(keys)) for index, keys in segments],
        damaged_groups=[(index, right_group(keys)) for index, keys in groups],
    )


def _damaged(
    name: str, key: str, value: Mapping[str, Any], paths: Sequence[Path]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield what is right in the entries of a list that have an error, if their key is."""
    wrong: dict[int, set[str | int]] = {}
    for at, *rest in paths:
        if at == name and len(rest) > 1 and isinstance(rest[0], int):
            wrong.setdefault(rest[0], set()).add(rest[1])
    for index, keys in wrong.items():
        right = {each: value[name][index][each] for each in value[name][index] if each not in keys}
        if key in right:
            yield index, right


def _expanded(
    value: Any,  # noqa: ANN401 - any value of a document
    place: Place,
    variables: Mapping[str, str],
    problems: dict[Path, list[Diagnostic]],
    path: Path = (),
) -> Any:  # noqa: ANN401 - the same value
    """Fill in variables in all texts but FilterQL, where values become literals later."""
    if isinstance(value, str):
        return _expanded_text(value, place, variables, problems, path) if "${" in value else value
    if isinstance(value, dict):
        return {
            key: each
            if key == "segment_ql"
            else _expanded(each, place, variables, problems, (*path, key))
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [
            _expanded(each, place, variables, problems, (*path, number))
            for number, each in enumerate(value)
        ]
    return value


def _expanded_text(
    value: str,
    place: Place,
    variables: Mapping[str, str],
    problems: dict[Path, list[Diagnostic]],
    path: Path,
) -> str:
    expanded = expand_text(value, variables)
    here = place.below(path)
    found = [
        error("variable", summary, detail=detail, at=here.inside(offset))
        for offset, summary, detail in expanded.problems
    ]
    if found:
        problems[path] = found
    return expanded.text
