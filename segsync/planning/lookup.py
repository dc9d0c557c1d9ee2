"""Finds the segment that a person means: by its slug, its id, or a slug that it had before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from segsync.diagnostics import Diagnostic, did_you_mean, error
from segsync.inspection.portrait import FoundBy
from segsync.segment import DesiredSegment, LiveSegment, LiveState


@dataclass(frozen=True, slots=True)
class Found:
    """What a word stands for: a live segment, an entry of the files, or both."""

    by: FoundBy
    live: LiveSegment | None
    entry: DesiredSegment | None


def find_segment(
    word: str, live: LiveState, desired: Mapping[str, DesiredSegment]
) -> Found | Diagnostic:
    """Return the segment that a word stands for, or why there is not exactly one."""
    named = [each for each in live.segments if word.lower() in {each.key.lower(), each.id.lower()}]
    named = [each for each in named if word in {each.key, each.id}] or named
    if len(named) > 1:
        ids = ", ".join(sorted(each.id for each in named))
        summary = f'the account has {len(named)} segments of the slug "{word}"'
        return error("slug-not-unique", summary, detail=f"Name one by its id: {ids}")
    if named:
        by = FoundBy.SLUG if word.lower() == named[0].key.lower() else FoundBy.ID
        return Found(by, named[0], desired.get(named[0].key))
    if word in desired:
        return Found(FoundBy.SLUG, None, desired[word])
    later = next((each for each in desired.values() if word in each.previously), None)
    if later is not None:
        now = next((each for each in live.segments if each.key == later.key), None)
        return Found(FoundBy.FORMER_SLUG, now, later)
    return error(
        "no-such-segment",
        f'neither the account nor the files have a segment "{word}"',
        detail=_suggestion(word, live, desired),
    )


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
