import pytest

from segsync.plan import FieldValue, Kind
from segsync.report.words import contrasted, counted, cut, label, listed, quoted


def test_counts_agree_with_their_noun() -> None:
    assert [counted(each, "file") for each in (0, 1, 2, 1200)] == [
        "0 files",
        "1 file",
        "2 files",
        "1,200 files",
    ]


def test_a_long_list_says_how_much_is_left_out() -> None:
    names = [f"s{each}" for each in range(12)]
    assert listed(names) == "s0, s1, s2, s3, s4, s5, s6, s7, s8, s9 and 2 more"
    assert listed(names[:10]) == "s0, s1, s2, s3, s4, s5, s6, s7, s8, s9"
    assert listed(names[:4], shown=3, comma=" ") == "s0 s1 s2 and 1 more"


def test_a_group_is_told_from_a_segment() -> None:
    assert label(Kind.SEGMENT, "vip") == "vip"
    assert label(Kind.GROUP, "VIP people") == 'group "VIP people"'


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("text", '"text"'),
        ("", '""'),
        (True, "true"),
        (False, "false"),
        (None, "none"),
        (("a", "b"), "a, b"),
        ((), "none"),
    ],
)
def test_values_are_written_plainly(value: FieldValue, shown: str) -> None:
    assert quoted(value) == shown


def test_a_cut_text_says_how_much_is_missing() -> None:
    assert cut("abcdef", 4) == "abcd… (2 more characters)"
    assert cut("abcd", 4) == "abcd"


def test_short_texts_are_contrasted_whole() -> None:
    assert contrasted("one", "two") == ("one", "two")


def test_long_texts_are_reduced_to_what_differs() -> None:
    assert contrasted("a" * 100 + "X" + "b" * 100, "a" * 100 + "YY" + "b" * 100) == (
        f"…{'a' * 16}X{'b' * 16}…",
        f"…{'a' * 16}YY{'b' * 16}…",
    )


def test_a_difference_at_either_end_is_shown_from_that_end() -> None:
    assert contrasted("X" + "b" * 100, "b" * 100) == (f"X{'b' * 16}…", f"{'b' * 16}…")
    assert contrasted("b" * 100, "b" * 100 + "Y") == (f"…{'b' * 16}", f"…{'b' * 16}Y")


def test_a_long_difference_loses_its_middle() -> None:
    before, after = contrasted("X" * 200, "Y" * 10)
    assert before == f"{'X' * 36} … {'X' * 36}"
    assert after == "Y" * 10
