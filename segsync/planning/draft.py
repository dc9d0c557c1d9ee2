"""All intents of a run side by side, and what the account would look like after them.

A draft answers the questions that a single object cannot: who includes whom now and in the end,
which slug a segment ends up with, which of its dependants must follow a rename.
"""

from collections.abc import Iterator, Mapping

from segsync.plan import Action
from segsync.planning.identity import Identities, references
from segsync.planning.intent import GroupIntent, SegmentIntent
from segsync.segment import LiveSegment
from segsync.value import Value


class Draft(Value, frozen=True):
    """The intents that nothing forbids so far; `segments` is by identity and has every segment.

    Segments that are unmanaged, unchanged or blocked stand in it with no action.
    """

    names: Identities
    segments: Mapping[str, SegmentIntent]
    groups: tuple[GroupIntent, ...]

    def active(self) -> Iterator[SegmentIntent]:
        """Return the segment intents that would do something."""
        return (each for each in self.segments.values() if each.action is not None)

    def renames(self) -> dict[str, str]:
        """Return the slugs that change: old to new."""
        return {
            each.live.key: each.target.slug
            for each in self.active()
            if each.is_rename and each.live and each.target
        }

    def final_slugs(self) -> dict[str, str]:
        """Return the slug that each segment ends up with, by identity, without deleted ones."""
        return {
            identity: final.slug
            for identity, intent in self.segments.items()
            if (final := intent.final)
        }

    def live_edges(self) -> dict[str, tuple[str, ...]]:
        """Return what each live segment includes now, by identity."""
        return {
            each.live.id: self._included_now(each.live)
            for each in self.segments.values()
            if each.live
        }

    def final_edges(self) -> dict[str, tuple[str, ...]]:
        """Return what each remaining segment includes in the end, by identity."""
        return {
            identity: self._included_finally(intent)
            for identity, intent in self.segments.items()
            if intent.action is not Action.DELETE
        }

    def _included_now(self, live: LiveSegment) -> tuple[str, ...]:
        return tuple(map(self.names.live, references(live.segment.definition, self.names.all)))

    def _included_finally(self, intent: SegmentIntent) -> tuple[str, ...]:
        if intent.target is not None and intent.redefined:
            return tuple(map(self.names.desired, references(intent.target.definition)))
        return self._included_now(intent.live) if intent.live else ()

    def named_renames(self, live: LiveSegment, renames: Mapping[str, str]) -> dict[str, str]:
        """Return the references of a live definition that name a renamed segment by its slug.

        By reference as written, with the slug that is renamed; `renames` is as of `renames()`.
        """
        definition = live.segment.definition
        text = definition.text.lower()
        if not any(slug.lower() in text for slug in renames):
            return {}
        slugs = {self.names.live_slugs[slug]: slug for slug in renames}
        written = {
            each: self.names.holder(each)
            for each in references(definition, renames)
            if each not in self.names.ids
        }
        return {each: slugs[holder] for each, holder in written.items() if holder in slugs}
