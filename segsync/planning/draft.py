"""All intents of a run side by side, and what the account would look like after them.

A draft answers the questions that a single object cannot: who includes whom now and in the end,
which slug a segment ends up with, which of its dependants must follow a rename.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from segsync.filterql import print_statement, replace_includes
from segsync.plan import Action
from segsync.planning.identity import Identities, references
from segsync.planning.intent import GroupIntent, SegmentIntent
from segsync.segment import Definition, LiveSegment


@dataclass(frozen=True, slots=True)
class Draft:
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
        slugs = {}
        for identity, intent in self.segments.items():
            if intent.action is None and intent.live:
                slugs[identity] = intent.live.key
            elif intent.action is not Action.DELETE and intent.target:
                slugs[identity] = intent.target.slug
        return slugs

    def live_edges(self) -> dict[str, tuple[str, ...]]:
        """Return what each live segment includes now, by identity."""
        return {
            each.live.id: self.included_now(each.live)
            for each in self.segments.values()
            if each.live
        }

    def final_edges(self) -> dict[str, tuple[str, ...]]:
        """Return what each remaining segment includes in the end, by identity."""
        edges = {}
        for identity, intent in self.segments.items():
            if intent.action is Action.DELETE:
                continue
            edges[identity] = self.included_finally(intent)
        return edges

    def included_now(self, live: LiveSegment) -> tuple[str, ...]:
        """Return the identities that a live segment includes now."""
        written = references(live.segment.definition, self._all_names())
        return tuple(self.names.live(each) for each in written)

    def included_finally(self, intent: SegmentIntent) -> tuple[str, ...]:
        """Return the identities that a segment includes in the end."""
        if intent.target is not None and intent.action is not None and redefined(intent):
            return tuple(map(self.names.desired, references(intent.target.definition)))
        return self.included_now(intent.live) if intent.live else ()

    def _all_names(self) -> Iterable[str]:
        return (*self.names.live_slugs, *self.names.ids)


def redefined(intent: SegmentIntent) -> bool:
    """Return whether the target's definition is the file's, and not the live one kept."""
    return intent.live is None or intent.definition_changes


def literal_references(live: LiveSegment, slugs: Mapping[str, str]) -> tuple[str, ...]:
    """Return which of the slugs a live definition names as written."""
    if not any(slug in live.segment.definition.text for slug in slugs):
        return ()
    return tuple(each for each in references(live.segment.definition, slugs) if each in slugs)


def repointed(definition: Definition, mapping: Mapping[str, str]) -> Definition:
    """Return the definition with references replaced; the condition stays as it is."""
    statement = definition.statement
    if statement is None:
        return definition
    return Definition(
        print_statement(replace(statement, filter=replace_includes(statement.filter, mapping)))
    )
