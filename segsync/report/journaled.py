"""Tells people about earlier runs: all in a table, or one with what became of each change."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from segsync.journal.records import ChangeEnd, Fate, JournaledRun
from segsync.outcome import Result
from segsync.plan import Action
from segsync.report.safe import safe_line
from segsync.report.words import counted

_REQUESTED = "requested"
_HEADINGS = ("RUN", "COMMAND", "WHO", "ACCOUNT", "RESULT")


def history_text(runs: Sequence[JournaledRun]) -> str:
    """Return the runs as a table, the newest first."""
    if not runs:
        return "No run is on record.\n"
    rows = [_HEADINGS, *map(_row, runs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS) - 1)]
    lines = (
        "  ".join(
            [*(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)), row[-1]]
        )
        for row in rows
    )
    return "".join(f"{line}\n" for line in lines)


def run_text(run: JournaledRun) -> str:
    """Return one run: who, what, when, and what became of each change, with its request ids."""
    head = run.head
    lines = [
        f"Run {head.run}: segsync {head.command} of {head.who}, {head.started}",
        f'account {head.aid} "{head.account}" at {head.origin}, segsync {head.segsync_version}',
        f"plan {head.digest}",
        "",
        *(f"  {line}" for line in _changes(run)),
        "",
        f"{_result(run)}.",
    ]
    return "".join(f"{safe_line(line)}\n" for line in lines)


def _row(run: JournaledRun) -> tuple[str, str, str, str, str]:
    head = run.head
    cells = (head.run, head.command, head.who, f"{head.account} ({head.aid})", _result(run))
    return tuple(map(safe_line, cells))  # type: ignore[return-value] # as many as there were


def _result(run: JournaledRun) -> str:
    actions = {each["number"]: each["action"] for each in run.head.plan["changes"]}
    counts = Counter(_told(each, actions[each.change]) for each in counted_ends(run))
    told = [f"{counts[each]} {each}" for each in (*Result, _REQUESTED) if counts[each]]
    if steps := _steps_done(run):
        told.append(counted(steps, "rename step"))
    if run.settlements:
        told.append(f"{len(run.settlements)} settled later")
    if in_flight := run.in_flight:
        told.append(f"{counted(len(in_flight), 'change')} in flight")
    how = {None: "interrupted", "settled": "interrupted", "stopped": "stopped"}.get(run.ended)
    return f"{f'{how}: ' if how else ''}{', '.join(told) or 'nothing was done'}"


def counted_ends(run: JournaledRun) -> list[ChangeEnd]:
    """Return the ends that an apply counts: no steps of renames unless they failed."""
    steps = _steps(run)
    return [
        each
        for each in run.outcomes.values()
        if each.result == Result.FAILED or each.change not in steps
    ]


def _steps_done(run: JournaledRun) -> int:
    """Return how many writes only made way for a rename, or followed one."""
    steps = _steps(run)
    return sum(each.result == Result.APPLIED for each in map(run.outcomes.get, steps) if each)


def _steps(run: JournaledRun) -> frozenset[int]:
    return frozenset(each["number"] for each in run.head.plan["changes"] if _is_step(each))


def _is_step(change: Mapping[str, Any]) -> bool:
    return bool(change.get("bridge") or change.get("follows"))


def _told(end: ChangeEnd, action: str) -> str:
    """Return how a change ended: of a reevaluation nobody knows more than that it was requested."""
    is_requested = end.result == Result.APPLIED and action == Action.REEVALUATE
    return _REQUESTED if is_requested else end.result


def _changes(run: JournaledRun) -> list[str]:
    requests: dict[int, list[str]] = {}
    for each in run.calls:
        requests.setdefault(each.change, []).append(each.request_id)
    in_flight = frozenset(run.in_flight)
    lines = []
    for change in run.head.plan["changes"]:
        number = change["number"]
        group = "group " if change["kind"] == "group" else ""
        ids = ", ".join(filter(None, requests.get(number, ())))
        request = f" [request {ids}]" if ids else ""
        told = _fate(run, change, is_in_flight=number in in_flight)
        step = " (rename step)" if _is_step(change) else ""
        lines.append(f"{change['action']} of {group}{change['key']}{step}: {told}{request}")
    return lines


def _fate(run: JournaledRun, change: Mapping[str, Any], *, is_in_flight: bool) -> str:
    number = change["number"]
    settlement, outcome = run.settlements.get(number), run.outcomes.get(number)
    if settlement is not None:
        later = "settled later" if settlement.fate is not Fate.UNCLEAR else "unclear"
        return f"{later}: {settlement.told}"
    if outcome is not None:
        return f"{_told(outcome, change['action'])}{f': {outcome.why}' if outcome.why else ''}"
    return "in flight" if is_in_flight else "not begun"
