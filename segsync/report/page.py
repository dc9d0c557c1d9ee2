"""Lays a report out as lines of text: columns, indentation, wrapping between words, color."""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import TextWrapper
from unicodedata import east_asian_width

from segsync.diagnostics import Diagnostic, Severity, sort_key
from segsync.report.document import Alert, Line, Report, Row
from segsync.report.safe import log_line, safe_line
from segsync.report.style import MARK_STYLES, SYMBOL_STYLES, Style, paint
from segsync.report.words import cut
from segsync.value import Value

_DETAIL = 6
_LONGEST_NAME = 100
# Longer names stand out of the column, so that one of them does not push all the others.
_COLUMN = 32
# What happens to an object starts on a new line when less than this is left beside its name.
_ROOM = 20
# Stands before a character that takes two columns while text is laid out; safe text has none.
_FIRST_COLUMN = "\0"
_SEVERITY_STYLES = {
    Severity.ERROR: Style.ALARM,
    Severity.WARNING: Style.YELLOW,
    Severity.INFO: Style.CYAN,
}


class Page(Value, frozen=True):
    """How wide the output is, in columns, and whether it has color."""

    width: int
    color: bool

    def report(self, report: Report) -> str:
        """Return the whole report; its total is the last line."""
        blocks = [
            self._wrapped(" · ".join(report.header)),
            [line for each in report.alerts for line in self._alert(each)],
            *([*self._title(each.title), *self._rows(each.rows)] for each in report.sections),
            [line for each in report.notes for line in self._wrapped(each)],
            self.diagnostics(report.diagnostics),
            [f"Plan digest: {report.digest}"] if report.digest else [],
            [self._painted(report.total, Style.BOLD)],
        ]
        return joined(spaced(blocks))

    def diagnostics(self, diagnostics: Iterable[Diagnostic]) -> list[str]:
        """Return the diagnostics by place, each with its way out indented below."""
        told = sorted(diagnostics, key=sort_key)
        return [line for each in told for line in self._diagnostic(each)]

    def summary(self, text: str) -> list[str]:
        """Return the line that sums everything up."""
        return [self._painted(text, Style.BOLD)]

    def _painted(self, text: str, style: Style | None) -> str:
        return paint(text, style, color=self.color)

    def _wrapped(self, text: str, *, indent: int = 0, hanging: int = 0) -> list[str]:
        """Return the text made safe and broken between words only."""
        wrapper = TextWrapper(
            self.width,
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + hanging),
            expand_tabs=False,
            replace_whitespace=False,
            break_long_words=False,
            break_on_hyphens=False,
        )
        return [_bare(each) for each in wrapper.wrap(_spread(safe_line(cut(text))))]

    def _title(self, title: str) -> list[str]:
        return [self._painted(f"{title}:", Style.BOLD)] if title else []

    def _alert(self, alert: Alert) -> Iterator[str]:
        head, *rest = self._wrapped(f"! {alert.word}: {alert.text}", hanging=2)
        yield self._painted(head, Style.ALARM)
        yield from rest
        if alert.way_out:
            yield from self._wrapped(alert.way_out, indent=2)

    def _rows(self, rows: Sequence[Row]) -> Iterator[str]:
        names = [safe_line(cut(each.label, _LONGEST_NAME)) for each in rows]
        room = min(self.width // 2, _COLUMN)
        widths = [columns(each) for each in names]
        column = max((each for each in widths if each <= room), default=0)
        for row, name in zip(rows, names, strict=True):
            yield from self._head(row, name, column)
            for line in row.lines:
                yield from self._line(line)
            for remark in row.remarks:
                yield from self._wrapped(remark, indent=_DETAIL, hanging=2)
            yield from self._origin(row)

    def _head(self, row: Row, name: str, column: int) -> Iterator[str]:
        style = SYMBOL_STYLES[row.symbol]
        head = f"  {self._painted(f'{row.symbol} {name}', style)}"
        taken = 4 + max(columns(name), column) + 2
        if self.width - taken < min(_ROOM, len(row.what)):
            yield head
            yield from self._wrapped(row.what, indent=_DETAIL, hanging=2)
            return
        first, *rest = self._wrapped(row.what, indent=taken, hanging=0)
        yield f"{head}{first[4 + columns(name) :]}"
        yield from rest

    def _line(self, line: Line) -> Iterator[str]:
        mark = f"{line.mark} " if line.mark else ""
        indent = _DETAIL + 2 * line.depth
        for each in self._wrapped(f"{mark}{line.text}", indent=indent, hanging=4):
            yield self._inside(each, MARK_STYLES.get(line.mark))

    def _origin(self, row: Row) -> Iterator[str]:
        origin = " · ".join(each for each in (row.reason, row.place) if each)
        for each in self._wrapped(origin, indent=_DETAIL, hanging=2):
            yield self._inside(each, Style.FAINT)

    def _inside(self, text: str, style: Style | None) -> str:
        """Return the text painted behind its indentation."""
        bare = text.lstrip(" ")
        return f"{text[: len(text) - len(bare)]}{self._painted(bare, style)}"

    def _diagnostic(self, diagnostic: Diagnostic) -> Iterator[str]:
        severity = self._painted(diagnostic.severity, _SEVERITY_STYLES[diagnostic.severity])
        at = f"{safe_line(str(diagnostic.location))}: " if diagnostic.location else ""
        yield f"{at}{severity}: {safe_line(diagnostic.summary)} [{diagnostic.code}]"
        for each in diagnostic.detail.splitlines():
            yield f"    {safe_line(each)}"


def columns(text: str) -> int:
    """Return how many columns of a terminal safe text takes; a Japanese character takes two."""
    return len(_spread(text))


def beginning(text: str, width: int) -> str:
    """Return as much of safe text as takes at most `width` columns."""
    return _bare(_spread(text)[:width])


def _spread(text: str) -> str:
    """Return safe text with as many characters as it takes columns."""
    if text.isascii():
        return text
    return "".join(
        f"{_FIRST_COLUMN}{each}" if east_asian_width(each) in "WF" else each for each in text
    )


def _bare(spread: str) -> str:
    return spread.replace(_FIRST_COLUMN, "")


def spaced(blocks: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of all blocks that have any, with an empty line between blocks."""
    lines: list[str] = []
    for block in blocks:
        if block:
            lines.extend(("", *block) if lines else block)
    return lines


def joined(lines: Iterable[str]) -> str:
    """Return the lines as one text that ends with a newline and holds no workflow command."""
    return "".join(f"{log_line(each)}\n" for each in lines)
