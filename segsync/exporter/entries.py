"""One live segment or group becomes the keys of its entry, or the reason why it cannot."""

from collections.abc import Collection, Mapping
from typing import Final, TypeAlias

from segsync.filterql import (
    Statement,
    format_statement,
    replace_includes,
)
from segsync.filterql.gates import Cause, gates
from segsync.names import WRITABLE_KINDS, is_slug, is_time
from segsync.segment import DEFAULT_KIND, DEFAULT_TABLE, Definition, Group, Marks, Segment
from segsync.value import Value
from segsync.yamlfile import Block, write_yaml
from segsync.yamlfile.writer import Writable

Entry: TypeAlias = dict[str, Writable]

# The switches of a segment and what a create sets when the file does not.
_SWITCHES: Final = {
    "is_public": False,
    "save_hist": True,
    "schedule_exit": False,
    "emit_trigger": False,
}


class NotWritableError(Exception):
    """This object cannot be declared in a file; the message says why."""


class Names(Value, frozen=True):
    """What references become in the files: slugs by id, and the groups that can be named."""

    slugs: Mapping[str, str]
    groups: Collection[str]


def group_entry(group: Group) -> Entry:
    """Return the entry of a group."""
    if not group.name.strip():
        message = "it has no name"
        raise NotWritableError(message)
    entry: Entry = {"name": _literal(group.name)}
    if group.description:
        entry["description"] = _prose(group.description)
    if group.protected:
        entry["protect"] = True
    return _checked(entry)


def segment_entry(segment: Segment, names: Names, marks: Marks) -> Entry:
    """Return the entry of a segment: what differs from the defaults, in the order of the docs."""
    _refuse_unwritable(segment, marks)
    entry: Entry = {"slug_name": segment.slug, "name": _literal(segment.name)}
    if segment.description:
        entry["description"] = _prose(segment.description)
    if segment.table != DEFAULT_TABLE:
        entry["table"] = _literal(segment.table)
    if segment.kind != DEFAULT_KIND:
        entry["kind"] = segment.kind
    entry["segment_ql"] = _filterql(segment.definition, names)
    if segment.groups and segment.groups <= set(names.groups):
        entry["groups"] = [_literal(each) for each in sorted(segment.groups)]
    if segment.tags:
        entry["tags"] = [_literal(each) for each in sorted(segment.tags)]
    for name, default in _SWITCHES.items():
        if getattr(segment, name) != default:
            entry[name] = not default
    if segment.expires_at is not None:
        entry["expires_at"] = segment.expires_at
    if segment.protected:
        entry["protect"] = True
    return _checked(entry)


def _refuse_unwritable(segment: Segment, marks: Marks) -> None:
    reason = ""
    if not is_slug(segment.slug):
        reason = "its slug is not one that a file can declare"
    elif not segment.name.strip():
        reason = "it has no name"
    elif segment.kind not in WRITABLE_KINDS:
        reason = f'its kind is "{segment.kind}"'
    elif not segment.table:
        reason = "it has no table"
    elif segment.expires_at is not None and not is_time(segment.expires_at):
        reason = "the time at which it expires is not one that a file can declare"
    elif marks.strip_tags(segment.tags) != segment.tags:
        reason = f'its tags hold "{marks.tag}", which only segsync may set'
    if reason:
        raise NotWritableError(reason)


def _filterql(definition: Definition, names: Names) -> Writable:
    """Return the definition as it is laid out in a file: without clauses, INCLUDEs by slug."""
    statement = definition.statement
    if statement is None:
        message = "its definition cannot be read"
        raise NotWritableError(message)
    if statement.limit is not None or statement.options:
        message = "its definition has a LIMIT or WITH clause, which a file cannot have"
        raise NotWritableError(message)
    _refuse_refused(statement, definition.text)
    node = replace_includes(statement.filter, names.slugs)
    text = format_statement(Statement(node, comment=statement.comment))
    return Block(_literal(text) + "\n")


def _refuse_refused(statement: Statement, text: str) -> None:
    """Refuse what no update could send; an infix AND is laid out as a list."""
    found = gates(statement, text)
    for refusal in (*found.schema, *found.index):
        if refusal.cause is not Cause.INFIX:
            message = f"its definition would be refused: {refusal.reason}"
            raise NotWritableError(message)


def _prose(text: str) -> Writable:
    return Block(_literal(text)) if "\n" in text else _literal(text)


def _literal(text: str) -> str:
    """Keep text that looks like a variable from being replaced."""
    return text.replace("${", "$${")


def _checked(entry: Entry) -> Entry:
    try:
        write_yaml(entry)
    except ValueError as problem:
        message = f"a file cannot hold it: {problem}"
        raise NotWritableError(message) from problem
    return entry
