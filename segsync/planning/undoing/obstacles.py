"""What stands in the way of putting things back: places that are taken, and what is lost."""

from collections import Counter

from segsync.plan import Managed, kind_of
from segsync.planning.identity import references
from segsync.planning.undoing.effects import Net
from segsync.planning.undoing.present import Present
from segsync.planning.undoing.values import value_of
from segsync.segment import Segment


def homeless(present: Present) -> frozenset[str]:
    """Return the ids of what was renamed, and whose old key is not free for it.

    Entries are told apart by their keys: of two with one key the second would replace the
    first, whose object would be deleted. What stays may be in the way of the next.
    """
    live = present.live
    moving = {
        each.id: each.key
        for each in present.nets
        if each.before and present.is_undone(each) and each.key != live[each.id].key
    }
    found: set[str] = set()
    while True:
        # What the run created goes last, and holds its key until then.
        keys = Counter(
            (kind_of(value_of(each)), moving.get(identity, each.key))
            for identity, each in live.items()
        )
        stuck = [
            identity
            for identity, key in moving.items()
            if keys[kind_of(value_of(live[identity])), key] > 1
        ]
        if not stuck:
            return frozenset(found)
        found.update(stuck)
        for each in stuck:
            del moving[each]


class Losses:
    """The segments that are gone and are not made again either, by ids and slugs.

    Another segment may have such a slug by now: what is restored must not come to include it.
    """

    def __init__(self, present: Present) -> None:
        self._present = present
        self._lost: frozenset[str] = frozenset()
        segments = [each for each in present.nets if isinstance(each.before, Segment)]
        gone = [each for each in segments if each.id not in present.live]
        while found := {each.id for each in gone if self.obstacle(each)} - self._lost:
            self._lost |= found | {each.key for each in gone if each.id in found}

    def obstacle(self, net: Net) -> str:
        """Return in words why what is gone cannot be made again, or an empty text."""
        if net.after is not None:
            return "was deleted by somebody else since the run"
        if (net.kind, net.key) in self._present.taken:
            return "is there again, made by somebody else since the run"
        return self.told(net.before, None)

    def told(self, before: Managed | None, after: Managed | None) -> str:
        """Return in words what a definition that comes back would include in vain, or nothing."""
        if not (self._lost and isinstance(before, Segment)):
            return ""
        was = self._present.was
        if after and "definition" not in self._present.differing(
            was(before), self._present.became(after)
        ):
            return ""
        included = references(before.definition, sorted(self._lost))
        named = " and ".join(each for each in included if each.lower() in self._lost)
        return named and f"included {named}, which cannot be made again"
