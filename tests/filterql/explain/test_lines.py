"""Filters in plain English, as a marketer reads them."""

import pytest

from segsync.filterql import parse
from segsync.filterql.explain import CASE_NOTE, explain

NAMES = {"staff": "Our staff"}


def test_a_whole_statement() -> None:
    statement = parse(
        """
        FILTER AND (
          country = "US",
          last_visit > "now-30d",
          OR (visits >= 5, timewindow(purchases, 1, 7)),
          NOT OR (plan IN ("gold", "silver"), INCLUDE staff),
          NOT AND (EXISTS email, NOT opted_in = true)
        ) FROM content ALIAS x
        """
    )

    assert explain(statement, names=NAMES.get) == (
        "In the table content:",
        "all of these:",
        '  - country is "US"',
        "  - last_visit is within the last 30 days",
        "  - at least one of these:",
        "    - visits is at least 5",
        "    - purchases has at least 1 in the last 7 days",
        "  - none of these:",
        '    - plan is one of "gold" or "silver"',
        '    - is in the segment "Our staff" (staff)',
        "  - not all of these:",
        "    - email has a value, even an empty one",
        "    - opted_in is not true, or it has no value",
        CASE_NOTE,
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("*", "everybody"),
        ("match_all", "everybody"),
        ("NOT match_all.x", "match_all.x is false (a missing value does not count)"),
        ("NOT (*)", "nobody"),
        ("(match_all)", "everybody"),
        ("TRUE", "everybody"),
        ("false", "nobody"),
        ("NOT false", "everybody"),
        ("AND ()", "everybody"),
        ("OR ()", "nobody"),
        ("NOT OR ()", "everybody"),
        ("flag", "flag is true"),
        ("NOT flag", "flag is false (a missing value does not count)"),
        ("5", "5, which is no condition and never holds"),
        ("a + 1", "a + 1 is true"),
        ("NOT f(a)", "f(a) is false"),
        ("a == 5", "a is 5"),
        ("a <> 5", "a is not 5, or it has no value"),
        ("NOT a != 5", "a is 5"),
        ("NOT NOT a = 5", "a is 5"),
        ("a = TRUE", "a is true"),
        ("a = b.`c d`", "a is b.c d"),
        ("a IS NOT NULL", "a is not nothing"),
        ("a = NULL", "a is nothing"),
        ('a = "now-1d"', "a is 1 day ago"),
        ("a > 5", "a is more than 5"),
        ("NOT a < -5", "a is not less than - 5, or it has no value"),
        ("a <= 5", "a is at most 5"),
        ('a < "now-1y"', "a is more than 1 year ago"),
        ('a >= "now-1w"', "a is within the last week"),
        ('a > "now+2M"', "a is more than 2 months from now"),
        ('a <= "now+3h"', "a is earlier than 3 hours from now"),
        ('NOT a > "now-90m"', "a is not within the last 90 minutes, or it has no value"),
        ('a > "now-0d"', "a is after now"),
        ('a > "2024-01-31"', 'a is after "2024-01-31"'),
        ('a <= "2024-01-31T12:00:00Z"', 'a is at or before "2024-01-31T12:00:00Z"'),
        ('a > "5"', 'a is more than "5"'),
        ("a BETWEEN 5 AND 10", "a is between 5 and 10, both excluded"),
        (
            "a NOT BETWEEN 5 AND 10",
            "a is 5 or below, or 10 or above (a missing value does not count)",
        ),
        (
            'NOT a BETWEEN "now-7d" AND "now-1d"',
            "a is 7 days ago or before, or 1 day ago or after (a missing value does not count)",
        ),
        ("a IN (5)", "a is 5"),
        ("a NOT IN (5, 6, 7)", "a is not one of 5, 6 or 7, or it has no value"),
        ("a IN ()", "a is one of no values"),
        ("NOT a INTERSECTS ()", "a has none of no values, or it has no value"),
        ("a INTERSECTS (1, 2)", "a has one or more of 1 or 2"),
        ("a NOT INTERSECTS (1)", "a has none of 1, or it has no value"),
        ("NOT EXISTS a", "a has no value"),
        ("EXISTS f(a)", "f(a) has a value, even an empty one"),
        ("INCLUDE other", 'is in the segment "other"'),
        ("NOT INCLUDE staff", 'is not in the segment "Our staff" (staff)'),
        (
            "NOT timewindow(a, 5, 7)",
            "a has fewer than 5 in the last 7 days (a missing value does not count)",
        ),
        ("timewindow(a, 5)", "timewindow(a, 5) is true"),
        ('geodistance(a, "59.9,10.7", 80)', "a is within 80 km of 59.9,10.7"),
        (
            'NOT geodistance(a, "59.9,10.7", 80)',
            "a is not within 80 km of 59.9,10.7 (a missing value does not count)",
        ),
        ("a LIKE 5", "a matches 5"),
        ("a LIKE b", "a matches b"),
        ('a = "123"', 'a is "123"'),
    ],
)
def test_one_condition(text: str, line: str) -> None:
    assert explain(parse(f"FILTER {text}").filter, names=NAMES.get) == (line,)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a = "gold"', 'a is "gold"'),
        ('a != "gold"', 'a is not "gold", or it has no value'),
        ('a IN (1, "x")', 'a is one of 1 or "x"'),
        ('a INTERSECTS ("x")', 'a has one or more of "x"'),
        (
            'a LIKE "/x*"',
            'a matches "/x*" (* and % are any text, ? is any character)',
        ),
        ('a LIKE "x"', 'a matches "x"'),
        (
            r'a LIKE "[xy]\*"',
            (
                r'a matches "[xy]\*" (* and % are any text, ? is any character, '
                "[...] is any one of its characters, a backslash takes what follows as it is)"
            ),
        ),
        (
            'a NOT LIKE "x?"',
            'a does not match "x?" (* and % are any text, ? is any character), or it has no value',
        ),
        ('a CONTAINS "now-3d*"', 'a contains "now-3d*"'),
        ('a NOT CONTAINS "x"', 'a does not contain "x", or it has no value'),
    ],
)
def test_a_comparison_of_text_says_that_capitals_matter(text: str, line: str) -> None:
    assert explain(parse(f"FILTER {text}").filter) == (line, CASE_NOTE)


def test_the_table_user_goes_without_saying() -> None:
    assert explain(parse("FILTER * FROM user")) == ("everybody",)


def test_a_condition_that_ends_a_negated_and_tells_of_missing_values() -> None:
    """Such an AND is undefined, and nobody is in by the NOT of that."""
    text = "NOT AND (flag, NOT a BETWEEN 1 AND 2, AND (b BETWEEN 3 AND 4, c = 1), match_all)"
    ending = " (without a value: not in, unless one before it fails)"
    assert explain(parse(f"FILTER {text}").filter) == (
        "not all of these:",
        f"  - flag is true{ending}",
        f"  - a is 1 or below, or 2 or above{ending}",
        "  - all of these:",
        f"    - b is between 3 and 4, both excluded{ending}",
        "    - c is 1",
        "  - everybody",
    )
