"""One YAML document becomes validated keys; what is wrong in one place does not hide the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from segsync.diagnostics import Diagnostic, error
from segsync.loader.schema import AUDIENCE_FILE, KEYS, AudienceFile
from segsync.loader.variables import expand_text
from segsync.yamlfile import Document, Path, explain

__all__ = ["Shaped", "shape"]


@dataclass(frozen=True, slots=True)
class Shaped:
    """The valid part of a document, and the place of each entry in its list in the file.

    `indexes` gives for `segments` and `groups` the index that each valid entry has in the file.
    """

    keys: AudienceFile
    indexes: Mapping[str, list[int]]
    diagnostics: list[Diagnostic] = field(default_factory=list)


def shape(document: Document, variables: Mapping[str, str]) -> Shaped | Diagnostic:
    """Validate a document: wrong entries are reported and left out, the others are returned."""
    value: Any = document.value
    if not isinstance(value, dict):
        summary = "a file holds groups:, defaults: and segments:, not a list or a text"
        return error("wrong-type", summary, at=document.at(()))
    if not value.keys() & KEYS[()] and not value:
        summary = "the document is empty"
        return error("wrong-type", summary, at=document.at(()))
    problems: list[Diagnostic] = []
    if "${" in document.source.text:
        value = _expanded(value, (), document, variables, problems)
    indexes = {name: _all_indexes(value.get(name)) for name in ("groups", "segments")}
    try:
        return Shaped(AUDIENCE_FILE.validate_python(value), indexes, problems)
    except ValidationError as problem:
        problems += explain(problem, document, keys=KEYS)
        kept = _without_errors(value, problem, indexes)
        return Shaped(AUDIENCE_FILE.validate_python(kept), indexes, problems)


def _all_indexes(entries: object) -> list[int]:
    return list(range(len(entries))) if isinstance(entries, list) else []


def _without_errors(
    value: dict[str, Any], problem: ValidationError, indexes: dict[str, list[int]]
) -> dict[str, Any]:
    """Return the value without the entries, or the top-level keys, that have an error."""
    wrong: dict[str, set[int]] = {}
    kept = dict(value)
    for each in problem.errors(include_url=False, include_context=False, include_input=False):
        name, *rest = each["loc"]
        if name in indexes and rest and isinstance(rest[0], int):
            wrong.setdefault(str(name), set()).add(rest[0])
        else:
            kept.pop(str(name), None)
    for name, numbers in wrong.items():
        if name in kept:
            indexes[name] = [each for each in indexes[name] if each not in numbers]
            kept[name] = [value[name][each] for each in indexes[name]]
    return kept


def _expanded(
    value: Any,  # noqa: ANN401 - any value of a document
    path: Path,
    document: Document,
    variables: Mapping[str, str],
    problems: list[Diagnostic],
) -> Any:  # noqa: ANN401 - the same value
    """Fill in variables in all texts but FilterQL, where values become literals later."""
    if isinstance(value, dict):
        return {
            key: each
            if key == "segment_ql"
            else _expanded(each, (*path, key), document, variables, problems)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [
            _expanded(each, (*path, number), document, variables, problems)
            for number, each in enumerate(value)
        ]
    if isinstance(value, str) and "${" in value:
        expanded = expand_text(value, variables)
        for offset, summary, detail in expanded.problems:
            at = document.inside(path, offset)
            problems.append(error("variable", summary, detail=detail, at=at))
        return expanded.text
    return value
