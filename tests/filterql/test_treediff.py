"""Differences, as a plan shows them."""

import pytest

from segsync.filterql import And, Edit, Field, Node, Not, Or, canonical, difference, parse

MARKS = {"context": " ", "added": "+", "removed": "-", "changed": "~", "moved": ">"}


def lines(edits: tuple[Edit, ...]) -> list[str]:
    return [f"{'  ' * edit.depth}{MARKS[edit.kind]} {edit.text}" for edit in edits]


def shown(before: str, after: str) -> list[str]:
    return lines(difference(parse(f"FILTER {before}").filter, parse(f"FILTER {after}").filter))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = 1", "a == 1"),
        ("AND (a, b)", "b AND a"),
        ("OR (a, OR (c, b))", "OR (b, c, a, a)"),
        ("a IN (1, 2)", "a IN (2, 1)"),
    ],
)
def test_the_same_meaning_is_no_difference(before: str, after: str) -> None:
    assert shown(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a = 1", "a = 2", ["~ a = 1  ->  = 2"]),
        ("a = 1", "a > 1", ["~ a = 1  ->  > 1"]),
        ("a = 1", "EXISTS a", ["~ a = 1  ->  EXISTS a"]),
        ("EXISTS a", "a = 1", ["~ EXISTS a  ->  a = 1"]),
        ("flag", "flag = true", ["~ flag  ->  flag = true"]),
        ("f(a, 1)", "f(a, 2)", ["~ f(a, 1)  ->  f(a, 2)"]),
        ("a = 1", "b = 1", ["- a = 1", "+ b = 1"]),
        ("INCLUDE a", "INCLUDE b", ["- INCLUDE a", "+ INCLUDE b"]),
        ("NOT a = 1", "NOT a = 2", ["~ NOT (a = 1)  ->  NOT (a = 2)"]),
        ("a = 1", "NOT a = 2", ["~ a = 1  ->  NOT (a = 2)"]),
        (
            'AND (purchase_total > 100, country = "US")',
            'AND (country = "US", purchase_total > 250, visits >= 3)',
            ["  AND", "  ~ purchase_total > 100  ->  > 250  (tightened)", "  + visits >= 3"],
        ),
        (
            # Of several conditions on one field, those of one form are versions of each other.
            'OR (url LIKE "a", url = "b", EXISTS url)',
            'OR (url = "c", NOT url LIKE "a", url LIKE "d")',
            [
                "  OR",
                '  ~ negated: NOT (url LIKE "a")',
                '  ~ url = "b"  ->  = "c"',
                '  ~ EXISTS url  ->  url LIKE "d"',
            ],
        ),
    ],
)
def test_conditions_that_changed(before: str, after: str, expected: list[str]) -> None:
    assert shown(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a = 1", "NOT a = 1", ["~ negated: NOT (a = 1)"]),
        ("NOT a = 1", "a = 1", ["~ no longer negated: a = 1"]),
        ("a IN (2, 1)", "a NOT IN (1, 2)", ["~ negated: a NOT IN (1, 2)"]),
        ("AND (a, INCLUDE b)", "AND (NOT INCLUDE b, a)", ["  AND", "  ~ negated: NOT INCLUDE b"]),
        ("AND (b, a)", "NOT AND (b, a)", ["~ negated: NOT AND (b, a)"]),
        (
            "AND (x, NOT OR (b, AND (d, c)))",
            "AND (x, OR (b, AND (d, c)))",
            ["  AND", "  ~ no longer negated: OR (b, AND (d, c))"],
        ),
        ("NOT OR (a, b)", "OR (a, b, c)", ["~ NOT OR  ->  OR", "  + c"]),
    ],
)
def test_negation(before: str, after: str, expected: list[str]) -> None:
    assert shown(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("AND (a, b)", "OR (a, b)", ["~ AND  ->  OR"]),
        ("AND (a, b)", "OR (a, c = 1)", ["~ AND  ->  OR", "  - b", "  + c = 1"]),
        ("AND (a, b)", "c = 1", ["- AND (a, b)", "+ c = 1"]),
        ("NOT AND (a, b)", "NOT AND (a, c = 1)", ["  NOT AND", "  - b", "  + c = 1"]),
        ("NOT AND (a, b)", "NOT AND (b, a)", ["  NOT AND", "  ~ the order of the conditions"]),
        (
            "AND (x, NOT OR (c, AND (a, b)))",
            "AND (x, NOT OR (AND (b, a), c))",
            ["  AND", "    NOT OR", "      AND", "      ~ the order of the conditions"],
        ),
        (
            "AND (p, NOT AND (x = 1, y = 2))",
            "AND (p, NOT OR (x = 1, y = 2))",
            ["  AND", "  ~ NOT AND  ->  NOT OR (x = 1, …)"],
        ),
        (
            "AND (x, OR (a, b), OR (c, d))",
            "AND (x, OR (c, d, e), OR (a, b))",
            ["  AND", "    OR", "    + e"],
        ),
        (
            "AND (x, OR (a, b), NOT OR (c, d))",
            "AND (x, OR (y, z), NOT OR (c, e = 1))",
            ["  AND", "    NOT OR", "    - d", "    + e = 1", "  - OR (a, b)", "  + OR (y, z)"],
        ),
    ],
)
def test_lists(before: str, after: str, expected: list[str]) -> None:
    assert shown(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a", "AND (a, b)", ["+ AND", "    a", "  + b"]),
        ("OR (a, b)", "b", ["- OR", "  - a", "    b"]),
        ("AND (x, y)", "OR (AND (x, y), v)", ["+ OR", "    AND (x, y)", "  + v"]),
        ("OR (v, AND (x, y))", "AND (x, y)", ["- OR", "    AND (x, y)", "  - v"]),
        (
            "AND (x, y, z = 1)",
            "OR (AND (x, y, z = 2), v)",
            ["+ OR", "    AND", "    ~ z = 1  ->  = 2", "  + v"],
        ),
        (
            "OR (v, w, AND (x, y, z = 1))",
            "AND (x, y, z = 2)",
            ["- OR", "    AND", "    ~ z = 1  ->  = 2", "  - v", "  - w"],
        ),
        (
            "NOT OR (NOT OR (a, b), c)",
            "NOT OR (a, b)",
            ["  NOT OR", "  - NOT OR", "      a", "      b", "  - c"],
        ),
        ("AND (x, a)", "AND (x, OR (b, a))", ["  AND", "  + OR", "    + b", "      a"]),
        ("AND (x, OR (a, b))", "AND (x, b)", ["  AND", "  - OR", "    - a", "      b"]),
        ("AND (x, OR (a, b))", "AND (x, a, b)", ["  AND", "  - OR", "      a", "      b"]),
        ("a", "OR (AND (a, b), c)", ["+ OR", "  + AND", "      a", "    + b", "  + c"]),
    ],
)
def test_what_stays_is_shown_when_a_list_around_it_comes_or_goes(
    before: str, after: str, expected: list[str]
) -> None:
    assert shown(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "AND (x, OR (a = 1, b = 1, c = 1))",
            "AND (x, a = 1, OR (b = 1, c = 1))",
            ["  AND", "  > a = 1  (moved from OR (b = 1, …))"],
        ),
        (
            "OR (AND (a, b, c = 1), AND (d, e))",
            "OR (AND (a, b), AND (d, e, c = 1))",
            ["  OR", "    AND", "    > c = 1  (moved from AND (a, …))"],
        ),
        (
            # A list moves as a whole, whatever else comes and goes.
            "AND (x, OR (p, q, AND (a, b)), y)",
            "AND (x, OR (p, q, r), NOT OR (s, AND (a, b)))",
            [
                "  AND",
                "    OR",
                "    + r",
                "  - y",
                "  + NOT OR",
                "    + s",
                "    > AND (a, b)  (moved from OR (p, …))",
            ],
        ),
        (
            # What was there twice and is there once has moved once.
            "OR (AND (a, b, z), AND (c, d, z), AND (e, f))",
            "OR (AND (a, b), AND (c, d), AND (e, f, z))",
            ["  OR", "    AND", "    - z", "    AND", "    > z  (moved from AND (a, …))"],
        ),
        (
            # A part of a list that went away; the list that it came from no longer says where.
            "AND (x, OR (a, b), NOT OR (c, d, e))",
            "AND (x, NOT OR (c, d, e, a))",
            ["  AND", "    NOT OR", "    > a  (moved from OR (b, …))", "  - OR", "    - b"],
        ),
    ],
)
def test_moves(before: str, after: str, expected: list[str]) -> None:
    assert shown(before, after) == expected


