"""Hostile and ordinary files, read by libyaml and by the composer in Python."""

import subprocess
import sys
import time
from unicodedata import category

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from segsync.yamlfile import read_yaml
from segsync.yamlfile.composer import PythonComposer, fastest_composer
from segsync.yamlfile.guard import UNSAFE_CHARACTER

COMPOSERS = [fastest_composer(), PythonComposer]

# What is wrong, the file, and what a person is told.
WRONG = {
    "tab": ("a:\n\t- x\n", "2:1: a tab cannot indent a line"),
    "backtick": ("a: `x`\n", "1:4: a text without quotes cannot begin with `"),
    "colon": ("a: b: c\n", '1:5: a ":" cannot stand here'),
    "open list": ("a: [1\n", "1:4: this [ is never closed, or a comma is missing"),
    "open mapping": ("a: {b: 1\n", "1:4: this { is never closed, or a comma is missing"),
    "open quote": ("a: 'x\n", "1:4: this quote is never closed"),
    "document in quote": ('a: "x\n---\n', "1:4: this quote is never closed"),
    "star": ("a: *b\n", "1:4: a text without quotes cannot begin with *"),
    "anchor twice": ("a: &x 1\nb: &x 2\n", "2:4: this anchor is defined twice"),
    "tag": ("a: !!python/object:x 1\n", "1:4: the YAML tag tag:yaml.org,2002:python/object:x"),
    "tag on a list": ("a: !x [1]\n", "1:4: the YAML tag !x is not allowed"),
    "tag on a key": ("!x a: 1\n", "1:1: the YAML tag !x is not allowed"),
    "tag handle": ("a: !e!x 1\n", "1:4: YAML tags are not allowed"),
    "merge": ("<<: {a: 1}\n", "1:1: merge keys (<<) are not read"),
    "twice": ("a: 1\nb: 2\na: 3\n", '3:1: the key "a" stands here twice'),
    "number as key": ("1: a\n", "1:1: a key must be text"),
    "list as key": ("? [a]\n: 1\n", "1:3: a key must be text"),
    "escape in quotes": ('a: "\\e[31m"\n', "1:4: the character U+001B is not allowed"),
    "bidi": ("a: b\nc: d\u202ee\n", "2:5: the character U+202E is not allowed"),
    "zero width": ("a: wo\u200brd\n", "1:6: the character U+200B is not allowed"),
    "soft hyphen": ("a: wo\xadrd\n", "1:6: the character U+00AD is not allowed"),
    "tag letter": ("a: b\U000e0041\n", "1:5: the character U+E0041 is not allowed"),
    "zero width in quotes": ('a: "\\u200b"\n', "1:4: the character U+200B is not allowed"),
    "escape": ("a: \x1b\n", "1:4: the character U+001B is not allowed"),
    "itself": ("a: &x [*x]\n", "1:1: the aliases in this document stand for more than 10,000"),
    "version": ("%YAML 9.9\n---\na\n", "1:1: this is not YAML"),
}


def told(text: str | bytes, composer: type[PythonComposer] = COMPOSERS[0]) -> list[str]:
    raw = text if isinstance(text, bytes) else text.encode()
    found = read_yaml(raw, "x.yaml", composer=composer).diagnostics
    assert all(each.location is not None and each.location.path == "x.yaml" for each in found)
    return [f"{str(each.location).removeprefix('x.yaml:')}: {each.summary}" for each in found]


def values(text: str | bytes, composer: type[PythonComposer] = COMPOSERS[0]) -> list[object]:
    raw = text if isinstance(text, bytes) else text.encode()
    return [each.value for each in read_yaml(raw, "x.yaml", composer=composer).documents]


@pytest.mark.parametrize("composer", COMPOSERS)
@pytest.mark.parametrize("name", [each for each in WRONG if each != "version"])
def test_what_is_wrong_is_told_with_its_place(name: str, composer: type[PythonComposer]) -> None:
    text, expected = WRONG[name]

    assert [each.startswith(expected) for each in told(text, composer)] == [True]


def test_a_directive_for_another_yaml_is_refused() -> None:
    assert told(WRONG["version"][0])[0].startswith("1:1: this is not YAML")


@pytest.mark.parametrize("composer", COMPOSERS)
@pytest.mark.parametrize(
    "text",
    ["a: no\nb: [1, ~, x: y]\nc: |\n  l\n   m\nd: 'q'\ne: \"z\\n\"\n", "[]", "a: {}\n---\nb: 1\n"],
)
def test_both_composers_give_the_same_values(text: str, composer: type[PythonComposer]) -> None:
    assert values(text, composer) == values(text)


