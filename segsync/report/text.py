"""Renders reports, outcomes and diagnostics as plain text for a terminal or a log."""

from collections.abc import Iterable, Sequence

from segsync.diagnostics import Diagnostic, Severity
from segsync.outcome import Outcome, Result
from segsync.report.applied import VERBS, reason
from segsync.report.document import Report
from segsync.report.page import Page, joined, spaced
from segsync.report.rows import SYMBOLS
from segsync.report.safe import safe_line
from segsync.report.style import SYMBOL_STYLES, Style, paint
from segsync.report.words import counted, label

_WIDTH = 100
_NOUNS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def report_text(report: Report, *, color: bool, width: int = _WIDTH) -> str:
    """Return the report for people; its total is the last line."""
    return Page(width, color).report(report)


def outcome_line(outcome: Outcome, *, done: int, total: int, color: bool) -> str:
    """Return one change as a line of progress that ends with a newline.

    Why a change was skipped stands on the same line, why it failed on a second one.
    """
    change = outcome.change
    at = f"[{done:>{len(str(total))}}/{total}] "
    name = safe_line(label(change.kind, change.key))
    why = safe_line(reason(outcome))
    if outcome.result is Result.SKIPPED:
        word = paint("skipped ", Style.FAINT, color=color)
        return joined([f"{at}{word}  {name}   {why}"])
    took = f"{outcome.seconds:.2f} s"
    if outcome.result is Result.FAILED:
        word = paint("FAILED  ", Style.ALARM, color=color)
        return joined([f"{at}{word}  {name}   {took}", f"{'':{len(at)}}{why}"])
    verb = "prepared" if change.bridge else VERBS[change.action]
    word = paint(f"{verb:<8}", SYMBOL_STYLES[SYMBOLS[change.action]], color=color)
    note = f"   {safe_line(outcome.note)}" if outcome.note else ""
    return joined([f"{at}{word}  {name}   {took}{note}"])


def diagnostics_text(
    diagnostics: Iterable[Diagnostic], *, color: bool, files: int | None = None
) -> str:
    """Return the diagnostics by place, then how many; `files` is the number of files read."""
    told = tuple(diagnostics)
    where = "" if files is None else f" in {counted(files, 'file')}"
    page = Page(_WIDTH, color)
    summary = page.summary(f"{problems_in_words(told) or 'No problems'}{where}.")
    return joined(spaced((page.diagnostics(told), summary)))


def problems_in_words(diagnostics: Sequence[Diagnostic]) -> str:
    """Return how many there are of each severity, as in `2 errors, 1 warning`."""
    parts = [
        counted(number, noun)
        for severity, noun in _NOUNS.items()
        if (number := sum(each.severity is severity for each in diagnostics))
    ]
    return ", ".join(parts)
