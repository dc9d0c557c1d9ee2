"""Nothing is lost, made twice or told wrongly when an apply is killed or crossed by another one."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.faults.crashes import scenery
from tests.faults.crashes.truth import in_comparable_form, objects

_TOKEN = {"LYTICS_API_TOKEN": "sandbox"}
_APPLY = "apply --auto-approve --allow-deletes 100 --allow-updates 100"


def swept(name: str) -> str:
    """Return what a sweep says, made in a process of its own: only one without threads may fork."""
    hidden = ("COV", "SEGSYNC_", "LYTICS_")
    env = {name: each for name, each in os.environ.items() if not name.startswith(hidden)}
    ended = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "tests.faults.crashes.sweep", name],
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[3],
        env=env,
        text=True,
    )
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
    return ended.stdout


@pytest.mark.timeout(600)  # many processes, on a machine that may be busy
def test_the_next_apply_finishes_what_a_killed_or_crossed_one_has_left() -> None:
    assert swept("short").count(" 0 went wrong\n") == 8


@pytest.mark.soak
@pytest.mark.parametrize(
    "name",
    ["kept", "lost", "torn", "power", "many", "twice", "pairs", "pairs-lost", "clones", "locked"],
)
def test_every_point_for_long(name: str) -> None:
    assert swept(name).endswith(" 0 went wrong\n")


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """Return a repository between which and its account lies every kind of change."""
    scenery.build(tmp_path, 2)
    monkeypatch.setattr("segsync.applier.patience.LONGEST", 0.0)
    return Shell(tmp_path, monkeypatch, capsys.readouterr)


def in_step(tmp_path: Path, shell: Shell) -> bool:
    """Return whether the account is as an undisturbed apply would have left it."""
    calm = tmp_path / "calm"
    scenery.build(calm, 2)
    before = objects(calm)
    wanted = Shell(calm, shell.monkeypatch, shell.read)
    assert wanted(_APPLY).code == 0
    found = in_comparable_form(objects(shell.root), before)
    return found == in_comparable_form(objects(calm), before)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(20))
def test_a_killed_process_over_http(shell: Shell, tmp_path: Path, number: int) -> None:
    with shell.served(latency_ms=10) as store:
        process = shell.spawn(_APPLY, env=_TOKEN)
        while len(store.writes) < 2 * number:
            assert process.poll() is None
            time.sleep(0.001)
        time.sleep(random.Random(number).random() / 50)  # noqa: S311 - not a secret
        process.send_signal(signal.SIGKILL)
        assert shell.ended(process).code == -signal.SIGKILL
        again = shell(_APPLY, **_TOKEN)
        last = shell("plan --detailed-exitcode", **_TOKEN)
    assert (again.code, last.code, last.err) == (0, 0, "")
    assert in_step(tmp_path, shell)
