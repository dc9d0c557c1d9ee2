"""The one form that every report takes before it is rendered as text, Markdown or anything else.

Texts in it are raw: whoever renders them makes them safe for the place they go to.
"""

from dataclasses import dataclass
from enum import StrEnum

from segsync.diagnostics import Diagnostic


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


@dataclass(frozen=True, slots=True)
class Line:
    """One line of detail; `depth` counts the levels of indentation."""

    text: str
    mark: Mark = Mark.CONTEXT
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One object: who, what happens to it, how that looks, why, and where it is declared."""

    symbol: Symbol
    label: str
    what: str
    lines: tuple[Line, ...] = ()
    remarks: tuple[str, ...] = ()
    reason: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one title; an empty title for the main part."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """Why the run as a whole is refused, or has failed, and what would help."""

    text: str
    way_out: str = ""
    word: str = "REFUSED"


@dataclass(frozen=True, slots=True)
class Report:
    """A report in reading order: what must not be missed first, the total in one line last."""

    title: str
    header: tuple[str, ...]
    alerts: tuple[Alert, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    total: str
    digest: str = ""
