"""Finds the segment that a person means: by its slug, its id, or a slug that it had before."""

from collections.abc import Iterator, Mapping

from segsync.diagnostics import Diagnostic, did_you_mean, error
from segsync.inspection.portrait import FoundBy
from segsync.planning.matching import match_segments
from segsync.segment import DesiredSegment, LiveSegment, LiveState, Segment
from segsync.value import Value

_NOWHERE = "neither the account nor the files have a segment"


class Found(Value, frozen=True):
    """What a word stands for: `segment`, which the account, a file or both have."""

    by: FoundBy
    segment: Segment
    live: LiveSegment | None
    entry: DesiredSegment | None


def find_segment(
    word: str, live: LiveState, desired: Mapping[str, DesiredSegment] | None = None
) -> Found | Diagnostic:
    """Return the segment that a word stands for, or why there is not exactly one.

    Without `desired` only the account is looked at.
    """
    where = "the account has no segment" if desired is None else _NOWHERE
    desired = desired or {}
    named = [each for each in live.segments if word.lower() in {each.key.lower(), each.id.lower()}]
    named = [each for each in named if word in {each.key, each.id}] or named
    if len(named) > 1:
        ids = ", ".join(sorted(each.id for each in named))
        summary = f'the account has {len(named)} segments of the slug "{word}"'
        return error("slug-not-unique", summary, detail=f"Name one by its id: {ids}")
    if named:
        by = FoundBy.SLUG if word.lower() == named[0].key.lower() else FoundBy.ID
        entry = desired.get(named[0].key) or _formerly(named[0].key, desired)
        return Found(by, named[0].segment, named[0], entry)
    entry, by = desired.get(word), FoundBy.SLUG
    if entry is None:
        entry, by = _formerly(word, desired), FoundBy.FORMER_SLUG
    if entry is not None:
        # It may have its former slug yet.
        now = match_segments(desired, live.segments).pairs[entry.key]
        return Found(by, now.segment if now else entry.segment, now, entry)
    return error(
        "no-such-segment",
        f'{where} "{word}"',
        detail=_suggestion(word, live, desired),
    )


def _formerly(slug: str, desired: Mapping[str, DesiredSegment]) -> DesiredSegment | None:
    return next((each for each in desired.values() if slug in each.previously), None)


def _suggestion(word: str, live: LiveState, desired: Mapping[str, DesiredSegment]) -> str:
    slugs = dict(_names(live, desired))
    named = sorted(slug for slug, name in slugs.items() if name.casefold() == word.casefold())
    if named:
        return f"That is a name; its slug is {' or '.join(named)}."
    return did_you_mean(word, slugs) or "A segment is named by its slug or its id."


def _names(live: LiveState, desired: Mapping[str, DesiredSegment]) -> Iterator[tuple[str, str]]:
    for slug, entry in desired.items():
        yield slug, entry.segment.name
    for each in live.segments:
        yield each.key, each.segment.name
