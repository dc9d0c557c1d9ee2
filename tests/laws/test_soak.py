"""The soak: random histories in random worlds until the time is up, each from a seed of its own.

`SOAK_SECONDS` is how long (1,200 unless set), `SOAK_SEED` the seed to begin with. The seed of a
history that breaks a law is told; `SOAK_SEED=<seed> SOAK_SECONDS=0` plays it again.
"""

import os
import shutil
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.laws.histories import History, some_rules
from tests.laws.odd import seeded
from tests.laws.test_world_laws import WRITABLE, possible

STEPS = 12


def some_world(random: Random) -> dict[str, bool]:
    share = random.choice([0.0, 0.1, 0.3, 0.5])
    return possible({name: random.random() < share for name in WRITABLE})


def live_through(history: History, random: Random) -> None:
    """Let things happen in any order, now and then in peace, and at the end in any case."""
    history.edit_files(random)
    for _ in range(STEPS):
        kind = random.random()
        if kind < 0.6 and random.random() < 0.7:
            history.edit_files(random)
        if kind < 0.15:
            history.edit_by_hand(random)
        elif kind < 0.5:
            history.apply(random, some_rules(random))
        elif kind < 0.85:
            history.kill(random, some_rules(random))
        elif kind < 0.93:
            history.pull(random)
        else:
            history.settle(random)
    history.settle(random)


def play(root: Path, seed: int) -> Counter[str]:
    """Play the history of one seed and return its figures; one in three goes over real HTTP."""
    random = seeded(seed)
    history = History(root, switches=some_world(random), over_http=seed % 3 == 0)
    try:
        live_through(history, random)
    finally:
        history.close()
    return history.figures


@pytest.mark.parametrize("seed", [1, 3])
def test_any_history_ends_as_the_files_say(tmp_path: Path, seed: int) -> None:
    play(tmp_path, seed)


def tell(line: str) -> None:
    # Where it is seen also from the workers of pytest-xdist.
    sys.stderr.write(f"{line}\n")


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_soak(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    ends = time.monotonic() + float(os.environ.get("SOAK_SECONDS", "1200"))
    seed = int(os.environ.get("SOAK_SEED") or time.time_ns() % 10**9)
    figures: Counter[str] = Counter()
    broken: list[int] = []
    with capfd.disabled():
        tell(f"\nsoak from SOAK_SEED={seed}")
        while not figures["histories"] or time.monotonic() < ends:
            root = tmp_path / str(seed)
            root.mkdir()
            try:
                figures += play(root, seed)
            except Exception:  # noqa: BLE001 - told, and the soak goes on to find others
                traceback.print_exc()
                tell(f"broken: SOAK_SEED={seed} SOAK_SECONDS=0 plays it again")
                broken.append(seed)
            shutil.rmtree(root)
            figures["histories"] += 1
            seed += 1
        for name, count in sorted(figures.items()):
            tell(f"{count:>9,} {name}")
    assert broken == []
