import re
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from segsync.inspection.portrait import Declaration, FoundBy, Portrait, Relative, Standing, Use
from segsync.report.facts import RunFacts
from segsync.report.markdown import report_markdown
from segsync.report.shown import portrait_report
from segsync.report.text import report_text
from segsync.segment import Definition, Segment
from tests.report.inspected import ACME, HOSTILE, PORTRAIT

FACTS = RunFacts("show", "prod", 8, 0.42)
PLAIN = Portrait(
    ACME,
    FoundBy.SLUG,
    Segment("a", "A", Definition("FILTER *")),
    None,
    ("everybody",),
    "FILTER *",
    Declaration(Standing.TO_CREATE),
)
NEW = """\
segsync show · account 1234 "Acme prod" · 8 API calls · 0.4 s

  · segment     a "A"
  ~ files       declare it, and the account has none: an apply would create it
  · ownership   will be managed by segsync
  · who         in plain English
      everybody
  · definition  in FilterQL
      FILTER *
  · set to      table user · kind segment · not public · in no group · keeps the history of its size
  · includes    nothing

Show: to create; includes 0, included by 0, 0 active jobs.
"""


def text(portrait: Portrait, *, color: bool = False) -> str:
    return report_text(portrait_report(portrait, FACTS), color=color, width=100)


def row(portrait: Portrait, name: str) -> str:
    """Return the line of the report that has this name, and what follows up to the next."""
    found = re.search(rf"^  . {name} .*(?:\n {{6,}}.*)*", text(portrait), re.MULTILINE)
    assert found is not None
    return found[0]


def test_a_segment_is_shown_with_all_its_surroundings(expected: Callable[[str], str]) -> None:
    assert text(PORTRAIT) == expected("show.txt")


def test_color_adds_nothing_but_escape_sequences(expected: Callable[[str], str]) -> None:
    colored = text(PORTRAIT, color=True)
    assert colored == expected("show_color.txt")
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == expected("show.txt")


def test_the_markdown_says_the_same(expected: Callable[[str], str]) -> None:
    assert report_markdown(portrait_report(PORTRAIT, FACTS)) == expected("show.md")


def test_a_segment_that_only_the_files_have_is_shown_as_they_say() -> None:
    assert text(PLAIN) == NEW


@pytest.mark.parametrize(
    ("standing", "line"),
    [
        (Standing.EQUAL, "  · files       equal to the account"),
        (
            Standing.BLOCKED,
            (
                "  ! files       differ from the account, and a safety rule holds an apply back\n"
                "      because"
            ),
        ),
        (Standing.TO_DELETE, "  ~ files       declare it no more: an apply would delete it"),
        (Standing.NOT_DECLARED, "  · files       do not declare it"),
        (Standing.UNKNOWN, "  · files       not known\n      because"),
    ],
)
def test_every_standing_has_its_words(standing: Standing, line: str) -> None:
    explained = standing in {Standing.BLOCKED, Standing.UNKNOWN}
    declaration = Declaration(standing, remark="because" if explained else "")
    assert row(replace(PLAIN, declaration=declaration), "files") == line


@pytest.mark.parametrize(
    ("untouchable", "owned", "protected", "words"),
    [
        ("predefined by Lytics", False, False, "predefined by Lytics: segsync never writes it"),
        ("", False, False, "not managed by segsync, which leaves it alone"),
        ("", True, False, "managed by segsync"),
        ("", True, True, "managed by segsync, protected from deletion"),
    ],
)
def test_who_owns_a_segment_is_told(
    untouchable: str,
    words: str,
    *,
    owned: bool,
    protected: bool,
) -> None:
    assert PORTRAIT.origin is not None
    shown = replace(
        PORTRAIT,
        segment=replace(PORTRAIT.segment, owned=owned, protected=protected),
        origin=replace(PORTRAIT.origin, untouchable=untouchable),
    )
    assert row(shown, "ownership") == f"  · ownership    {words}"


@pytest.mark.parametrize(
    ("reason", "words"), [("no field x", "no field x"), ("", "it gives no reason")]
)
def test_an_invalid_segment_says_so_at_once(reason: str, words: str) -> None:
    assert PORTRAIT.origin is not None
    shown = replace(PORTRAIT, origin=replace(PORTRAIT.origin, invalid_reason=reason))
    assert row(shown, "invalid") == f"  ! invalid      the account calls it invalid: {words}"


