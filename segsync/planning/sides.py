"""One of two accounts that are compared: its objects by key, and what its references mean."""

import re
from collections import defaultdict

from msgspec.structs import replace

from segsync.inspection.comparison import Party
from segsync.planning.identity import GROUP_ID_PREFIX, identities, references
from segsync.segment import Definition, LiveGroup, LiveSegment, LiveState, Segment

# Lytics' own way to copy segments between accounts leaves a line with a date, to be ignored
# (observed by Lytics engineers).
_TRACE = re.compile(r"^[ \t]*\[account-sync\] .*(?:\n|\Z)", re.MULTILINE)


class Side:
    """One account: its objects by slug and name, and what its references mean."""

    def __init__(self, name: str, live: LiveState) -> None:
        self.name = name
        self._live = live
        self._identities = identities(live, {})
        self._slugs = {each.id: each.key for each in live.segments}
        self._groups = {GROUP_ID_PREFIX + each.id: each.key for each in live.groups}
        self.segments: dict[str, list[LiveSegment]] = defaultdict(list)
        self.groups: dict[str, list[LiveGroup]] = defaultdict(list)
        for segment in live.segments:
            self.segments[segment.key].append(segment)
        for group in live.groups:
            self.groups[group.key].append(group)

    def party(self) -> Party:
        """Return the account and how many of its objects can be compared."""
        own = sum(not each.untouchable for each in self._live.segments)
        return Party(self.name, self._live.account, own + len(self._live.groups))

    def meaning(self, reference: str) -> str:
        """Return the slug of what a reference points at, or what no slug looks like."""
        identity = self._identities.live(reference)
        return self._slugs.get(identity, identity)

    def included(self, definition: Definition) -> list[str]:
        """Return the meanings of all references of a definition."""
        return [self.meaning(each) for each in references(definition, self._identities.all)]

    def is_missing(self, reference: str) -> bool:
        """Return whether a reference leads nowhere."""
        return self._identities.live(reference) not in self._slugs

    def comparable(self, segment: Segment) -> Segment:
        """Return the segment without what belongs to this account alone."""
        slugs = {
            each: self.meaning(each)
            for each in references(segment.definition)
            if not self.is_missing(each)
        }
        return replace(
            segment,
            definition=segment.definition.repointed(slugs),
            description=_TRACE.sub("", segment.description).strip(),
            groups=frozenset(self._groups.get(each, each) for each in segment.groups),
            owned=False,
            protected=False,
        )
