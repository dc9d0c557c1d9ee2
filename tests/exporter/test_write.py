from pathlib import Path

import pytest

from segsync.errors import InvalidInputError
from segsync.exporter import write_files


def test_files_are_written_below_a_new_folder(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "audiences"

    write_files(folder, {"groups.yaml": "a\n", "segments/x.yaml": "b\n"})

    assert (folder / "groups.yaml").read_text() == "a\n"
    assert (folder / "segments" / "x.yaml").read_text() == "b\n"


def test_a_folder_with_hidden_files_only_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / ".gitkeep").touch()

    write_files(tmp_path, {"groups.yaml": "a\n"})

    assert (tmp_path / "groups.yaml").exists()


def test_nothing_is_written_into_a_folder_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").touch()

    with pytest.raises(InvalidInputError, match=r"the folder is not empty: it has mine\.yaml"):
        write_files(tmp_path, {"groups.yaml": "a\n"})

    assert [each.name for each in tmp_path.iterdir()] == ["mine.yaml"]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "audiences").touch()

    with pytest.raises(InvalidInputError, match="the folder is not empty"):
        write_files(tmp_path / "audiences", {"groups.yaml": "a\n"})
