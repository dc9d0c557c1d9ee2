"""The report on drift: the plan, read as what somebody did to the account."""

from collections.abc import Mapping

from segsync.plan import AcceptedDifference, Action, Change, FieldChange, Plan, Sizing
from segsync.report.document import Line, Mark, Report, Row, Section, Symbol
from segsync.report.facts import DriftFacts, LastChange, RunFacts
from segsync.report.fields import field_lines, field_names, object_lines
from segsync.report.planned import counts, header
from segsync.report.rows import (
    affected,
    alerts,
    blocked_rows,
    held_back_rows,
    place,
    shown_changes,
    told_fields,
)
from segsync.report.sizes import size_notes, sizes_by_key, unmeasured, with_drifted_size
from segsync.report.words import label

# Drift is told as what happened to the account: what a plan would create is missing there.
_SYMBOLS = {
    Action.UPDATE: Symbol.UPDATE,
    Action.CREATE: Symbol.DELETE,
    Action.DELETE: Symbol.CREATE,
    Action.RENAME: Symbol.RENAME,
    Action.ADOPT: Symbol.ADOPT,
    Action.REEVALUATE: Symbol.REEVALUATE,
}
_WORDS = {
    Action.UPDATE: "changed",
    Action.CREATE: "missing",
    Action.DELETE: "extra",
    Action.RENAME: "renamed",
    Action.ADOPT: "unmarked",
}
_NO_DRIFT = "No drift. The account matches the files."
_EXPLAINED = (
    "Differences read from the files to the account: - files, + account, files -> account.",
    "To restore what the files say: segsync apply",
    "To accept what the account has: segsync pull --into FOLDER, copy it from there, commit",
)


def drift_report(plan: Plan, drift: DriftFacts, facts: RunFacts) -> Report:
    """Return the report on the drift that the plan would undo."""
    sizes = sizes_by_key(plan)
    rows = (
        *blocked_rows(plan),
        *(_row(each, drift.changed, sizes.get(each.key)) for each in shown_changes(plan)),
        *held_back_rows(plan, _SYMBOLS),
    )
    sections = (
        Section("", rows),
        Section("Invalid in the account, reported and never rewritten", _unhealthy(drift)),
        Section("Accepted for now", tuple(_accepted(each) for each in drift.accepted)),
    )
    clean = not (rows or drift.unhealthy or plan.refusals)
    return Report(
        title=_title(plan, drift),
        header=header(plan, facts),
        alerts=alerts(plan),
        sections=tuple(each for each in sections if each.rows),
        notes=(
            *((_NO_DRIFT,) if clean else ()),
            *size_notes(plan),
            *counts(plan),
            *(_EXPLAINED if rows else ()),
        ),
        diagnostics=plan.diagnostics,
        total=f"Drift: {_totals(plan, drift)}.",
    )


def _row(change: Change, changed: Mapping[str, LastChange], sizing: Sizing | None) -> Row:
    word = _WORDS[change.action]
    fields = tuple(_reversed(each) for each in told_fields(change))
    what = f"{word}: {field_names(fields)}" if fields else word
    name = label(change.kind, change.key)
    if change.previous_key is not None:
        name = f"{name} -> {label(change.kind, change.previous_key)}"
    return Row(
        symbol=_SYMBOLS[change.action],
        label=name,
        what=with_drifted_size(what, sizing, change.action),
        lines=_lines(change, fields),
        remarks=(
            *_last_change(changed.get(change.id or "")),
            *affected(change),
            *unmeasured(sizing),
        ),
        place=place(change.source),
    )


def _lines(change: Change, fields: tuple[FieldChange, ...]) -> tuple[Line, ...]:
    if change.before is not None and change.action is Action.DELETE:
        return object_lines(change.before, mark=Mark.ADDED)
    if change.after is not None and change.action is Action.CREATE:
        return object_lines(change.after, mark=Mark.REMOVED)
    return field_lines(fields)


def _reversed(change: FieldChange) -> FieldChange:
    """Return the difference from the files to the account; the plan has it the other way round."""
    return FieldChange(change.field, change.after, change.before)


def _last_change(last: LastChange | None) -> tuple[str, ...]:
    if last is None or not (last.updated or last.author):
        return ()
    when = last.updated or "at an unknown time"
    # Whether the author is who made it or who changed it last is not documented: nobody is blamed.
    return (f"last changed {when}{f' (author {last.author})' if last.author else ''}",)


def _unhealthy(drift: DriftFacts) -> tuple[Row, ...]:
    return tuple(
        Row(Symbol.BLOCKED, slug, f"invalid: {reason or 'no reason given'}")
        for slug, reason in drift.unhealthy
    )


def _accepted(accepted: AcceptedDifference) -> Row:
    fields = ", ".join(sorted(accepted.fields))
    return Row(
        Symbol.ADOPT,
        accepted.key,
        f"{fields}, until {accepted.until}",
        reason=accepted.reason,
    )


def _title(plan: Plan, drift: DriftFacts) -> str:
    parts = [f"{plan.counted(each)} {word}" for each, word in _WORDS.items() if plan.counted(each)]
    if plan.holding:
        parts.insert(0, f"{len(plan.holding)} blocked")
    if drift.unhealthy:
        parts.append(f"{len(drift.unhealthy)} invalid")
    return ", ".join(parts) or "none"


def _totals(plan: Plan, drift: DriftFacts) -> str:
    parts = [f"{plan.counted(each)} {word}" for each, word in _WORDS.items()]
    parts.append(f"{len(plan.holding)} blocked")
    return f"{', '.join(parts)}; {len(drift.accepted)} accepted, {len(drift.unhealthy)} invalid"
