"""Runs commands and says what each cost: processor seconds, seconds, peak memory."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
_RUNTIME = ROOT / ".segsync" / "bench-venv"

# What a user has: no development packages, of which some slow down imports; bytecode is kept.
_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": str(ROOT),
    "BENCH_TOKEN": "sandbox",
    "LC_ALL": "C.UTF-8",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took: user and system time, wall time, and its peak resident memory."""

    cpu_s: float
    wall_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Command:
    """A command line and where it runs; a `prepare` runs before each start and is not counted."""

    arguments: Sequence[str]
    folder: Path
    prepare: Callable[[], None] | None = None


def runtime_python() -> str:
    """Return the interpreter of an environment with the pinned packages of a user.

    Beside them it has only what is measured against, which nothing of segsync imports.
    """
    python = _RUNTIME / "bin" / "python"
    files = [ROOT / "requirements" / name for name in ("runtime.txt", "bench.txt")]
    pins = "".join(each.read_text() for each in files)
    stamp = _RUNTIME / "pins.txt"
    if not stamp.exists() or stamp.read_text() != pins:
        subprocess.run([sys.executable, "-m", "venv", "--clear", _RUNTIME], check=True)
        install = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        wanted = [part for each in files for part in ("-r", str(each))]
        subprocess.run([*install, "--require-hashes", *wanted], check=True)
        stamp.write_text(pins)
    return str(python)


def run(command: Command) -> Cost:
    """Run a command to its end; one that fails is an error, its output the reason."""
    if command.prepare:
        command.prepare()
    with (command.folder / "output.txt").open("w+") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command.arguments,
            cwd=command.folder,
            env=_ENVIRONMENT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            message = f"{' '.join(command.arguments)} ended with {process.returncode}:\n"
            raise RuntimeError(message + output.read())
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def interleaved(commands: Mapping[str, Command], *, rounds: int) -> dict[str, list[Cost]]:
    """Run all commands in turn, so that a busy machine is busy for all of them.

    A first round that is not counted writes bytecode and warms the caches.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            cost = run(command)
            if number:
                costs[name].append(cost)
    return costs


def cpu_s(costs: Sequence[Cost]) -> float:
    """Return the least processor time: whatever was more came from outside."""
    return min(each.cpu_s for each in costs)


def ratio(costs: Sequence[Cost], floor: Sequence[Cost]) -> float:
    """Return the median of the ratios of the rounds, each of which ran side by side."""
    return median(one.cpu_s / other.cpu_s for one, other in zip(costs, floor, strict=True))


@contextmanager
def server(python: str, state: Path, *, latency_ms: int = 0) -> Iterator[str]:
    """Serve the account of a file from a process of its own; give its address."""
    arguments = [python, "-m", "segsync", "sandbox", "serve", "--port", "0"]
    arguments += ["--state", str(state), "--latency", str(latency_ms)]
    with (
        state.with_suffix(".log").open("w") as log,
        subprocess.Popen(
            arguments,
            cwd=state.parent,
            env=_ENVIRONMENT | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield line.split(" answers on ")[1].split(";")[0]
        finally:
            process.terminate()
