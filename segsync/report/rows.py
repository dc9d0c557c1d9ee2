"""Turns the changes of a plan into rows, the dangerous ones first."""

from collections.abc import Mapping, Sequence

from segsync.diagnostics import Location
from segsync.plan import Action, Change, FieldChange, Plan, Sizing
from segsync.report.document import Alert, Line, Mark, Row, Symbol
from segsync.report.fields import field_lines, field_names, object_lines
from segsync.report.sizes import sizes_by_key, unmeasured, with_size
from segsync.report.words import counted, label, listed

SYMBOLS = {
    Action.CREATE: Symbol.CREATE,
    Action.UPDATE: Symbol.UPDATE,
    Action.RENAME: Symbol.RENAME,
    Action.DELETE: Symbol.DELETE,
    Action.ADOPT: Symbol.ADOPT,
    Action.REEVALUATE: Symbol.REEVALUATE,
}

_DANGER = {
    Action.DELETE: 0,
    Action.RENAME: 1,
    Action.UPDATE: 2,
    Action.CREATE: 4,
    Action.ADOPT: 5,
    Action.REEVALUATE: 6,
}
_METADATA_ONLY = 3
_NAMED = 3


def shown_changes(plan: Plan) -> list[Change]:
    """Return the changes that get a row, most dangerous first: no reevaluations."""
    shown = (each for each in plan.changes if each.is_counted)
    return sorted((each for each in shown if each.action is not Action.REEVALUATE), key=_order)


def change_rows(plan: Plan) -> tuple[Row, ...]:
    """Return one row for each change that a person would count."""
    parts = [each for each in plan.changes if not each.is_counted]
    sizes = sizes_by_key(plan)
    return tuple(_row(each, parts, sizes.get(each.key)) for each in shown_changes(plan))


def blocked_rows(plan: Plan) -> tuple[Row, ...]:
    """Return one row for each change that makes the whole run refuse."""
    return tuple(
        Row(
            symbol=Symbol.BLOCKED,
            label=label(each.kind, each.key),
            what=f"BLOCKED {each.action}: {each.reason}",
            remarks=(each.way_out,) if each.way_out else (),
            place=place(each.source),
        )
        for each in plan.holding
    )


def held_back_rows(plan: Plan, symbols: Mapping[Action, Symbol] = SYMBOLS) -> tuple[Row, ...]:
    """Return what is only told and stops nothing, in one row for each reason."""
    alike: dict[tuple[Action, str, str], list[str]] = {}
    for each in plan.blocked:
        if not each.holds:
            found = alike.setdefault((each.action, each.reason, each.way_out), [])
            found.append(label(each.kind, each.key))
    return tuple(
        Row(
            symbol=symbols[action],
            label=counted(len(names), str(action)),
            what=f"held back, because {reason}: {listed(names, shown=_NAMED)}",
            remarks=(way_out,) if way_out else (),
        )
        for (action, reason, way_out), names in alike.items()
    )


def alerts(plan: Plan) -> tuple[Alert, ...]:
    """Return what refuses the plan as a whole, with the flag that would allow it."""
    return tuple(
        Alert(each.reason, f"To allow it for this run: {each.allow}" if each.allow else "")
        for each in plan.refusals
    )


def place(source: Location | None) -> str:
    """Return `path:line`, or nothing for an object that is in no file."""
    return f"{source.path}:{source.line}" if source else ""


def affected(change: Change) -> tuple[str, ...]:
    """Return the remarks on the audiences and exports that change with this one."""
    told = (("affects", "audience", change.affects), ("feeds", "active export", change.exports))
    return tuple(
        f"{verb} {counted(len(names), noun)}: {listed(names, shown=_NAMED)}"
        for verb, noun, names in told
        if names
    )


def _order(change: Change) -> tuple[int, str, str]:
    danger = _DANGER[change.action]
    if change.action is Action.UPDATE and not change.moves_members:
        danger = _METADATA_ONLY
    return danger, change.kind, change.key


def _row(change: Change, parts: Sequence[Change], sizing: Sizing | None) -> Row:
    name = label(change.kind, change.key)
    if change.action is Action.RENAME and change.previous_key is not None:
        name = f"{label(change.kind, change.previous_key)} -> {name}"
    return Row(
        symbol=SYMBOLS[change.action],
        label=name,
        what=with_size(_what(change), sizing, change.action),
        lines=_lines(change),
        remarks=(*_steps(change, parts), *affected(change), *unmeasured(sizing)),
        reason=change.reason,
        place=place(change.source),
    )


def _lines(change: Change) -> tuple[Line, ...]:
    """Return what differs; what comes or goes is shown as a whole."""
    if change.before is not None and change.action is Action.DELETE:
        return object_lines(change.before, mark=Mark.REMOVED)
    if change.after is not None and change.action is Action.CREATE:
        return object_lines(change.after)
    return field_lines(told_fields(change))


def told_fields(change: Change) -> tuple[FieldChange, ...]:
    """Return the fields without the key, which the label of a rename already shows."""
    return tuple(
        each
        for each in change.fields
        if change.action is not Action.RENAME
        or (each.before, each.after) != (change.previous_key, change.key)
    )


def _what(change: Change) -> str:
    names = field_names(told_fields(change))
    match change.action:
        case Action.CREATE:
            return "new"
        case Action.DELETE:
            return "delete"
        case Action.UPDATE:
            return names if change.moves_members else f"{names} (metadata only)"
        case _:
            return f"{change.action}, {names}" if names else str(change.action)


def _steps(change: Change, parts: Sequence[Change]) -> tuple[str, ...]:
    """Return how the INCLUDE of dependants stay valid while a slug changes, and who follows."""
    before = [each for each in parts if each.bridge and each.number in change.waits_for]
    through = sum(each.action is Action.UPDATE and each.id != change.id for each in before)
    remarks = []
    if through and change.action is Action.RENAME:
        verb = "steps" if through == 1 else "step"
        remarks.append(f"{counted(through, 'dependant')} {verb} through the id meanwhile")
    if any(each.action is Action.RENAME for each in before):
        remarks.append("a slug that is in the way steps aside first")
    following = [each.key for each in parts if change.key in each.follows]
    if following and change.action is Action.RENAME:
        verb = "follows" if len(following) == 1 else "follow"
        told = listed(following, shown=_NAMED)
        remarks.append(f"{counted(len(following), 'dependant')} {verb}: {told}")
    return tuple(remarks)
