"""Checks what is on this machine: versions, git, journals of earlier runs."""

import platform
import re
import subprocess
from importlib import metadata
from pathlib import Path
from shutil import which

from segsync import __version__
from segsync.errors import JournalError
from segsync.inspection.checkup import Check, ok, unknown, warning
from segsync.journal import open_runs, run_files

STATE_FOLDER = ".segsync"
JOURNALS = f"{STATE_FOLDER}/journal"

# A requirement as this project writes them: `httpx>=0.28,<0.29`.
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)((?:[<>]=?[0-9.]+,?)*)\Z")
_BOUND = re.compile(r"([<>]=?)([0-9.]+)")
_GIT_SECONDS = 10


def versions() -> Check:
    """Return which segsync, Python and libraries run, and whether they fit together."""
    requirements = [each.replace(" ", "") for each in metadata.requires("segsync") or ()]
    wanted = [found for each in requirements if (found := _REQUIREMENT.match(each))]
    present = {each[1]: metadata.version(each[1]) for each in wanted}
    libraries = ", ".join(f"{name} {present[name]}" for name in sorted(present, key=str.lower))
    system = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    told = f"segsync {__version__}, {system}; {libraries}"
    unfit = [
        f"{each[1]} {present[each[1]]} is not {each[2]}"
        for each in wanted
        if not _fits(present[each[1]], each[2])
    ]
    if unfit:
        way_out = "Install segsync anew, in a virtual environment of its own."
        return warning("versions", f"{told}; {'; '.join(unfit)}", way_out)
    return ok("versions", told)


def _fits(version: str, bounds: str) -> bool:
    """Return whether a version keeps to bounds such as `>=0.28,<0.29`, as numbers."""
    found = _numbers(version)
    tests = {
        ">=": lambda bound: found >= bound,
        ">": lambda bound: found > bound,
        "<=": lambda bound: found <= bound,
        "<": lambda bound: found < bound,
    }
    return all(tests[each[1]](_numbers(each[2])) for each in _BOUND.finditer(bounds))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in re.findall(r"[0-9]+", version.partition("+")[0])[:3])


def git(root: Path) -> Check:
    """Return whether git leaves the state of segsync out: journals and the local Lytics."""
    if which("git") is None:
        return unknown("git", "not checked: there is no git here")
    if _git(root, "rev-parse", "--is-inside-work-tree").strip() != "true":
        return unknown("git", f"not checked: {root} is in no git repository")
    tracked = _git(root, "ls-files", "--", STATE_FOLDER).splitlines()
    if tracked:
        way_out = f"Take them out: git rm -r --cached {STATE_FOLDER}, and ignore the folder."
        return warning(
            "git", f"files of {STATE_FOLDER}/ are committed, {tracked[0]} first", way_out
        )
    if not _git(root, "check-ignore", f"{STATE_FOLDER}/journal"):
        way_out = f"Add the line {STATE_FOLDER}/ to .gitignore."
        return warning("git", f"{STATE_FOLDER}/ is not ignored, and could be committed", way_out)
    return ok("git", f"{STATE_FOLDER}/ is ignored")


def _git(root: Path, *arguments: str) -> str:
    """Return what git says; nothing when it says no, or nothing in time."""
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command, capture_output=True, text=True, timeout=_GIT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def journals(root: Path) -> Check:
    """Return whether an earlier run was cut short and left something open."""
    folder = root / JOURNALS
    try:
        left = [each.stem for each in open_runs(folder)]
    except JournalError as problem:
        return warning("journal", str(problem), "Make the file readable, or move it away.")
    if left:
        way_out = "Run segsync apply: it reads the journal first and settles what was in flight."
        return warning("journal", f"cut short, and not yet settled: {', '.join(left)}", way_out)
    number = len(run_files(folder))
    return ok("journal", f"no run was cut short ({number} on record)")
