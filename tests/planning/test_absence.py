import pytest

from segsync.diagnostics import error
from segsync.plan import Allowances, Kind, Limits
from segsync.planning.absence import absence, fewer

SEEN = [f"s{number}" for number in range(10)]


def _absence(there: list[str], *, missing: int = 0) -> object:
    return absence(
        Kind.SEGMENT,
        SEEN,
        there,
        limits=Limits(),
        allow=Allowances(missing=missing),
        when="2026-11-22T03:00:00+00:00",
    )


def test_a_list_that_lacks_too_much_is_not_believed() -> None:
    assert _absence(SEEN[:3]) == error(
        "mass-absence",
        "7 of the 10 segments that the last run saw (2026-11-22T03:00:00+00:00) are missing from"
        " the account: 70.0%, and the limit is 30%; s3, s4, s5, s6, s7 and 2 more",
        detail="The token or the address may be wrong, or the list was cut short. If they are gone"
        " for good: segsync plan --allow-missing 7",
    )


def test_as_much_as_the_share_may_be_missing_and_anything_may_be_new() -> None:
    assert _absence(SEEN[:7]) is None
    assert _absence([*SEEN, "new"]) is None


def test_what_is_missing_is_counted_and_not_made_up_for_by_what_is_new() -> None:
    assert _absence([f"t{number}" for number in range(10)]) is not None


def test_so_many_may_be_missing_as_were_allowed() -> None:
    assert _absence([], missing=10) is None
    assert _absence([], missing=9) is not None


@pytest.mark.parametrize(("least", "refused"), [(10, True), (11, False)])
def test_the_share_binds_when_enough_was_seen(least: int, refused: bool) -> None:  # noqa: FBT001
    limits = Limits(min_existing=least)
    found = absence(Kind.GROUP, SEEN, [], limits=limits, allow=Allowances(), when="")
    assert (found is not None) is refused


def test_where_no_least_is_set_even_the_only_one_may_not_be_missing() -> None:
    limits, nothing = Limits(min_existing=0), Allowances()
    assert fewer(1, 0, limits=limits, allow=nothing) is not None
    assert fewer(0, 0, limits=limits, allow=nothing) is None


def test_a_saved_plan_knows_how_much_there_was() -> None:
    limits, nothing = Limits(), Allowances()
    assert fewer(10, 7, limits=limits, allow=nothing) is None
    assert fewer(10, 20, limits=limits, allow=nothing) is None
    assert fewer(10, 6, limits=limits, allow=Allowances(missing=4)) is None
    assert fewer(10, 6, limits=limits, allow=nothing) == error(
        "mass-absence",
        "the account had 10 objects when the plan was made and lists 6 now: 40.0% are missing, and"
        " the limit is 30%",
        detail="The token or the address may be wrong, or the list was cut short. If they are gone"
        " for good: segsync plan --allow-missing 4",
    )
