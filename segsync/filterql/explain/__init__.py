"""FilterQL in plain English, for people who do not write it."""

from segsync.filterql.explain.lines import CASE_NOTE, explain

__all__ = ["CASE_NOTE", "explain"]
