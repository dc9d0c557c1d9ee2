"""The report on two accounts: what one has and the other has not, or has in another way."""

from segsync.inspection.comparison import Comparison, Difference, Party, Verdict
from segsync.report.document import Report, Row, Section, Symbol
from segsync.report.facts import RunFacts
from segsync.report.fields import field_lines, field_names
from segsync.report.words import counted, label, listed

_NAMED = 3
_ORDER = (
    Verdict.AMBIGUOUS,
    Verdict.ONLY_LEFT,
    Verdict.ONLY_RIGHT,
    Verdict.DIFFERENT,
    Verdict.OTHER_ANCESTORS,
)
_SYMBOLS = {
    Verdict.AMBIGUOUS: Symbol.BLOCKED,
    Verdict.ONLY_LEFT: Symbol.DELETE,
    Verdict.ONLY_RIGHT: Symbol.CREATE,
    Verdict.DIFFERENT: Symbol.UPDATE,
    Verdict.OTHER_ANCESTORS: Symbol.REEVALUATE,
}


def comparison_report(comparison: Comparison, facts: RunFacts) -> Report:
    """Return the report on two accounts, read from the left one to the right one."""
    rows = tuple(
        _row(each, comparison)
        for verdict in _ORDER
        for each in comparison.differences
        if each.verdict is verdict
    )
    return Report(
        title=_title(comparison),
        header=(
            f"segsync {facts.command}",
            _party(comparison.left),
            _party(comparison.right),
            counted(facts.calls, "API call"),
            f"{facts.seconds:.1f} s",
        ),
        alerts=(),
        sections=(Section("", rows),) if rows else (),
        notes=(*_notes(comparison), *_apart(comparison)),
        diagnostics=(),
        total=f"Compare: {_totals(comparison)}.",
    )


def _party(party: Party) -> str:
    account = f"{party.name}: account {party.account.aid}"
    if party.account.name:
        account += f' "{party.account.name}"'
    return f"{account}, {counted(party.objects, 'object')}"


def _row(difference: Difference, comparison: Comparison) -> Row:
    return Row(
        symbol=_SYMBOLS[difference.verdict],
        label=label(difference.kind, difference.key),
        what=_what(difference, comparison),
        lines=field_lines(difference.fields),
        remarks=_remarks(difference),
    )


def _what(difference: Difference, comparison: Comparison) -> str:
    match difference.verdict:
        case Verdict.ONLY_LEFT:
            return f"only in {comparison.left.name}"
        case Verdict.ONLY_RIGHT:
            return f"only in {comparison.right.name}"
        case Verdict.AMBIGUOUS:
            return f"not compared: {difference.remark}"
        case Verdict.OTHER_ANCESTORS:
            return "equal by itself, over different ancestors"
        case _:
            # Without a field it is the meaning of an INCLUDE that differs, and the remark tells it.
            return field_names(difference.fields) or "definition"


def _remarks(difference: Difference) -> tuple[str, ...]:
    remarks = []
    if difference.remark and difference.verdict is Verdict.DIFFERENT:
        remarks.append(difference.remark)
    if difference.through:
        named = listed(difference.through, shown=_NAMED)
        remarks.append(f"includes what is not the same in both: {named}")
    return tuple(remarks)


def _title(comparison: Comparison) -> str:
    number = len(comparison.differences)
    return counted(number, "difference") if number else "no differences"


def _notes(comparison: Comparison) -> tuple[str, ...]:
    left, right = comparison.left.name, comparison.right.name
    notes = []
    if comparison.differences:
        notes.append(
            f"Read from {left} to {right}: - only in {left}, + only in {right},"
            f" ~ {left} -> {right}."
        )
    else:
        notes.append("No differences.")
    if not comparison.deep:
        notes.append(
            "What a segment includes was not followed: with --deep, equal text over different"
            " ancestors is told apart."
        )
    return tuple(notes)


def _apart(comparison: Comparison) -> tuple[str, ...]:
    """Return notes on what is not compared, and what is no difference."""
    notes = []
    for party, slugs in (
        (comparison.left, comparison.marked_left),
        (comparison.right, comparison.marked_right),
    ):
        if slugs:
            named = listed(slugs, shown=_NAMED)
            notes.append(
                f"Managed by segsync in {party.name} alone, which is no difference: {named}"
            )
    parts = [f"{comparison.equal:,} equal"] if comparison.equal else []
    if comparison.left_out:
        parts.append(f"{len(comparison.left_out):,} made by Lytics left out")
    if comparison.left_out_different:
        named = listed(comparison.left_out_different, shown=_NAMED)
        parts.append(f"of these not the same in both: {named}")
    return (*notes, f"({', '.join(parts)})") if parts else tuple(notes)


def _totals(comparison: Comparison) -> str:
    """Return the counts without the names of accounts: the line must stay easy to find."""
    parts = [
        f"{comparison.counted(Verdict.ONLY_LEFT):,} only in A",
        f"{comparison.counted(Verdict.ONLY_RIGHT):,} only in B",
        f"{comparison.counted(Verdict.DIFFERENT):,} different",
    ]
    if comparison.deep:
        parts.append(f"{comparison.counted(Verdict.OTHER_ANCESTORS):,} over different ancestors")
    parts.append(f"{comparison.counted(Verdict.AMBIGUOUS):,} ambiguous")
    return f"{', '.join(parts)}; {comparison.equal:,} equal"
