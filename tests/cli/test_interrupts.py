import json
import os
import signal
import time

import pytest

from segsync.cli.interrupts import graceful_stop
from segsync.errors import ExitCode
from segsync.sandbox.controls import add_fault
from tests.cli.shell import FILES, Shell

NAMES = tuple(f"n{number:02}" for number in range(24))
MANY = FILES + "".join(
    f"  - {{slug_name: {name}, name: {name}, segment_ql: FILTER visits > 1}}\n" for name in NAMES
)


class LeftError(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_to_stop_and_the_second_leaves(
    number: signal.Signals,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    codes: list[int] = []

    def leave(code: int) -> None:
        codes.append(code)
        raise LeftError

    monkeypatch.setattr(os, "_exit", leave)
    with graceful_stop(last_words="Left.") as stop:
        assert not stop.is_set()
        signal.raise_signal(number)
        assert stop.is_set()
        with pytest.raises(LeftError):
            signal.raise_signal(number)
    assert codes == [ExitCode.INTERRUPTED]
    said = "Stopping: the calls in flight finish first. Once more to stop now.\nLeft.\n"
    assert capfd.readouterr().err == said


def test_afterwards_signals_mean_what_they_meant_before() -> None:
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    with graceful_stop():
        assert signal.getsignal(signal.SIGINT) is not before[0]
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == before


def test_ctrl_c_lets_calls_in_flight_finish_and_the_next_apply_does_the_rest(
    shell: Shell,
) -> None:
    shell.audiences(MANY)
    token = {"LYTICS_API_TOKEN": "sandbox"}
    with shell.served(latency_ms=60) as store:
        process = shell.spawn("apply --auto-approve --parallelism 2", env=token)
        while len(store.writes) < 2:
            assert process.poll() is None
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        ended = shell.ended(process)
        written = len(store.writes)
        again = shell("apply --auto-approve", **token)
        plan = shell("plan --detailed-exitcode", **token)
    assert ended.code == 130
    assert "Stopping: the calls in flight finish first." in ended.err
    assert 2 <= written < len(NAMES)
    assert f"Applied: {written} created," in ended.out
    assert f"0 failed, {len(NAMES) - written} skipped." in ended.out
    assert "interrupted" in ended.err
    assert (again.code, plan.code) == (0, 0)
    assert sorted(shell.slugs()) == sorted(["active", "buyers", "foreign", *NAMES])


def test_ctrl_c_ends_the_wait_for_an_account_that_asks_to_be_left_alone(shell: Shell) -> None:
    shell.audiences(MANY)
    with shell.served() as store:
        add_fault(store, "WRITE 429 every=1 retry-after=50")
        process = shell.spawn("apply --auto-approve", env={"LYTICS_API_TOKEN": "sandbox"})
        while not any(each.status == 429 for each in store.requests):
            assert process.poll() is None
            time.sleep(0.005)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        ended = shell.ended(process)
        seconds = time.monotonic() - began
    assert ended.code == 130
    assert seconds < 40
    assert "somebody asked to stop before it was sent again (HTTP 429)" in ended.out
    assert "interrupted" in ended.out
    assert store.writes == ()


def test_a_second_ctrl_c_does_not_wait(shell: Shell) -> None:
    shell.audiences(MANY)
    with shell.served(latency_ms=600) as store:
        process = shell.spawn(
            "apply --auto-approve --parallelism 1", env={"LYTICS_API_TOKEN": "sandbox"}
        )
        while not store.writes:
            assert process.poll() is None
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        while "Stopping" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        ended = shell.ended(process)
    assert ended.code == 130
    assert ended.err.endswith("Stopped. Run segsync plan to see what is left.\n")
    assert "Applied:" not in ended.out, "it waited for the calls in flight and reported"


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("segsync.workflow.plans.build_plan", "interrupted; nothing was written to the account"),
        ("segsync.cli.carrying.apply_report", "interrupted"),
        ("segsync.cli.recovering._say", "interrupted"),
    ],
)
def test_that_nothing_was_written_is_said_only_where_it_is_so(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, where: str, told: str
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    shell.audiences(MANY)
    if where == "segsync.cli.recovering._say":
        shell.write(".segsync/journal/0.jsonl", "{}\n")
    monkeypatch.setattr(where, interrupt)
    ended = shell("apply --auto-approve --report text --report json=failure.json")
    assert ended.code == 130
    assert ended.err.endswith(f"\n{told.capitalize()}.\n")
    error = json.loads((shell.root / "failure.json").read_text())["error"]
    assert (error["kind"], error["summary"]) == ("interrupted", told)
    assert error["way_out"] == "Run it again."
