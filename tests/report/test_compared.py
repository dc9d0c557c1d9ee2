import re
from collections.abc import Callable

from msgspec.structs import replace

from segsync.inspection.comparison import Comparison, Difference, Verdict
from segsync.plan import FieldChange, Kind
from segsync.report.compared import comparison_report
from segsync.report.facts import RunFacts
from segsync.report.markdown import report_markdown
from segsync.report.text import report_text
from segsync.segment import Account
from tests.report.inspected import COMPARISON, HOSTILE

FACTS = RunFacts("compare", "", 6, 0.42)
EQUAL = """\
segsync compare · staging: account 99 "Acme staging", 40 objects · prod: account 1234, 41 objects ·
6 API calls · 0.4 s

No differences.
What a segment includes was not followed: with --deep, equal text over different ancestors is told
apart.
(40 equal)

Compare: 0 only in A, 0 only in B, 0 different, 0 ambiguous; 40 equal.
"""


def text(comparison: Comparison) -> str:
    return report_text(comparison_report(comparison, FACTS), color=False, width=100)


def test_differences_are_told_by_kind_and_key(expected: Callable[[str], str]) -> None:
    assert text(COMPARISON) == expected("compare.txt")


def test_the_markdown_says_the_same(expected: Callable[[str], str]) -> None:
    assert report_markdown(comparison_report(COMPARISON, FACTS)) == expected("compare.md")


def test_equal_accounts_say_so_and_what_was_not_looked_at() -> None:
    equal = Comparison(
        COMPARISON.left,
        replace(COMPARISON.right, account=Account(1234)),
        deep=False,
        differences=(),
        equal=40,
    )
    assert text(equal) == EQUAL


def test_two_empty_accounts_have_nothing_to_count() -> None:
    empty = Comparison(COMPARISON.left, COMPARISON.right, deep=True, differences=(), equal=0)
    assert text(empty).split("\n\n")[1:] == [
        "No differences.",
        (
            "Compare: 0 only in A, 0 only in B, 0 different,"
            " 0 over different ancestors, 0 ambiguous; 0 equal.\n"
        ),
    ]


def test_hostile_names_stay_text() -> None:
    hostile = replace(
        COMPARISON,
        left=replace(COMPARISON.left, name=HOSTILE, account=Account(1, HOSTILE)),
        differences=tuple(
            Difference(
                Kind.SEGMENT,
                HOSTILE,
                verdict,
                fields=(FieldChange("name", HOSTILE, "x"),),
                through=(HOSTILE,),
                remark=HOSTILE,
            )
            for verdict in Verdict
        ),
        left_out_different=(HOSTILE,),
        marked_left=(HOSTILE,),
    )
    shown = text(hostile)
    assert all(each.isprintable() for each in shown.split("\n"))
    assert not re.search(r"^\s*::", shown, re.MULTILINE)
    markdown = report_markdown(comparison_report(hostile, FACTS))
    assert "<img" not in re.sub(r"(`{3,})diff.*?\n\1\n", "", markdown, flags=re.DOTALL)
