import sys

import pytest

from segsync.cli.progress import told
from segsync.outcome import Outcome, Result
from segsync.plan import Action, Change, Kind


def outcome(number: int, result: Result = Result.APPLIED, **texts: str) -> Outcome:
    change = Change(number, Kind.SEGMENT, Action.CREATE, f"s{number}", None, None, None)
    return Outcome(change, result, **texts)  # type: ignore[arg-type]


OUTCOMES = (
    outcome(1),
    outcome(2, Result.FAILED, reason="no luck"),
    outcome(3, note="look at it"),
    outcome(4, Result.SKIPPED, reason="waits for s2"),
)


def test_away_from_a_terminal_every_outcome_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert tuple(told(OUTCOMES, total=4)) == OUTCOMES
    assert capsys.readouterr().err == (
        "[1/4] created   s1   0.00 s\n"
        "[2/4] FAILED    s2   0.00 s\n"
        "      no luck\n"
        "[3/4] created   s3   0.00 s   look at it\n"
        "[4/4] skipped   s4   waits for s2\n"
    )


def test_on_a_terminal_good_news_gives_way_to_the_next(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "20")
    assert tuple(told(OUTCOMES, total=4)) == OUTCOMES
    clear = "\r\x1b[K"
    assert capsys.readouterr().err == (
        f"{clear}[1/4] created   s1 "
        f"{clear}[2/4] FAILED    s2   0.00 s\n      no luck\n"
        f"{clear}[3/4] created   s3   0.00 s   look at it\n"
        f"{clear}[4/4] skipped   s4   waits for s2\n"
        f"{clear}"
    )


@pytest.mark.parametrize(("width", "name"), [(30, "夏の会"), (31, "夏の会"), (32, "夏の会員")])
def test_a_line_of_wide_characters_stays_in_its_row(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int, name: str
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(width))
    group = Change(1, Kind.GROUP, Action.CREATE, "夏の会員", None, None, None)
    list(told([Outcome(group, Result.APPLIED)], total=1))
    assert capsys.readouterr().err == f'\r\x1b[K[1/1] created   group "{name}\r\x1b[K'


def test_a_line_that_fits_keeps_its_colors(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    list(told(OUTCOMES[:1], total=1))
    said = capsys.readouterr().err
    assert said.startswith("\r\x1b[K[1/1] \x1b[")
    assert "\n" not in said
