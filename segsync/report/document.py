"""The one form that every report takes before it is rendered as text, Markdown or anything else.

Texts in it are raw: whoever renders them makes them safe for the place they go to.
"""

from enum import StrEnum

from segsync.diagnostics import Diagnostic
from segsync.value import Value


class Symbol(StrEnum):
    """What happens to an object, as one character that also says it without color.

    A fact is something that nothing happens to.
    """

    BLOCKED = "!"
    DELETE = "-"
    RENAME = ">"
    UPDATE = "~"
    CREATE = "+"
    ADOPT = "="
    REEVALUATE = "*"
    FACT = "·"


class Mark(StrEnum):
    """What a line of detail says about its text."""

    CONTEXT = ""
    ADDED = "+"
    REMOVED = "-"
    CHANGED = "~"
    MOVED = ">"


class Line(Value, frozen=True):
    """One line of detail; `depth` counts the levels of indentation."""

    text: str
    mark: Mark = Mark.CONTEXT
    depth: int = 0


class Row(Value, frozen=True):
    """One object: who, what happens to it, how that looks, why, and where it is declared."""

    symbol: Symbol
    label: str
    what: str
    lines: tuple[Line, ...] = ()
    remarks: tuple[str, ...] = ()
    reason: str = ""
    place: str = ""


class Section(Value, frozen=True):
    """Rows under one title; an empty title for the main part."""

    title: str
    rows: tuple[Row, ...]


class Alert(Value, frozen=True):
    """Why the run as a whole is refused, or has failed, and what would help."""

    text: str
    way_out: str = ""
    word: str = "REFUSED"


class Report(Value, frozen=True):
    """A report in reading order: what must not be missed first, the total in one line last."""

    title: str
    header: tuple[str, ...]
    alerts: tuple[Alert, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    total: str
    digest: str = ""
