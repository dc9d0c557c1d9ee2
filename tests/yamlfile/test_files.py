import os
from pathlib import Path

import pytest

from segsync.yamlfile import write_atomically


def test_a_new_file_gets_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()

    write_atomically(tmp_path / "new", "é\n")

    assert (tmp_path / "new").read_bytes() == "é\n".encode()
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_file_that_exists_keeps_its_permissions(tmp_path: Path) -> None:
    file = tmp_path / "old"
    file.write_text("before")
    file.chmod(0o640)

    write_atomically(file, "after")

    assert file.read_text() == "after"
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_failure_leaves_the_old_content_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "old"
    file.write_text("before")

    def full(_descriptor: int) -> None:
        message = "No space left on device"
        raise OSError(message)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(file, "after")

    assert file.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["old"]


def test_what_fails_names_the_file_and_not_the_temporary_one() -> None:
    with pytest.raises(OSError, match=r"'/proc/p\.json'$"):
        write_atomically(Path("/proc/p.json"), "x")
