"""References."""

import pytest

from segsync.filterql import (
    Field,
    fields,
    includes,
    is_hex_id,
    parse,
    print_filter,
    replace_includes,
)

TEXT = (
    "FILTER AND (NOT INCLUDE b, OR (INCLUDE a, INCLUDE b), x = f(y), EXISTS z, "
    "p.q BETWEEN 1 AND 2, g IN (h), i + 1 > - 2, NOT *)"
)


def test_includes_are_found_left_to_right_with_duplicates() -> None:
    found = includes(parse(TEXT).filter)
    assert [include.reference for include in found] == ["b", "a", "b"]
    assert [TEXT[slice(*include.span)] for include in found] == [
        "INCLUDE b",
        "INCLUDE a",
        "INCLUDE b",
    ]


def test_comments_and_strings_hold_no_includes() -> None:
    text = 'FILTER AND (\n-- INCLUDE x\na = "INCLUDE y"\n)'
    assert includes(parse(text).filter) == ()


def test_fields() -> None:
    names = [field.left for field in fields(parse(TEXT).filter)]
    assert names == ["x", "y", "z", "p", "g", "h", "i"]
    assert Field("p", "q") in fields(parse(TEXT).filter)


def test_includes_are_renamed_everywhere_else_nothing() -> None:
    tree = parse(TEXT).filter
    renamed = replace_includes(tree, {"b": "new"})
    assert print_filter(renamed) == print_filter(tree).replace("INCLUDE b", "INCLUDE new")
    assert renamed.span == tree.span
    assert replace_includes(tree, {}) == tree


@pytest.mark.parametrize(
    ("reference", "is_id"),
    [
        ("0123456789abcdef01234567", True),
        ("0123456789abcdef0123456789abcdef", True),
        ("0123456789ABCDEF01234567", False),
        ("0123456789abcdef0123456", False),
        ("high_value", False),
        ("0123456789abcdef01234567\n", False),
    ],
)
def test_hex_ids(reference: str, *, is_id: bool) -> None:
    assert is_hex_id(reference) is is_id
