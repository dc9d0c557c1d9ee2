"""Kills applies at every point and counts what was lost.

python -m tests.faults.crashes.sweep short      the sweep of the test suite
python -m tests.faults.crashes.sweep whole      every point of every kind; takes long
python -m tests.faults.crashes.sweep NAME       one line of the table
"""

import argparse
import gc
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tests.faults.crashes.fuse import make_up_time
from tests.faults.crashes.stories import Case, Verdict, World, play

_MOST_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Sweep:
    """Many stories over one scenery: each `step`-th point, from `first` on.

    Each block of the scenery makes 26 changes. `again` is where the run after the first is killed.
    """

    name: str
    told: str
    like: Case
    blocks: int = 3
    step: int = 1
    first: int = 1
    faults: tuple[str, ...] = ("",)
    again: tuple[int, ...] = (0,)


_KEPT: Final = Case(0)
_LOST: Final = replace(_KEPT, journal="lost")
_TORN: Final = replace(_KEPT, journal="torn")
_POWER: Final = replace(_KEPT, power_cut=True)
_MANY: Final = replace(_KEPT, parallelism=5)
_CLONES: Final = replace(_KEPT, rival="clone")
_LOCKED: Final = replace(_KEPT, rival="folder")
_PAIRS: Final = (
    "WRITE p=0.1 seed=1 500-after",
    "WRITE p=0.1 seed=2 drop-after",
    "WRITE p=0.1 seed=3 truncated",
    "WRITE p=0.1 seed=4 503-before",
    "p=0.1 seed=5 429 retry-after=1",
    "p=0.05 seed=6 drop",
    "WRITE p=0.2 seed=7 lag=3",
)
# One of each other kind but `rate`, which answers 429 as well.
_KINDS: Final = tuple(
    f"{when} seed={seed} {kind}"
    for when, seed, kind in (
        ("WRITE p=0.1", 8, "reset-after"),
        ("WRITE p=0.1", 9, "cut"),
        ("WRITE p=0.1", 10, "empty"),
        ("WRITE p=0.1", 11, "malformed"),
        ("WRITE p=0.1", 12, "html"),
        ("WRITE p=0.1", 13, "wrong-type"),
        ("WRITE p=0.1", 14, "null-data"),
        ("WRITE p=0.1", 15, "nan"),
        ("WRITE p=0.1", 16, "duplicate-keys"),
        ("WRITE p=0.1", 17, "deep"),
        ("WRITE p=0.1", 18, "huge=1"),
        ("WRITE p=0.1", 19, "bad-utf8"),
        ("WRITE p=0.1", 20, "redirect"),
        ("p=0.1", 21, "latency=200"),
        ("p=0.1", 22, "drip=1"),
    )
)
# Those of the settlement, and some later.
_AGAIN: Final = (*range(1, 25), 40, 80, 160)

SHORT: Final = (
    Sweep("short-many", "killed in five calls", _MANY, blocks=1, step=190, first=90),
    Sweep("short-kept", "killed", _KEPT, blocks=1, step=83, first=31),
    Sweep("short-torn", "killed, journal torn", _TORN, blocks=1, step=400, first=100),
    Sweep("short-lost", "killed, journal lost", _LOST, blocks=1, step=150, first=60),
    Sweep("short-twice", "killed twice", _KEPT, blocks=1, step=400, first=90, again=(7, 15)),
    Sweep("short-pairs", "fault and kill", _KEPT, 1, 400, first=150, faults=_PAIRS[:4:3]),
    Sweep("short-clones", "two applies of two clones", _CLONES, blocks=1, step=151, first=80),
    Sweep("short-locked", "two applies of one clone", _LOCKED, blocks=1, step=400, first=120),
)
WHOLE: Final = (
    Sweep("kept", "killed at every point, journal kept", _KEPT),
    Sweep("lost", "killed at a point, journal lost", _LOST, step=3),
    Sweep("torn", "killed at a point, last line of the journal torn", _TORN, step=3),
    Sweep("power", "power cut at a point", _POWER, step=3),
    Sweep("many", "killed at a point with five calls at once", _MANY, step=3),
    Sweep("twice", "killed, and killed again", _KEPT, blocks=1, step=5, again=_AGAIN),
    Sweep("pairs", "a fault and a kill", _KEPT, blocks=1, step=7, faults=_PAIRS),
    Sweep("pairs-lost", "a fault and a kill, journal lost", _LOST, 1, 7, faults=_PAIRS),
    Sweep("kinds", "a fault of another kind and a kill", _KEPT, 1, 9, faults=_KINDS),
    Sweep("clones", "two applies of two clones", _CLONES, blocks=1),
    Sweep("locked", "two applies of one clone", _LOCKED, blocks=1, step=7),
)
_GROUPS: Final = {"short": SHORT, "whole": WHOLE}


