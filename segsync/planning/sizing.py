"""Which definitions of a plan are to be sized, most dangerous first, and what to count for that."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from segsync.filterql import Include, MatchAll, Not
from segsync.plan import Action, Change, Kind, Plan
from segsync.planning.expanding import (
    CannotExpandError,
    Definitions,
    both,
    none_of,
    statement_of,
)
from segsync.segment import DEFAULT_TABLE, DesiredSegment, Guard, LiveState, Segment
from segsync.value import Value


class SizeQuestion(Value, frozen=True):
    """What to count of one segment: `after`, `entering` and `leaving` are FilterQL, or empty.

    `id` is None for a segment that is yet to be created. `required` says that a guard or a limit
    cannot be judged without it; `problem` why its new definition cannot be counted.
    """

    key: str
    table: str
    id: str | None
    guard: Guard | None = None
    required: bool = False
    after: str = ""
    entering: str = ""
    leaving: str = ""
    problem: str = ""


def size_questions(
    plan: Plan,
    desired: Mapping[str, DesiredSegment],
    live: LiveState,
    *,
    every_change: bool,
    limited: bool,
) -> tuple[SizeQuestion, ...]:
    """Return what has to be measured: what a rule needs first, then the most dangerous.

    `every_change` asks for all changes of definitions, and for who enters and leaves; `limited`
    says that a limit needs the sizes of changed definitions. Guards ask for the segments that have
    one, also where only something that they include changes.
    """
    moving = [each for each in plan.changes if is_sized(each)]
    guards = {slug: entry.guard for slug, entry in desired.items() if entry.guard and moving}
    if not moving or not (every_change or limited or guards):
        return ()
    definitions = Definitions(plan, live)
    found: list[tuple[tuple[bool, int, int], SizeQuestion]] = []
    for key, change in _subjects(moving, guards).items():
        is_own = key == change.key
        is_gone = is_own and change.action is Action.DELETE
        guard = None if is_gone else guards.get(key)
        required = guard is not None or (limited and is_own and is_limited(change))
        if not (required or every_change):
            continue
        if is_gone:
            question = SizeQuestion(key, _table(change), change.id)
        else:
            question = _question(definitions, key, with_flows=every_change)
        danger = (not required, -len(change.exports), -len(change.affects))
        found.append((danger, replace(question, guard=guard, required=required)))
    return tuple(each for _, each in sorted(found, key=lambda each: (each[0], each[1].key)))


def is_sized(change: Change) -> bool:
    """Return whether the change gives a segment other members, or its first ones."""
    creates = change.kind is Kind.SEGMENT and change.action is Action.CREATE
    return change.moves_members or creates


def is_limited(change: Change) -> bool:
    """Return whether a limit on sizes is about the change: a segment stays, and is redefined."""
    return change.moves_members and change.action is not Action.DELETE


def _subjects(moving: Iterable[Change], guards: Mapping[str, Guard]) -> dict[str, Change]:
    """Return each segment to look at, and what moves its members: itself, or what it includes."""
    found = {each.key: each for each in moving}
    for change in tuple(found.values()):
        for key in change.affects:
            if key in guards:
                found.setdefault(key, change)
    return found


def _table(change: Change) -> str:
    return change.before.table if isinstance(change.before, Segment) else DEFAULT_TABLE


def _question(definitions: Definitions, key: str, *, with_flows: bool) -> SizeQuestion:
    """Return what to count of what will have this slug."""
    final = definitions.final(key)
    question = SizeQuestion(key, final.segment.table, final.id)
    try:
        node = definitions.written_out(key)
    except CannotExpandError as problem:
        return replace(question, problem=str(problem))
    table = final.segment.table
    question = replace(question, after=statement_of(node, table))
    if not with_flows or final.slug_now is None:
        return question
    now = Include(final.slug_now)
    question = replace(question, entering=statement_of(both(node, Not(now)), table))
    if isinstance(node, MatchAll):
        return question
    return replace(question, leaving=statement_of(both(now, none_of(node)), table))
