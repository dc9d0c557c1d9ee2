"""What is wrong between the files and the account: references that lead nowhere, cycles, depth."""

from collections.abc import Container, Iterator, Mapping

from segsync.diagnostics import Diagnostic, Location, did_you_mean, error
from segsync.graph import depths, find_cycles
from segsync.planning.identity import Identities, identities, references
from segsync.planning.matching import Matching, match_segments
from segsync.segment import DesiredSegment, DesiredState, LiveSegment, LiveState

MAX_DEPTH = 100
"""How many segments deep the engine follows INCLUDE (from the parser library)."""


def check(
    desired: DesiredState, live: LiveState, *, matched: Matching[LiveSegment] | None = None
) -> tuple[Diagnostic, ...]:
    """Return every problem that needs the account to be seen; the files' own are the loader's.

    `matched` is what `match_segments` says of both states, if somebody has asked it before.
    """
    pairs = (matched or match_segments(desired.segments, live.segments)).pairs
    names = identities(live, pairs)
    present = {key: each for key, each in desired.segments.items() if not each.absent}
    # A definition that is left to the UI is only used to create the segment.
    defined = {
        key: each
        for key, each in present.items()
        if pairs[key] is None or "definition" in each.managed
    }
    renamed_to = {each.key: slug for slug, each in pairs.items() if each and each.key != slug}
    return (
        *_bad_references(present, defined, renamed_to, names),
        *_bad_chains(present, defined, names, live),
    )


def _bad_references(
    present: Container[str],
    defined: Mapping[str, DesiredSegment],
    renamed_to: Mapping[str, str],
    names: Identities,
) -> Iterator[Diagnostic]:
    for slug, entry in defined.items():
        for reference in references(entry.segment.definition):
            if reference in present or reference in names.ids:
                continue
            at = entry.references.get(reference, entry.source)
            if reference in renamed_to:
                yield error(
                    "include-renamed",
                    f"{slug} includes {reference}, which is renamed to {renamed_to[reference]}",
                    detail=f"Write INCLUDE {renamed_to[reference]}.",
                    at=at,
                )
            elif reference not in names.live_slugs:
                yield _missing(slug, reference, names, at)


def _missing(slug: str, reference: str, names: Identities, at: Location) -> Diagnostic:
    known = {*names.desired_slugs, *names.live_slugs} - {slug}
    hint = did_you_mean(reference, known)
    return error(
        "include-missing",
        f"{slug} includes {reference}, which is neither in the files nor in the account",
        detail=hint or "Declare it in a file, or correct the name.",
        at=at,
    )


def _bad_chains(
    present: Mapping[str, DesiredSegment],
    defined: Mapping[str, DesiredSegment],
    names: Identities,
    live: LiveState,
) -> Iterator[Diagnostic]:
    """Yield the cycles, and without any what leads deeper than the engine follows."""
    wanted = {names.desired(slug): entry for slug, entry in present.items()}
    slugs = {each.id: each.key for each in live.segments}
    slugs |= {identity: entry.key for identity, entry in wanted.items()}
    redefined = {names.desired(slug): entry for slug, entry in defined.items()}
    # In the account's order, which decides where a cycle is told; the files' own come below.
    edges = {
        each.id: ()
        if each.id in redefined
        else tuple(map(names.live, references(each.segment.definition)))
        for each in live.segments
    }
    for identity, entry in redefined.items():
        edges[identity] = tuple(map(names.desired, references(entry.segment.definition)))
    cycles = find_cycles(edges, wanted)
    if not cycles:
        yield from _too_deep(edges, redefined)
    for cycle in cycles:
        if cycle[0] not in wanted:
            # A cycle among segments that nobody manages here is not this run's to judge.
            continue
        shown = " -> ".join(slugs[each] for each in cycle)
        yield error(
            "include-cycle",
            f"the INCLUDEs go round in a circle: {shown}",
            detail="Remove one of these INCLUDEs; Lytics cannot evaluate a cycle.",
            at=wanted[cycle[0]].source,
        )


def _too_deep(
    edges: Mapping[str, tuple[str, ...]], redefined: Mapping[str, DesiredSegment]
) -> Iterator[Diagnostic]:
    """Yield the definitions that lead too deep, the first of each chain."""
    if sum(map(bool, edges.values())) <= MAX_DEPTH:
        return  # nearly always
    deep = {each for each, depth in depths(edges).items() if depth > MAX_DEPTH}
    for identity, entry in redefined.items():
        if identity in deep and deep.isdisjoint(set(edges[identity]) & redefined.keys()):
            yield error(
                "include-depth",
                f"{entry.key} includes more than {MAX_DEPTH} segments deep",
                detail="Shorten the chain of INCLUDEs; Lytics follows them no further.",
                at=entry.source,
            )
