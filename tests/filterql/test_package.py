"""The package as a whole."""

import segsync.filterql


def test_the_exported_names_exist_and_are_sorted() -> None:
    names = segsync.filterql.__all__
    assert list(names) == sorted(names)
    assert all(hasattr(segsync.filterql, name) for name in names)
