"""Patterns of LIKE."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segsync.filterql.evaluator.globs import like

PATTERNS = [
    ("", "", True),
    ("", "*", True),
    ("abc", "abc", True),
    ("abc", "ABC", False),
    ("abc", "b", False),
    ("abc", "*b*", True),
    ("abc", "%b%", True),
    ("abc", "a?c", True),
    ("a/c", "a?c", False),
    ("/blog/a", "/blog/*", True),
    ("/blog/a/b", "/blog/*", False),
    ("/blog/a/b", "/blog/**", True),
    ("a/ab", "**a*b", True),
    ("x/a/y/b/z", "x**a**b**", True),
    ("x/y", "x**a**b**", False),
    ("abab", "*ab", True),
    ("line\nbreak", "*break", True),
    ("b", "[a-c]", True),
    ("d", "[^a-c]", True),
    ("d", "[a-c]", False),
    ("a", "[\\a]", True),
    ("]", "[\\]]", True),
    ("^", "[a^]", True),
    ("d", "[\\d]", True),
    ("5", "[\\d]", False),
    ("a*c", "a\\*c", True),
    ("abc", "a\\*c", False),
    ("a.c", "a.c", True),
    ("abc", "a.c", False),
    ("a", "[a", None),
    ("a", "[]", None),
    ("a", "[z-a]", None),
    ("a", "a\\", None),
]


@pytest.mark.parametrize(("text", "pattern", "expected"), PATTERNS)
def test_pattern(text: str, pattern: str, *, expected: bool | None) -> None:
    assert like(text, pattern) is expected


def slow(text: str, pattern: str) -> bool:
    """The same by trying every way, for patterns of a, /, * and ? only."""
    if not pattern:
        return not text
    if pattern.startswith("**"):
        rest = pattern.lstrip("*")
        return any(slow(text[i:], rest) for i in range(len(text) + 1))
    if pattern.startswith("*"):
        runs = len(text.split("/", 1)[0])
        return any(slow(text[i:], pattern[1:]) for i in range(runs + 1))
    if not text or (pattern[0] != text[0] and (pattern[0] != "?" or text[0] == "/")):
        return False
    return slow(text[1:], pattern[1:])


@given(st.text("ab/", max_size=8), st.text("ab/*?", max_size=8))
def test_agrees_with_trying_every_way(text: str, pattern: str) -> None:
    assert like(text, pattern) is slow(text, pattern)


@pytest.mark.timeout(5)
def test_no_pattern_is_slow() -> None:
    text = "a" * 3000
    assert like(text, "*a" * 30 + "*b") is False
    assert like(text, "**a" * 30 + "**b") is False
    assert like(text, "**a*a*b" * 10) is False
