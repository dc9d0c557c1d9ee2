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
        reevaluate=None,
    )
    assert (wishes.allow, wishes.reevaluate) == (Allowances(), None)


@pytest.mark.parametrize("name", [each.value for each in Reevaluate])
def test_every_wish_is_passed_on(name: str) -> None:
    wishes = wishes_of(
        adopt=True,
        allow_deletes=3,
        allow_updates=4,
        allow_empty=True,
        allow_missing=5,
        reevaluate=name,
    )
    assert wishes.allow == Allowances(adopt=True, deletes=3, updates=4, empty=True, missing=5)
    assert wishes.allow.flags == (
        "--adopt",
        "--allow-deletes 3",
        "--allow-empty",
        "--allow-missing 5",
        "--allow-updates 4",
    )
    assert wishes.reevaluate == Reevaluate(name)


def test_the_day_is_that_of_all_machines() -> None:
    before = datetime.now(tz=UTC).date()
    assert before <= today() <= datetime.now(tz=UTC).date()
