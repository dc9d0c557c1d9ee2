"""The patterns of words."""

import pytest

from segsync.filterql import tokens


@pytest.mark.parametrize("text", ["0", "5", "10", "0.5", "1e5", "1.5e-3", "0x1F", "+7", "-7"])
def test_numbers(text: str) -> None:
    found = tokens.NUMERAL.match(text)
    assert found is not None
    assert found[0] == text


@pytest.mark.parametrize("text", ["007", "1.", "0x", "0x1F.", "1e", "x", ".5", "0]"])
def test_no_numbers(text: str) -> None:
    assert tokens.NUMERAL.match(text) is None


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("a = 1", "identifier"),
        ("not_x", "identifier"),
        ("not(", "word"),
        ("a`b`", "word"),
        ("007", "word"),
        ("5 ", "number"),
        ('"x"', "string"),
        ('"x""', None),
        ("!=", "symbol"),
        (", a", "separator"),
        ("# a", "comment"),
    ],
)
def test_what_comes_next_is_told_by_the_group(text: str, group: str | None) -> None:
    assert tokens.lexeme(text, 0).lastgroup == group


@pytest.mark.parametrize("text", [",a", ")a", "?", ""])
def test_a_separator_directly_before_a_letter_is_none(text: str) -> None:
    assert tokens.lexeme(text, 0).lastgroup is None
