"""Which text of a definition is stored: as it was sent, unless a switch says otherwise."""

import re

from segsync.filterql.nodes import Statement
from segsync.sandbox.definitions import Definition, definition_of, read_definition
from segsync.sandbox.switches import Switches

_QUOTED_HEX = re.compile(r"`([0-9a-f]{32})`")
# Blanks inside quotation marks belong to a value or a name.
_BLANKS = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`)|[ \t]+""")


def stored_definition(
    text: str | None, statement: Statement, *, table: str, slug: str, switches: Switches
) -> Definition:
    """Return the definition to store; without a text, it is printed from the statement.

    That the text is stored as sent is inferred from real payloads, in which nothing is completed
    or reformatted.
    """
    if not text or switches.reprint_definitions:
        return definition_of(statement.filter, table=table, alias=slug)
    if switches.complete_definitions:
        text = _completed(text, table=table, slug=slug)
    if switches.strip_hex_backticks:
        text = _QUOTED_HEX.sub(r"\1", text)
    if switches.collapse_whitespace:
        text = _BLANKS.sub(lambda fit: fit[1] or " ", text)
    return read_definition(text)


def _completed(text: str, *, table: str, slug: str) -> str:
    statement = read_definition(text).statement
    if statement.table is None:
        end = statement.filter_span[1]
        text = f"{text[:end]} FROM {table}{text[end:]}"
    return text if statement.alias is not None else f"{text.rstrip()} ALIAS {slug}"
