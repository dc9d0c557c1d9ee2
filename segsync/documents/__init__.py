"""What the looking commands have found as JSON: versioned documents, each with a JSON Schema."""

from segsync.documents.schema import schema
from segsync.documents.writing import DOCUMENTS, FORMAT_VERSION, dump

__all__ = ["DOCUMENTS", "FORMAT_VERSION", "dump", "schema"]
