"""Which files of a folder are audience files, and what they hold; no link leads outside."""

import os
import stat
from collections.abc import Iterator
from errno import EAGAIN
from pathlib import Path

from segsync.diagnostics import Diagnostic, Location, error
from segsync.yamlfile import ReadFile, read_yaml
from segsync.yamlfile.guard import MAX_BYTES

_SUFFIXES = (".yaml", ".yml")
_PART_BYTES = 64 * 1024


def shown(path: Path, root: Path) -> str:
    """Return how people know a path: relative to the root if it lies below, with slashes."""
    text, above = str(path), f"{root}{os.sep}"
    if text.startswith(above) and os.pardir not in path.parts:
        return text[len(above) :].replace(os.sep, "/")  # nearly always, and in a tenth of the time
    return Path(os.path.relpath(path, root)).as_posix()


def audience_files(folder: Path) -> Iterator[Path]:
    """Yield the audience files below a folder in sorted order, and links to folders.

    Hidden files and folders are left out, and so is what lies directly in a folder `tests`: those
    are audience tests.
    """
    return (path for path, is_test in _files(folder) if not is_test)


def audience_test_files(folder: Path) -> Iterator[Path]:
    """Yield the files with audience tests below a folder in sorted order."""
    return (path for path, is_test in _files(folder) if is_test)


def _files(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Yield every file that is read at all, and whether it holds audience tests."""
    entries = sorted(os.scandir(folder), key=lambda each: each.name)
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(path)
        elif entry.is_symlink() and _is_folder(path):
            yield path, False
        elif entry.name.endswith(_SUFFIXES):
            yield path, folder.name == "tests"


def _is_folder(path: Path) -> bool:
    """Return whether a link leads to a folder; one that leads to itself leads nowhere."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises for some links


def read_audience_file(path: Path, folder: Path, root: Path) -> ReadFile:
    """Read one file; what cannot be opened becomes a diagnostic."""
    name = shown(path, root)
    problem = None if _is_usual(path) else _link_problem(path, folder, name) or _no_file(path, name)
    if problem:
        return ReadFile((), (problem,), complete=False)
    try:
        raw = _content(path)
    except OSError as refusal:
        summary = f"the file cannot be read: {refusal.strerror or refusal}"
        detail = "Make it readable, or remove it."
        found = error("unreadable-file", summary, detail=detail, at=Location(name))
        return ReadFile((), (found,), complete=False)
    return read_yaml(raw, name)


def _content(path: Path) -> bytes:
    """Return the bytes of a file, at most one more than a file may have."""
    parts: list[bytes] = []
    room = MAX_BYTES + 1
    # In parts, because a buffer for the largest file costs more than to read a usual one.
    with path.open("rb", buffering=0) as stream:
        before = os.fstat(stream.fileno())
        while room and (part := stream.read(min(room, _PART_BYTES))):
            parts.append(part)
            room -= len(part)
        after = os.fstat(stream.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise OSError(EAGAIN, "somebody changed it while it was read; run this again")
    return b"".join(parts)


def _is_usual(path: Path) -> bool:
    """Return whether this is a regular file and no link; False also when nobody can tell."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _link_problem(path: Path, folder: Path, name: str) -> Diagnostic | None:
    if not path.is_symlink():
        return None
    if _is_folder(path):
        summary = "links to folders are not followed"
    elif not Path(os.path.realpath(path)).is_relative_to(folder.resolve()):
        summary = "this link leads out of the folder of the audience files"
    else:
        return None
    return error("link", summary, detail="Put the files themselves here.", at=Location(name))


def _no_file(path: Path, name: str) -> Diagnostic | None:
    """Return why a pipe or a device is not opened: reading it could take for ever."""
    if path.is_file() or not path.exists():
        return None
    summary = "this is no regular file"
    return error(
        "not-a-file", summary, detail="Remove it, or name it otherwise.", at=Location(name)
    )
