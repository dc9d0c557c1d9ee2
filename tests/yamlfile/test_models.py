from typing import Annotated, Literal, Required

import pytest
from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from segsync.yamlfile import explain, read_yaml


def refuse(text: str) -> str:
    if text == "bad":
        message = "this is bad\nWrite good."
        raise ValueError(message)
    return text


@with_config(ConfigDict(strict=True, extra="forbid"))
class Inner(TypedDict, total=False):
    name: Required[str]
    is_public: bool
    word: Annotated[str, AfterValidator(refuse)]


@with_config(ConfigDict(strict=True, extra="forbid"))
class Outer(TypedDict, total=False):
    inner: list[Inner]
    count: Annotated[int, Field(ge=0)]
    state: Literal["present", "absent"]
    map: dict[str, str]


KEYS = {
    (): frozenset(Outer.__annotations__),
    ("inner",): frozenset(Inner.__annotations__),
}


def told(text: str) -> list[str]:
    document = read_yaml(text.encode(), "x.yaml").documents[0]
    with pytest.raises(ValidationError) as raised:
        TypeAdapter(Outer).validate_python(document.value)
    return [str(each) for each in explain(raised.value, document.place, keys=KEYS)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("inner: x", '1:8: error: expected a list, found the text "x" [wrong-type]'),
        (
            "inner:",
            (
                "1:7: error: expected a list, found nothing [wrong-type]\n"
                "    Give it a value, or remove the key."
            ),
        ),
        ("map: [1]", "1:6: error: expected a mapping, found a list [wrong-type]"),
        ("inner: [x]", '1:9: error: expected a mapping, found the text "x" [wrong-type]'),
        ("inner: [{}]", '1:9: error: "name" is missing [missing-key]\n    Add name.'),
        (
            "inner: [{name: 012}]",
            (
                "1:16: error: expected text, found a number [wrong-type]"
                '\n    Write it in quotes: "012".'
            ),
        ),
        (
            "inner: [{name: true}]",
            (
                "1:16: error: expected text, found true [wrong-type]"
                '\n    Write it in quotes: "true".'
            ),
        ),
        ("inner: [{name: {a: 1}}]", "1:16: error: expected text, found a mapping [wrong-type]"),
        (
            "inner: [{name: x, is_public: Yes}]",
            (
                '1:30: error: expected true or false, found the text "Yes" [wrong-type]'
                "\n    Write true."
            ),
        ),
        (
            "inner: [{name: x, is_public: maybe}]",
            '1:30: error: expected true or false, found the text "maybe" [wrong-type]',
        ),
        (
            "inner: [{nmae: x, name: y}]",
            '1:10: error: unknown key "nmae" [unknown-key]\n    Did you mean "name"?',
        ),
        (
            "zzz: 1",
            (
                '1:1: error: unknown key "zzz" [unknown-key]'
                "\n    Known keys: count, inner, map, state."
            ),
        ),
        (
            "inner: [{name: x, word: bad}]",
            "1:25: error: this is bad [wrong-value]\n    Write good.",
        ),
        (
            "state: gone",
            '1:8: error: expected "present" or "absent", found the text "gone" [wrong-value]',
        ),
        ("count: -1", "1:8: error: input should be greater than or equal to 0 [wrong-value]"),
        ("count: |\n  a\n  b", "1:8: error: expected a whole number, found a text [wrong-type]"),
    ],
)  # fmt: skip
def test_errors_are_plain_words_at_a_place(text: str, expected: str) -> None:
    assert told(text) == [f"x.yaml:{expected}"]


def test_every_error_of_a_document_is_told() -> None:
    assert len(told("inner: [{name: 1}, {}]\ncount: x\nzzz: 1")) == 4
