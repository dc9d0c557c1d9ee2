"""What a plan depends on beside the two states."""

from dataclasses import dataclass, field
from datetime import date

from segsync.plan import Allowances, Limits, Reevaluate


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """The user's settings for one run; `today` decides about freezes.

    Without `reevaluate` each file entry decides for itself.
    """

    tag: str
    today: date
    prune: bool = True
    limits: Limits = field(default_factory=Limits)
    allow: Allowances = field(default_factory=Allowances)
    reevaluate: Reevaluate | None = None
