"""What differs between two accounts: the result of `segsync compare`."""

from enum import StrEnum

from segsync.plan import FieldChange, Kind
from segsync.segment import Account
from segsync.value import Value


class Verdict(StrEnum):
    """How an object of one account stands to the one of the same slug or name in the other."""

    ONLY_LEFT = "only_left"
    ONLY_RIGHT = "only_right"
    DIFFERENT = "different"
    OTHER_ANCESTORS = "other_ancestors"
    AMBIGUOUS = "ambiguous"


class Party(Value, frozen=True):
    """One of the two accounts: `name` is that in segsync.yaml, `objects` how many were compared."""

    name: str
    account: Account
    objects: int


class Difference(Value, frozen=True):
    """One slug or group name that is not the same on both sides.

    `fields` lead from the left account to the right one. `through` are the slugs of what the
    segment includes, at any distance, and that selects other profiles in the other account; empty
    unless the comparison was deep. `left_id` and `right_id` are None where there is no such object,
    or more than one.
    """

    kind: Kind
    key: str
    verdict: Verdict
    left_id: str | None = None
    right_id: str | None = None
    fields: tuple[FieldChange, ...] = ()
    through: tuple[str, ...] = ()
    remark: str = ""


class Comparison(Value, frozen=True):
    """Two accounts against each other, sorted by kind and key.

    `equal` counts the objects that are the same in both. `left_out` are the slugs of segments that
    Lytics made itself, in either account, and `left_out_different` those of them that are not the
    same in both. `marked_left` and `marked_right` are the slugs that segsync manages in that
    account alone, which is no difference.
    """

    left: Party
    right: Party
    deep: bool
    differences: tuple[Difference, ...]
    equal: int
    left_out: tuple[str, ...] = ()
    left_out_different: tuple[str, ...] = ()
    marked_left: tuple[str, ...] = ()
    marked_right: tuple[str, ...] = ()

    def counted(self, verdict: Verdict) -> int:
        """Return how many differences are of this kind."""
        return sum(each.verdict is verdict for each in self.differences)
