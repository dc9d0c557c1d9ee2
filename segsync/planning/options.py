"""What a plan depends on beside the two states."""

from datetime import date

from msgspec import field

from segsync.plan import Allowances, Limits, Reevaluate
from segsync.value import Value


class PlanOptions(Value, frozen=True):
    """The user's settings for one run; `today` decides about freezes.

    Without `reevaluate` each file entry decides for itself.
    """

    tag: str
    today: date
    prune: bool = True
    limits: Limits = field(default_factory=Limits)
    allow: Allowances = field(default_factory=Allowances)
    reevaluate: Reevaluate | None = None
