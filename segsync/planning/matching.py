"""Which live object each file entry stands for: by slug or name, by `previously`, or none yet.

A slug names a segment, and `previously` says what it was called before. Where both readings are
possible (a swap, a chain, a slug that was given to a new segment), the definitions decide: the one
that the live object has tells whose it is. Where they cannot decide, the rename is left undecided
and blocked; guessing could put one audience's definition under another's exports.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import Enum, auto
from hashlib import blake2b
from typing import Generic, NamedTuple, TypeVar

from msgspec import field

from segsync.filterql import canonical
from segsync.graph import ancestors_first
from segsync.names import MAX_SLUG
from segsync.planning.identity import new_identity, references
from segsync.segment import DesiredGroup, DesiredSegment, LiveGroup, LiveSegment
from segsync.value import Value

# A slug that another segment needs is freed first: its holder steps aside under the slug that it
# will get in the end, and this suffix. A run that was cut short is recognized by it.
STEP_ASIDE = "__segsync_moving"
_STEP_BACK = "__segsync_back"
_DIGEST_BYTES = 4

Live = TypeVar("Live", LiveSegment, LiveGroup)


class Matching(Value, Generic[Live], frozen=True):
    """What belongs together, by desired key; what no file entry stands for; what is unclear.

    `ambiguous` keys do not stand for one live object alone. `undecided` says in words, by desired
    key, why it is not clear which live object an entry stands for.
    """

    pairs: Mapping[str, Live | None]
    others: tuple[Live, ...]
    ambiguous: frozenset[str]
    undecided: Mapping[str, str] = field(default_factory=dict)


def match_groups(
    desired: Mapping[str, DesiredGroup], live: Sequence[LiveGroup]
) -> Matching[LiveGroup]:
    """Pair groups by name, or by a previous name that no file uses any more."""
    by_name = {each.key: each for each in live}
    pairs = {name: by_name.get(name) for name in desired}
    for name, entry in desired.items():
        if pairs[name] is None and not entry.absent:
            earlier = (each for each in entry.previously if each in by_name and each not in desired)
            pairs[name] = next((by_name[each] for each in earlier), None)
    return matching_of(pairs, live)


def match_segments(
    desired: Mapping[str, DesiredSegment], live: Sequence[LiveSegment]
) -> Matching[LiveSegment]:
    """Pair segments by slug, or by a previous slug where that is what the files mean."""
    parties = _Parties(desired, {each.key: each for each in live})
    undecided: dict[str, str] = {}
    for slug, earlier in parties.candidates():
        verdict = _verdict(slug, earlier, parties)
        del parties.open[slug]
        if verdict is _Verdict.CLAIMS:
            parties.claims[slug] = parties.live[earlier]
        elif verdict is _Verdict.UNCLEAR:
            undecided[slug] = earlier
    undecided |= _drop_evictions(parties)
    taken = parties.claimed_ids()
    free = {each.key: each for each in parties.live.values() if each.id not in taken}
    pairs = {slug: parties.claims.get(slug) or free.get(slug) for slug in desired}
    return matching_of(pairs, live, dict(_doubts(undecided, desired)))


def matching_of(
    pairs: Mapping[str, Live | None],
    live: Sequence[Live],
    undecided: Mapping[str, str] | None = None,
) -> Matching[Live]:
    """Return the matching of these pairs: what is left over, and which keys are ambiguous."""
    matched = {each.id for each in pairs.values() if each}
    return Matching(
        pairs=pairs,
        others=tuple(each for each in live if each.id not in matched),
        ambiguous=frozenset(_ambiguous({(each.key, each.id) for each in live})),
        undecided=undecided or {},
    )


def _ambiguous(names: Collection[tuple[str, str]]) -> Iterator[str]:
    """Yield the keys that do not stand for one id alone, or that share theirs."""
    keys = Counter([key for key, _ in names])
    ids = Counter([identity for _, identity in names])
    if len(keys) < len(names) or len(ids) < len(names):
        yield from (key for key, identity in names if keys[key] > 1 or ids[identity] > 1)


def aside_slug(slug: str) -> str:
    """Return the slug under which a segment waits for this one, never longer than a slug may be.

    A server that cuts a slug would leave it unrecognized, so a long one is cut here, and its digest
    tells it apart.
    """
    aside = slug + STEP_ASIDE
    if len(aside) <= MAX_SLUG:
        return aside
    digest = blake2b(slug.encode(), digest_size=_DIGEST_BYTES).hexdigest()
    room = MAX_SLUG - len(digest) - len(STEP_ASIDE) - 1
    return f"{slug[:room]}_{digest}{STEP_ASIDE}"


def aside_slugs(slug: str) -> tuple[str, str]:
    """Return the slugs under which a segment may wait for this one.

    The second is for when the first is taken: a run that was cut short has left another segment
    under it, and is being undone.
    """
    return aside_slug(slug), aside_slug(slug + _STEP_BACK)


class _Verdict(Enum):
    """What is known about a file entry and the live segment of one of its previous slugs."""

    CLAIMS = auto()
    LEAVES = auto()
    UNCLEAR = auto()


class _Likeness(NamedTuple):
    """Whether a live segment has the definition, and the name, that a file asks for."""

    fits: bool
    named: bool


class _Parties:
    """Entries and live segments by slug, and what is known so far about who is who.

    `aside` are the segments that an interrupted run left on their way to a new slug. `claims` are
    those that an entry stands for though they have another slug. `open` are the entries that may
    yet claim one, with its slug.
    """

    def __init__(
        self, desired: Mapping[str, DesiredSegment], live: Mapping[str, LiveSegment]
    ) -> None:
        self.desired = desired
        self.live = live
        # Who stands aside is a matter of likeness, which asks for claims and what is open.
        self.claims: dict[str, LiveSegment] = {}
        self.open: dict[str, str] = {}
        self.aside = dict(self._aside())
        self.claims.update(self.aside)
        self.open.update(self._open())

    def _aside(self) -> Iterator[tuple[str, LiveSegment]]:
        waiting = {each for each in self.live if each.endswith(STEP_ASIDE)}
        for slug in self.desired if waiting else ():
            found = [self.live[each] for each in aside_slugs(slug) if each in waiting]
            ours = [each for each in found if each.segment.owned]
            # Of two, one was on its way to another slug, and nobody can say which.
            if len(ours) == 1 and not self._was_on_its_way_back(slug, ours[0]):
                yield slug, ours[0]

    def _was_on_its_way_back(self, slug: str, waiting: LiveSegment) -> bool:
        """Return whether a segment that waits for a slug is what another entry stands for.

        So it is when the rollback of a rename was cut short, and the files still say the rename.
        """
        if self.likeness(slug, waiting).fits:
            return False
        return any(
            slug in entry.previously and not entry.absent and self.likeness(other, waiting).fits
            for other, entry in self.desired.items()
        )

    def _open(self) -> Iterator[tuple[str, str]]:
        for slug, entry in self.desired.items():
            earlier = next((each for each in entry.previously if each in self.live), None)
            if earlier is not None and not entry.absent and slug not in self.aside:
                yield slug, earlier

    def candidates(self) -> list[tuple[str, str]]:
        """Return the open entries, with the earlier slug.

        What a definition includes comes before it, because it tells what the INCLUDE means.
        """
        later = {earlier: slug for slug, earlier in self.open.items()}
        edges: dict[str, list[str]] = {}
        for slug in self.open:
            included = references(self.desired[slug].segment.definition)
            edges[slug] = [each for word in included for each in (word, later.get(word, word))]
        return [(each, self.open[each]) for each in ancestors_first(edges) if each in self.open]

    def claimed_ids(self) -> set[str]:
        """Return the ids of the live segments that are claimed so far."""
        return {each.id for each in self.claims.values()}

    def is_succeeded(self, slug: str) -> bool:
        """Return whether an entry says that it had this slug before."""
        return any(slug in each.previously and not each.absent for each in self.desired.values())

    def likeness(self, slug: str, live: LiveSegment) -> _Likeness:
        """Return how much the live segment is like what the file asks for."""
        wanted = self.desired[slug].segment
        left, right = wanted.definition.filter, live.segment.definition.filter
        if left is None or right is None:
            fits = wanted.definition == live.segment.definition
        else:
            readings = (canonical(left, self._meant), canonical(left, self._meant_if_renamed))
            fits = canonical(right, self._written) in readings
        return _Likeness(fits=fits, named=wanted.name == live.segment.name)

    def _written(self, reference: str) -> str:
        """Return what a reference in the account points at."""
        found = self.live.get(reference)
        return found.id if found else reference

    def _meant(self, reference: str) -> str:
        """Return what a reference in a file points at, as far as is known."""
        if reference in self.claims:
            return self.claims[reference].id
        found = self.live.get(reference)
        is_claimed = found is not None and found.id in self.claimed_ids()
        return new_identity(reference) if is_claimed else self._written(reference)

    def _meant_if_renamed(self, reference: str) -> str:
        """Return the same if what is open will be a rename; INCLUDEs may go round in a circle."""
        earlier = self.open.get(reference)
        return self.live[earlier].id if earlier else self._meant(reference)


def _verdict(slug: str, earlier: str, parties: _Parties) -> _Verdict:
    """Return whether the live segment of the earlier slug is what the entry stands for."""
    predecessor, own = parties.live[earlier], parties.live.get(slug)
    mine = parties.likeness(slug, predecessor)
    if own is not None:
        # Nobody takes the place; or a swap or chain, which is still to do, or was done before.
        stays = parties.likeness(slug, own)
        if not parties.is_succeeded(slug) or (stays.named and not (mine.fits or mine.named)):
            return _Verdict.LEAVES
        return _weigh(mine, stays)
    rival = parties.desired.get(earlier)
    if rival is None or rival.absent or earlier in parties.aside:
        return _Verdict.CLAIMS
    return _weigh(mine, parties.likeness(earlier, predecessor))


def _weigh(mine: _Likeness, other: _Likeness) -> _Verdict:
    """Let definitions decide; where both fit, names."""
    if mine.fits != other.fits:
        return _Verdict.CLAIMS if mine.fits else _Verdict.LEAVES
    if mine.fits and mine.named != other.named:
        return _Verdict.CLAIMS if mine.named else _Verdict.LEAVES
    return _Verdict.UNCLEAR


def _drop_evictions(parties: _Parties) -> dict[str, str]:
    """Take back claims that would push out a segment for which nobody else has a place.

    Return the earlier slugs of those that were claimed by `previously`.
    """
    claims = parties.claims
    dropped: dict[str, str] = {}
    while True:
        taken = parties.claimed_ids()
        evicting = [
            slug for slug in claims if slug in parties.live and parties.live[slug].id not in taken
        ]
        if not evicting:
            return dropped
        for slug in evicting:
            claimed = claims.pop(slug)
            if slug not in parties.aside:
                dropped[slug] = claimed.key


def _doubts(
    undecided: Mapping[str, str], desired: Mapping[str, DesiredSegment]
) -> Iterator[tuple[str, str]]:
    """Return in words, by slug, what is not clear: for both entries that may be meant."""
    for slug, earlier in undecided.items():
        said = f"was {earlier} before, and the live {earlier} does not tell which of the two it is"
        yield slug, f"the files say that it {said}"
        if earlier in desired and earlier not in undecided:
            yield earlier, f"the files say that {slug} {said}"
