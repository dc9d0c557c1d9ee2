"""The plan as JSON: what `--out` saves, `apply plan.json` reads and `--report json` prints."""

from segsync.planfile.outcomes import outcomes_json, outcomes_schema
from segsync.planfile.reading import load
from segsync.planfile.schema import schema
from segsync.planfile.writing import FORMAT_VERSION, digest, document, dump

__all__ = [
    "FORMAT_VERSION",
    "digest",
    "document",
    "dump",
    "load",
    "outcomes_json",
    "outcomes_schema",
    "schema",
]
