"""How many profiles a change moves, in words: as a part of a row, and as rows of their own."""

from collections.abc import Mapping

from segsync.plan import Action, Plan, Sizing
from segsync.report.document import Row, Symbol
from segsync.report.words import counted

_GAP = "   "
_UNKNOWN = "size not measured"


def sizes_by_key(plan: Plan) -> Mapping[str, Sizing]:
    """Return the sizes of segments by slug."""
    return {each.key: each for each in plan.sizes}


def with_size(what: str, sizing: Sizing | None, action: Action | None = None) -> str:
    """Return what happens to a segment, and what that does to its size."""
    if sizing is None:
        return what
    return f"{what}{_GAP}{_now(sizing) if action is Action.DELETE else _moved(sizing)}"


def with_drifted_size(what: str, sizing: Sizing | None, action: Action) -> str:
    """Return what somebody did to a segment, and its size by the files and in the account."""
    if sizing is None:
        return what
    if action in {Action.CREATE, Action.DELETE}:
        return with_size(what, sizing, action)
    wanted, found = _number(sizing.after), _number(sizing.before)
    flows = _flows(sizing, "missing", "extra")
    return f"{what}{_GAP}{wanted} by the files, {found} in the account{flows}"


def _now(sizing: Sizing) -> str:
    return _UNKNOWN if sizing.before is None else f"{counted(sizing.before, 'profile')} now"


def _moved(sizing: Sizing) -> str:
    """Return the size now and then, by what share it moves, and how many enter and leave.

    The size of what is not there yet is an estimate, even if it was counted.
    """
    before, after = sizing.before, sizing.after
    if before is None and after is None:
        return _UNKNOWN
    if before is None and not sizing.unmeasured:
        return f"about {after:,}"
    share = f" ({(after - before) / before:+,.1%})" if before and after is not None else ""
    return f"{_number(before)} -> {_number(after)}{share}{_flows(sizing, 'in', 'out')}"


def _number(size: int | None) -> str:
    return "not measured" if size is None else f"{size:,}"


def _flows(sizing: Sizing, entering: str, leaving: str) -> str:
    flows = [(sizing.entering, entering), (sizing.leaving, leaving)]
    told = [f"{number:,} {word}" for number, word in flows if number is not None]
    return f"{_GAP}{'  '.join(told)}" if told else ""


def unmeasured(sizing: Sizing | None) -> tuple[str, ...]:
    """Return the remark on what of a size is not known, and why."""
    if sizing is None or not sizing.unmeasured:
        return ()
    both = sizing.before is not None and sizing.after is not None
    what = "not all of who enters and leaves was" if both else "not"
    return (f"{what} measured: {sizing.unmeasured}",)


def affected_rows(plan: Plan) -> tuple[Row, ...]:
    """Return a row for each segment that has a size in the plan and no change of its own."""
    changed = {each.key for each in plan.changes if each.is_counted}
    return tuple(
        Row(
            Symbol.FACT,
            each.key,
            with_size("affected", each),
            remarks=unmeasured(each),
        )
        for each in plan.sizes
        if each.key not in changed
    )


def size_notes(plan: Plan) -> tuple[str, ...]:
    """Return how many sizes are not known; every row of theirs says why."""
    lacking = [each.key for each in plan.sizes if each.unmeasured]
    if not lacking:
        return ()
    return (
        f"Sizes: {len(lacking):,} of {counted(len(plan.sizes), 'segment')} not measured in full.",
    )
