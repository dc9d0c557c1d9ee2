"""FilterQL by the line: one JSON object in, one out, for programs in any language.

Every answer carries the `id` of its question. What cannot be answered has `"ok": false`, an
`error`, and for text that cannot be read its `line` and `column`. No question stops the stream.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType
from typing import Any, NoReturn, TypeAlias

from segsync.filterql.astjson import from_ast, to_ast
from segsync.filterql.canonical import same_meaning
from segsync.filterql.errors import FilterQLSyntaxError
from segsync.filterql.evaluator.profile import read_profile
from segsync.filterql.evaluator.program import Lookup, compile_program
from segsync.filterql.evaluator.values import MISSING
from segsync.filterql.explain import explain
from segsync.filterql.gates import Refusal, gates
from segsync.filterql.includes import includes
from segsync.filterql.lint import Finding, apply_fixes, lint, lint_ast
from segsync.filterql.nodes import Node, Statement
from segsync.filterql.printer import format_statement, print_filter
from segsync.filterql.statement import parse
from segsync.filterql.treediff import Edit, difference

Record: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = dict[str, Any]

DEFAULT_TABLE = "user"
"""The table of a statement that names none, as documented."""

_TOO_DEEP = "this is nested too deeply"


def reply(verb: str, line: bytes, *, now: datetime) -> str:
    """Return the answer to a line of JSON as a line of JSON, in ASCII and without line break.

    `verb` is one of `VERBS`; dates in an evaluation count from `now`. No line raises.
    """
    try:
        record = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant)
    except RecursionError:
        found = _failure(_TOO_DEEP)
    except ValueError as problem:
        found = _failure(f"this is no JSON: {problem}")
    else:
        found = answer(verb, record, now=now)
    return _written(found)


def _no_constant(name: str) -> NoReturn:
    message = f"{name} is no value of JSON"
    raise ValueError(message)


def _failure(message: str) -> Answer:
    return {"id": None, "ok": False, "error": message}


def _written(found: Answer) -> str:
    try:
        return json.dumps(found, allow_nan=False)
    except RecursionError:
        # A chain of conditions is flat to us, and as deep as it is long in the AST.
        return _written({"id": _plain(found["id"]), "ok": False, "error": _TOO_DEEP})
    except ValueError:
        return _written(_failure("the id is no number that JSON can hold"))


def _plain(key: object) -> object:
    return key if isinstance(key, str | int) else None


def answer(verb: str, record: object, *, now: datetime) -> Answer:
    """Return the answer to one question; dates in an evaluation count from `now`.

    `verb` is one of `VERBS`. No record raises, whatever it holds.
    """
    if not isinstance(record, Mapping):
        return _failure("a question is a JSON object")
    found: Answer = {"id": record.get("id")}
    try:
        found |= VERBS[verb](record, now)
    except FilterQLSyntaxError as error:
        message = f"{error.message}; {error.hint}" if error.hint else error.message
        found |= {"ok": False, "error": message, "line": error.line, "column": error.column}
    except ValueError as error:
        found |= {"ok": False, "error": str(error)}
    except RecursionError:
        found |= {"ok": False, "error": _TOO_DEEP}
    return found


def position(text: str, offset: int) -> tuple[int, int]:
    """Return the line and the column of a place in a text, both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def equal(one: Statement, other: Statement) -> bool:
    """Say whether two statements have the same members; LIMIT, WITH and ALIAS play no part."""
    return _table(one) == _table(other) and same_meaning(one.filter, other.filter)


def edits(before: Statement, after: Statement) -> tuple[Edit, ...]:
    """Return what differs in the members of two statements; nothing if they are equal."""
    tables = (_table(before), _table(after))
    moved = (Edit(0, "changed", f"FROM {tables[0]}  ->  {tables[1]}"),)
    return (*moved * (tables[0] != tables[1]), *difference(before.filter, after.filter))


def _table(statement: Statement) -> str:
    return statement.table or DEFAULT_TABLE


