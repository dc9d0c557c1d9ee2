"""Colors of the terminal, always beside a word or a sign that says the same."""

from enum import StrEnum

from segsync.report.document import Mark, Symbol


class Style(StrEnum):
    """The parameters of the escape sequence (SGR) for each way to show a text."""

    BOLD = "1"
    FAINT = "2"
    RED = "31"
    GREEN = "32"
    YELLOW = "33"
    CYAN = "36"
    ALARM = "1;31"


SYMBOL_STYLES = {
    Symbol.BLOCKED: Style.ALARM,
    Symbol.DELETE: Style.RED,
    Symbol.RENAME: Style.CYAN,
    Symbol.UPDATE: Style.YELLOW,
    Symbol.CREATE: Style.GREEN,
    Symbol.ADOPT: Style.CYAN,
    Symbol.REEVALUATE: Style.CYAN,
    Symbol.FACT: Style.BOLD,
}
MARK_STYLES = {
    Mark.ADDED: Style.GREEN,
    Mark.REMOVED: Style.RED,
    Mark.CHANGED: Style.YELLOW,
    Mark.MOVED: Style.CYAN,
}


def paint(text: str, style: Style | None, *, color: bool) -> str:
    """Return the text in this style, or as it is without color."""
    return f"\x1b[{style}m{text}\x1b[0m" if color and style and text else text
