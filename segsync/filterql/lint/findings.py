"""What a lint rule is, and what it finds: the words that every rule uses."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from segsync.filterql.nodes import NOWHERE, Span


class Severity(StrEnum):
    """How much a finding matters; OFF is for a rule that shall say nothing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. The `id` is stable, `summary` is one line for a table, `way_out` one for a person.

    `fixable` says that some findings carry a fix.
    """

    id: str
    severity: Severity
    summary: str
    way_out: str
    fixable: bool = False

    @property
    def page(self) -> str:
        """The page of the rule, from the root of the repository."""
        return f"docs/lint/{self.id}.md"


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Replace the part of the text at `span`, in characters, by `text`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of a rule in one text, or at one `path` of a JSON tree.

    `fix` is empty unless the text can be changed without a change of its meaning.
    """

    rule: str
    severity: Severity
    span: Span
    message: str
    way_out: str
    fix: tuple[TextEdit, ...] = ()
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """What a check yields: a finding before its rule has given it a severity and a way out."""

    rule: str
    span: Span = NOWHERE
    message: str = ""
    fix: tuple[TextEdit, ...] = ()
    way_out: str = ""
    path: tuple[str | int, ...] = ()


Hits = Iterator[Hit]