def test_what_has_moved_out_of_a_list_of_one_has_nothing_beside_it() -> None:
    """Below a NOT, an OR of twins is a list of one in the canonical form."""
    twins = "OR (y BETWEEN 1 AND 2, y BETWEEN 1 AND 2)"
    assert shown(
        f"NOT AND (x, {twins}, OR (c, d))", "NOT AND (x, OR (c, d, y BETWEEN 1 AND 2))"
    ) == [
        "  NOT AND",
        "    OR",
        "    > y BETWEEN 1 AND 2  (moved from OR (…))",
        "  - OR",
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a IN (1, 2, 3)", "a IN (3, 2, 4)", ["~ a IN: +4 -1"]),
        ("a INTERSECTS (1)", "a INTERSECTS (1, 2)", ["~ a INTERSECTS: +2"]),
        ("a NOT IN (1, 2)", "a NOT IN (2)", ["~ a NOT IN: -1"]),
        ("a NOT INTERSECTS (1)", "a NOT INTERSECTS (2)", ["~ a NOT INTERSECTS: +2 -1"]),
        ("a IN (1)", "a INTERSECTS (1)", ["~ a IN (1)  ->  INTERSECTS (1)"]),
        ("a IN (1)", "a NOT IN (1, 2)", ["~ a IN (1)  ->  NOT IN (1, 2)"]),
        ("a IN (b)", "a IN b", ["~ a IN (b)  ->  IN b"]),
        (
            'country IN ("US", "GB", "DE", "AT")',
            'country IN ("GB", "FR", "CA", "DE")',
            ['~ country IN: +"FR" +"CA" -"US" -"AT"'],
        ),
    ],
)
def test_values_that_came_and_went(before: str, after: str, expected: list[str]) -> None:
    assert shown(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a = 1", 'b IN ("US", "CA")', ["- a = 1", '+ b IN ("US", "CA")']),
        ("x", "y AND NOT OR (c, b, a)", ["- x", "+ AND (y, NOT OR (c, b, a))"]),
        ("AND (b, a)", "AND (d, b, c, a)", ["  AND", "  + d", "  + c"]),
        ("AND (d, b, c, a)", "AND (b, a)", ["  AND", "  - d", "  - c"]),
        (
            "AND (x, d = 1, c = 1)",
            "AND (c = 2, d = 2, x)",
            ["  AND", "  ~ d = 1  ->  = 2", "  ~ c = 1  ->  = 2"],
        ),
    ],
)
def test_the_order_of_the_author_is_kept(before: str, after: str, expected: list[str]) -> None:
    assert shown(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ('s > "now-30d"', 's > "now-60d"', "window widened from 30 to 60 days"),
        ('s >= "now-60d"', 's >= "now-1d"', "window narrowed from 60 to 1 day"),
        ('s > "now-1M"', 's > "now-60d"', "window widened from 1 month to 60 days"),
        ('s > "now-1y"', 's > "now-366d"', ""),  # a year may have as many
        ('s > "now-7d"', 's > "now-1w"', ""),
        ('s > "now-7d"', 's >= "now-1w"', "loosened"),
        ('NOT s > "now-30d"', 'NOT s > "now-60d"', "excluded window widened from 30 to 60 days"),
        ('s > "now-30d"', 's > "now+60d"', "tightened"),
        ('s < "now+7d"', 's < "now+9d"', "loosened"),
        ('s < "now-30d"', 's < "now-60d"', "tightened"),
        ('s <= "2024-01-31"', 's <= "2024-02-01"', "loosened"),
        ('s > "2024-01-31"', 's > "now-3d"', ""),
        ('s > "bread"', 's > "cake"', ""),
        ("v > 5", "v > 5.5", "tightened"),
        ("v > 5", "v >= 5", "loosened"),
        ("v >= 5", "v > 4", "loosened"),
        ("v < 5", "v <= 5", "loosened"),
        ("v < 5e3", "v < 50", "tightened"),
        ("v > 5", "v < 7", ""),
        ("v > 0x1F", "v > 0x2F", ""),
        ("v > 5", f"v > {'9' * 40}", ""),
        ('v > "now-3d"', f'v > "now-{"9" * 40}d"', ""),
        ("v = 5", "v = 7", ""),
        ("NOT v > 5", "NOT v > 7", "loosened"),
        ("NOT v <= 5", "NOT v <= 7", "tightened"),
        ("v BETWEEN 1 AND 5", "v BETWEEN 1 AND 4", "tightened"),
        ("v BETWEEN 1 AND 5", "v BETWEEN 0 AND 9", "loosened"),
        ("v BETWEEN 1 AND 5", "v BETWEEN 2 AND 9", ""),
        ('v BETWEEN 1 AND "x"', 'v BETWEEN 2 AND "x"', "tightened"),
        ('v BETWEEN 1 AND "x"', 'v BETWEEN 2 AND "y"', ""),
        ("NOT v BETWEEN 1 AND 5", "NOT v BETWEEN 1 AND 4", "loosened"),
        ("timewindow(v, 5, 7)", "timewindow(v, 5, 30)", "window widened from 7 to 30 days"),
        ("timewindow(v, 5, 7)", "timewindow(v, 10, 7)", "tightened"),
        ("timewindow(v, 5, 7)", "timewindow(v, 10, 30)", ""),
        ("timewindow(v, 10, 7)", "timewindow(v, 5, 30)", "loosened"),
        ('geodistance(p, "1,2", 9)', 'geodistance(p, "1,2", 5)', "tightened"),
        ('geodistance(p, "1,2", 9)', 'geodistance(p, "1,3", 5)', ""),
    ],
)
def test_conditions_that_let_more_or_fewer_through(before: str, after: str, note: str) -> None:
    (line,) = shown(before, after)
    assert line.startswith("~ ")
    assert line.partition("  (")[2].removesuffix(")") == note


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("NOT OR (a, v > 5)", "NOT OR (a, v > 7)", "  ~ v > 5  ->  > 7  (loosened)"),
        (
            "NOT OR (a, NOT v > 5)",
            "NOT OR (a, NOT v > 7)",
            "  ~ NOT (v > 5)  ->  NOT (v > 7)  (tightened)",
        ),
        (
            "AND (b, NOT OR (a, AND (c, NOT OR (d, v > 5))))",
            "AND (b, NOT OR (a, AND (c, NOT OR (d, v > 7))))",
            "        ~ v > 5  ->  > 7  (tightened)",
        ),
        # What is negated in one of them only is neither looser nor tighter.
        ("NOT OR (a, v > 5)", "OR (a, v > 7)", "  ~ v > 5  ->  > 7"),
        (
            "NOT OR (a, OR (b, AND (c, v > 5)))",
            "OR (a, OR (b, AND (c, v > 7)))",
            "    ~ v > 5  ->  > 7",
        ),
        ("v > 5", "NOT v > 7", "~ v > 5  ->  NOT (v > 7)"),
    ],
)
def test_every_not_above_turns_it_round(before: str, after: str, line: str) -> None:
    assert shown(before, after)[-1] == line


