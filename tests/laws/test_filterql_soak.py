"""Every text and every JSON is answered or refused as documented, however odd or large it is.

The long runs are a part of `make soak`, short ones of the suite. All are the same each time. What
must not take long has a limit that only time that grows with the square of the size would break.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from segsync.filterql import (
    AstError,
    FilterQLSyntaxError,
    Node,
    Statement,
    canonical,
    difference,
    format_statement,
    from_ast,
    parse,
    print_filter,
    print_statement,
    read_plain,
    to_ast,
)
from segsync.filterql.evaluator import evaluate, read_profile, trace
from segsync.filterql.explain import explain
from segsync.filterql.gates import gates
from segsync.filterql.lint import apply_fixes, lint, lint_ast
from segsync.filterql.nodes import MAX_SIZE
from segsync.filterql.records import VERBS, answer, reply
from tests.laws.odd import mutated, seeded, some_json, some_noise, some_statement

NOW = datetime(2026, 1, 31, tzinfo=UTC)
CONTENT: dict[str, Any] = {
    "a": 5,
    "b": "x/y",
    "c": ["x", "y"],
    "d": {"$time": "2026-01-30"},
    "e": {"k": 1},
    "f": True,
    "g": None,
}
PROFILE = read_profile(CONTENT, now=NOW)

LARGE = 1_000_000
DEEP = 10_000


def long(*values: object) -> Iterable[Any]:
    """Leave these values to `make soak`."""
    return (pytest.param(value, marks=pytest.mark.soak) for value in values)


COUNTS = [2_000, *long(100_000)]


def try_text(text: str, before: list[Statement]) -> None:
    """Ask everything of a text, and what differs from the last one that was a statement."""
    findings = lint(text)
    read_plain(text)
    try:
        statement = parse(text)
    except FilterQLSyntaxError as error:
        told(error)
        assert findings
        return
    gates(statement, text)
    fixed = apply_fixes(text, findings)
    form = canonical(statement.filter)
    printed = print_statement(statement)
    for written in (fixed, printed, format_statement(statement)):
        # Blanks and parentheses can make a statement longer than what is read.
        assert len(printed) > MAX_SIZE or canonical(parse(written).filter) == form
    for other in before:
        edits = difference(other.filter, statement.filter)
        assert bool(edits) == (canonical(other.filter) != form)
    before[:] = [statement]
    try_tree(statement.filter)


def try_tree(tree: Node) -> None:
    """Explain and evaluate a filter, and take it through JSON."""
    assert list(explain(Statement(tree)))
    assert evaluate(tree, PROFILE, now=NOW) is trace(tree, PROFILE, now=NOW).verdict
    ast = to_ast(tree)
    try:
        again = from_ast(ast)
    except AstError as error:
        told(error)
    else:
        assert to_ast(again) == ast


def try_question(random: Random, text: object, ast: object = None) -> None:
    """Ask one of the questions that a line of JSON can hold."""
    verb = random.choice([*VERBS])
    record = {"id": 1, "q": text, "a": text, "b": "FILTER a = 1", "profile": CONTENT}
    found = answer(verb, {**record, "ast": ast} if ast else record, now=NOW)
    assert found["id"] == 1
    assert found.get("ok") or "error" in found or verb in {"equal", "eval"}


def told(error: FilterQLSyntaxError | AstError) -> None:
    assert str(error)
    if isinstance(error, FilterQLSyntaxError):
        assert 0 <= error.offset <= error.end
        assert error.line > 0
        assert error.column > 0


@pytest.mark.parametrize("count", COUNTS)
def test_mutated_statements(count: int) -> None:
    random, before = seeded(1), list[Statement]()
    for _ in range(count):
        text = mutated(random, some_statement(random))
        try_text(text, before)
        try_question(random, text)


@pytest.mark.parametrize("count", COUNTS)
def test_random_texts(count: int) -> None:
    random, before = seeded(2), list[Statement]()
    for _ in range(count):
        text = some_noise(random)
        try_text(text, before)
        try_question(random, text, text)


@pytest.mark.parametrize("count", COUNTS)
def test_json_of_any_shape(count: int) -> None:
    random = seeded(3)
    for _ in range(count):
        value = some_json(random)
        lint_ast(value)
        try_question(random, value, value)
        try:
            tree = from_ast(value)
        except AstError as error:
            told(error)
        else:
            assert canonical(parse(f"FILTER {print_filter(tree)}").filter) == canonical(tree)
            try_tree(tree)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("size", [DEEP, *long(MAX_SIZE - 30, LARGE)])
@pytest.mark.parametrize(
    "part",
    [
        *("(", ")", "[", "NOT ", "AND (", "OR (a,", "a = 1 AND ", "1 + ", "f(", "a IN (", "- "),
        *("a,", "a ", "a.", "\n", '"', '""', "'", "`", "--", "/*", "1e", "0", "now-", "{", "\\"),
        *("a LIKE ", "-", "\ud800"),
    ],
)
def test_endless_repetition(part: str, size: int) -> None:
    for start in ("", "FILTER ", "FILTER AND (", "FILTER a = 1 WITH "):
        text = start + part * (size // len(part))
        try_text(text, [])
        try_question(seeded(size), text)


def joined(pattern: str, count: int = 2_000, joint: str = ", ") -> str:
    """Return a pattern often, each time with another number."""
    return joint.join(pattern.replace("#", str(index)) for index in range(count))


def nested(pattern: str, negation: str = "") -> str:
    """Return lists in lists, nearly as deep as is read, each with conditions of its own."""
    text = "a = 1"
    for level in range(90):
        leaves = joined(pattern.replace("f#", f"f#_{level}"), 30)
        text = f"{negation}{'OR' if level % 2 else 'AND'} ({text}, {leaves})"
    return text


@pytest.mark.soak
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"AND ({joined('f# = 1')})", f"AND ({joined('f# > 1')})"),
        (f"AND ({joined('f# = 1')})", f"NOT OR ({joined('g# = 1')})"),
        (joined("f# = 1", joint=" AND "), joined("f# = 1", joint=" OR ")),
        (nested("f# = 1"), nested("f# = 1", "NOT ")),
        (nested("f# = 1"), nested("f# > 1")),
        (f"a IN ({joined('#')})", f"a IN ({joined('1#')})"),
        (f"OR ({joined('AND (x, y, NOT f#)')})", f"OR ({joined('AND (y, x, g#)')})"),
        (f"OR ({joined('AND (x, f#, g#)')})", f"AND ({joined('OR (x, f#, g#)')})"),
        (f"OR ({joined('a LIKE #')})", f"OR ({joined('NOT a CONTAINS #')})"),
    ],
)
def test_the_largest_statements_are_answered_in_time(one: str, other: str) -> None:
    before = [parse(f"FILTER {one}")]
    try_text(f"FILTER {other}", before)
    try_text(f"FILTER {one}", before)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("depth", [150, 300, *long(DEEP)])
@pytest.mark.parametrize(
    ("op", "arity"),
    [("not", 1), ("and", 2), ("in", 2), ("expr", 2), ("=", 2), ("-", 1), ("between", 3)],
)
def test_deep_json(op: str, arity: int, depth: int) -> None:
    value: object = {"ident": "a"}
    for _ in range(depth):
        value = {"op": op, "args": [value, {"val": "x"}, {"val": "y"}][:arity]}
    lint_ast(value)
    for verb in VERBS:
        assert answer(verb, {"id": 1, "ast": value, "q": "FILTER a"}, now=NOW)["id"] == 1
    try:
        tree = from_ast(value)
    except AstError as error:
        told(error)
    else:
        try_tree(tree)
        assert difference(tree, canonical(tree)) == ()


@pytest.mark.parametrize("verb", VERBS)
def test_every_line_has_an_answer(verb: str) -> None:
    lines = [b"[" * DEEP, b'{"a":' * DEEP, b"\xff", b"", b"1" * LARGE, b'"' + b"x" * LARGE]
    for line in lines:
        assert '"error"' in reply(verb, line, now=NOW)
