import shutil
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

from segsync.inspection.checkup import Check, Status
from segsync.workflow.checkup import machine


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A git repository that ignores nothing yet."""
    run(tmp_path, "init", "-q")
    (tmp_path / ".segsync/journal").mkdir(parents=True)
    return tmp_path


def run(root: Path, *arguments: str) -> None:
    git = shutil.which("git")
    assert git is not None
    subprocess.run([git, "-C", str(root), *arguments], check=True)  # noqa: S603 - our own words


def test_the_versions_of_everything_that_runs_are_told() -> None:
    check = machine.versions()
    assert check.status is Status.OK
    assert "httpx " in check.found
    assert "deepdiff " in check.found


@pytest.mark.parametrize(
    ("requirement", "version", "fits"),
    [
        ("httpx>=0.28,<0.29", "0.28.1", True),
        ("httpx>=0.28,<0.29", "0.29.0", False),
        ("httpx>=0.28,<0.29", "0.27.9", False),
        ("httpx>0.28", "0.28.1", True),
        ("httpx<=0.28.1", "0.28.1", True),
        ("httpx", "9", True),
        ("httpx>=0.28; extra == 'x'", "0.1", True),
    ],
)
def test_a_library_that_does_not_fit_is_named(
    monkeypatch: pytest.MonkeyPatch, requirement: str, version: str, *, fits: bool
) -> None:
    monkeypatch.setattr(metadata, "requires", lambda _: [requirement])
    monkeypatch.setattr(metadata, "version", lambda _: version)
    check = machine.versions()
    assert check.status is (Status.OK if fits else Status.WARNING)
    assert (f"httpx {version} is not {requirement.removeprefix('httpx')}" in check.found) != fits


def test_an_ignored_folder_is_well(root: Path) -> None:
    (root / ".gitignore").write_text(".segsync/\n")
    assert machine.git(root) == Check("git", Status.OK, ".segsync/ is ignored")


def test_a_folder_that_is_not_ignored_is_told_with_the_line_to_add(root: Path) -> None:
    check = machine.git(root)
    assert (check.status, check.way_out) == (
        Status.WARNING,
        "Add the line .segsync/ to .gitignore.",
    )


def test_committed_state_is_told_whatever_is_ignored(root: Path) -> None:
    (root / ".segsync/sandbox.db").write_text("x")
    run(root, "add", ".segsync/sandbox.db")
    (root / ".gitignore").write_text(".segsync/\n")
    check = machine.git(root)
    assert (check.status, check.found) == (
        Status.WARNING,
        "files of .segsync/ are committed, .segsync/sandbox.db first",
    )


def test_without_git_nothing_is_claimed(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert machine.git(root) == Check("git", Status.UNKNOWN, "not checked: there is no git here")


def test_a_git_that_does_not_answer_says_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(*arguments: object, **options: object) -> None:
        del arguments, options
        raise subprocess.TimeoutExpired(cmd="git", timeout=10)

    monkeypatch.setattr(subprocess, "run", hang)
    assert machine.git(root).status is Status.UNKNOWN


def test_a_run_that_was_cut_short_is_told_with_the_way_to_settle_it(tmp_path: Path) -> None:
    folder = tmp_path / ".segsync/journal"
    folder.mkdir(parents=True)
    (folder / "20261123T100000Z-abc.jsonl").write_text('{"record": "run"}\n')
    done = '{"record": "finish", "ended": "completed", "in_flight": 0}\n'
    (folder / "20261123T110000Z-def.jsonl").write_text(done)
    assert machine.journals(tmp_path) == Check(
        "journal",
        Status.WARNING,
        "cut short, and not yet settled: 20261123T100000Z-abc",
        "Run segsync apply: it reads the journal first and settles what was in flight.",
    )
    (folder / "20261123T100000Z-abc.jsonl").unlink()
    assert machine.journals(tmp_path) == Check(
        "journal", Status.OK, "no run was cut short (1 on record)"
    )


def test_a_journal_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / ".segsync/journal/run.jsonl").mkdir(parents=True)
    check = machine.journals(tmp_path)
    assert check.status is Status.WARNING
    assert "run.jsonl cannot be read" in check.found
