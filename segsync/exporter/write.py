"""Pulled files are written below a folder that holds nothing yet."""

from collections.abc import Mapping
from pathlib import Path

from segsync.diagnostics import Location, error
from segsync.errors import InvalidInputError
from segsync.yamlfile import write_atomically


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts by relative path; the folder is made if it is missing.

    Raises `InvalidInputError` when the folder holds anything but hidden files, before anything is
    written.
    """
    if folder.exists():
        present = (
            sorted(each.name for each in folder.iterdir() if not each.name.startswith("."))
            if folder.is_dir()
            else [folder.name]
        )
        if present:
            summary = f"the folder is not empty: it has {present[0]}"
            detail = "Name a folder that does not exist yet, and move the files from there."
            problem = error("not-empty", summary, detail=detail, at=Location(folder.as_posix()))
            raise InvalidInputError([problem])
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text)