def test_a_small_edit_in_a_large_tree_is_small() -> None:
    members = [f"AND (a{i} = {i}, OR (b{i} > 1, c{i} > 2))" for i in range(60)]
    changed = [*members[:30], members[30].replace("> 2", "> 3"), *members[31:]]
    assert shown(f"OR ({', '.join(members)})", f"OR ({', '.join(changed)})") == [
        "  OR",
        "    AND",
        "      OR",
        "      ~ c30 > 2  ->  > 3  (tightened)",
    ]


def test_long_members_are_shortened_where_they_only_name_a_place() -> None:
    long = f'a LIKE "{"x" * 90}"'
    assert shown(f"AND (x, OR ({long}, b, c))", f"AND (x, b, OR ({long}, c))") == [
        "  AND",
        f'  > b  (moved from OR (a LIKE "{"x" * 32}…, …))',
    ]
    assert shown(long, f"OR ({long}, b)") == ["+ OR", f'    a LIKE "{"x" * 64}…', "  + b"]


def test_trees_that_were_read_from_no_text_have_differences_too() -> None:
    a, b, c = (Field(name) for name in "abc")
    before: Node = And((c, b, Not(Or((a, b)))))
    after: Node = And((c, Not(Or((a, b, c)))))
    assert lines(difference(before, after)) == ["  AND", "    NOT OR", "    + c", "  - b"]
    assert difference(before, canonical(before)) == ()


def test_edits_are_values() -> None:
    before, after = parse("FILTER a = 1").filter, parse("FILTER a = 2").filter
    assert difference(before, after) == (Edit(0, "changed", "a = 1  ->  = 2"),)
