"""What a run has done to each object: all of its changes to it taken together."""

from collections.abc import Iterable, Iterator

from segsync.plan import Action, Change, Kind, Managed, key_of
from segsync.value import Value


class Effect(Value, frozen=True):
    """A change that took effect, and the id of the object that it was about."""

    change: Change
    id: str


class Net(Value, frozen=True):
    """What a run has done to one object, from what was before it to what it left."""

    id: str
    kind: Kind
    before: Managed | None
    after: Managed | None

    @property
    def key(self) -> str:
        """The slug or name that the object had, or got."""
        value = self.before or self.after
        return "" if value is None else key_of(value)


def nets(effects: Iterable[Effect]) -> Iterator[Net]:
    """Return what changes, in the order in which they were made, have done to each object."""
    first: dict[str, Change] = {}
    last: dict[str, Change] = {}
    for each in effects:
        if each.change.action is not Action.REEVALUATE:
            first.setdefault(each.id, each.change)
            last[each.id] = each.change
    for identity, change in first.items():
        yield Net(identity, change.kind, change.before, last[identity].after)
