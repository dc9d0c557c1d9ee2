"""Checks the configuration, the files of the repository, and the state of an embedded sandbox."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from segsync.config import Settings, read_settings, settings_file
from segsync.diagnostics import Diagnostic, Severity
from segsync.errors import ExitCode, InvalidInputError
from segsync.inspection.checkup import Check, ok, problem, warning
from segsync.report.words import counted
from segsync.workflow.files import read_files

_SHOWN = 5


def root_of(config: Path | None, cwd: Path) -> Path:
    """Return the folder of the repository, as far as it can be found."""
    try:
        return settings_file(config, cwd).parent
    except InvalidInputError:
        return cwd


def configuration(
    config: Path | None, *, account: str | None, environ: Mapping[str, str], cwd: Path
) -> tuple[Check, Settings | None]:
    """Return whether the configuration can be used, and the settings if it can."""
    try:
        settings = read_settings(config, account=account, environ=environ, cwd=cwd)
    except InvalidInputError as wrong:
        summaries, ways_out = _told(wrong.diagnostics)
        return problem("configuration", summaries, ways_out, ExitCode.INVALID_INPUT), None
    file = _told_from(settings_file(config, cwd), cwd.resolve())
    others = len(settings.accounts) - 1
    more = f", {others} more in it" if others else ""
    return ok("configuration", f'{file}, account "{settings.account.name}"{more}'), settings


def _told_from(path: Path, folder: Path) -> str:
    """Return a path as it is told to somebody in a folder."""
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


def _told(diagnostics: Iterable[Diagnostic]) -> tuple[str, str]:
    """Return what is wrong in one line, and the ways out below each other."""
    found = tuple(diagnostics)
    places = [f"{each.location}: " if each.location else "" for each in found]
    summaries = [f"{place}{each.summary}" for place, each in zip(places, found, strict=True)]
    rest = [f"and {len(summaries) - _SHOWN} more"] if len(summaries) > _SHOWN else []
    return "; ".join(summaries[:_SHOWN] + rest), "\n".join(
        dict.fromkeys(each.detail for each in found if each.detail)
    )


def files(settings: Settings) -> Check:
    """Return whether the files can be read and have no errors."""
    folder = settings.audiences
    if not folder.is_dir():
        found = f"there is no folder {_told_from(folder, settings.root)}"
        way_out = "Make it, or correct audiences: in segsync.yaml. segsync pull fills it."
        return problem("files", found, way_out, ExitCode.INVALID_INPUT)
    loaded = read_files(settings)
    errors = sum(each.severity is Severity.ERROR for each in loaded.diagnostics)
    segments = counted(len(loaded.desired.segments), "segment")
    told = f"{segments} and {counted(len(loaded.desired.groups), 'group')}"
    where = f"in {counted(loaded.files, 'file')}"
    if errors:
        found = f"{counted(errors, 'error')} {where}"
        return problem("files", found, _validate(settings), ExitCode.INVALID_INPUT)
    if loaded.diagnostics:
        found = f"{told} {where}, and {counted(len(loaded.diagnostics), 'warning')}"
        return warning("files", found, _validate(settings))
    return ok("files", f"{told} {where}")


def _validate(settings: Settings) -> str:
    """Return the command that shows what is wrong, which may be so for this account alone."""
    of_account = f" --account {settings.account.name}" if len(settings.accounts) > 1 else ""
    return f"Run segsync validate{of_account}."


def sandbox(file: Path, *, root: Path) -> tuple[Check, bool]:
    """Return whether the state of an embedded sandbox can be used, and whether it is there."""
    # Imported here: only an embedded account needs the sandbox.
    from segsync.sandbox.errors import SandboxStateError  # noqa: PLC0415
    from segsync.sandbox.store import open_store  # noqa: PLC0415

    name = _told_from(file, root)
    if not file.exists():
        return ok("sandbox", f"{name} is not there yet: the first plan makes it"), False
    try:
        with closing(open_store(file)) as store, store.read():
            return ok("sandbox", f"{name} can be used"), True
    except SandboxStateError as wrong:
        way_out = "Start afresh with segsync sandbox reset; the old file is kept."
        return problem("sandbox", str(wrong), way_out, ExitCode.INVALID_INPUT), False
