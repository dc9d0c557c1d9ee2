"""Differences, as a plan shows them."""

import pytest

from segsync.filterql import Edit, difference, parse

MARKS = {"context": " ", "added": "+", "removed": "-", "changed": "~"}


def shown(before: str, after: str) -> list[str]:
    edits = difference(parse(f"FILTER {before}").filter, parse(f"FILTER {after}").filter)
    return [f"{'  ' * edit.depth}{MARKS[edit.kind]} {edit.text}" for edit in edits]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("a = 1", "a == 1", []),
        ("AND (a, b)", "b AND a", []),
        ("a = 1", "a = 2", ["~ a = 1  ->  = 2"]),
        ("a = 1", "a > 1", ["~ a = 1  ->  > 1"]),
        ("a = 1", "NOT a = 1", ["~ a = 1  ->  NOT (a = 1)"]),
        ("NOT a = 1", "a = 1", ["~ NOT (a = 1)  ->  a = 1"]),
        ("a = 1", "EXISTS a", ["~ a = 1  ->  EXISTS a"]),
        ("a = 1", "b = 1", ["- a = 1", "+ b = 1"]),
        ("INCLUDE a", "INCLUDE b", ["- INCLUDE a", "+ INCLUDE b"]),
        (
            'AND (purchase_total > 100, country = "US")',
            'AND (country = "US", purchase_total > 250, visits >= 3)',
            ["  AND", "  ~ purchase_total > 100  ->  > 250", "  + visits >= 3"],
        ),
        ("AND (a, b)", "OR (a, b)", ["~ AND  ->  OR"]),
        ("AND (a, b)", "OR (a, c)", ["~ AND  ->  OR", "  - b", "  + c"]),
        ("AND (a, b)", "NOT AND (a, b)", ["+ NOT"]),
        ("NOT OR (a, b)", "OR (a, b, c)", ["- NOT", "    OR", "    + c"]),
        ("NOT AND (a, b)", "NOT AND (a, c)", ["  NOT", "    AND", "    - b", "    + c"]),
        (
            "NOT AND (a, b)",
            "NOT AND (b, a)",
            ["  NOT", "    AND", "    ~ the order of the conditions"],
        ),
        ("a", "AND (a, b)", ["  AND", "  + b"]),
        ("OR (a, b)", "b", ["  OR", "  - a"]),
        ("AND (a, b)", "c = 1", ["- AND (a, b)", "+ c = 1"]),
        ("a IN (1, 2, 3)", "a IN (3, 2, 4)", ["  a IN", "  - 1", "  + 4"]),
        ("a INTERSECTS (1)", "a INTERSECTS (1, 2)", ["  a INTERSECTS", "  + 2"]),
        ("a IN (1)", "a INTERSECTS (1)", ["~ a IN (1)  ->  INTERSECTS (1)"]),
        ("a BETWEEN 1 AND 2", "a BETWEEN 1 AND 3", ["~ a BETWEEN 1 AND 2  ->  BETWEEN 1 AND 3"]),
        (
            "AND (x, OR (a, b), OR (c, d))",
            "AND (x, OR (c, d, e), OR (a, b))",
            ["  AND", "    OR", "    + e"],
        ),
        (
            "AND (x, OR (a, b), NOT OR (c, d))",
            "AND (x, OR (y, z), NOT OR (c, e))",
            [
                "  AND",
                "    NOT",
                "      OR",
                "      - d",
                "      + e",
                "  - OR (a, b)",
                "  + OR (y, z)",
            ],
        ),
    ],
)
def test_differences(before: str, after: str, lines: list[str]) -> None:
    assert shown(before, after) == lines


def test_a_small_edit_in_a_large_tree_is_small() -> None:
    members = [f"AND (a{i} = {i}, OR (b{i} > 1, c{i} > 2))" for i in range(60)]
    changed = [*members[:30], members[30].replace("> 2", "> 3"), *members[31:]]
    assert shown(f"OR ({', '.join(members)})", f"OR ({', '.join(changed)})") == [
        "  OR",
        "    AND",
        "      OR",
        "      ~ c30 > 2  ->  > 3",
    ]


def test_edits_are_values() -> None:
    before, after = parse("FILTER a = 1").filter, parse("FILTER a = 2").filter
    assert difference(before, after) == (Edit(0, "changed", "a = 1  ->  = 2"),)
