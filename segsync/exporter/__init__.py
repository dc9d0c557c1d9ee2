"""A live account becomes audience files."""

from segsync.exporter.pull import PulledFiles, pull_files
from segsync.exporter.write import write_files

__all__ = ["PulledFiles", "pull_files", "write_files"]
