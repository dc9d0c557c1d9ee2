"""A whole filter in plain English: one line per condition, indented below its list.

all of these:
  - last_visit is within the last 30 days
  - none of these:
    - plan is "gold"
"""

from collections.abc import Iterator

from segsync.filterql.explain.conditions import compares_text, condition
from segsync.filterql.explain.words import Names
from segsync.filterql.nodes import And, Node, Not, Or, Statement, walk

CASE_NOTE = "Text is compared letter by letter: upper and lower case matter."

_HEADINGS = {
    (And, False): "all of these:",
    (Or, False): "at least one of these:",
    (And, True): "not all of these:",
    (Or, True): "none of these:",
}


def explain(subject: Statement | Node, *, names: Names | None = None) -> tuple[str, ...]:
    """Return who belongs to a segment, or fulfills a part of a filter, in lines of plain English.

    `names` gives the name of an included segment by its reference. A last line about capitals is
    added where text is compared.
    """
    node = subject.filter if isinstance(subject, Statement) else subject
    lines = []
    if isinstance(subject, Statement) and subject.table not in {None, "user"}:
        lines.append(f"In the table {subject.table}:")
    lines += _lines(node, names or _nameless, "")
    if any(map(compares_text, walk(node))):
        lines.append(CASE_NOTE)
    return tuple(lines)


def _nameless(_: str) -> None:
    """Know no segment by name."""


def _lines(
    node: Node, names: Names, margin: str, *, negated: bool = False, ending: bool = False
) -> Iterator[str]:
    """Yield the lines of a part; the first one starts where the margin of the list ends."""
    while isinstance(node, Not):
        node, negated = node.operand, not negated
    if not isinstance(node, And | Or):
        yield condition(node, names, negated=negated, ending=ending)
        return
    if not node.members:
        yield "everybody" if isinstance(node, And) != negated else "nobody"
        return
    yield _HEADINGS[type(node), negated]
    inner = f"{margin}  "
    ending = isinstance(node, And) and (negated or ending)
    for member in node.members:
        first, *rest = _lines(member, names, inner, ending=ending)
        yield f"{inner}- {first}"
        yield from rest
