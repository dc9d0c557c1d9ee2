"""The report on a plan: what a run would do."""

from segsync.plan import Action, Plan
from segsync.report.document import Report, Section
from segsync.report.facts import RunFacts
from segsync.report.rows import alerts, blocked_rows, change_rows, held_back_rows
from segsync.report.sizes import affected_rows, size_notes
from segsync.report.words import counted, label, listed
from segsync.segment import Account

_COUNTED = (Action.CREATE, Action.UPDATE, Action.RENAME, Action.DELETE, Action.ADOPT)
_IN_STEP = "No changes. The account matches the files."
_UNDONE = "No changes. There is nothing to undo."


def plan_report(plan: Plan, facts: RunFacts) -> Report:
    """Return the report on the plan, most dangerous things first."""
    rows = (
        *blocked_rows(plan),
        *change_rows(plan),
        *affected_rows(plan),
        *held_back_rows(plan),
    )
    notes = (*_empty(plan, facts), *_accepted(plan), *_reevaluated(plan), *_allowed(plan))
    return Report(
        title=_title(plan),
        header=header(plan, facts),
        alerts=alerts(plan),
        sections=(Section("", rows),) if rows else (),
        notes=(*notes, *size_notes(plan), *_verdict(plan), *counts(plan)),
        diagnostics=plan.diagnostics,
        total=f"Plan: {_totals(plan)}.",
        digest=facts.digest,
    )


def in_step(facts: RunFacts) -> str:
    """Return what is said of a plan that has nothing to do."""
    return _UNDONE if facts.command == "rollback" else _IN_STEP


def header(plan: Plan, facts: RunFacts) -> tuple[str, ...]:
    """Return which run this is: command, account, how much is managed, calls and seconds."""
    return (
        f"segsync {facts.command}",
        account_name(plan.account, facts.account),
        f"{plan.managed:,} managed of {plan.live:,} live",
        counted(facts.calls, "API call"),
        f"{facts.seconds:.1f} s",
    )


def account_name(account: Account, configured: str) -> str:
    """Return how an account is called: its number, its name, and what segsync.yaml calls it."""
    name = f"account {account.aid}"
    if account.name:
        name += f' "{account.name}"'
    if configured.casefold() not in account.name.casefold():
        name += f" ({configured})"
    return name


def counts(plan: Plan) -> tuple[str, ...]:
    """Return the note on what is not shown as rows."""
    parts = [
        f"{number:,} {what}"
        for number, what in ((plan.unchanged, "unchanged"), (plan.unmanaged, "unmanaged"))
        if number
    ]
    return (f"({', '.join(parts)})",) if parts else ()


def _title(plan: Plan) -> str:
    """Return the counts that are not zero, for a heading."""
    parts = [
        f"{plan.counted(each)} to {each}"
        for each in (Action.DELETE, Action.RENAME, Action.UPDATE, Action.CREATE, Action.ADOPT)
        if plan.counted(each)
    ]
    if plan.holding:
        parts.insert(0, f"{len(plan.holding)} blocked")
    if plan.refusals:
        parts.insert(0, "refused")
    return ", ".join(parts) or "no changes"


def _totals(plan: Plan) -> str:
    parts = [f"{plan.counted(each)} to {each}" for each in _COUNTED]
    return ", ".join((*parts, f"{len(plan.holding)} blocked"))


def _empty(plan: Plan, facts: RunFacts) -> tuple[str, ...]:
    return () if plan.changes or plan.blocked or plan.refusals else (in_step(facts),)


def _reevaluated(plan: Plan) -> tuple[str, ...]:
    names = [
        label(each.kind, each.key) for each in plan.changes if each.action is Action.REEVALUATE
    ]
    return (f"Reevaluated at the end: {listed(names)}.",) if names else ()


def _accepted(plan: Plan) -> tuple[str, ...]:
    """Return a note on each difference that is left as it is."""
    return tuple(
        f"Accepted drift of {each.key} in {listed(each.fields)} until {each.until}"
        f"{f': {each.reason}' if each.reason else ''}."
        for each in plan.accepted
    )


def _allowed(plan: Plan) -> tuple[str, ...]:
    """Return a note on what would have stood in the way, had nobody allowed it by name."""
    return (f"Allowed by name: {listed(plan.allowed.flags)}.",) if plan.allowed.flags else ()


def _verdict(plan: Plan) -> tuple[str, ...]:
    """Return what a refused plan means for an apply."""
    if plan.refusals:
        return ("An apply is refused as a whole: it would write nothing.",)
    if plan.holding:
        return ("An apply is refused while anything is blocked; --skip-blocked applies the rest.",)
    return ()
