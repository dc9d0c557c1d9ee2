"""Which segments are evaluated anew at the end of a run, ancestors first."""

from segsync.graph import ancestors_first, reachable, reversed_edges
from segsync.plan import Action, Change, Kind, Reevaluate
from segsync.planning.draft import Draft
from segsync.planning.intent import SegmentIntent
from segsync.segment import DesiredState


def reevaluations(
    changes: tuple[Change, ...],
    draft: Draft,
    desired: DesiredState,
    mode: Reevaluate | None,
) -> tuple[Change, ...]:
    """Return the reevaluations that follow the changes, ancestors first.

    Without a mode each file entry decides for itself. New segments need none.
    """
    moving = {
        each.id: each.number
        for each in changes
        if each.id and each.moves_members and each.action is not Action.DELETE
    }
    wanted = set(moving) if mode is not Reevaluate.NEVER else set()
    if mode is None:
        on_change = {key for key, each in desired.segments.items() if each.reevaluate_on_change}
        wanted = {each for each in wanted if draft.segments[each].key in on_change}
    edges = draft.final_edges() if wanted else {}
    if mode is Reevaluate.AFFECTED:
        dependants = reversed_edges(edges)
        touched = {each for start in wanted for each in reachable(dependants, start)}
        wanted |= {each for each in touched if _is_managed(draft.segments[each])}
    result: list[Change] = []
    numbers: dict[str, int] = {}
    last = len(changes)
    for identity in (each for each in ancestors_first(edges) if each in wanted):
        intent = draft.segments[identity]
        upstream = [identity, *reachable(edges, identity)]
        waits = [moving[each] for each in upstream if each in moving]
        waits += [numbers[each] for each in upstream if each in numbers]
        numbers[identity] = last = last + 1
        result.append(
            Change(
                last,
                Kind.SEGMENT,
                Action.REEVALUATE,
                intent.key,
                identity,
                intent.final,
                intent.final,
                waits_for=frozenset(waits),
                reason="its members move"
                if identity in moving
                else "an audience it includes moves",
                source=intent.source,
            )
        )
    return tuple(result)


def _is_managed(intent: SegmentIntent) -> bool:
    return intent.live is not None and (intent.live.segment.owned or intent.target is not None)
