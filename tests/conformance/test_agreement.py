"""The figures of `make figures`: every goal is reached, and what is missing is said."""

from pathlib import Path

import pytest

from benchmarks import agreement
from benchmarks.agreement import ANSWERS, Figure


@pytest.mark.skipif(
    not ANSWERS.is_dir(), reason="the recorded answers are not beside this checkout"
)
def test_every_goal_is_reached(capsys: pytest.CaptureFixture[str]) -> None:
    code = agreement.main()
    told = capsys.readouterr().out
    assert [line for line in told.splitlines() if line.endswith("MISSED")] == []
    assert (code, told.count("goal")) == (0, 13)


def test_without_the_answers_it_says_where_they_should_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "answers"
    assert agreement.main(folder) == 3
    assert capsys.readouterr().out == (
        f"No figures: the recorded answers are not here; there is no folder {folder}.\n"
    )


def test_a_goal_that_is_missed_shows_and_is_the_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "oracle.jsonl").write_text('{"q": "FILTER a = 1", "ok": false}\n')
    for name in ("generated", "pairs", "evaluation"):
        (tmp_path / f"{name}.jsonl").write_text("")
    assert agreement.main(tmp_path) == 2
    assert "oracle: accepted or refused alike" in capsys.readouterr().out


def test_a_figure_without_cases_misses_its_goal() -> None:
    assert not Figure("a", 0, 0, goal=0.5).met
    assert str(Figure("a", 0, 0)).split() == ["a", "0", "of", "0", "-"]
    assert str(Figure("a", 1, 3, goal=0.5)).endswith("33.33 %  goal 50 %  MISSED")
