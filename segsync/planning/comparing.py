"""Compares two accounts with each other, slug by slug and group name by group name.

Ids, authors, times and segsync's own marks belong to an account and are no difference. An INCLUDE
is taken for the slug of what it points at, so that an id in one account and a slug in the other
mean the same.
"""

from collections import ChainMap
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from segsync.graph import reachable, reversed_edges
from segsync.inspection.comparison import Comparison, Difference, Verdict
from segsync.plan import Kind
from segsync.planning.differ import group_changes, same_definition, segment_changes
from segsync.planning.identity import references
from segsync.planning.sides import Side
from segsync.segment import Group, LiveGroup, LiveSegment, LiveState, Segment
from segsync.value import Value

_ONE_SIDED = frozenset({Verdict.ONLY_LEFT, Verdict.ONLY_RIGHT})
# No slug is like this one, from which all edges that matter start.
_START = "\0"


def compare(left: LiveState, right: LiveState, *, names: tuple[str, str], deep: bool) -> Comparison:
    """Return what differs between two accounts, which segsync.yaml knows by these names.

    `deep` follows INCLUDE, so that equal text over ancestors that select others is told apart.
    """
    one, other = Side(names[0], left), Side(names[1], right)
    pairs = [_pair(slug, one, other) for slug in sorted({*one.segments, *other.segments})]
    through = _through(pairs, one, other) if deep else {}
    told = [each for each in pairs if not each.is_left_out]
    groups = tuple(
        _group_difference(name, one, other) for name in sorted({*one.groups, *other.groups})
    )
    differences = [*groups, *(_difference(each, through.get(each.slug, ())) for each in told)]
    found = tuple(each for each in differences if each is not None)
    return Comparison(
        left=one.party(),
        right=other.party(),
        deep=deep,
        differences=found,
        equal=len(differences) - len(found),
        left_out=tuple(each.slug for each in pairs if each.is_left_out),
        left_out_different=tuple(
            each.slug
            for each in pairs
            if each.is_left_out and each.verdict not in {None, *_ONE_SIDED}
        ),
        marked_left=tuple(each.slug for each in told if each.marked == (True, False)),
        marked_right=tuple(each.slug for each in told if each.marked == (False, True)),
    )


class _Pair(Value, frozen=True):
    """What the two accounts have under one slug.

    `selects_others` tells whether the two select other profiles by their own definitions, or may.
    """

    slug: str
    left: Sequence[LiveSegment]
    right: Sequence[LiveSegment]
    difference: Difference | None
    selects_others: bool

    @property
    def verdict(self) -> Verdict | None:
        """The verdict, without a look at ancestors; None when they are equal."""
        return self.difference.verdict if self.difference else None

    @property
    def is_left_out(self) -> bool:
        """Whether Lytics made the segment itself."""
        return any(each.untouchable for each in (*self.left, *self.right))

    @property
    def marked(self) -> tuple[bool, bool]:
        """Whether segsync manages it, in each account; neither where one does not have it."""
        if not (self.left and self.right):
            return False, False
        return self.left[0].segment.owned, self.right[0].segment.owned


def _pair(slug: str, one: Side, other: Side) -> _Pair:
    left, right = one.segments.get(slug, []), other.segments.get(slug, [])
    if len(left) != 1 or len(right) != 1:
        counts = (one.name, len(left)), (other.name, len(right))
        found = _uneven(Kind.SEGMENT, slug, _ids(left), _ids(right), counts)
        return _Pair(slug, left, right, found, selects_others=True)
    before, after = one.comparable(left[0].segment), other.comparable(right[0].segment)
    same = same_definition(
        before.definition,
        after.definition,
        resolve_before=one.meaning,
        resolve_after=other.meaning,
    )
    if same:
        after = replace(after, definition=before.definition)
    fields = segment_changes(before, after) if before != after else ()
    remark = "; ".join(_dangling(before, one, other))
    difference = Difference(
        Kind.SEGMENT,
        slug,
        Verdict.DIFFERENT,
        left[0].id,
        right[0].id,
        fields=fields,
        remark=remark,
    )
    is_equal = same and not (fields or remark)
    selects_others = not same or before.table != after.table
    return _Pair(slug, left, right, None if is_equal else difference, selects_others)


