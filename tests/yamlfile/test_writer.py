from collections.abc import Mapping

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from segsync.yamlfile import Block, read_yaml, write_yaml
from segsync.yamlfile.writer import Writable


def test_a_document_is_laid_out_for_people() -> None:
    value: Mapping[str, Writable] = {
        "groups": [{"name": "A"}, {"name": "no", "text": "x: y"}],
        "rest": {
            "ql": Block("FILTER AND (\n\n  a\n)\n"),
            "stripped": Block("one\ntwo"),
            "many": ["word " * 5 + "end"] * 5,
            "empty": [],
            "nothing": {},
            "odd": [{}, [1], Block("x\ny\n")],
            "none": None,
            "number": 1.5,
            "switch": True,
            "off": False,
            "12": "12",
        },
    }

    assert (
        write_yaml(value, comment="By hand.")
        == """\
# By hand.

groups:
  - name: A

  - name: "no"
    text: "x: y"

rest:
  ql: |
    FILTER AND (

      a
    )
  stripped: |-
    one
    two
  many:
    - word word word word word end
    - word word word word word end
    - word word word word word end
    - word word word word word end
    - word word word word word end
  empty: []
  nothing: {}
  odd:
    - {}
    - [1]
    - |
      x
      y
  none: null
  number: 1.5
  switch: true
  "off": false
  "12": "12"
"""
    )


@pytest.mark.parametrize("text", ["", " x\n", "x \n", "x\n\n", "x\r\ny\n", "\n", "x\ny \n"])
def test_a_block_that_a_literal_cannot_hold_is_quoted(text: str) -> None:
    assert read_yaml(write_yaml({"a": Block(text)}).encode(), "").documents[0].value == {"a": text}


@pytest.mark.parametrize("text", ["\x00", "a\x1bb", "\u202e", "\u200b", "\ud800", "\u2028", "\x85"])
def test_text_that_would_be_refused_on_reading_is_not_written(text: str) -> None:
    with pytest.raises(ValueError, match=r"not allowed|not UTF-8"):
        write_yaml({"a": text})


def test_a_value_that_would_read_back_otherwise_is_not_written() -> None:
    with pytest.raises(ValueError, match="does not read back equal"):
        write_yaml({"a": 10**20})


safe = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]).filter(
        lambda each: each.isprintable()
    )
)
writable: st.SearchStrategy[Writable] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | safe | safe.map(Block),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(safe, inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(safe, writable, min_size=1, max_size=3))
def test_whatever_is_written_is_read_back_by_us(value: dict[str, Writable]) -> None:
    assert read_yaml(write_yaml(value).encode(), "").documents[0].value == value


@given(st.dictionaries(safe, st.lists(safe, max_size=3), min_size=1, max_size=3))
def test_readers_of_yaml_1_1_read_the_same(value: dict[str, Writable]) -> None:
    assert yaml.safe_load(write_yaml(value)) == value
