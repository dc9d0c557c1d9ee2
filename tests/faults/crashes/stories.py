"""Plays one story: applies that are killed or crossed by others, and one that finishes the job.

Each run is a fork of this process, which has everything loaded, and is killed for good.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final, NoReturn

from segsync.errors import ExitCode
from segsync.planning.matching import STEP_ASIDE
from segsync.sandbox.controls import add_fault, clear_faults
from segsync.sandbox.store import open_store
from tests.faults.crashes import scenery
from tests.faults.crashes.fuse import POINTS, Fuse, keep_time, take_time
from tests.faults.crashes.truth import Journals, Objects, in_comparable_form, objects, tail_torn

_APPLY: Final = ("apply", "--auto-approve", "--parallelism")
_KILLED: Final = -signal.SIGKILL
_MODULES: Final = "modules.json"


@dataclass(frozen=True, slots=True)
class Case:
    """One story: an apply killed at a point, another killed `again`, and one that is left alone.

    `journal` is kept, lost or torn before the next apply. `fault` is a rule of the sandbox that
    holds until the first apply is dead. With `rival` the first apply is not killed: at its point
    another one runs, in the same `folder` or in another `clone` of the repository.
    """

    at: int
    again: int = 0
    journal: str = "kept"
    fault: str = ""
    power_cut: bool = False
    parallelism: int = 1
    rival: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a story ended: how many runs were killed, at which point, and what is wrong with it."""

    case: Case
    kills: int
    point: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended; a negative code is the signal that killed it."""

    code: int
    out: str
    err: str


class World:
    """What all stories of a scenery begin with and must end with."""

    def __init__(self, folder: Path, blocks: int) -> None:
        self._folder = folder
        self._template = folder / "template"
        self.renamed = scenery.renamed(blocks)
        scenery.build(self._template, blocks)
        self.before = objects(self._template)
        calm = self.copy("calm")
        ended = run(calm, "calm")
        assert ended.code == 0, ended
        for module in json.loads((calm / _MODULES).read_text()):
            # What each run would load again.
            import_module(module)
        after = objects(calm)
        self.after = in_comparable_form(after, self.before)
        self.foreign = {key: row for key, row in self.before.items() if after.get(key) == row}

    def copy(self, name: str) -> Path:
        """Return a new repository in the state in which all stories begin."""
        return Path(shutil.copytree(self._template, self._folder / name))

    def count_points(self, case: Case) -> int:
        """Return how many points a run passes when nothing kills it."""
        root = self.copy("counting")
        _spoil(root, case.fault)
        run(root, "counting", parallelism=case.parallelism)
        found: list[str] = json.loads((root / POINTS).read_text())
        shutil.rmtree(root)
        return len(found)


def run(
    root: Path,
    name: str,
    *,
    parallelism: int = 1,
    fuse: Fuse | None = None,
    beside: Callable[[], None] = lambda: None,
) -> Ended:
    """Run an apply in a fork of this process; what is `beside` it runs here meanwhile."""
    streams = root / f"{name}.out", root / f"{name}.err"
    child = os.fork()
    if child == 0:
        _become_apply(root, streams, parallelism, fuse or Fuse(root, name=name))
    beside()
    _, status = os.waitpid(child, 0)
    out, err = (each.read_text() for each in streams)
    return Ended(os.waitstatus_to_exitcode(status), out, err)


def _become_apply(root: Path, streams: tuple[Path, Path], parallelism: int, fuse: Fuse) -> NoReturn:
    code: object = 1
    before = set(sys.modules)
    try:
        for number, path in enumerate(streams, start=1):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), number)
        os.chdir(root)
        take_time(root)
        fuse.install()
        from segsync.cli.main import run as run_segsync  # noqa: PLC0415 - after time is made up

        sys.argv = ["segsync", *_APPLY, str(parallelism)]
        run_segsync()
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        (root / POINTS).write_text(json.dumps(fuse.points))
        used = sorted(each for each in set(sys.modules) - before if each.startswith("segsync."))
        (root / _MODULES).write_text(json.dumps(used))
        keep_time(root)
        os._exit(code if isinstance(code, int) else 1)


def _spoil(root: Path, rule: str) -> None:
    with closing(open_store(root / scenery.STATE)) as store:
        clear_faults(store)
        if rule:
            add_fault(store, rule)


def play(world: World, case: Case, name: str) -> Verdict:
    """Play one story to its end."""
    root = world.copy(name)
    problems: list[str] = []
    journals = Journals(root)
    points: list[str] = []
    if case.rival:
        problems += _crossed(world, root, case)
    else:
        points += _killed(root, case, journals)
    if case.journal == "lost":
        shutil.rmtree(root / scenery.JOURNALS, ignore_errors=True)
    elif case.journal == "torn":
        tail_torn(root)
    told = journals.to_tell()
    last = run(root, "last", parallelism=case.parallelism)
    was_late = "lag=" in case.fault and case.journal == "lost"
    if was_late and last.code in {ExitCode.PARTIAL, ExitCode.REFUSED}:
        # It saw an account of some seconds ago; what it could not do is told and done next time.
        last = run(root, "next", parallelism=case.parallelism)
    problems += _judged(world, root, last)
    problems += _lies(case, told, last)
    problems += [] if problems else _not_idle(root)
    if not problems:
        shutil.rmtree(root)
    return Verdict(case, len(points), " / ".join(points), tuple(problems))


def _killed(root: Path, case: Case, journals: Journals) -> Iterator[str]:
    """Kill applies, and yield the points where they died."""
    _spoil(root, case.fault)
    for label, at in (("first", case.at), ("second", case.again)):
        if not at:
            continue
        fuse = Fuse(root, name=label, at=at, power_cut=case.power_cut)
        ended = run(root, label, parallelism=case.parallelism, fuse=fuse)
        journals.note(label)
        if case.fault:
            _spoil(root, "")
        if ended.code == _KILLED:
            yield json.loads((root / POINTS).read_text())[-1]


def _crossed(world: World, root: Path, case: Case) -> Iterator[str]:
    """Let an apply be crossed by another one, and yield what is wrong with how they ended."""
    other = root
    if case.rival == "clone":
        other = world.copy(f"{root.name}-clone")
        scenery.share_account(other, root)
    (here, there), (back, forth) = os.pipe(), os.pipe()
    rivals: list[Ended] = []

    def meet() -> None:
        os.write(there, b"!")
        os.read(back, 1)

    def cross() -> None:
        os.close(there)
        if os.read(here, 1):
            rivals.append(run(other, "rival"))
            os.write(forth, b"!")

    fuse = Fuse(root, name="first", at=case.at, meanwhile=meet)
    first = run(root, "first", parallelism=case.parallelism, fuse=fuse, beside=cross)
    for descriptor in (here, back, forth):
        os.close(descriptor)
    if other != root:
        shutil.rmtree(other)
    yield from _bad_endings(case, root, first, rivals)
    known = {row.get("slug_name") for row in (*world.before.values(), *world.after)}
    for slug in _ids_by_slug(objects(root)).keys() - known:
        if not slug.endswith(STEP_ASIDE):
            yield f"the stray {slug} was left for the next apply to remove"


def _bad_endings(case: Case, root: Path, first: Ended, rivals: Sequence[Ended]) -> Iterator[str]:
    right = {0, ExitCode.PARTIAL, ExitCode.STALE}
    # The other one may come between the two lists by which it is made sure that nothing is missing.
    has_seen_both = first.code == ExitCode.REFUSED and "table by table" in first.out
    is_right = first.code in right or (has_seen_both and not (root / "trail-first.jsonl").exists())
    if not is_right or (first.code == ExitCode.PARTIAL and "FAILED" not in first.out):
        yield f"the first apply ended with {first}"
    for rival in rivals:
        is_locked_out = "is being written to by segsync apply of" in rival.err
        if case.rival == "folder" and rival.code == ExitCode.REFUSED and is_locked_out:
            continue
        if rival.code not in right:
            yield f"the other apply ended with {rival}"


def _judged(world: World, root: Path, last: Ended) -> Iterator[str]:
    if last.code:
        yield f"the next apply ended with {last.code}: {last.out[-1500:]} {last.err[-1500:]}"
    after = objects(root)
    for key, row in world.foreign.items():
        if after.get(key) != row:
            yield f"{key} is nobody's business and was touched: {row} -> {after.get(key)}"
    found = in_comparable_form(after, world.before)
    yield from (f"it should not have {each}" for each in found if each not in world.after)
    yield from (f"it should have {each}" for each in world.after if each not in found)
    ids = _ids_by_slug(after)
    for slug, object_id in _ids_by_slug(world.before).items():
        if slug in world.renamed and ids.get(world.renamed[slug]) != object_id:
            yield f"{slug} lost its id on its way to {world.renamed[slug]}"


def _ids_by_slug(rows: Objects) -> dict[str, str]:
    return {row["slug_name"]: key for key, row in rows.items() if "slug_name" in row}


def _lies(case: Case, told: Sequence[str], last: Ended) -> Iterator[str]:
    """Yield what was said of the runs before and is not true.

    It must be all that there is to say, unless the journal has lost it. Of a write that went wrong
    by itself more is said than whether it took effect.
    """
    lines = [line for line in last.err.splitlines() if not line.startswith("[")]
    said = sorted(line.strip() for line in lines if line.startswith("  "))
    is_plain = case.journal == "kept" and not case.fault and not case.rival
    if is_plain and said != sorted(told):
        yield f"it said {said} and should have said {sorted(told)}"
    known = {line.partition(": ")[0] for line in told}
    for line in said:
        if line.endswith(" effect") and line.partition(": ")[0] in known and line not in told:
            yield f"it said {line!r} and should have said one of {told}"


def _not_idle(root: Path) -> Iterator[str]:
    again = run(root, "again")
    if again.code or "No changes." not in again.out or (root / "trail-again.jsonl").exists():
        yield f"a second apply had something to do: {again}"
