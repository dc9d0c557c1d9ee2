"""The JSON Schema of the plan document, made from the types of the vocabulary."""

from typing import Any

from segsync.plan import Action
from segsync.planfile.writing import FORMAT_VERSION

_COUNT = {"type": "integer", "minimum": 0}
_COUNTED = (*(str(each) for each in Action), "blocked")


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every dumped plan satisfies."""
    # Imported here: importing this package for writing must not import pydantic.
    from segsync.planfile.adapter import plan_adapter  # noqa: PLC0415

    definitions = plan_adapter().json_schema(mode="serialization")["$defs"]
    plan = definitions.pop("Plan")
    properties = {**_envelope(), **plan["properties"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "segsync plan",
        "description": plan["description"],
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
        "$defs": definitions,
    }


def _envelope() -> dict[str, Any]:
    return {
        "format_version": {
            "const": FORMAT_VERSION,
            "description": "Changes when a reader of the old document would misread the new one.",
        },
        "segsync_version": {"type": "string", "description": "What made the plan."},
        "digest": {
            "type": "string",
            "pattern": "^sha256:[0-9a-f]{64}$",
            "description": "Of everything else in the document, whatever its layout.",
        },
        "summary": {
            "type": "object",
            "description": "How many changes a person would count, by action; and blocked ones.",
            "properties": dict.fromkeys(_COUNTED, _COUNT),
            "required": list(_COUNTED),
            "additionalProperties": False,
        },
        "refused": {
            "type": "boolean",
            "description": "Whether a safety rule forbids to apply the plan as a whole.",
        },
    }
