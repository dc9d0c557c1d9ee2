import os
from pathlib import Path

import pytest

from segsync.loader.sources import audience_files, audience_test_files, read_audience_file
from tests.loader.conftest import Repository

SEGMENT = "segments: [{slug_name: a, name: A, segment_ql: '*'}]\n"


def test_hidden_files_audience_tests_and_other_files_are_left_out(repository: Repository) -> None:
    for name in (
        *("b.yaml", "a.yml", "sub/deep/c.yaml", "tests/sub/d.yaml"),
        *(".hidden.yaml", ".hidden/e.yaml", "tests/f.yaml", "sub/tests/g.yml", "h.json", "README"),
    ):
        repository.write(name, "")

    found = [
        each.relative_to(repository.folder).as_posix() for each in audience_files(repository.folder)
    ]

    assert found == ["a.yml", "b.yaml", "sub/deep/c.yaml", "tests/sub/d.yaml"]


def test_audience_tests_are_what_lies_in_a_folder_tests(repository: Repository) -> None:
    for name in (
        *("b.yaml", "tests/b.yaml", "sub/tests/a.yml", "tests/sub/d.yaml", "tests/README"),
        *("tests/.hidden.yaml", ".hidden/tests/e.yaml", "tests.yaml"),
    ):
        repository.write(name, "")

    found = [
        each.relative_to(repository.folder).as_posix()
        for each in audience_test_files(repository.folder)
    ]

    assert found == ["sub/tests/a.yml", "tests/b.yaml"]


def test_a_link_to_a_file_in_the_folder_is_followed(repository: Repository) -> None:
    repository.write("tests/a.yaml", SEGMENT)
    (repository.folder / "b.yaml").symlink_to("tests/a.yaml")

    assert list(repository.load().desired.segments) == ["a"]


def test_a_link_that_leads_out_of_the_folder_is_refused(repository: Repository) -> None:
    (repository.root / "secret.yaml").write_text(SEGMENT)
    (repository.folder / "b.yaml").symlink_to("../secret.yaml")
    (repository.folder / "c.yaml").symlink_to("nowhere.yaml")

    assert repository.told() == [
        (
            "audiences/b.yaml:1:1: error: this link leads out of the folder of the audience files"
            " [link]\n    Put the files themselves here."
        ),
        (
            "audiences/c.yaml:1:1: error: the file cannot be read: No such file or directory"
            " [unreadable-file]\n    Make it readable, or remove it."
        ),
    ]


def test_a_link_to_a_folder_is_refused_and_not_passed_over(repository: Repository) -> None:
    (repository.root / "more").mkdir()
    (repository.folder / "more").symlink_to("../more")

    assert repository.told() == [
        (
            "audiences/more:1:1: error: links to folders are not followed [link]\n"
            "    Put the files themselves here."
        )
    ]


def test_no_more_of_a_file_is_read_than_is_allowed(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    with file.open("wb") as stream:
        stream.truncate(10 * 1024**3)

    read = read_audience_file(file, tmp_path, tmp_path)

    assert [each.code for each in read.diagnostics] == ["file-too-large"]


def test_a_pipe_is_told_and_not_waited_for(repository: Repository) -> None:
    os.mkfifo(repository.folder / "pipe.yaml")
    (repository.folder / "link.yaml").symlink_to("pipe.yaml")

    assert repository.told() == [
        f"audiences/{name}.yaml:1:1: error: this is no regular file [not-a-file]\n"
        "    Remove it, or name it otherwise."
        for name in ("link", "pipe")
    ]


def test_a_file_that_changes_while_it_is_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("segments: []\n")
    real = os.fstat
    seen: list[int] = []

    def fstat(descriptor: int) -> os.stat_result:
        if seen:
            path.write_text("segments: [] # edited\n")
        seen.append(descriptor)
        return real(descriptor)

    monkeypatch.setattr(os, "fstat", fstat)
    (told,) = read_audience_file(path, tmp_path, tmp_path).diagnostics
    assert told.code == "unreadable-file"
    assert told.summary == (
        "the file cannot be read: somebody changed it while it was read; run this again"
    )
