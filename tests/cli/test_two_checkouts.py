"""Two checkouts of one account on one machine, and two machines: one of two applies stops."""

import signal
import time
from pathlib import Path

import pytest

from segsync.sandbox.edits import edit_segment
from tests.cli.shell import FILES, Shell

TOKEN = {"LYTICS_API_TOKEN": "sandbox"}
NEW = "  - {{slug_name: n{0}, name: N, segment_ql: FILTER visits > {0}}}\n"
CHANGED = FILES.replace("visits > 2", "visits > 3")


@pytest.fixture
def other(shell: Shell, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Return another checkout of the same repository."""
    made = Shell(tmp_path_factory.mktemp("other"), shell.monkeypatch, shell.read)
    made.audiences(CHANGED)
    return made


def share_account(shell: Shell, other: Shell) -> None:
    other.write("segsync.yaml", (shell.root / "segsync.yaml").read_text())


def test_an_apply_in_another_checkout_names_who_writes_and_stops(
    shell: Shell, other: Shell
) -> None:
    shell.audiences(FILES + "".join(NEW.format(number) for number in range(60)))
    with shell.served(latency_ms=100) as store:
        share_account(shell, other)
        first = shell.spawn("apply --auto-approve --parallelism 1", env=TOKEN)
        while not store.writes:
            assert first.poll() is None
            time.sleep(0.005)
        second = other("apply --auto-approve", **TOKEN)
        first.send_signal(signal.SIGINT)
        ended = shell.ended(first)
    assert ended.code == 130, ended.err
    assert (second.code, second.out) == (6, "")
    assert "account 1234 is being written to by segsync apply of " in second.err
    assert f"(process {first.pid}, since " in second.err


def test_where_no_state_is_kept_the_fingerprints_alone_protect(
    shell: Shell, other: Shell, tmp_path: Path
) -> None:
    nowhere = {"XDG_STATE_HOME": str(tmp_path / "segsync.yaml"), **TOKEN}
    with shell.served() as store:
        share_account(shell, other)
        assert other("plan --out plan.json", **nowhere).code == 0
        edit_segment(store, "active", name="Theirs")
        ended = other("apply plan.json", **nowhere)
    assert ended.code == 8
    assert "  - segment active was changed\n" in ended.err
    assert store.writes == ()


def test_an_embedded_account_leaves_nothing_in_the_users_state(
    shell: Shell, tmp_path_factory: pytest.TempPathFactory
) -> None:
    state = tmp_path_factory.mktemp("home")
    shell.audiences(CHANGED)
    assert shell("apply --auto-approve", XDG_STATE_HOME=str(state)).code == 0
    assert list(state.iterdir()) == []
