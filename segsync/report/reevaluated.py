"""The report on reevaluations: what was asked for, what the API took, and what was seen."""

from segsync.inspection.reevaluation import Reevaluation, Requested
from segsync.outcome import Result
from segsync.report.document import Report, Row, Section, Symbol
from segsync.report.facts import RunFacts
from segsync.report.planned import account_name
from segsync.report.words import counted

# What no source gives a way to see, and so nobody should believe of a success.
_NOT_SEEN = "Accepted means that the API took the request. When it has done the work cannot be seen"
_NO_PROOF = "; a size that stays may be one that was computed anew."


def reevaluation_report(reevaluation: Reevaluation, facts: RunFacts) -> Report:
    """Return the report on what was, or with nothing sent would be, requested."""
    requests = reevaluation.requests
    rows = (
        *(_row(each, reevaluation) for each in requests if each.result is Result.FAILED),
        *(_row(each, reevaluation) for each in requests if each.result is not Result.FAILED),
        *(Row(Symbol.FACT, each.key, f"left out: {each.reason}") for each in reevaluation.left_out),
    )
    return Report(
        title=_totals(reevaluation),
        header=(
            f"segsync {facts.command}",
            account_name(reevaluation.account, facts.account),
            counted(facts.calls, "API call"),
            f"{facts.seconds:.1f} s",
        ),
        alerts=(),
        sections=(Section("", rows),) if rows else (),
        notes=_notes(reevaluation),
        diagnostics=(),
        total=f"Reevaluate: {_totals(reevaluation)}.",
    )


def _row(request: Requested, reevaluation: Reevaluation) -> Row:
    symbol = Symbol.BLOCKED if request.result is Result.FAILED else Symbol.REEVALUATE
    what = _what(request)
    if request.result is Result.APPLIED and reevaluation.watched is not None:
        what += f"; {_seen(request)}"
    return Row(symbol, request.key, what, reason="another one includes it" if request.added else "")


def _what(request: Requested) -> str:
    why = request.reason or "no reason given"
    if request.request_id:
        why += f" [request {request.request_id}]"
    match request.result:
        case None:
            return "reevaluate"
        case Result.APPLIED:
            return "accepted"
        case Result.FAILED:
            return f"FAILED: {why}"
        case _:
            return f"skipped: {why}"


def _seen(request: Requested) -> str:
    """Return what was seen of the size."""
    before, after = request.before, request.after
    if before is None or after is None:
        return "the account gives no size"
    if request.seconds is None:
        return f"the size stayed {after.profiles:,}"
    within = f"within {request.seconds:.0f} s"
    if before.profiles == after.profiles:
        return f"the size stayed {after.profiles:,}, now dated {after.dated}, {within}"
    return f"the size went from {before.profiles:,} to {after.profiles:,} {within}"


def _notes(reevaluation: Reevaluation) -> tuple[str, ...]:
    if not reevaluation.requests:
        return ("Nothing to reevaluate.",)
    if all(each.result is None for each in reevaluation.requests):
        return ("In this order, ancestors first. Nothing was sent.",)
    if not reevaluation.counted(Result.APPLIED):
        return ()
    if reevaluation.watched is None:
        return (f"{_NOT_SEEN}; --wait watches the sizes.",)
    watched = f"The sizes were watched for {reevaluation.watched:.0f} s."
    return (watched, f"{_NOT_SEEN}{_NO_PROOF}")


def _totals(reevaluation: Reevaluation) -> str:
    sent = any(each.result is not None for each in reevaluation.requests)
    left_out = f"{len(reevaluation.left_out):,} left out"
    if not sent:
        return f"{len(reevaluation.requests):,} to reevaluate, {left_out}"
    parts = [
        f"{reevaluation.counted(Result.APPLIED):,} accepted",
        f"{reevaluation.counted(Result.FAILED):,} failed",
        f"{reevaluation.counted(Result.SKIPPED):,} skipped",
        left_out,
    ]
    if reevaluation.watched is not None:
        moved = sum(each.seconds is not None for each in reevaluation.requests)
        parts.insert(1, f"{moved:,} seen to be counted anew")
    return ", ".join(parts)
