"""Holds JSON documents against the published schemas: as much of JSON Schema as those use."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "docs" / "schemas"

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
_KEYWORDS = {
    *("$schema", "$defs", "$ref", "title", "description", "default"),
    *("type", "const", "enum", "pattern", "minimum", "maximum", "anyOf", "items"),
    *("minLength", "minItems", "format"),
    *("properties", "required", "additionalProperties", "uniqueItems", "minProperties"),
}


def committed(name: str) -> dict[str, Any]:
    """Return a schema as the documentation has it."""
    schema: dict[str, Any] = json.loads((FOLDER / f"{name}.schema.json").read_text("utf-8"))
    return schema


def violations(value: object, schema: Mapping[str, Any]) -> list[str]:
    """Return what in the document the schema does not allow, by place."""
    return list(_violations(value, schema, schema.get("$defs", {}), "$"))


def _violations(
    value: object, schema: Mapping[str, Any], known: Mapping[str, Any], at: str
) -> Iterator[str]:
    assert set(schema) <= _KEYWORDS, schema
    if "$ref" in schema:
        yield from _violations(value, known[schema["$ref"].rpartition("/")[2]], known, at)
    if "anyOf" in schema:
        tried = [list(_violations(value, each, known, at)) for each in schema["anyOf"]]
        if all(tried):
            yield f"{at}: none of the alternatives"
    if not _is_allowed(value, schema):
        yield f"{at}: {value!r}"
    elif isinstance(value, list) and "items" in schema:
        for number, each in enumerate(value):
            yield from _violations(each, schema["items"], known, f"{at}[{number}]")
    elif isinstance(value, dict):
        yield from _violations_inside(value, schema, known, at)


def _violations_inside(
    value: Mapping[str, object], schema: Mapping[str, Any], known: Mapping[str, Any], at: str
) -> Iterator[str]:
    yield from (f"{at}.{each}: missing" for each in schema.get("required", []) if each not in value)
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    for key, each in value.items():
        if key in properties:
            yield from _violations(each, properties[key], known, f"{at}.{key}")
        elif isinstance(others, dict):
            yield from _violations(each, others, known, f"{at}.{key}")
        elif not others:
            yield f"{at}.{key}: unknown"


def _is_allowed(value: object, schema: Mapping[str, Any]) -> bool:
    """Return whether a value, without what is in it, is one that the schema allows."""
    if not _has_type(value, schema.get("type")):
        return False
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        return False
    if isinstance(value, int | float) and not (
        schema.get("minimum", value) <= value <= schema.get("maximum", value)
    ):
        return False
    if isinstance(value, str | list):
        least: int = schema.get("minLength" if isinstance(value, str) else "minItems", 0)
        if len(value) < least:
            return False
    return value in schema.get("enum", [value]) and value == schema.get("const", value)


def _has_type(value: object, wanted: str | list[str] | None) -> bool:
    names = [wanted] if isinstance(wanted, str) else wanted or list(_TYPES)
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, _TYPES[each]) for each in names)
