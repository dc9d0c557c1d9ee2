"""Counts how often segsync agrees with the recorded answers of the reference; `make figures`.

The answers are not part of this repository. They are looked for in `../shared/filterql`, beside
the checkout, or in the folder that is the first argument. Every question goes through the lines
of JSON of `segsync ql --jsonl`, so what is counted is what a program would get.
"""

import gc
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.statements import recorded
from segsync.filterql.records import DEFAULT_TABLE, reply

Row: TypeAlias = Mapping[str, Any]

ANSWERS = Path(__file__).resolve().parents[2] / "shared" / "filterql"

# How the reference ends where it has no answer.
_NO_ANSWER = ("HANG", "PANIC")
_OFTEN = 0.995
_ALWAYS = 1.0


@dataclass(frozen=True, slots=True)
class Figure:
    """How often we agree; `goal` is the least share, None where nothing is asked for."""

    what: str
    agreeing: int
    of: int
    goal: float | None = None

    @property
    def met(self) -> bool:
        """Say whether the goal is reached."""
        return self.goal is None or (self.of > 0 and self.agreeing / self.of >= self.goal)

    def __str__(self) -> str:
        share = f"{100 * self.agreeing / self.of:.2f} %" if self.of else "-"
        goal = "" if self.goal is None else f"  goal {100 * self.goal:g} %"
        return f"{self.what:52} {self.agreeing:5} of {self.of:5}  {share:>8}{goal}" + (
            "" if self.met else "  MISSED"
        )


def figures(folder: Path) -> Iterator[Figure]:
    """Yield every figure that the answers in a folder allow."""
    for name in ("oracle", "generated"):
        yield from _statements(name, list(_rows(folder, name)))
    yield from _pairs(list(_rows(folder, "pairs")))
    yield from _evaluations(list(_rows(folder, "evaluation")))


def _statements(name: str, rows: list[Row]) -> Iterator[Figure]:
    texts = [row for row in rows if "q" in row]
    plain = [row for row in texts if not _is_select(row)]
    known = [row for row in plain if not _has_no_answer(row)]
    asked = [(row, _ask("parse", q=row["q"])) for row in known]
    yield _count(f"{name}: accepted or refused alike", asked, _accepted_alike, _OFTEN)
    both = [(row, found) for row, found in asked if row["ok"] and found["ok"]]
    yield _count(f"{name}: same AST", both, lambda row, found: found["ast"] == row["ast"], _OFTEN)
    yield _count(
        f"{name}: same includes",
        both,
        lambda row, found: found["includes"] == row.get("includes", []),
        _ALWAYS,
    )
    same = [(row, found) for row, found in both if found["ast"] == row["ast"]]
    for gate, key in (("schema", "schema_validate_error"), ("index", "es_error")):
        yield _count(f"{name}: same verdict of gate {gate}", same, _gate_alike(gate, key), _OFTEN)
    hung = [(row, _ask("parse", q=row["q"])) for row in plain if _has_no_answer(row)]
    yield _count(f"{name}: apart, no answer there: refused", hung, _is_refused)
    select = [(row, _ask("parse", q=row["q"])) for row in texts if _is_select(row)]
    yield _count(f"{name}: apart, SELECT: refused", select, _is_refused)


def _pairs(rows: list[Row]) -> Iterator[Figure]:
    asked = [
        (row, _ask("equal", a=row["a"], b=row["b"])) for row in rows if row["a_ok"] and row["b_ok"]
    ]
    apart = [(row, found) for row, found in asked if row["vm_match_differs_on"]]
    yield _count("pairs: told apart, evaluated differently", apart, _is_different, _ALWAYS)
    alike = [(row, found) for row, found in asked if row["ast_equal"]]
    tables = [each for each in alike if _table(each[0]["a"]) != _table(each[0]["b"])]
    types = [each for each in alike if each[0]["edit"] == '5 vs "5"']
    rest = [each for each in alike if each not in tables and each not in types]
    yield _count("pairs: equal, same AST", rest, lambda _, found: found.get("equal"), _ALWAYS)
    # What the AST does not show, and members can depend on: the table, and on a text field that
    # holds "05" whether 5 is in quotes.
    yield _count("pairs: apart, same AST, another table: told apart", tables, _is_different)
    yield _count('pairs: apart, same AST, 5 or "5": told apart', types, _is_different)


def _table(text: str) -> str:
    return _ask("parse", q=text)["from"] or DEFAULT_TABLE


def _evaluations(rows: list[Row]) -> Iterator[Figure]:
    asked = [
        (row, _ask("eval", q=row["q"], profile=row["profile"], includes=row.get("includes")))
        for row in rows
        if row["match"] is not None
    ]
    yield _count(
        "evaluation: same match",
        asked,
        lambda row, found: found.get("match") == row["match"],
        _OFTEN,
    )
    yield _count(
        "evaluation: defined alike",
        asked,
        lambda row, found: found.get("defined") == row["eval_ok"],
    )
    yield Figure("evaluation: apart, no answer there", len(rows) - len(asked), len(rows))


def _count(
    what: str,
    asked: Iterable[tuple[Row, Row]],
    agrees: Callable[[Row, Row], object],
    goal: float | None = None,
) -> Figure:
    verdicts = [bool(agrees(row, found)) for row, found in asked]
    return Figure(what, sum(verdicts), len(verdicts), goal)


def _accepted_alike(row: Row, found: Row) -> bool:
    return bool(found["ok"] == row["ok"])


def _gate_alike(gate: str, key: str) -> Callable[[Row, Row], bool]:
    return lambda row, found: bool(found["gates"][gate]) == bool(row.get(key))


def _is_refused(_: Row, found: Row) -> bool:
    return not found["ok"]


def _is_different(_: Row, found: Row) -> bool:
    return found.get("equal") is False


def _is_select(row: Row) -> bool:
    # The reference names the kind of what it reads only.
    return str(row.get("kind", "")).startswith("select")


def _has_no_answer(row: Row) -> bool:
    return any(word in row.get("error", "") for word in _NO_ANSWER)


def _ask(verb: str, **question: object) -> Row:
    line = reply(verb, json.dumps(question).encode(), now=datetime.now(UTC))
    found: Row = json.loads(line)
    return found


def _rows(folder: Path, name: str) -> Iterator[Row]:
    with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def main(folder: Path = ANSWERS) -> int:
    """Print the figures; return 0 if every goal is reached."""
    if not folder.is_dir():
        print(f"No figures: the recorded answers are not here; there is no folder {folder}.")
        return 3
    found = list(figures(folder))
    print(*found, sep="\n")
    return 0 if all(each.met for each in found) else 2


def tell_speed(folder: Path = ANSWERS) -> None:
    """Print how fast the recorded statements are read.

    This decides nothing: what else the machine does can halve it.
    """
    gc.disable()
    for what, speed, *goal in recorded(folder):
        print(f"{what:50} {speed}", *goal[:1], sep="  ")


if __name__ == "__main__":
    ended = main(*map(Path, sys.argv[1:]))
    tell_speed(*map(Path, sys.argv[1:]))
    sys.exit(ended)
