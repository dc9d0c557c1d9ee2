import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from segsync.errors import ExitCode, LockedError
from segsync.lock import Holder, exclusive, exclusive_where_possible

ORIGIN = "https://api.example.com"
ANN = Holder(4711, "ann@laptop", "2026-11-23T03:30:45+00:00", "apply")
BOB = Holder(4712, "bob@laptop", "2026-11-23T03:31:00+00:00", "rollback")

HOLDING = """
import sys, time
from pathlib import Path
from segsync.lock import Holder, exclusive
with exclusive(Path(sys.argv[1]), Holder(1, "x@y", "now", "apply"), origin=sys.argv[2], aid=1):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_told_who_writes_to_the_account(tmp_path: Path) -> None:
    with (
        exclusive(tmp_path, ANN, origin=ORIGIN, aid=1),
        pytest.raises(LockedError) as refusal,
        exclusive(tmp_path, BOB, origin=ORIGIN, aid=1),
    ):
        pass
    assert str(refusal.value) == (
        "account 1 is being written to by segsync apply of ann@laptop (process 4711, since"
        " 2026-11-23T03:30:45+00:00); nothing was written. Try again later."
    )
    assert refusal.value.exit_code == ExitCode.REFUSED


def test_other_accounts_are_not_in_the_way(tmp_path: Path) -> None:
    with (
        exclusive(tmp_path, ANN, origin=ORIGIN, aid=1),
        exclusive(tmp_path, BOB, origin=ORIGIN, aid=2),
        exclusive(tmp_path, BOB, origin="https://eu.example.com", aid=1),
    ):
        assert len(list(tmp_path.iterdir())) == 3


def test_a_lock_is_free_again_after_its_run(tmp_path: Path) -> None:
    for holder in (ANN, BOB):
        with exclusive(tmp_path / "new", holder, origin=ORIGIN, aid=1):
            (file,) = (tmp_path / "new").iterdir()
            assert re.search(r'"pid": (\d+)', file.read_text()) is not None
            assert str(holder.pid) in file.read_text()


def test_a_holder_that_said_nothing_yet_is_another_run(tmp_path: Path) -> None:
    with exclusive(tmp_path, ANN, origin=ORIGIN, aid=1):
        (file,) = tmp_path.iterdir()
        file.write_text("")
        with (
            pytest.raises(LockedError, match="is being written to by another run;"),
            exclusive(tmp_path, BOB, origin=ORIGIN, aid=1),
        ):
            pass


def test_a_process_that_is_killed_leaves_no_lock_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDING, str(tmp_path), ORIGIN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with (
            pytest.raises(LockedError, match="of x@y"),
            exclusive(tmp_path, BOB, origin=ORIGIN, aid=1),
        ):
            pass
        process.kill()
        process.wait(10)
    with exclusive(tmp_path, BOB, origin=ORIGIN, aid=1):
        assert os.listdir(tmp_path)  # noqa: PTH208 - the file stays, and nobody holds it


def test_a_lock_that_is_held_is_respected_and_one_that_cannot_be_is_done_without(
    tmp_path: Path,
) -> None:
    file = tmp_path / "file"
    file.touch()
    for folder in (None, file / "state"):
        with exclusive_where_possible(folder, ANN, origin=ORIGIN, aid=1):
            pass
    with (
        exclusive_where_possible(tmp_path, ANN, origin=ORIGIN, aid=1),
        pytest.raises(LockedError, match="of ann@laptop"),
        exclusive_where_possible(tmp_path, BOB, origin=ORIGIN, aid=1),
    ):
        pass
