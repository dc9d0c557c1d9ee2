"""How many FilterQL statements a second are read, printed and made canonical.

`python statements.py COUNT [FOLDER]` prints a figure of the table on each line, as JSON; a process
of its own with the collector paused, as in a plan. FOLDER has the statements recorded with the
reference implementation, which is also measured against if lark is installed.
"""

import gc
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.accounts import definitions
from benchmarks.lark_grammar import lark_parser
from segsync.filterql import FilterQLSyntaxError, canonical, parse, print_statement, read_plain

Row: TypeAlias = tuple[Any, ...]

# Small sets are read more often, as a short time is more easily disturbed.
_ROUNDS, _MOST_ROUNDS, _RESULTS = 5, 50, 20_000
# How many statements a second are the goal for each recorded set.
_RECORDED = {"corpus": 25_000, "generated": 4_000}


def per_second(work: Callable[[], Sequence[object]]) -> float:
    """Return how many results a second the work yields, the best of several rounds."""
    results = len(work())
    best = 0.0
    for _ in range(max(_ROUNDS, min(_MOST_ROUNDS, _RESULTS // results))):
        started = time.process_time()
        work()
        best = max(best, results / (time.process_time() - started))
    return best


def all_read(
    texts: Sequence[str], read: Callable[[str], object] = parse
) -> Callable[[], list[Any]]:
    """Return the work of reading all texts."""
    return lambda: [read(each) for each in texts]


def own(count: int) -> Iterator[Row]:
    """Measure on definitions like those in files."""
    texts = [f"FILTER {each}" for each in definitions(count)]
    statements = [parse(each) for each in texts]
    yield _row("FilterQL read in plain form", per_second(all_read(texts, read_plain)))
    yield _row("FilterQL parsed", per_second(all_read(texts)))
    yield from against_lark(texts)
    printing = per_second(lambda: [print_statement(each) for each in statements])
    yield _row("FilterQL printed", printing)
    rewriting = per_second(lambda: [canonical(each.filter) for each in statements])
    yield _row("FilterQL made canonical", rewriting)


def recorded(folder: Path) -> Iterator[Row]:
    """Measure on the recorded statements, those that are none left out."""
    for name, goal in _RECORDED.items():
        file = folder / f"{name}.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        asked = [each["q"] for each in map(json.loads, lines) if "q" in each]
        texts = readable(asked, parse, FilterQLSyntaxError)
        if texts:
            yield _row(
                f"FilterQL parsed, {name} of the reference", per_second(all_read(texts)), goal
            )
            yield from against_lark(texts)


def against_lark(texts: Sequence[str]) -> Iterator[Row]:
    """Measure both parsers in turn on what both read, if there is another one."""
    other = lark_parser()
    if other is None:
        return
    both = readable(texts, other, Exception)
    ours, theirs = per_second(all_read(both)), per_second(all_read(both, other))
    what = f"  to a lark LALR grammar, {len(both):,} of {len(texts):,}"
    yield (what, f"{ours / theirs:.1f} times ({theirs:,.0f} a second)")


def readable(
    texts: Sequence[str], read: Callable[[str], object], error: type[Exception]
) -> list[str]:
    """Return the texts that can be read."""
    found = []
    for each in texts:
        try:
            read(each)
        except error:
            continue
        found.append(each)
    return found


def _row(what: str, speed: float, goal: int | None = None) -> Row:
    shown = (what, f"{speed:,.0f} a second")
    return shown if goal is None else (*shown, f">= {goal:,}", speed >= goal)


if __name__ == "__main__":
    gc.disable()
    for row in (*own(int(sys.argv[1])), *recorded(Path(sys.argv[2]))):
        print(json.dumps(row))
