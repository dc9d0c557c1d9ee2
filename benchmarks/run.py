"""Measures segsync against its speed goals; `make bench`, or `python benchmarks/run.py plan help`.

Goals are ratios of two things measured side by side, because a machine that is busy makes both
slower. `--write` keeps the table in benchmarks/results.md.
"""

import argparse
import json
import math
import platform
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.accounts import STATE, write_settings
from benchmarks.agreement import ANSWERS
from benchmarks.measure import ROOT, Command, cpu_s, interleaved, ratio, runtime_python, server

_PLAN_SIZE = 5_000
_GROWTH_SIZES = (500, 2_000, 5_000, 20_000)
_CREATES = 1_000
_LATENCY_MS = 50
_WORKERS = 10
_SMALLEST = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; `met` is None for a figure without a goal."""

    what: str
    value: str
    goal: str = ""
    met: bool | None = None

    def row(self) -> tuple[str, str, str, str]:
        """Return the cells."""
        return (self.what, self.value, self.goal, {None: "", True: "yes", False: "NO"}[self.met])


@dataclass(frozen=True, slots=True)
class Bench:
    """What every benchmark needs: an interpreter, a scratch folder, how often, and how big."""

    python: str
    scratch: Path
    rounds: int
    share: float

    def account(self, count: int, *, live: bool = True) -> Path:
        """Return a folder with audience files and the account that they describe."""
        folder = self.scratch / f"{count}{'' if live else '-empty'}"
        if not folder.exists():
            options = [] if live else ["--empty"]
            making = [self.python, "-m", "benchmarks.accounts", str(folder), str(count), *options]
            subprocess.run(making, check=True, cwd=ROOT)
        return folder

    def segsync(self, folder: Path, *arguments: str) -> Command:
        """Return a segsync command."""
        return Command([self.python, "-m", "segsync", *arguments], folder)

    def scaled(self, count: int) -> int:
        """Return the count, smaller when only a part was asked for."""
        return max(int(count * self.share), 2 * _SMALLEST)

    @contextmanager
    def served(self, folder: Path, *, latency_ms: int = 0) -> Iterator[str]:
        """Serve the account of a folder, and point the folder's configuration at it."""
        with server(self.python, folder / STATE, latency_ms=latency_ms) as url:
            write_settings(folder, url)
            yield url


def plan(bench: Bench) -> Iterator[Figure]:
    """Measure a plan that finds nothing to do against the least that it could cost."""
    count = bench.scaled(_PLAN_SIZE)
    folder = bench.account(count)
    with bench.served(folder) as url:
        floor = [bench.python, str(ROOT / "benchmarks" / "floor.py"), str(folder), url]
        costs = interleaved(
            {"plan": _unchanged(bench, folder), "floor": Command(floor, folder)},
            rounds=bench.rounds,
        )
    times = ratio(costs["plan"], costs["floor"])
    peak = max(each.peak_mb for each in costs["plan"])
    yield Figure(f"floor of a plan of {count:,} unchanged, CPU", _ms(cpu_s(costs["floor"])))
    yield Figure(f"plan of {count:,} unchanged, CPU", _ms(cpu_s(costs["plan"])))
    yield Figure("  to its floor", f"{times:.2f}", "<= 1.6, aim 1.3", times <= 1.6)  # noqa: PLR2004
    yield Figure("  peak memory", f"{peak:.0f} MB", "< 120 MB", peak < 120)  # noqa: PLR2004


def growth(bench: Bench) -> Iterator[Figure]:
    """Measure plans of several sizes; what each segment costs must not grow with their number."""
    start = _SMALLEST
    sizes = [bench.scaled(each) for each in _GROWTH_SIZES]
    with _all_served(bench, [start, *sizes]) as folders:
        commands = {str(size): _unchanged(bench, folders[size]) for size in folders}
        costs = interleaved(commands, rounds=bench.rounds)
    spent = {size: cpu_s(costs[str(size)]) for size in (start, *sizes)}
    each_us = {size: (spent[size] - spent[start]) / (size - start) * 1e6 for size in sizes}
    yield Figure(f"plan of {start} segments (start-up), CPU", _ms(spent[start]))
    for size in sizes:
        yield Figure(f"plan of {size:,}, CPU", f"{_ms(spent[size])}, {each_us[size]:.0f} µs each")
    times = each_us[sizes[-1]] / each_us[sizes[1]]
    what = f"  each of {sizes[-1]:,} to each of {sizes[1]:,}"
    yield Figure(what, f"{times:.2f}", "<= 1.2", times <= 1.2)  # noqa: PLR2004