def test_ordinary_values_are_read() -> None:
    text = "a: no\nb: 2026-01-02\nc: [1, 2.5, true, ~, '3']\nd: |\n  x\n  y\ne:\n"

    assert values(text) == [
        {
            "a": "no",
            "b": "2026-01-02",
            "c": [1, 2.5, True, None, "3"],
            "d": "x\ny\n",
            "e": None,
        }
    ]


def test_several_documents_are_read_and_empty_ones_left_out() -> None:
    assert values("a: 1\n---\n---\n# nothing\n---\nb: 2\n") == [{"a": 1}, {"b": 2}]
    assert values("") == []


def test_documents_before_a_syntax_error_are_read() -> None:
    read = read_yaml(b"a: 1\n---\nb: [\n", "x.yaml")

    assert [each.value for each in read.documents] == [{"a": 1}]
    assert not read.complete


def test_all_problems_of_a_file_are_told_in_one_run() -> None:
    assert told("a: 1\na: 2\n3: x\n---\nb: !t 1\n") == [
        '2:1: the key "a" stands here twice',
        "3:1: a key must be text",
        "5:4: the YAML tag !t is not allowed",
    ]


def test_a_byte_order_mark_and_windows_line_ends_are_accepted() -> None:
    assert values(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n  y\r\n") == [{"a": 1, "b": "x\ny\n"}]


def test_bytes_that_are_not_utf_8_are_refused_with_their_place() -> None:
    assert told(b"a: 1\nb: \xe9\n") == ["2:4: the file is not UTF-8: byte 0xe9 cannot stand here"]


def test_a_file_that_is_too_large_is_refused() -> None:
    assert told(b"#" * (1024 * 1024 + 1)) == ["1:1: the file is larger than 1,048,576 bytes"]


def test_aliases_are_read_as_long_as_they_are_few() -> None:
    assert values("a: &x [1]\nb: *x\n") == [{"a": [1], "b": [1]}]


def test_an_alias_bomb_is_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]

    assert told("\n".join(lines))[0].startswith("1:1: the aliases in this document stand for more")


@pytest.mark.parametrize("composer", COMPOSERS)
@pytest.mark.parametrize(
    "text",
    [
        *("[" * 50_000, "{a: " * 50_000, "- " * 50_000, "? " * 50_000, "[" * 70 + "]" * 70),
        "".join(f"{' ' * n}a:\n" for n in range(99)),
    ],
)
def test_deep_nesting_neither_crashes_nor_takes_long(
    text: str, composer: type[PythonComposer]
) -> None:
    started = time.process_time()

    assert "deeper than 64 levels" in told(text, composer)[0]
    assert time.process_time() - started < 5


def test_many_brackets_that_do_not_nest_are_fine() -> None:
    text = "a:\n" + "  - [x, {y: z}]\n" * 1_000

    assert values(text) == [{"a": [["x", {"y": "z"}]] * 1_000}]


def test_a_file_with_a_syntax_error_and_many_brackets_is_told() -> None:
    assert told("a:\n" + "  - [x]\n" * 1_000 + "b: [\n") == ["1003:1: a value is missing here"]


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail(raw: bytes) -> None:
    for composer in COMPOSERS:
        read_yaml(raw, "x.yaml", composer=composer)


@given(st.text(alphabet="ab:-[]{}'\"|>\n #&*!?%@`\\,~0", max_size=60))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    for composer in COMPOSERS:
        read_yaml(text.encode(), "x.yaml", composer=composer)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text("ab1 no:#\n'\"-"),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("ab no"), inner),
        max_leaves=20,
    )
)
def test_what_pyyaml_dumps_is_read_back(value: object) -> None:
    dumped = yaml.safe_dump([value], default_flow_style=False, sort_keys=False)

    assert values(dumped) == [[value]]


def test_without_libyaml_the_composer_is_in_python() -> None:
    code = (
        "import sys; sys.modules['yaml._yaml'] = None\n"
        "from segsync.yamlfile import read_yaml\n"
        "from segsync.yamlfile.composer import PythonComposer, fastest_composer\n"
        "assert fastest_composer() is PythonComposer\n"
        "assert read_yaml(b'a: [no]', 'x').documents[0].value == {'a': ['no']}\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own code


def test_no_character_that_formats_text_is_allowed() -> None:
    formats = [chr(each) for each in range(sys.maxunicode) if category(chr(each)) == "Cf"]

    assert [each for each in formats if not UNSAFE_CHARACTER.search(each)] == []


def test_a_flood_of_documents_is_cut_off() -> None:
    read = read_yaml(b"--- 1\n" * 3_000, "a.yaml")
    assert len(read.documents) == 2_000
    assert not read.complete
    (problem,) = read.diagnostics
    assert str(problem) == (
        "a.yaml:2001:1: error: the file has more than 2,000 documents [too-many-documents]\n"
        "    Split it into several files, or write one list of segments."
    )
