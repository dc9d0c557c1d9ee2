"""What pydantic-core finds wrong with a document, in plain words and at its place."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

from segsync.diagnostics import Diagnostic, Location, did_you_mean, error
from segsync.validation import ValidationError
from segsync.yamlfile.reader import Place

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Keys = Mapping[tuple[str, ...], Collection[str]]

_EXPECTED: Final = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "list_type": "a list",
    "dict_type": "a mapping",
}
_SWITCHES: Final = {"yes": "true", "on": "true", "no": "false", "off": "false"}


def explain(problem: ValidationError, place: Place, *, keys: Keys) -> list[Diagnostic]:
    """Return a diagnostic for each error that pydantic-core found in a document.

    `keys` gives the keys that a mapping may have, by its key path without list indexes; they are
    what an unknown key is compared with.
    """
    details = problem.errors(include_url=False)
    return [_diagnostic(each, place, keys) for each in details]


def _diagnostic(found: "ErrorDetails", place: Place, keys: Keys) -> Diagnostic:
    path = found["loc"]
    kind = found["type"]
    name = str(path[-1]) if path else ""
    if kind == "missing":
        detail = f"Add {name}."
        return error("missing-key", f'"{name}" is missing', detail=detail, at=place.at(path))
    if kind == "extra_forbidden":
        return _unknown(path, place, keys)
    if kind == "value_error":
        summary, _, detail = _told(found).partition("\n")
        return error("wrong-value", summary, detail=detail, at=place.at(path))
    if kind == "literal_error":
        expected = found["ctx"]["expected"].replace("'", '"')
        summary = f"expected {expected}, found {describe(found['input'])}"
        return error("wrong-value", summary, at=place.at(path))
    expected = _EXPECTED.get(kind)
    if expected is None:
        message = found["msg"]
        return error("wrong-value", message[:1].lower() + message[1:], at=place.at(path))
    summary = f"expected {expected}, found {describe(found['input'])}"
    detail = _way_out(kind, found["input"], place.below(path).written())
    return error("wrong-type", summary, detail=detail, at=place.at(path))


def _told(found: "ErrorDetails") -> str:
    """Return what a validator says; a value that it quotes cannot end its first line."""
    told, value = str(found["ctx"]["error"]), found["input"]
    if isinstance(value, str) and "\n" in value:
        told = told.replace(value, value.replace("\n", r"\n"))
    return told


def _unknown(path: tuple[int | str, ...], place: Place, keys: Keys) -> Diagnostic:
    name = str(path[-1])
    parent = tuple(each for each in path[:-1] if isinstance(each, str))
    known = sorted(keys.get(parent, ()))
    detail = did_you_mean(name, known) or f"Known keys: {', '.join(known)}."
    at: Location = place.at(path, key=True)
    return error("unknown-key", f'unknown key "{name}"', detail=detail, at=at)


def _way_out(kind: str, found: object, written: str) -> str:
    if found is None:
        return "Give it a value, or remove the key."
    if kind == "string_type" and isinstance(found, int | float):
        return f'Write it in quotes: "{written}".'
    if kind == "bool_type" and written.lower() in _SWITCHES:
        return f"Write {_SWITCHES[written.lower()]}."
    return ""


def describe(value: object) -> str:
    """Return what a value is, as a person would call it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return f'the text "{value}"' if len(value) <= 40 and "\n" not in value else "a text"  # noqa: PLR2004
    return "a mapping" if isinstance(value, dict) else "a list"
