"""Audience tests: sample profiles, and who of them is to be a member of what."""

from segsync.audience_tests.coverage import coverage
from segsync.audience_tests.definitions import Definitions, of_files
from segsync.audience_tests.reading import Context, Suite, read_suites
from segsync.audience_tests.running import check, choose

__all__ = [
    "Context",
    "Definitions",
    "Suite",
    "check",
    "choose",
    "coverage",
    "of_files",
    "read_suites",
]
