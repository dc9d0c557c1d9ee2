from datetime import UTC, datetime

import pytest

from segsync.cli.wishes import today, wishes_of
from segsync.plan import Allowances, Reevaluate


def test_nothing_is_allowed_that_was_not_asked_for() -> None:
    wishes = wishes_of(
        adopt=False,
        allow_deletes=0,
        allow_updates=0,
        allow_empty=False,
        allow_missing=0,
        allow_size_change=(),
        reevaluate=None,
        sizes=False,
        size_budget=120.0,
    )
    assert (wishes.allow, wishes.reevaluate, wishes.sizes) == (Allowances(), None, False)


@pytest.mark.parametrize("name", [each.value for each in Reevaluate])
def test_every_wish_is_passed_on(name: str) -> None:
    wishes = wishes_of(
        adopt=True,
        allow_deletes=3,
        allow_updates=4,
        allow_empty=True,
        allow_missing=5,
        allow_size_change=("a", "b", "a"),
        reevaluate=name,
        sizes=True,
        size_budget=30.0,
    )
    assert wishes.allow == Allowances(
        adopt=True, deletes=3, updates=4, empty=True, missing=5, size_changes=("a", "b")
    )
    assert (wishes.sizes, wishes.size_budget) == (True, 30.0)
    assert wishes.allow.flags == (
        "--adopt",
        "--allow-deletes 3",
        "--allow-empty",
        "--allow-missing 5",
        "--allow-updates 4",
        "--allow-size-change a",
        "--allow-size-change b",
    )
    assert wishes.reevaluate == Reevaluate(name)


def test_the_day_is_that_of_all_machines() -> None:
    before = datetime.now(tz=UTC).date()
    assert before <= today() <= datetime.now(tz=UTC).date()
