"""Renders reports as Markdown for pull requests, issues and job summaries.

Everything from the account or the files is escaped or stands in a fence that it cannot close.
"""

import re
from collections.abc import Iterator

from segsync.diagnostics import Diagnostic, sort_key
from segsync.report.budget import Piece, Weight, fitted
from segsync.report.document import Alert, Line, Mark, Report, Row, Section, Symbol
from segsync.report.safe import html_text, markdown_text, safe_line
from segsync.report.words import cut

# GitHub refuses a comment of more than 65,536 characters; the rest is left to whoever posts it.
BUDGET = 60_000

_LONGEST_NAME = 100
_LONGEST_PLACE = 200
_FENCE = 3
# What makes GitHub color a line of a `diff` block: red, green, and orange for the others.
_SIGNS = {
    Mark.CONTEXT: " ",
    Mark.ADDED: "+",
    Mark.REMOVED: "-",
    Mark.CHANGED: "!",
    Mark.MOVED: "!",
}
_TABLE = "| | object | what |\n| :-: | --- | --- |\n"
_TABLE_WITH_PLACES = "| | object | what | declared in |\n| :-: | --- | --- | --- |\n"


def report_markdown(report: Report, *, budget: int = BUDGET) -> str:
    """Return the report in at most `budget` characters, blocked changes and totals always in it."""
    return fitted(tuple(_pieces(report)), budget)


def _pieces(report: Report) -> Iterator[Piece]:
    command, *facts = (markdown_text(cut(each)) for each in report.header)
    # Title and total are made of segsync's own words and numbers; the total must stay greppable.
    yield Piece(f"### {command}: {report.title}\n\n{' · '.join(facts)}\n\n")
    for alert in report.alerts:
        yield Piece(_alert(alert))
    for section in report.sections:
        yield from _section(section)
    for note in report.notes:
        yield Piece(f"{markdown_text(cut(note))}\n\n")
    for diagnostic in sorted(report.diagnostics, key=sort_key):
        yield Piece(_diagnostic(diagnostic), Weight.DIAGNOSTIC)
    if report.diagnostics:
        yield Piece("\n")
    digest = f"\n\nPlan digest: <code>{html_text(report.digest)}</code>" if report.digest else ""
    yield Piece(f"**{report.total}**{digest}\n")


def _alert(alert: Alert) -> str:
    way_out = f"<br>{_plain(alert.way_out)}" if alert.way_out else ""
    return f"> **{alert.word}:** {_plain(alert.text)}{way_out}\n\n"


def _section(section: Section) -> Iterator[Piece]:
    if section.title:
        yield Piece(f"#### {_plain(section.title)}\n\n")
    urgent = [each for each in section.rows if each.symbol is Symbol.BLOCKED]
    others = [each for each in section.rows if each.symbol is not Symbol.BLOCKED]
    for row in urgent:
        yield Piece(_point(row), Weight.ATTENTION)
    if urgent:
        yield Piece("\n")
    if others:
        # What no file declares, such as the checks of a doctor, has no empty column.
        has_places = any(each.place for each in others)
        yield Piece(_TABLE_WITH_PLACES if has_places else _TABLE)
        for row in others:
            yield Piece(_cells(row, has_places=has_places), Weight.ROW)
        yield Piece("\n")
    for row in others:
        if row.lines:
            yield Piece(_details(row), Weight.DETAIL)


def _point(row: Row) -> str:
    """Return a row that must not be missed as an item of a list."""
    parts = [_plain(each) for each in (*row.remarks, row.reason) if each]
    parts.extend(_place(row))
    more = f"<br>{' · '.join(parts)}" if parts else ""
    return f"- {row.symbol} {_code(row.label)} {_plain(row.what)}{more}\n"


def _cells(row: Row, *, has_places: bool) -> str:
    """Return a row of the table; with places, where it is declared is the last cell."""
    what = "<br>".join(_plain(each) for each in (row.what, *row.remarks, row.reason) if each)
    place = f" {''.join(_place(row))} |" if has_places else ""
    return f"| `{row.symbol}` | {_code(row.label)} | {what} |{place}\n"


def _details(row: Row) -> str:
    lines = "\n".join(_line(each) for each in row.lines)
    longest = max((len(each) for each in re.findall("`+", lines)), default=0)
    fence = "`" * max(_FENCE, longest + 1)
    name = html_text(cut(row.label, _LONGEST_NAME))
    summary = f"<code>{row.symbol} {name}</code> {html_text(cut(row.what))}"
    return (
        f"<details><summary>{summary}</summary>\n\n{fence}diff\n{lines}\n{fence}\n\n</details>\n\n"
    )


def _line(line: Line) -> str:
    return f"{_SIGNS[line.mark]} {'  ' * line.depth}{safe_line(line.text)}"


def _diagnostic(diagnostic: Diagnostic) -> str:
    at = f"{_code(str(diagnostic.location), _LONGEST_PLACE)}: " if diagnostic.location else ""
    detail = f"<br>{_plain(diagnostic.detail)}" if diagnostic.detail else ""
    code = markdown_text(f"[{diagnostic.code}]")
    return f"- {at}{diagnostic.severity}: {_plain(diagnostic.summary)} {code}{detail}\n"


def _plain(text: str) -> str:
    return markdown_text(cut(text))


def _code(text: str, longest: int = _LONGEST_NAME) -> str:
    """Return a name in the font of code, where GitHub looks for no mentions."""
    return f"<code>{markdown_text(cut(text, longest))}</code>"


def _place(row: Row) -> tuple[str, ...]:
    return (_code(row.place, _LONGEST_PLACE),) if row.place else ()