def segments(texts: Mapping[str, object]) -> Lookup:
    """Return the filters behind references, from statements by slug.

    A reference is looked up as written and then in lower case, as slugs are. A statement is read
    when it is asked for: one that cannot be read raises `FilterQLSyntaxError` with its name.
    """

    def find(reference: str) -> Node | None:
        name = reference if reference in texts else reference.lower()
        return _statement(texts, name, f"{name}: ").filter if name in texts else None

    return find


def _statement(record: Record, key: str, label: str = "") -> Statement:
    """Read the statement under a key; of several in a record, a message tells which it is about."""
    text = _text(record, key)
    try:
        return parse(text)
    except FilterQLSyntaxError as error:
        message = f"{label}{error.message}"
        raise FilterQLSyntaxError(
            message, text=text, offset=error.offset, end=error.end, hint=error.hint
        ) from error


def _text(record: Record, key: str) -> str:
    value = record.get(key)
    if isinstance(value, str):
        return value
    message = f'"{key}" is missing or no text'
    raise ValueError(message)


def _object(record: Record, key: str) -> Mapping[str, object]:
    value = record.get(key)
    if isinstance(value, Mapping):
        return value
    message = f'"{key}" is missing or no object'
    raise ValueError(message)


def _parse(record: Record, _: datetime) -> Answer:
    statement = _statement(record, "q")
    text = record["q"]
    found = gates(statement, text)
    return {
        "ok": True,
        "ast": to_ast(statement.filter),
        "includes": [each.reference for each in includes(statement.filter)],
        "alias": statement.alias,
        "from": statement.table,
        "gates": {"schema": _told(text, found.schema), "index": _told(text, found.index)},
    }


def _told(text: str, refusals: Iterable[Refusal]) -> list[Answer]:
    return [
        {"cause": each.cause, "reason": each.reason} | _place(text, each.span[0])
        for each in refusals
    ]


def _place(text: str, offset: int) -> Answer:
    line, column = position(text, offset)
    return {"line": line, "column": column}


def _fmt(record: Record, _: datetime) -> Answer:
    return {"ok": True, "text": format_statement(_statement(record, "q"))}


def _lint(record: Record, _: datetime) -> Answer:
    """Lint text, which may be no statement, or an AST, in which a finding has a path."""
    if "ast" in record:
        return {"ok": True, "findings": [asdict(each) for each in lint_ast(record["ast"])]}
    text = _text(record, "q")
    found = lint(text)
    return {
        "ok": True,
        "findings": [_finding(text, each) for each in found],
        "fixed": apply_fixes(text, found),
    }


def _finding(text: str, finding: Finding) -> Answer:
    return asdict(finding) | _place(text, finding.span[0])


def _ast(record: Record, _: datetime) -> Answer:
    """Turn text into an AST, or an AST into text."""
    if "ast" in record:
        return {"ok": True, "q": f"FILTER {print_filter(from_ast(record['ast']))}"}
    return {"ok": True, "ast": to_ast(_statement(record, "q").filter)}


def _equal(record: Record, _: datetime) -> Answer:
    return {"equal": equal(*_both(record))}


def _diff(record: Record, _: datetime) -> Answer:
    return {"ok": True, "edits": [asdict(each) for each in edits(*_both(record))]}


def _both(record: Record) -> tuple[Statement, Statement]:
    return _statement(record, "a", "a: "), _statement(record, "b", "b: ")


def _explain(record: Record, _: datetime) -> Answer:
    return {"ok": True, "lines": list(explain(_statement(record, "q")))}


def _eval(record: Record, now: datetime) -> Answer:
    node = _statement(record, "q", "q: ").filter
    profile = read_profile(_object(record, "profile"), now=now)
    texts = _object(record, "includes") if record.get("includes") is not None else {}
    program = compile_program(node, now=now, include=segments(texts))
    result = program.check(profile.values, program.included(profile))
    # As in the reference, a value that is no truth makes no member, but is an answer.
    return {"match": result is True, "defined": result is not MISSING}


VERBS: Mapping[str, Callable[[Record, datetime], Answer]] = MappingProxyType(
    {
        "parse": _parse,
        "fmt": _fmt,
        "lint": _lint,
        "ast": _ast,
        "equal": _equal,
        "diff": _diff,
        "explain": _explain,
        "eval": _eval,
    }
)