def _dangling(segment: Segment, one: Side, other: Side) -> Iterator[str]:
    """Yield the references that lead somewhere in one account alone."""
    for reference in references(segment.definition):
        missing = [each.name for each in (one, other) if each.is_missing(reference)]
        if len(missing) == 1:
            yield f"INCLUDE {reference} leads nowhere in {missing[0]}"


def _uneven(
    kind: Kind,
    key: str,
    left: Sequence[str],
    right: Sequence[str],
    counts: Iterable[tuple[str, int]],
) -> Difference:
    """Return the difference where not each account has exactly one object of the key."""
    if len(left) > 1 or len(right) > 1:
        told = ", ".join(f"{number} in {name}" for name, number in counts)
        remark = f"the {'slug' if kind is Kind.SEGMENT else 'name'} is not unique: {told}"
        return Difference(kind, key, Verdict.AMBIGUOUS, remark=remark)
    if left:
        return Difference(kind, key, Verdict.ONLY_LEFT, left_id=left[0])
    return Difference(kind, key, Verdict.ONLY_RIGHT, right_id=right[0])


def _ids(found: Sequence[LiveSegment] | Sequence[LiveGroup]) -> list[str]:
    return [each.id for each in found]


def _group_difference(name: str, one: Side, other: Side) -> Difference | None:
    left, right = one.groups.get(name, []), other.groups.get(name, [])
    if len(left) != 1 or len(right) != 1:
        counts = (one.name, len(left)), (other.name, len(right))
        return _uneven(Kind.GROUP, name, _ids(left), _ids(right), counts)
    fields = group_changes(_own(left[0].group), _own(right[0].group))
    if not fields:
        return None
    return Difference(Kind.GROUP, name, Verdict.DIFFERENT, left[0].id, right[0].id, fields=fields)


def _own(group: Group) -> Group:
    """Return the group without its protection; the mark of ownership is never compared."""
    return replace(group, protected=False)


def _difference(pair: _Pair, through: tuple[str, ...]) -> Difference | None:
    if pair.difference is not None:
        return replace(pair.difference, through=through)
    if not through:
        return None
    return Difference(
        Kind.SEGMENT,
        pair.slug,
        Verdict.OTHER_ANCESTORS,
        pair.left[0].id,
        pair.right[0].id,
        through=through,
    )


def _through(pairs: Iterable[_Pair], one: Side, other: Side) -> Mapping[str, tuple[str, ...]]:
    """Return for each slug what it includes that selects others, the nearest such on each way.

    Segments that include each other and are equal throughout count as equal.
    """
    found = tuple(pairs)
    edges = {each.slug: tuple(dict.fromkeys(_included(each, one, other))) for each in found}
    roots = {each.slug for each in found if each.selects_others}
    # Behind a difference nobody needs to look: it is already one.
    cut: dict[str, Iterable[str]] = {
        slug: () if slug in roots else targets for slug, targets in edges.items()
    }
    touched = reachable({**reversed_edges(edges), _START: sorted(roots)}, _START)
    return {slug: _nearest(slug, edges, cut, roots) for slug in touched if slug in edges}


def _nearest(
    slug: str,
    edges: Mapping[str, Iterable[str]],
    cut: dict[str, Iterable[str]],
    roots: Container[str],
) -> tuple[str, ...]:
    behind = reachable(ChainMap({_START: edges[slug]}, cut), _START)
    return tuple(sorted(each for each in behind if each in roots and each != slug))


def _included(pair: _Pair, one: Side, other: Side) -> Iterator[str]:
    for side, segments in ((one, pair.left), (other, pair.right)):
        for each in segments:
            yield from side.included(each.segment.definition)
