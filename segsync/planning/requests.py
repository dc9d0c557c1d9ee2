"""Which live segments a request to reevaluate means, in which order, and what is left out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from segsync.diagnostics import Diagnostic, error
from segsync.graph import ancestors_first, reachable
from segsync.inspection.reevaluation import LeftOut
from segsync.plan import Action, Change, Kind, Plan
from segsync.planning.lineage import Lineage
from segsync.planning.lookup import find_segment
from segsync.segment import LiveSegment, LiveState
from segsync.value import Value

_TAG, _GROUP = "tag:", "group:"
_WILD = frozenset("*?[")


class Selection(Value, frozen=True):
    """The segments to reevaluate, ancestors first, and those that are not touched.

    `added` are the ids that nobody named: others include them. `left_out` are meant by a pattern,
    or by an INCLUDE; `refused` were named themselves. `is_literal` tells that the command line
    named every one of the chosen segments by its slug or id.
    """

    chosen: tuple[LiveSegment, ...]
    added: frozenset[str] = frozenset()
    left_out: tuple[LeftOut, ...] = ()
    refused: tuple[LeftOut, ...] = ()
    is_literal: bool = True


def select(
    words: Iterable[str], live: LiveState, *, with_ancestors: bool
) -> Selection | tuple[Diagnostic, ...]:
    """Return what slugs, ids and patterns stand for, or every word that stands for nothing.

    A pattern has `*`, `?` or `[…]` in a slug, or is `tag:NAME` or `group:NAME`.
    """
    named: dict[str, LiveSegment] = {}
    matched: dict[str, LiveSegment] = {}
    problems: list[Diagnostic] = []
    for word in words:
        found = _meant(word, live)
        if isinstance(found, Diagnostic):
            problems.append(found)
        else:
            into = matched if _is_pattern(word) else named
            into |= {each.id: each for each in found}
    if problems:
        return tuple(problems)
    lineage = Lineage(live)
    by_id = {each.id: each for each in live.segments}
    wanted = named | matched
    behind = [way for each in wanted for way in reachable(lineage.includes, each)]
    # What is missing is no segment, and `show` tells it.
    added = dict.fromkeys(each for each in behind if each in by_id and each not in wanted)
    every = {**wanted, **{each: by_id[each] for each in added if with_ancestors}}
    order = [by_id[each] for each in ancestors_first(lineage.includes) if each in every]
    return Selection(
        chosen=tuple(each for each in order if not _untouched(each)),
        added=frozenset(every) - frozenset(wanted),
        left_out=tuple(_left_out(each for each in order if each.id not in named)),
        refused=tuple(_left_out(each for each in order if each.id in named)),
        is_literal=every.keys() <= named.keys(),
    )


def _meant(word: str, live: LiveState) -> Sequence[LiveSegment] | Diagnostic:
    if not _is_pattern(word):
        found = find_segment(word, live)
        return found if isinstance(found, Diagnostic) else [each for each in (found.live,) if each]
    matching = [each for each in live.segments if _matches(each, word)]
    if matching:
        return matching
    return error("no-such-segment", f'no segment of the account matches "{word}"')


def _is_pattern(word: str) -> bool:
    return word.startswith((_TAG, _GROUP)) or not _WILD.isdisjoint(word)


def _matches(live: LiveSegment, word: str) -> bool:
    if word.startswith(_TAG):
        return word.removeprefix(_TAG) in live.segment.tags
    if word.startswith(_GROUP):
        return word.removeprefix(_GROUP) in live.segment.groups
    return fnmatchcase(live.key, word)


def _untouched(live: LiveSegment) -> str:
    """Return why segsync sends nothing about a segment, or an empty text."""
    if live.untouchable:
        return f"it is {live.untouchable}"
    return "" if live.segment.owned else "it is not managed by segsync"


def _left_out(segments: Iterable[LiveSegment]) -> Iterator[LeftOut]:
    for each in segments:
        reason = _untouched(each)
        if reason:
            yield LeftOut(each.key, reason)


def request_plan(selection: Selection, live: LiveState, *, tag: str) -> Plan:
    """Return the plan that reevaluates the chosen segments, each after its chosen ancestors."""
    numbers = {each.id: at for at, each in enumerate(selection.chosen, start=1)}
    includes = Lineage(live).includes
    return Plan(
        account=live.account,
        tag=tag,
        changes=tuple(_request(each, numbers, includes) for each in selection.chosen),
        managed=sum(each.segment.owned for each in live.segments),
        live=len(live.segments),
    )


def _request(
    live: LiveSegment, numbers: Mapping[str, int], includes: Mapping[str, Sequence[str]]
) -> Change:
    own = numbers[live.id]
    ancestors = (numbers[each] for each in reachable(includes, live.id) if each in numbers)
    return Change(
        own,
        Kind.SEGMENT,
        Action.REEVALUATE,
        live.key,
        live.id,
        live.segment,
        live.segment,
        # Segments that include each other are asked for in the order given.
        waits_for=frozenset(each for each in ancestors if each < own),
        reason="asked for",
    )