def perform(sweeps: Sequence[Sweep], *, jobs: int) -> Iterator[tuple[Sweep, list[Verdict]]]:
    """Play all stories of these sweeps, some at a time; the folders of bad ones are left."""
    folder = Path(tempfile.mkdtemp(prefix="segsync-sweep-"))
    worlds = {each: World(folder / f"{each}", each) for each in {each.blocks for each in sweeps}}
    gc.freeze()
    for sweep in sweeps:
        world = worlds[sweep.blocks]
        yield sweep, list(_played(world, list(_cases(sweep, world)), jobs))


def _cases(sweep: Sweep, world: World) -> Iterator[Case]:
    for fault in sweep.faults:
        like = replace(sweep.like, fault=fault)
        for at in range(sweep.first, world.count_points(like) + 1, sweep.step):
            yield from (replace(like, at=at, again=again) for again in sweep.again)


def _played(world: World, cases: Sequence[Case], jobs: int) -> Iterator[Verdict]:
    """Play the stories in forks that share the cases out among themselves."""
    readers = [_worker(world, cases, number, jobs) for number in range(jobs)]
    for reader in readers:
        with os.fdopen(reader) as lines:
            for line in lines:
                index, kills, point, problems = json.loads(line)
                yield Verdict(cases[index], kills, point, tuple(problems))
    for _ in readers:
        _, status = os.wait()
        assert status == 0


def _worker(world: World, cases: Sequence[Case], first: int, jobs: int) -> int:
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        return reader
    code = 1
    try:
        with os.fdopen(writer, "w") as lines:
            for index in range(first, len(cases), jobs):
                found = play(world, cases[index], str(index))
                row = (index, found.kills, found.point, found.problems)
                lines.write(f"{json.dumps(row)}\n")
        code = 0
    finally:
        os._exit(code)


def main() -> int:
    """Perform sweeps and print a line for each; return 1 when anything was lost."""
    parser = argparse.ArgumentParser(description="Kill applies at every point.")
    parser.add_argument("name", choices=[*_GROUPS, *(each.name for each in (*SHORT, *WHOLE))])
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--step", type=int, help="in place of that of the table")
    options = parser.parse_args()
    named = [each for each in (*SHORT, *WHOLE) if each.name == options.name]
    sweeps = [
        replace(each, step=options.step or each.step) for each in _GROUPS.get(options.name, named)
    ]
    lost = sum(_tell(*each) for each in perform(sweeps, jobs=options.jobs))
    return 1 if lost else 0


def _tell(sweep: Sweep, verdicts: Sequence[Verdict]) -> int:
    wrong = [each for each in verdicts if each.problems]
    kills = sum(each.kills for each in verdicts)
    counts = f"{len(verdicts)} stories, {kills} kills, {len(wrong)} went wrong"
    lines = [f"{sweep.told}: {counts}"]
    for each in wrong[:_MOST_SHOWN]:
        lines += [f"  {each.case} {each.point}", *(f"    {problem}" for problem in each.problems)]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()
    return len(wrong)


if __name__ == "__main__":
    make_up_time()
    sys.exit(main())
