"""The account as it is now, and what was before and after a run in the words of now.

Slugs and names may have moved since, by the run itself or after it, so that objects are known by
their ids. What was deleted and made again since has a new id: an object of ours that has the key
that the run left, and is as the run left it, is taken for the same one. So is one that is as what
the run deleted.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec.structs import replace

from segsync.plan import Change, Managed, key_of, kind_of
from segsync.planning.identity import identities
from segsync.planning.matching import aside_slugs
from segsync.planning.undoing.effects import Net
from segsync.planning.undoing.values import Live, differing, in_groups, repointed, value_of
from segsync.segment import Group, LiveState, Segment


class Present:
    """What is there now, by id in `live`, by kind and key in `taken`, and what the run did to it.

    `group_ids` are those of the groups by name, as the plan of the run knew them. `nets` are the
    given ones with ids and groups of now; `heirs` has what is taken for something that is gone, by
    the id that this had.
    """

    def __init__(
        self, nets: Iterable[Net], live: LiveState, *, group_ids: Mapping[str, str]
    ) -> None:
        self._names = identities(live, {})
        self.live: dict[str, Live] = {each.id: each for each in live.segments}
        self.live |= {each.id: each for each in live.groups}
        self.taken = {(kind_of(value_of(each)), each.key): each for each in self.live.values()}
        known = tuple(nets)
        self._group_names = self._present_groups(known, group_ids)
        self.nets = tuple(
            replace(
                each,
                before=in_groups(each.before, self._group_names),
                after=in_groups(each.after, self._group_names),
            )
            for each in known
        )
        self.heirs = dict(self._possible_heirs())
        self._learn_references()
        by_id = {each.id: each for each in self.nets}
        while strangers := [
            old for old, heir in self.heirs.items() if self._is_other(by_id[old], heir)
        ]:
            for each in strangers:
                del self.heirs[each]
            self._learn_references()
        self.nets = tuple(replace(each, id=self._id_now(each)) for each in self.nets)

    def is_undone(self, net: Net) -> bool:
        """Return whether the object is there as the run left it, so that it can be put back."""
        there = self.live.get(net.id)
        if there is None or net.after is None:
            return False
        return not self.changed_since(net, net.after, there)

    def changed_since(self, net: Net, after: Managed, there: Live) -> frozenset[str]:
        """Return what somebody changed; a rollback that was cut short has only begun a rename."""
        found = self.differing(self.became(after), value_of(there))
        if isinstance(net.before, Segment) and there.key in aside_slugs(net.before.slug):
            return found - {"slug"}
        return found

    def was(self, before: Managed) -> Managed:
        """Return what was before the run, in the words of the account as it is now."""
        return repointed(before, self._from_before)

    def began(self, change: Change) -> Managed | None:
        """Return what was before a change that is in no net, in the words of now."""
        before = in_groups(change.before, self._group_names)
        return None if before is None else self.was(before)

    def became(self, after: Managed) -> Managed:
        """Return what the run made of it, in the words of the account as it is now."""
        return repointed(after, self._from_after)

    def differing(self, one: Managed, other: Managed) -> frozenset[str]:
        """Return the fields that differ, without the mark of ownership; definitions by meaning."""
        return differing(one, other, self._names)

    def _present_groups(self, nets: Iterable[Net], group_ids: Mapping[str, str]) -> dict[str, str]:
        """Return the names that groups have now, by the names that the plan of the run says.

        A plan speaks of groups by the names that they are to get, in what was before it as well.
        """
        given = {each.after.name: each.id for each in nets if isinstance(each.after, Group)}
        return {
            name: self.live[identity].key
            for name, identity in {**group_ids, **given}.items()
            if identity in self.live
        }

    def _possible_heirs(self) -> Iterator[tuple[str, Live]]:
        known = {each.id for each in self.nets}
        for net in self.nets:
            left = net.after or net.before
            if net.id in self.live or left is None:
                continue
            there = self.taken.get((net.kind, key_of(left)))
            if there is not None and there.id not in known and value_of(there).owned:
                yield net.id, there

    def _is_other(self, net: Net, heir: Live) -> bool:
        """Return whether an object is not what the run left, or deleted and somebody made again."""
        like = self.became(net.after) if net.after else net.before and self.was(net.before)
        return like is None or bool(self.differing(like, value_of(heir)))

    def _id_now(self, net: Net) -> str:
        heir = self.heirs.get(net.id)
        return heir.id if heir else net.id

    def _learn_references(self) -> None:
        """Learn what INCLUDEs on both sides of the run point at under another slug or id now."""
        ids = {old: heir.id for old, heir in self.heirs.items()}
        self._from_before = dict(self._moved(lambda net: net.before)) | ids
        self._from_after = dict(self._moved(lambda net: net.after)) | ids

    def _moved(self, side: Callable[[Net], Managed | None]) -> Iterator[tuple[str, str]]:
        """Yield the slugs of segments on one side of the run that are others now."""
        for each in self.nets:
            value, there = side(each), self.live.get(self._id_now(each))
            if isinstance(value, Segment) and there is not None and value.slug != there.key:
                yield value.slug, there.key
