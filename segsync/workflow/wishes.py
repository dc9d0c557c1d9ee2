"""What the user asks of one run, beside the settings."""

from collections.abc import Callable
from datetime import date
from typing import Final

from msgspec import field

from segsync.plan import Allowances, Reevaluate
from segsync.value import Value

# Seconds: a dozen sizes at the documented pace, and what people wait for in a pull request.
SIZE_BUDGET: Final = 120.0


class Wishes(Value, frozen=True):
    """What the user asked of one run.

    A run that only compares `sends` nothing, and does not ask for the account's fields. `sizes`
    measures all changed definitions; after `size_budget` seconds no further size is asked for.
    `notice`, if there is one, is told what takes its time.
    """

    today: date
    allow: Allowances = field(default_factory=Allowances)
    reevaluate: Reevaluate | None = None
    sends: bool = True
    sizes: bool = False
    size_budget: float = SIZE_BUDGET
    notice: Callable[[str], None] | None = None
