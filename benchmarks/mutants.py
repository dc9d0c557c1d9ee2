"""Change the core in one place at a time with mutmut, and list the changes that no test notices.

    make mutants MODULES="segsync/planning/matching.py segsync/planning/decide.py"

What is committed is copied to a temporary folder, so the checkout is not touched. A mutant that
the tests of its own module let live is tried once more with those of the whole folder. One process
works at a time: a module of 150 lines takes some minutes, and the whole core some hours.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_CANONICAL = Path("segsync/filterql/canonical.py")
_FOLDERS = ("segsync/planning", "segsync/applier")

# Modules without tests of their own, and those whose tests are nearest to them.
_NEAREST = {"board": "scheduler"}

# Folders that are tested by the tests of the command that they are for as well.
_ELSEWHERE = {Path("segsync/planning/undoing"): "tests/cli/test_rollback*.py"}

# Seconds for one test; what waits for ever, as workers under a wrong lock do, ends with it.
_PATIENCE = 10

# What mutmut stores of one: a failed test, an error outside of the tests, or an endless loop.
_KILLED = {1, 3, 36, 24, -24, 152, 255}
_SETTINGS = """
[tool.mutmut]
source_paths = ["segsync"]
only_mutate = ["{module}"]
pytest_add_cli_args = ["-p", "no:cacheprovider", "-m", "not soak", "--timeout", "{patience}"]
timeout_constant = 5.0
timeout_multiplier = 3.0
pytest_add_cli_args_test_selection = {tests}
"""

# One process for all, because `mutmut show` takes a second for each.
_SHOW = """
import sys
from mutmut.mutation.diff_apply import get_diff_for_mutant
for name in sys.argv[2:]:
    print(name)
    for line in get_diff_for_mutant(name, path=sys.argv[1]).splitlines():
        if line[:2] in {"- ", "+ "}:
            print(line)
"""


def main() -> None:
    """Print a row for each module named, or for all, and the changes that no test noticed."""
    named = [Path(each) for each in sys.argv[1:]]
    modules = named or [_CANONICAL, *_modules()]
    print("| module | mutants | killed | survived |\n| --- | --- | --- | --- |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "segsync"
        _run("git", "clone", "--quiet", str(_ROOT), str(copy), folder=_ROOT)
        settings = (copy / "pyproject.toml").read_text("utf-8")
        for module in modules:
            _measure(module, copy, settings)


def _modules() -> Iterable[Path]:
    for folder in _FOLDERS:
        for path in sorted((_ROOT / folder).rglob("*.py")):
            if path.name != "__init__.py":
                yield path.relative_to(_ROOT)


def _measure(module: Path, copy: Path, settings: str) -> None:
    # What is left of another module would be taken for up to date.
    shutil.rmtree(copy / "mutants", ignore_errors=True)
    left: list[str] = []
    total = 0
    for tests in _selections(module, copy):
        chosen = json.dumps([str(each) for each in tests])
        text = settings + _SETTINGS.format(module=module, tests=chosen, patience=_PATIENCE)
        (copy / "pyproject.toml").write_text(text, "utf-8")
        _mutmut("run", "--max-children", "1", *left, folder=copy)
        results = _results(module, copy)
        left = [each for each in left or results if results[each] not in _KILLED]
        total = len(results)
        if not left:
            break
    print(f"| `{module}` | {total} | {total - len(left)} | {len(left)} |", flush=True)
    print(_run(sys.executable, "-c", _SHOW, str(module), *left, folder=copy), end="", flush=True)


def _selections(module: Path, copy: Path) -> Iterable[list[Path]]:
    """Return the tests of the module alone, where it has some, and those around it."""
    folder = Path("tests", *module.parts[1:-1])
    nearest = folder / f"test_{_NEAREST.get(module.stem, module.stem)}.py"
    if (copy / nearest).exists():
        yield [nearest]
    if module != _CANONICAL:
        yield [folder]
    if module.parent in _ELSEWHERE:
        yield [each.relative_to(copy) for each in copy.glob(_ELSEWHERE[module.parent])]


def _results(module: Path, copy: Path) -> dict[str, int | None]:
    text = (copy / "mutants" / f"{module}.meta").read_text("utf-8")
    results: dict[str, int | None] = json.loads(text)["exit_code_by_key"]
    return results


def _mutmut(*arguments: str, folder: Path) -> str:
    return _run(sys.executable, "-m", "mutmut", *arguments, folder=folder)


def _run(*command: str, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} failed:\n{done.stdout[-3000:]}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
