"""Every trap of the API is caught by a test that fails when its guard is taken out."""

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.contract.traps import TRAPS, Trap

ROOT = Path(__file__).parents[2]
WITHOUT_CACHES = shutil.ignore_patterns("__pycache__", "cassettes")


@pytest.mark.parametrize("trap", TRAPS, ids=str)
def test_a_guard_and_its_tests_are_where_the_table_says(trap: Trap) -> None:
    assert (ROOT / trap.file).read_text(encoding="utf-8").count(trap.old) == 1, (
        f"the guard against {trap.id} has moved: bring `old` in tests/contract/traps.py up to date"
    )
    for test in trap.tests:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), test


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the repository in which all tests of the table pass."""
    root = tmp_path_factory.mktemp("copy")
    for each in ("segsync", "tests", "docs"):
        shutil.copytree(ROOT / each, root / each, ignore=WITHOUT_CACHES)
    shutil.copy(ROOT / "pyproject.toml", root)
    assert failures(root, sorted({test for trap in TRAPS for test in trap.tests})) == set()
    return root


@pytest.mark.soak
@pytest.mark.parametrize("trap", TRAPS, ids=str)
def test_without_the_guard_its_tests_fail(trap: Trap, copy: Path) -> None:
    file = copy / trap.file
    whole = file.read_text(encoding="utf-8")
    try:
        file.write_text(whole.replace(trap.old, trap.new), encoding="utf-8")
        assert failures(copy, trap.tests) == {each.partition("::")[2] for each in trap.tests}
    finally:
        file.write_text(whole, encoding="utf-8")


def failures(copy: Path, tests: Sequence[str]) -> set[str]:
    """Return the names of those tests that fail in the copy."""
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header", "--tb=no"]
    found = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-B", "-m", "pytest", *options, *tests],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode in (0, 1), found.stdout + found.stderr
    return set(re.findall(r"^FAILED \S+?::(\w+)", found.stdout, re.MULTILINE))
