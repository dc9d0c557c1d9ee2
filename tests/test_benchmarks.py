"""The benchmarks work; how fast anything is, no test asks."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks import run


def test_each_kind_of_benchmark_runs_at_its_smallest_and_prints_its_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(run, "runtime_python", lambda: sys.executable)
    monkeypatch.setattr(run, "ANSWERS", tmp_path)
    # What is timed is not measured as well.
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    recorded = [{"q": "FILTER a = 1"}, {"q": "FILTER"}, {"ast": {"ident": "a"}}]
    (tmp_path / "generated.jsonl").write_text("\n".join(map(json.dumps, recorded)))
    run.main(["start", "filterql", "plan", "apply", "--rounds", "1", "--share", "0"])
    table = capsys.readouterr().out.splitlines()
    rows = [line.split(" | ")[0].strip("| ") for line in table if "---" not in line]
    # A row of its own for each set, but only if there is a lark to measure against.
    assert [each for each in rows if "lark" not in each] == [
        "figure",
        "python -c pass, CPU",
        'python -c "import click", CPU',
        "segsync --help, CPU",
        "to the import of click",
        "FilterQL read in plain form",
        "FilterQL parsed",
        "FilterQL printed",
        "FilterQL made canonical",
        "FilterQL parsed, generated of the reference",
        "floor of a plan of 20 unchanged, CPU",
        "plan of 20 unchanged, CPU",
        "to its floor",
        "peak memory",
        "20 creates at 50 ms, ideal",
        "apply phase",
        "apply phase to ideal",
        "whole process to ideal",
    ]


def test_an_unknown_benchmark_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run.main(["speed"])
    assert "there is no benchmark speed" in capsys.readouterr().err
