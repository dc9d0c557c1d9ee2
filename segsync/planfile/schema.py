"""The JSON Schema of the plan document, made from the types of the vocabulary."""

from collections.abc import Iterable
from typing import Any

from segsync.plan import Action
from segsync.planfile.writing import FORMAT_VERSION

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_COUNTED = (*(str(each) for each in Action), "blocked")


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every dumped plan satisfies."""
    # Imported here: importing this package for writing must not import pydantic.
    from segsync.planfile.adapter import plan_adapter  # noqa: PLC0415

    definitions = plan_adapter().json_schema(mode="serialization")["$defs"]
    return document_schema("segsync plan", definitions, name="Plan", envelope=_envelope())


def document_schema(
    title: str, definitions: dict[str, Any], *, name: str, envelope: dict[str, Any]
) -> dict[str, Any]:
    """Return the JSON Schema of a document: the fields of one definition, and an envelope."""
    content = definitions.pop(name)
    return {
        "$schema": DIALECT,
        "title": title,
        "description": content["description"],
        **object_schema(**envelope, **content["properties"]),
        "$defs": definitions,
    }


def object_schema(**properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object that has all of these keys and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def version(number: int) -> dict[str, Any]:
    """Return the schema of the version of a format."""
    return {
        "const": number,
        "description": "Changes when a reader of the old document would misread the new one.",
    }


def counts(description: str, names: Iterable[str]) -> dict[str, Any]:
    """Return the schema of an object that has a count under each name."""
    count = {"type": "integer", "minimum": 0}
    return {"description": description, **object_schema(**dict.fromkeys(names, count))}


def _envelope() -> dict[str, Any]:
    return {
        "format_version": version(FORMAT_VERSION),
        "segsync_version": {"type": "string", "description": "What made the plan."},
        "digest": {
            "type": "string",
            "pattern": "^sha256:[0-9a-f]{64}$",
            "description": "Of everything else in the document, whatever its layout.",
        },
        "summary": counts(
            "How many changes a person would count, by action; and blocked ones.", _COUNTED
        ),
        "refused": {
            "type": "boolean",
            "description": "Whether a safety rule forbids to apply the plan as a whole.",
        },
    }
