"""YAML in and out: safe reading with positions, canonical writing, atomic files."""

from segsync.yamlfile.files import write_atomically
from segsync.yamlfile.models import explain
from segsync.yamlfile.pause import paused_collector
from segsync.yamlfile.reader import Document, LaterPlace, Path, Place, ReadFile, read_yaml
from segsync.yamlfile.writer import Block, write_yaml

__all__ = [
    "Block",
    "Document",
    "LaterPlace",
    "Path",
    "Place",
    "ReadFile",
    "explain",
    "paused_collector",
    "read_yaml",
    "write_atomically",
    "write_yaml",
]
