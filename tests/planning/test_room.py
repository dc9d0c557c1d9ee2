"""What is said of a plan that an account may have no room for."""

from collections.abc import Sequence

from segsync.planning.room import check_room
from segsync.segment import LiveSegment
from tests.planning.build import found, live_state, plan_of, wanted

FULL = [found(f"s{n}") for n in range(499)]
LYTICS = [found(f"ly_{n}", untouchable="predefined by Lytics") for n in range(50)]


def warnings(*, kept: int, made: int, live: Sequence[LiveSegment] = FULL) -> list[str]:
    """Return what is said when the files have so many of the live segments, and so many new."""
    desired = [wanted(f"s{n}") for n in range(kept)] + [wanted(f"new{n}") for n in range(made)]
    there = [*live, *LYTICS]
    return [str(each) for each in check_room(plan_of(desired, there), live_state(there))]


def test_a_plan_that_fits_is_let_be_whatever_lytics_has_made() -> None:
    assert warnings(kept=499, made=0) == []
    assert warnings(kept=499, made=1) == []


def test_a_plan_that_may_not_fit_is_told_with_the_number_and_the_limit() -> None:
    (told,) = warnings(kept=499, made=2)
    assert told == (
        "warning: with this plan the account would have 501 audiences, and Lytics documents a limit"
        " of 500 [account-is-full]\n"
        "    What does not fit may be refused when it is created; the rest is carried out."
    )


def test_who_deletes_makes_room() -> None:
    assert warnings(kept=497, made=3) == []
    assert len(warnings(kept=497, made=4)) == 1


def test_an_account_that_is_over_already_is_not_told_of_it_without_a_create() -> None:
    theirs = [found(f"more{n}", owned=False) for n in range(9)]
    assert warnings(kept=499, made=0, live=[*FULL, *theirs]) == []
