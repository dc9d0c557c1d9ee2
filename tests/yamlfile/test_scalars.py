from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from segsync.yamlfile.scalars import plain_value, reads_as_text

ONLY_IN_YAML_1_1 = (
    "no No on off yes y n 2026-01-02 1:30 12:30:45 0b11 1_000 = << - + . 1.2.3 0x 0o8 1e nUll"
    " tRUE .e1 1111111111111111111"
)


@pytest.mark.parametrize("text", ONLY_IN_YAML_1_1.split())
def test_what_yaml_1_1_takes_for_something_else_stays_text(text: str) -> None:
    assert plain_value(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("FALSE", False),
        ("010", 10),
        ("-7", -7),
        ("0o10", 8),
        ("0x1F", 31),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-1.", -1.0),
        ("-.inf", float("-inf")),
        ("9" * 18, int("9" * 18)),
    ],
)
def test_constants_and_numbers_follow_yaml_1_2(text: str, value: object) -> None:
    assert plain_value(text) == value
    assert type(plain_value(text)) is type(value)


def test_not_a_number_is_a_number() -> None:
    assert plain_value(".nan") != plain_value(".nan")


@given(st.text(alphabet="0123456789abcdefonyx_.:+-~<= ", max_size=12))
def test_what_reads_as_text_is_text_for_readers_of_yaml_1_1_too(text: str) -> None:
    if reads_as_text(text):
        resolver: Any = yaml.resolver.Resolver()
        assert resolver.resolve(yaml.ScalarNode, text, (True, False)) == "tag:yaml.org,2002:str"
        assert plain_value(text) == text
