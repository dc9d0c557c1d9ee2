"""What the server refuses, or drops without a word, of a definition that the grammar can read."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from segsync.diagnostics import Diagnostic, Location, Severity
from segsync.filterql import Statement

if TYPE_CHECKING:
    from segsync.filterql.lint import Finding

# A semicolon, or one character by itself at the very end.
_MAY_BE_JUNK: Final = re.compile(r";|(?:\W|\b\w)\s*\Z", re.ASCII)
# A fix that takes more than a line of a terminal is told in words only.
_LONGEST_FIX: Final = 72


def refusals(
    text: str, statement: Statement, at: Callable[[int], Location]
) -> tuple[Diagnostic, ...]:
    """Return an error for each part of a definition that an apply would fail or change by.

    `statement` is what the text says, `at` gives the place of a character of it.
    """
    # Imported here: definitions in plain form, which most are, never get here.
    from segsync.filterql.gates import gates  # noqa: PLC0415

    behind = text[statement.filter_span[1] :].strip()
    may_be_junk = bool(behind) and _MAY_BE_JUNK.search(behind) is not None
    if not may_be_junk and gates(statement).first is None:
        return ()
    # Few files need the words of the rules.
    from segsync.filterql.lint import REFUSED, lint  # noqa: PLC0415

    found = (each for each in lint(text) if each.rule in REFUSED)
    return tuple(told(each, at(each.span[0]), Severity.ERROR) for each in found)


def told(finding: "Finding", at: Location, severity: Severity) -> Diagnostic:
    """Return what a lint rule found as a problem of a file."""
    way_out = finding.way_out
    if len(finding.fix) == 1 and 0 < len(finding.fix[0].text) <= _LONGEST_FIX:
        way_out = f"write {finding.fix[0].text}"
    detail = f"{way_out[:1].upper()}{way_out[1:]}." if way_out else ""
    return Diagnostic(severity, finding.rule, finding.message, detail, at)
