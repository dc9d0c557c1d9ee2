"""The package as a whole."""

import subprocess
import sys

import pytest

import segsync.filterql


def test_the_exported_names_exist_and_are_sorted() -> None:
    names = segsync.filterql.__all__
    assert list(names) == sorted(names)
    assert all(hasattr(segsync.filterql, name) for name in names)


def test_a_name_that_is_not_exported_is_told_as_for_any_module() -> None:
    with pytest.raises(AttributeError, match=r"^module 'segsync.filterql' has no attribute 'x'$"):
        getattr(segsync.filterql, "x")  # noqa: B009 - the type checker knows that it is not there


def test_the_parser_is_imported_by_who_parses() -> None:
    code = (
        "import sys; from segsync import filterql; before = set(sys.modules);"
        " filterql.parse('FILTER *'); print(*sorted(set(sys.modules) - before))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert "segsync.filterql.parser" in shown.stdout.split()
