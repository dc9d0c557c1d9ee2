"""Shows what differs in one object, field by field, and what an object that comes or goes has."""

import dataclasses

from msgspec.structs import replace

from segsync import filterql
from segsync.filterql import format_statement
from segsync.plan import FieldChange, FieldValue
from segsync.report.document import Line, Mark
from segsync.report.words import contrasted, counted, cut, listed, quoted
from segsync.segment import DEFAULT_KIND, DEFAULT_TABLE, Definition, Group, Segment

_BRIEF = 8
_WIDTH = 72
_INDENT = 2
# A rest as short as this is shown: the line that says how long it is takes as much room.
_REST = 2
_MARKS = {
    "context": Mark.CONTEXT,
    "added": Mark.ADDED,
    "removed": Mark.REMOVED,
    "changed": Mark.CHANGED,
    "moved": Mark.MOVED,
}
_NAMES = {"owned": "marked as managed", "protected": "marked as protected"}


def field_names(fields: tuple[FieldChange, ...]) -> str:
    """Return the names of the fields for the head of a row, the definition first."""
    names = sorted((each.field for each in fields), key=lambda name: (name != "definition", name))
    return ", ".join(_NAMES.get(each, each) for each in names)


def field_lines(fields: tuple[FieldChange, ...]) -> tuple[Line, ...]:
    """Return the lines that show the differences, the definition first."""
    lines: list[Line] = []
    for each in sorted(fields, key=lambda change: (change.field != "definition", change.field)):
        if each.field == "definition":
            lines.extend(_definition_lines(_text(each.before), _text(each.after)))
        else:
            lines.append(_field_line(each))
    return tuple(lines)


def object_lines(value: Segment | Group, *, mark: Mark = Mark.CONTEXT) -> tuple[Line, ...]:
    """Return the lines that show a whole object in brief, each with this mark.

    They have its name, what is unusual about it, its description and its definition.
    """
    description = (Line(quoted(cut(value.description))),) if value.description else ()
    lines = description
    if isinstance(value, Segment):
        lines = (Line(_introduction(value)), *description, *_brief_definition(value.definition))
    return tuple(replace(each, mark=mark) for each in lines)


def _introduction(segment: Segment) -> str:
    parts = [quoted(cut(segment.name))]
    if segment.table != DEFAULT_TABLE:
        parts.append(f"table {segment.table}")
    if segment.kind != DEFAULT_KIND:
        parts.append(f"kind {segment.kind}")
    parts.extend(word for word, holds in _switches(segment) if holds)
    if segment.expires_at is not None:
        parts.append(f"expires {segment.expires_at}")
    if segment.tags:
        parts.append(f"tags {listed(sorted(segment.tags))}")
    if segment.groups:
        parts.append(f"groups {listed(sorted(segment.groups))}")
    return " · ".join(parts)


def _switches(segment: Segment) -> tuple[tuple[str, bool], ...]:
    """Return the words for switches that are not as the account leaves them, and whether so."""
    return (
        ("public", segment.is_public),
        ("no history", not segment.save_hist),
        ("scheduled exits", segment.schedule_exit),
        ("emits triggers", segment.emit_trigger),
        ("protected", segment.protected),
    )


def _brief_definition(definition: Definition) -> tuple[Line, ...]:
    statement = definition.statement
    if statement is None:
        return (Line(cut(definition.text)),)
    # Which segment of which table it is, has been said above.
    bare = dataclasses.replace(statement, table=None, alias=None)
    texts = format_statement(bare, width=_WIDTH, indent=_INDENT).splitlines()
    if len(texts) <= _BRIEF + _REST:
        return tuple(indented(each) for each in texts)
    rest = Line(f"and {counted(len(texts) - _BRIEF, 'more line')}")
    return (*(indented(each) for each in texts[:_BRIEF]), rest)


def indented(text: str) -> Line:
    """Return a text as a line whose depth is that of the blanks before it, two to a level."""
    bare = text.lstrip(" ")
    return Line(cut(bare), depth=(len(text) - len(bare)) // _INDENT)


def _definition_lines(before: str, after: str) -> list[Line]:
    old, new = Definition(before).statement, Definition(after).statement
    if old is not None and new is not None:
        edits = filterql.difference(old.filter, new.filter)
        if edits:
            return [Line(cut(each.text), _MARKS[each.kind], each.depth) for each in edits]
    # One side has no tree, or the difference is outside of the filter.
    shown = contrasted(before, after)
    return [Line(shown[0], Mark.REMOVED), Line(shown[1], Mark.ADDED)]


def _text(value: FieldValue) -> str:
    return value if isinstance(value, str) else ""


def _field_line(change: FieldChange) -> Line:
    name = _NAMES.get(change.field, change.field)
    before, after = change.before, change.after
    if isinstance(before, tuple) and isinstance(after, tuple):
        signed = [f"+{each}" for each in sorted(set(after) - set(before))]
        signed += [f"-{each}" for each in sorted(set(before) - set(after))]
        return Line(f"{name}: {listed(signed, comma=' ')}")
    if isinstance(before, str) and isinstance(after, str):
        before, after = contrasted(before, after)
    return Line(f"{name}: {quoted(before)} -> {quoted(after)}")