def start(bench: Bench) -> Iterator[Figure]:
    """Measure `--help` against the import of the library that it is written with."""
    here = bench.scratch
    commands = {
        "help": bench.segsync(here, "--help"),
        "click": Command([bench.python, "-c", "import click"], here),
        "nothing": Command([bench.python, "-c", "pass"], here),
    }
    costs = interleaved(commands, rounds=3 * bench.rounds)
    times = ratio(costs["help"], costs["click"])
    yield Figure("python -c pass, CPU", _ms(cpu_s(costs["nothing"])))
    yield Figure('python -c "import click", CPU', _ms(cpu_s(costs["click"])))
    yield Figure("segsync --help, CPU", _ms(cpu_s(costs["help"])))
    yield Figure("  to the import of click", f"{times:.2f}", "<= 1.5", times <= 1.5)  # noqa: PLR2004


def apply(bench: Bench) -> Iterator[Figure]:
    """Measure an apply of creates over a slow network against the time of its calls alone."""
    count = bench.scaled(_CREATES)
    folder = bench.account(count, live=False)
    ideal = math.ceil(count / _WORKERS) * _LATENCY_MS / 1000
    with bench.served(folder, latency_ms=_LATENCY_MS):
        emptied = partial(_empty, bench, folder)
        planning = bench.segsync(folder, "plan", "--allow-empty")
        workers = ["--auto-approve", "--parallelism", str(_WORKERS)]
        applying = bench.segsync(folder, "apply", "--allow-empty", *workers)
        commands = {
            "plan": replace(planning, prepare=emptied),
            "apply": replace(applying, prepare=emptied),
        }
        costs = interleaved(commands, rounds=bench.rounds)
    pairs = list(zip(costs["apply"], costs["plan"], strict=True))
    whole = median(each.wall_s for each in costs["apply"])
    phase = median(one.wall_s - other.wall_s for one, other in pairs)
    per_call = median(one.cpu_s - other.cpu_s for one, other in pairs) / count
    goal, met = "<= 1.15", phase / ideal <= 1.15  # noqa: PLR2004
    yield Figure(f"{count:,} creates at {_LATENCY_MS} ms, ideal", f"{ideal:.2f} s")
    yield Figure("  apply phase", f"{phase:.2f} s, {per_call * 1000:.2f} ms CPU each")
    yield Figure("  apply phase to ideal", f"{phase / ideal:.2f}", goal, met)
    yield Figure("  whole process to ideal", f"{whole / ideal:.2f}")


def filterql(bench: Bench) -> Iterator[Figure]:
    """Measure how many statements a second are read, printed and made canonical."""
    count = bench.scaled(_PLAN_SIZE)
    script = [bench.python, str(ROOT / "benchmarks" / "statements.py"), str(count), str(ANSWERS)]
    done = subprocess.run(
        script, check=True, capture_output=True, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
    )
    for line in done.stdout.splitlines():
        yield Figure(*json.loads(line))


_BENCHMARKS: dict[str, Callable[[Bench], Iterator[Figure]]] = {
    "start": start,
    "filterql": filterql,
    "plan": plan,
    "growth": growth,
    "apply": apply,
}


@contextmanager
def _all_served(bench: Bench, sizes: list[int]) -> Iterator[dict[int, Path]]:
    """Serve an account of each size at the same time."""
    if not sizes:
        yield {}
        return
    folder = bench.account(sizes[0])
    with bench.served(folder), _all_served(bench, sizes[1:]) as others:
        yield {sizes[0]: folder, **others}


def _unchanged(bench: Bench, folder: Path) -> Command:
    """Return a plan that fails when it finds anything to do."""
    return bench.segsync(folder, "plan", "--detailed-exitcode")


def _empty(bench: Bench, folder: Path) -> None:
    """Delete what an apply has created; the server that runs notices."""
    script = "from pathlib import Path; from benchmarks.accounts import empty; empty(Path('.'))"
    subprocess.run(
        [bench.python, "-c", script], check=True, cwd=folder, env={"PYTHONPATH": str(ROOT)}
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"


def table(figures: list[Figure]) -> str:
    """Return the figures as a Markdown table that also reads well as text."""
    rows = [("figure", "value", "goal", "met"), *(each.row() for each in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ("-" * widths[0], "-" * widths[1], "-" * widths[2], "-" * widths[3]))
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Run the benchmarks that were asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which ones: {', '.join(_BENCHMARKS)} (all)")
    parser.add_argument("--rounds", type=int, default=7, help="how often each command runs (7)")
    parser.add_argument("--share", type=float, default=1.0, help="a part of the sizes, such as 0.1")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results.md")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - _BENCHMARKS.keys()
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(runtime_python(), Path(scratch), options.rounds, options.share)
        for name in options.names or _BENCHMARKS:
            figures += _BENCHMARKS[name](bench)
    text = table(figures)
    print(text)
    if options.write:
        head = f"Python {platform.python_version()}, {options.rounds} rounds; `make bench`."
        (ROOT / "benchmarks" / "results.md").write_text(f"# Speed\n\n{head}\n\n{text}\n")


if __name__ == "__main__":
    main()
