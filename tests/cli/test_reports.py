from pathlib import Path

import click
import pytest

from segsync.cli.reports import Target, destination, write_report
from tests.cli.shell import Shell


def test_an_unknown_format_is_told_with_those_that_there_are(shell: Shell) -> None:
    ended = shell("drift --report jsn")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.endswith(
        "Error: Invalid value for '--report': 'jsn' is not a report format;"
        " choose from text, json, markdown.\n"
    )


def test_an_equals_sign_without_a_file_means_standard_output(shell: Shell) -> None:
    assert shell("validate --report text=").out == "No problems in 1 file.\n"


def test_standard_output_can_have_several_reports(shell: Shell) -> None:
    out = shell("validate --report text --report text").out
    assert out == "No problems in 1 file.\nNo problems in 1 file.\n"


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("an old and longer report")
    write_report(file, "new\n")
    assert file.read_text() == "new\n"
    assert list(tmp_path.iterdir()) == [file]


def test_an_empty_file_keeps_its_place_for_others_who_append_to_it(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.touch()
    inode = file.stat().st_ino
    write_report(file, "new\n")
    assert (file.read_text(), file.stat().st_ino) == ("new\n", inode)


def test_a_device_is_written_to(shell: Shell) -> None:
    ended = shell("validate --report text=/dev/null")
    assert (ended.code, ended.out) == (0, "")


def test_places_that_cannot_work_are_refused_early(tmp_path: Path) -> None:
    with pytest.raises(click.BadParameter, match="is a folder"):
        destination(tmp_path)
    with pytest.raises(click.BadParameter, match="there is no folder"):
        destination(tmp_path / "nowhere" / "report.txt")
    assert destination(tmp_path / "report.txt") == tmp_path / "report.txt"


def test_targets_are_values() -> None:
    assert Target("text", None) == Target("text", None)