def test_text_that_cannot_be_read_is_shown_as_it_is() -> None:
    long = "FILTER ((( " + "x" * 250
    shown = replace(
        PLAIN,
        segment=replace(PLAIN.segment, definition=Definition(long)),
        explanation=(),
        layout="",
    )
    told = row(shown, "definition")
    assert told.startswith("  ! definition  cannot be read as FilterQL; this is its text\n")
    assert "".join(told.split("\n")[1:]).replace(" ", "") == long.replace(" ", "")
    empty = replace(shown, segment=replace(PLAIN.segment, definition=Definition("")))
    assert row(empty, "definition").endswith("\n      (empty)")


def test_a_long_definition_is_never_cut() -> None:
    values = ", ".join(f'"{number:04}"' for number in range(200))
    shown = replace(PLAIN, layout=f"FILTER x IN ({values})")
    assert re.findall(r'"\d{4}"', text(shown)) == values.split(", ")


def test_what_the_account_did_not_tell_is_named() -> None:
    unknown = dict.fromkeys(("jobs", "flows", "size", "history"), "no answer")
    shown = replace(PORTRAIT, jobs=(), size=None, history=(), unknown=unknown)
    assert row(shown, "jobs") == "  · jobs         not known: no answer"
    assert row(shown, "flows") == (
        "  · flows        used by 1 active flow; there may be others: no answer\n"
        '      running: flow "Welcome"'
    )
    assert row(shown, "size") == "  · size         not known: no answer"
    assert row(shown, "history") == "  · history      not known: no answer"
    assert text(shown).endswith("Show: different; includes 4, included by 1.\n")


def test_little_history_is_told_in_one_line() -> None:
    assert row(replace(PORTRAIT, history=()), "size") == "  · size         42,310 profiles"
    first = PORTRAIT.history[:1]
    once = f"      {first[0].size:,} at {first[0].at}"
    assert row(replace(PORTRAIT, history=first), "size").splitlines()[1:] == [once]
    empty = replace(first[0], size=0, at="2026-01-01T00:00:00Z")
    assert "%" not in row(replace(PORTRAIT, history=(empty, *first)), "size")


def test_a_segment_without_times_has_no_row_about_them() -> None:
    assert PORTRAIT.origin is not None
    nothing = replace(PORTRAIT.origin, created="", updated="", author_id="")
    assert "changed  " not in text(replace(PORTRAIT, origin=nothing))
    created = replace(nothing, created="2026-01-01T00:00:00.000Z")
    assert row(replace(PORTRAIT, origin=created), "changed") == (
        "  · changed      at an unknown time, created 2026-01-01T00:00:00.000Z"
    )


def test_long_trees_and_lists_are_cut_and_say_so() -> None:
    tree = tuple(Relative(f"s{number}", "", str(number), 1) for number in range(45))
    jobs = tuple(
        Use(str(number), "J", "w", "running", is_active=True, is_certain=True)
        for number in range(21)
    )
    shown = replace(PORTRAIT, included_by=tree, jobs=jobs)
    assert row(shown, "included by").endswith("\n      s39\n      and 5 more lines")
    assert row(shown, "jobs").endswith("\n      and 1 more job")


def test_hostile_names_stay_text() -> None:
    hostile = replace(
        PORTRAIT,
        segment=replace(
            PORTRAIT.segment,
            slug=HOSTILE,
            name=HOSTILE,
            description=HOSTILE,
            tags=frozenset({HOSTILE}),
            groups=frozenset({HOSTILE}),
        ),
        explanation=(HOSTILE,),
        layout=HOSTILE,
        included_by=(Relative(HOSTILE, HOSTILE, "a", 1, remark=HOSTILE),),
        jobs=(
            Use("j", HOSTILE, HOSTILE, HOSTILE, is_active=True, is_certain=True, through=HOSTILE),
        ),
        unknown={"size": HOSTILE, "flows": HOSTILE},
        size=None,
    )
    shown = text(hostile)
    assert all(each.isprintable() for each in shown.split("\n"))
    assert not re.search(r"^\s*::", shown, re.MULTILINE)
    markdown = report_markdown(portrait_report(hostile, FACTS))
    assert "<img" not in re.sub(r"(`{3,})diff.*?\n\1\n", "", markdown, flags=re.DOTALL)
    assert "\x1b" not in markdown
