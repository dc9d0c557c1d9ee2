"""What is wrong between the files and the account: references that lead nowhere, cycles."""

from collections.abc import Iterator

from segsync.diagnostics import Diagnostic, Location, did_you_mean, error
from segsync.graph import find_cycles
from segsync.planning.identity import Identities, identities, references
from segsync.planning.matching import Matching, match
from segsync.segment import DesiredSegment, DesiredState, LiveState


def check(desired: DesiredState, live: LiveState) -> tuple[Diagnostic, ...]:
    """Return every problem that needs the account to be seen; the files' own are the loader's."""
    matching = match(desired, live)
    names = identities(live, matching.segments)
    present = {key: each for key, each in desired.segments.items() if not each.absent}
    return (
        *_bad_references(present, names, matching),
        *_cycles(present, names, live),
    )


def _bad_references(
    present: dict[str, DesiredSegment], names: Identities, matching: Matching
) -> Iterator[Diagnostic]:
    renamed_to = {
        live.key: slug for slug, live in matching.segments.items() if live and live.key != slug
    }
    for slug, entry in present.items():
        for reference in references(entry.segment.definition):
            at = entry.references.get(reference, entry.source)
            if reference in present or reference in names.ids:
                continue
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


def _cycles(
    present: dict[str, DesiredSegment], names: Identities, live: LiveState
) -> Iterator[Diagnostic]:
    wanted = {names.desired(slug): entry for slug, entry in present.items()}
    edges = {
        each.id: tuple(map(names.live, references(each.segment.definition)))
        for each in live.segments
        if each.id not in wanted
    }
    for identity, entry in wanted.items():
        edges[identity] = tuple(map(names.desired, references(entry.segment.definition)))
    slugs = {each.id: each.key for each in live.segments}
    slugs |= {identity: entry.key for identity, entry in wanted.items()}
    for cycle in find_cycles(edges):
        ours = next((each for each in cycle if each in wanted), None)
        if ours is None:
            # A cycle among segments that nobody manages here is not this run's to judge.
            continue
        shown = " -> ".join(slugs[each] for each in cycle)
        yield error(
            "include-cycle",
            f"the INCLUDEs go round in a circle: {shown}",
            detail="Remove one of these INCLUDEs; Lytics cannot evaluate a cycle.",
            at=wanted[ours].source,
        )
