"""Every character of a text is found again in the file that holds it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segsync.diagnostics import Location
from segsync.yamlfile import Place, read_yaml

FILE = """\
top:
  - name: x
    "list": [a, b]
  - key: |
      text
"""


def place(text: str) -> Place:
    return read_yaml(text.encode(), "x.yaml").documents[0].place


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ((), 1, 1),
        (("top",), 2, 3),
        (("top", 0), 2, 5),
        (("top", 0, "list"), 3, 13),
        (("top", 0, "list", 1), 3, 17),
        (("top", 1, "key"), 4, 10),
        (("top", 1, "missing"), 4, 5),
        (("top", 7, "missing"), 2, 3),
        (("top", "name"), 2, 3),
        (("top", 0, "name", "deeper"), 2, 11),
    ],
)
def test_a_key_path_leads_to_a_place(path: tuple[str | int, ...], line: int, column: int) -> None:
    assert place(FILE).at(path) == Location("x.yaml", line, column)


def test_the_place_of_a_key_is_told_when_asked_for() -> None:
    assert place(FILE).at(("top", 0, "list"), key=True) == Location("x.yaml", 3, 5)
    assert place(FILE).at(("top", 0, "lost"), key=True) == Location("x.yaml", 2, 5)
    assert place(FILE).at(("top", 0, "list", 1), key=True) == Location("x.yaml", 3, 17)


def test_paths_start_at_the_place() -> None:
    assert place(FILE).below(("top", 1)).at(("key",)) == Location("x.yaml", 4, 10)


def test_what_is_written_is_kept() -> None:
    assert place("a: 007").below(("a",)).written() == "007"
    assert place("a: []").below(("a",)).written() == ""


def test_an_offset_in_something_that_is_no_text_is_its_place() -> None:
    assert place("a: [b]").below(("a",)).inside(3) == Location("x.yaml", 1, 4)


STYLES = {
    "literal": "a: |\n  one @\n   two\n\n  three\n",
    "literal with comment and indentation": "a: |2- # why\n    one\n   two@\n\n\n  @three\n",
    "literal, windows": "a: |\r\n  one\r\n  two @\r\n",
    "literal, keep": "a: |+\n\n\n  x @ y\n\n",
    "folded": "a: >\n  one two\n  three @ four\n\n  five\n",
    "folded with comment": "a: >- # why @\n  one\n  two @\n",
    "plain": "a: one two @ three\n",
    "plain on two lines": "a: one two\n  three @ four\n",
    "single quotes": "a: 'one two @'\n",
    "single quotes, doubled": "a: 'it''s @ three'\n",
    "single quotes on two lines": "a: 'it''s\n\n  @ three'\n",
    "double quotes": 'a: "one @ two"\n',
    "double quotes, escapes": 'a: "\\"q\\" \\x41 \\u00e9 \\U0001F600 \\t \\n \\/ \\\\ @ two"\n',
    "double quotes, continued": 'a: "one \\\n   two\\ \\\n   @ three"\n',
    "double quotes, folded": 'a: "one\n   two @\n   three"\n',
    "far characters": "a: 'é 😀 @'\n",
}


@pytest.mark.parametrize("style", STYLES)
def test_every_visible_character_is_found_in_the_file(style: str) -> None:
    text = STYLES[style]
    here = place(text).below(("a",))
    value = here.written()
    lines = text.splitlines()

    assert "@" in value
    for offset, character in enumerate(value):
        at = here.inside(offset)
        found = lines[at.line - 1][at.column - 1 :]
        if character == "@" or (not character.isspace() and "\\" not in text and "''" not in text):
            assert found.startswith(character), (offset, at)


@pytest.mark.parametrize("style", STYLES)
def test_the_end_of_the_text_is_in_the_file(style: str) -> None:
    here = place(STYLES[style]).below(("a",))

    for offset in (len(here.written()), len(here.written()) + 5):
        at = here.inside(offset)
        assert 1 <= at.line <= STYLES[style].count("\n") + 1
        assert at.column >= 1


@given(st.text("ab\"\\\n\t é'"), st.integers(0, 40))
def test_an_escaped_text_is_searched_without_failing(text: str, offset: int) -> None:
    here = place(f"a: {json.dumps(text)}\n").below(("a",))

    at = here.inside(offset)
    assert at.line == 1
    assert at.column >= 1
