"""The report on an apply: what became of each change, and what is left to do."""

from collections.abc import Sequence

from segsync.errors import ExitCode
from segsync.outcome import Outcome, Result
from segsync.plan import Action, Plan
from segsync.report.document import Report, Row, Section, Symbol
from segsync.report.facts import RunFacts
from segsync.report.planned import header, in_step
from segsync.report.rows import SYMBOLS, alerts, blocked_rows, held_back_rows, place
from segsync.report.sizes import size_notes
from segsync.report.words import counted, label, listed

VERBS = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.RENAME: "renamed",
    Action.DELETE: "deleted",
    Action.ADOPT: "adopted",
    # All that is known: no source knows of a way to see a reevaluation end.
    Action.REEVALUATE: "requested",
}
_TOLD = (Action.CREATE, Action.UPDATE, Action.RENAME, Action.DELETE, Action.ADOPT)


def apply_report(plan: Plan, outcomes: Sequence[Outcome], facts: RunFacts) -> Report:
    """Return the report on what an apply did: failures first, then what was skipped and why."""
    rows = (
        *(_failed(each) for each in outcomes if each.result is Result.FAILED),
        *(_skipped(each) for each in _shown(outcomes) if each.result is Result.SKIPPED),
        *blocked_rows(plan),
        *held_back_rows(plan),
        *(_noted(each) for each in outcomes if each.result is Result.APPLIED and each.note),
    )
    return Report(
        title=_title(outcomes),
        header=header(plan, facts),
        alerts=alerts(plan),
        sections=(Section("", rows),) if rows else (),
        notes=(*size_notes(plan), *_by_action(outcomes), *_left(plan, outcomes, facts)),
        diagnostics=plan.diagnostics,
        total=f"Applied: {_totals(outcomes)}.",
        digest=facts.digest,
    )


def _shown(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [each for each in outcomes if each.change.is_counted]


def reason(outcome: Outcome) -> str:
    """Return why a change failed or was skipped, with the request that the API knows it by."""
    request = f" [request {outcome.request_id}]" if outcome.request_id else ""
    return f"{outcome.reason or 'no reason given'}{request}"


def _failed(outcome: Outcome) -> Row:
    return _row(outcome, Symbol.BLOCKED, f"FAILED {outcome.change.action}: {reason(outcome)}")


def _skipped(outcome: Outcome) -> Row:
    change = outcome.change
    return _row(outcome, SYMBOLS[change.action], f"skipped {change.action}: {reason(outcome)}")


def _noted(outcome: Outcome) -> Row:
    change = outcome.change
    return _row(outcome, SYMBOLS[change.action], VERBS[change.action])


def _row(outcome: Outcome, symbol: Symbol, what: str) -> Row:
    change = outcome.change
    return Row(
        symbol=symbol,
        label=label(change.kind, change.key),
        what=what,
        remarks=(outcome.note,) if outcome.note else (),
        place=place(change.source),
    )


def _number(outcomes: Sequence[Outcome], result: Result, action: Action | None = None) -> int:
    """Return how many changes ended like this, bridges left out unless they failed."""
    return sum(
        each.result is result and action in {None, each.change.action}
        for each in outcomes
        if each.change.is_counted or each.result is Result.FAILED
    )


def _by_action(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Return one note for each action that did not succeed throughout, with all its counts."""
    notes = []
    for action in Action:
        numbers = {result: _number(outcomes, result, action) for result in Result}
        if numbers[Result.FAILED] or numbers[Result.SKIPPED]:
            told = ", ".join(f"{number} {result}" for result, number in numbers.items())
            notes.append(f"{action}: {told}")
    return tuple(notes)


def _left(plan: Plan, outcomes: Sequence[Outcome], facts: RunFacts) -> tuple[str, ...]:
    applied = {each.change.number for each in outcomes if each.result is Result.APPLIED}
    left = [each for each in plan.changes if each.is_counted and each.number not in applied]
    missed = [each.key for each in left if each.action is Action.REEVALUATE]
    notes = []
    reevaluated = _number(outcomes, Result.APPLIED, Action.REEVALUATE)
    if reevaluated:
        notes.append(f"Reevaluation requested: {counted(reevaluated, 'segment')}.")
    if missed:
        notes.append(f"Not reevaluated, nor by a later apply: {listed(missed)}.")
    if number := len(left) - len(missed):
        verb = "is" if number == 1 else "are"
        notes.append(f"{counted(number, 'change')} {verb} left; {_way_on(outcomes, facts)}.")
    if not plan.changes:
        notes.append(in_step(facts) if not plan.blocked else "Nothing to apply.")
    return tuple(notes)


def _way_on(outcomes: Sequence[Outcome], facts: RunFacts) -> str:
    way = (
        "the command that made this plan makes one for the rest"
        if facts.saved
        else "the same command finishes the job"
    )
    failures = {each.exit_code for each in outcomes if each.result is Result.FAILED}
    return f"with a token that may write, {way}" if failures == {ExitCode.AUTHENTICATION} else way


def _title(outcomes: Sequence[Outcome]) -> str:
    parts = [
        f"{_number(outcomes, result)} {result}"
        for result in (Result.FAILED, Result.SKIPPED, Result.APPLIED)
        if _number(outcomes, result)
    ]
    return ", ".join(parts) or "nothing to do"


def _totals(outcomes: Sequence[Outcome]) -> str:
    done = [f"{_number(outcomes, Result.APPLIED, each)} {VERBS[each]}" for each in _TOLD]
    failed, skipped = _number(outcomes, Result.FAILED), _number(outcomes, Result.SKIPPED)
    return f"{', '.join(done)}; {failed} failed, {skipped} skipped"
