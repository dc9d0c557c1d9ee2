"""The difference between two filters, as short as a reader of a plan wants it."""

from segsync.filterql.treediff.difference import difference
from segsync.filterql.treediff.edits import Edit

__all__ = ["Edit", "difference"]
