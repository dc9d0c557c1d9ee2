"""Agreement with the recorded answers of the reference implementation."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segsync.filterql import (
    FilterQLSyntaxError,
    canonical,
    difference,
    format_statement,
    includes,
    parse,
    print_statement,
    same_meaning,
    to_ast,
)

ANSWERS = Path(__file__).resolve().parents[3] / "shared" / "filterql"

pytestmark = pytest.mark.skipif(
    not ANSWERS.is_dir(), reason="the recorded answers are not beside this checkout"
)

# What we read otherwise on purpose: we keep what is not ASCII beside an escaped quote, and refuse
# `a IS NULL`, which drops the field, and `exists(a)`, which only some line breaks make readable.
DELIBERATE = ('""', '\\"', " IS ", "exists(")


def rows(name: str) -> Iterator[dict[str, Any]]:
    with (ANSWERS / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def filters(name: str) -> list[dict[str, Any]]:
    """The FILTER statements on which the reference neither hung nor crashed."""
    return [
        row
        for row in rows(name)
        if "q" in row
        and not str(row.get("kind", "")).startswith("select")
        and not any(word in row.get("error", "") for word in ("HANG", "PANIC"))
    ]


def agrees(row: dict[str, Any]) -> bool:
    try:
        statement = parse(row["q"])
    except FilterQLSyntaxError:
        return not row["ok"]
    return bool(row["ok"]) and to_ast(statement.filter) == row["ast"]


@pytest.mark.parametrize("name", ["oracle", "generated"])
def test_accepts_the_same_text_and_reads_the_same_tree(name: str) -> None:
    known = filters(name)
    differing = [row["q"] for row in known if not agrees(row)]
    assert len(differing) / len(known) <= 0.005
    assert [text for text in differing if not any(part in text for part in DELIBERATE)] == []


@pytest.mark.parametrize("name", ["oracle", "generated"])
def test_finds_the_same_includes_and_clauses(name: str) -> None:
    for row in filters(name):
        if row["ok"] and agrees(row):
            statement = parse(row["q"])
            references = [include.reference for include in includes(statement.filter)]
            assert references == row.get("includes", [])
            assert (statement.table or "") == row.get("from", "")
            assert (statement.alias or "") == row.get("alias", "")
            assert statement.comment == row.get("description", "")
            assert {key for key, _ in statement.options} == set(row.get("with") or {})


@pytest.mark.parametrize("name", ["oracle", "generated"])
def test_what_is_printed_reads_back_with_the_same_meaning(name: str) -> None:
    for row in filters(name):
        if row["ok"] and agrees(row):
            statement = parse(row["q"])
            for text in (print_statement(statement), format_statement(statement, width=40)):
                again = parse(text)
                assert canonical(again.filter) == canonical(statement.filter)
                assert (again.table, again.alias) == (statement.table, statement.alias)


def test_text_that_hangs_or_crashes_the_reference_is_refused() -> None:
    for row in rows("oracle"):
        if any(word in row.get("error", "") for word in ("HANG", "after-parse PANIC")):
            with pytest.raises(FilterQLSyntaxError):
                parse(row["q"])


def pairs() -> list[dict[str, Any]]:
    return [row for row in rows("pairs") if row["a_ok"] and row["b_ok"]]


def test_no_two_filters_are_equal_that_the_reference_tells_apart() -> None:
    for row in pairs():
        if row["vm_match_differs_on"]:
            assert not same_meaning(parse(row["a"]).filter, parse(row["b"]).filter)


def test_filters_of_the_same_ast_are_equal() -> None:
    for row in pairs():
        # The AST cannot tell 5 from "5"; a string field that holds "05" can.
        if row["ast_equal"] and row["edit"] != '5 vs "5"':
            assert same_meaning(parse(row["a"]).filter, parse(row["b"]).filter)


def test_only_filters_of_the_same_meaning_have_no_difference() -> None:
    for row in pairs():
        before, after = parse(row["a"]).filter, parse(row["b"]).filter
        assert (difference(before, after) == ()) == same_meaning(before, after)
