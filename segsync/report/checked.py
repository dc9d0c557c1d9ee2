"""The report on a checkup: one line for each check, and what to do where something is wrong."""

from segsync.inspection.checkup import Check, Checkup, Status
from segsync.report.document import Report, Row, Section, Symbol
from segsync.report.words import counted

_SYMBOLS = {
    Status.OK: Symbol.FACT,
    Status.WARNING: Symbol.UPDATE,
    Status.PROBLEM: Symbol.BLOCKED,
    Status.UNKNOWN: Symbol.FACT,
}
_WORDS = {
    Status.OK: "ok",
    Status.WARNING: "warning",
    Status.PROBLEM: "PROBLEM",
    Status.UNKNOWN: "unknown",
}


def checkup_report(checkup: Checkup, *, seconds: float) -> Report:
    """Return the report on all checks, in the order in which they were made."""
    header = ["segsync doctor"]
    header += [f"account {checkup.account}"] if checkup.account else []
    return Report(
        title=_totals(checkup),
        header=(*header, f"{seconds:.1f} s"),
        alerts=(),
        sections=(Section("", tuple(_row(each) for each in checkup.checks)),),
        notes=(_verdict(checkup),),
        diagnostics=(),
        total=f"Doctor: {_totals(checkup)}.",
    )


def _row(check: Check) -> Row:
    return Row(
        symbol=_SYMBOLS[check.status],
        label=check.name,
        what=f"{_WORDS[check.status]}: {check.found}",
        remarks=tuple(check.way_out.splitlines()),
    )


def _verdict(checkup: Checkup) -> str:
    if checkup.counted(Status.PROBLEM):
        return "Solve the first problem first: later ones may follow from it."
    if checkup.counted(Status.WARNING):
        return "Nothing stops a run."
    return "All is well, as far as it was looked at."


def _totals(checkup: Checkup) -> str:
    return ", ".join(
        (
            f"{checkup.counted(Status.OK)} ok",
            counted(checkup.counted(Status.WARNING), "warning"),
            counted(checkup.counted(Status.PROBLEM), "problem"),
            f"{checkup.counted(Status.UNKNOWN)} unknown",
        )
    )
