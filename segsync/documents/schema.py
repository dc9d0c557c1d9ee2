"""The JSON Schemas of the documents, made from the types of the vocabulary."""

from typing import Any

from segsync.documents.writing import COUNTED, DOCUMENTS, FORMAT_VERSION
from segsync.inspection.checkup import Checkup
from segsync.planfile.schema import counts, document_schema, version


def schema(command: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every document of a command satisfies."""
    # Imported here: writing a document must not import pydantic.
    from pydantic import ConfigDict, TypeAdapter  # noqa: PLC0415

    kind = DOCUMENTS[command]
    # A list hands its configuration down to the classes in it, which have none of their own.
    config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)
    adapter = TypeAdapter[Any](list[kind], config=config)  # type: ignore[valid-type]
    envelope = {
        "format_version": version(FORMAT_VERSION),
        "segsync_version": {"type": "string", "description": "What made the document."},
    }
    if kind is Checkup:
        envelope["exit_code"] = {"type": "integer", "description": "The worst of all problems."}
    if COUNTED[kind]:
        envelope["summary"] = counts("How many there are of each.", COUNTED[kind])
    return document_schema(
        f"segsync {command}",
        adapter.json_schema(mode="serialization")["$defs"],
        name=kind.__name__,
        envelope=envelope,
    )
