"""One problem in the input: how bad it is, where it stands, and what to do about it."""

from collections.abc import Iterable
from enum import StrEnum

from segsync.value import Value


class Severity(StrEnum):
    """How much a diagnostic matters: an error stops the run, the others are told."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Location(Value, frozen=True, order=True):
    """A place in a file: the path as shown to people, line and column counted from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Diagnostic(Value, frozen=True):
    """One problem: `code` is a stable id, `summary` says what, `detail` says the way out."""

    severity: Severity
    code: str
    summary: str
    detail: str = ""
    location: Location | None = None

    def __str__(self) -> str:
        where = f"{self.location}: " if self.location else ""
        detail = f"\n    {self.detail}" if self.detail else ""
        return f"{where}{self.severity}: {self.summary} [{self.code}]{detail}"


def error(code: str, summary: str, *, detail: str = "", at: Location | None = None) -> Diagnostic:
    """Return a diagnostic that stops the run."""
    return Diagnostic(Severity.ERROR, code, summary, detail, at)


def warning(code: str, summary: str, *, detail: str = "", at: Location | None = None) -> Diagnostic:
    """Return a diagnostic that is told and stops nothing."""
    return Diagnostic(Severity.WARNING, code, summary, detail, at)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Return whether any of the diagnostics stops the run."""
    return any(each.severity is Severity.ERROR for each in diagnostics)


def sort_key(diagnostic: Diagnostic) -> tuple[bool, str, int, int, str]:
    """Return the order in which diagnostics are shown: by place, those without a place last."""
    at = diagnostic.location or Location("", 0, 0)
    return (diagnostic.location is None, at.path, at.line, at.column, diagnostic.code)


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Return `Did you mean "x"?` for the candidate closest to the word, or an empty text."""
    # Only a run that has something to complain about pays for this import.
    from difflib import get_close_matches  # noqa: PLC0415

    close = get_close_matches(word, sorted(candidates), n=1, cutoff=0.7)
    return f'Did you mean "{close[0]}"?' if close else ""
