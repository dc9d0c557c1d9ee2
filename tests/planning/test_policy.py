"""Limits: what is too much for one run, in numbers."""

import pytest

from segsync.plan import Allowances, Limits, Plan, Refusal
from tests.planning.build import (
    Values,
    found,
    found_group,
    live_state,
    plan_of,
    wanted,
    wanted_group,
)

LIVE = [found(f"s{number}") for number in range(20)]
DESIRED = [wanted(f"s{number}") for number in range(20)]


def deleting(count: int, **options: Values) -> Plan:
    return plan_of(DESIRED[count:], LIVE, **options)


def updating(count: int, **options: Values) -> Plan:
    changed = [wanted(f"s{number}", name="New") for number in range(count)]
    return plan_of([*changed, *DESIRED[count:]], LIVE, **options)


def test_as_many_deletes_as_the_share_are_fine() -> None:
    assert deleting(2).refusals == ()


def test_more_deletes_than_the_share_are_refused_with_the_numbers() -> None:
    plan = deleting(3)
    assert plan.refusals == (
        Refusal(
            "too-many-deletes",
            "3 deletes are 15.0% of the 20 managed objects, and the limit is 10%",
            "--allow-deletes 3",
        ),
    )
    assert plan.is_refused


def test_deletes_are_allowed_by_their_number_and_not_beyond() -> None:
    assert deleting(3, allow=Allowances(deletes=3)).refusals == ()
    assert deleting(4, allow=Allowances(deletes=3)).is_refused
    assert deleting(3, allow=Allowances(updates=3)).is_refused


def test_more_deletes_than_the_count_are_refused_even_with_few_objects() -> None:
    limits = Limits(max_deletes=1, max_deletes_count=1, min_existing=1000)
    assert deleting(2, limits=limits).refusals == (
        Refusal("too-many-deletes", "2 deletes, and the limit is 1", "--allow-deletes 2"),
    )
    assert deleting(1, limits=limits).refusals == ()


def test_as_many_updates_as_the_share_are_fine() -> None:
    assert updating(6).refusals == ()


def test_more_updates_than_the_share_are_refused_with_the_numbers() -> None:
    assert updating(7).refusals == (
        Refusal(
            "too-many-updates",
            "7 updates are 35.0% of the 20 managed objects, and the limit is 30%",
            "--allow-updates 7",
        ),
    )


def test_updates_are_allowed_by_their_number_and_not_beyond() -> None:
    assert updating(7, allow=Allowances(updates=7)).refusals == ()
    assert updating(8, allow=Allowances(updates=7)).is_refused


def test_renames_count_as_updates_and_bridges_do_not_count() -> None:
    entries = [
        wanted("n0", previously=("s0",)),
        wanted("n1", "FILTER INCLUDE n0", previously=("s1",)),
    ]
    live = [LIVE[0], found("s1", "FILTER INCLUDE s0"), *LIVE[2:]]
    limits = Limits(max_updates=0.05)
    assert plan_of([*entries, *DESIRED[2:]], live, limits=limits).refusals == (
        Refusal(
            "too-many-updates",
            "2 updates are 10.0% of the 20 managed objects, and the limit is 5%",
            "--allow-updates 2",
        ),
    )


def test_creates_and_silent_adoptions_are_not_limited() -> None:
    live = [*LIVE, *(found(f"t{number}", owned=False) for number in range(20))]
    more = [wanted(f"{kind}{number}") for kind in "tn" for number in range(20)]
    assert plan_of([*DESIRED, *more], live).refusals == ()


@pytest.mark.parametrize(("managed", "refused"), [(9, False), (10, True)])
def test_shares_bind_when_enough_is_managed(managed: int, refused: bool) -> None:  # noqa: FBT001
    live = [*LIVE[:managed], *(found(f"t{number}", owned=False) for number in range(20))]
    assert bool(plan_of(DESIRED[4:managed], live).refusals) is refused


def test_groups_are_managed_objects_too() -> None:
    groups = [found_group(f"G{number}") for number in range(10)]
    plan = plan_of(
        groups=([wanted_group(f"G{number}") for number in range(8)], groups), live=LIVE[:1]
    )
    assert [each.reason for each in plan.refusals] == [
        "3 deletes are 27.3% of the 11 managed objects, and the limit is 10%"
    ]


def test_without_managed_objects_there_is_no_share() -> None:
    plan = plan_of(
        [wanted("a", name="New")],
        [found("a", owned=False)],
        allow=Allowances(adopt=True),
        limits=Limits(min_existing=0, max_updates=0),
    )
    assert plan.refusals == ()


def test_files_that_declare_nothing_are_refused_until_allowed() -> None:
    live = [found("a"), found("b", owned=False)]
    assert plan_of([], live).refusals == (
        Refusal(
            "files-are-empty",
            "the files declare nothing, and 1 managed objects would go",
            "--allow-empty",
        ),
    )
    assert plan_of([], live, allow=Allowances(empty=True)).refusals == ()


def test_files_that_declare_nothing_are_fine_where_nothing_is_managed() -> None:
    assert plan_of([], [found("b", owned=False)]).refusals == ()


def test_an_account_without_segments_is_refused_until_allowed() -> None:
    told = Refusal(
        "account-is-empty",
        "the account lists no segment at all, which a real account never does; the token or the"
        " address may be wrong",
        "--allow-empty",
    )
    assert plan_of([wanted("a")], []).refusals == (told,)
    assert plan_of([wanted("a")], [], groups=((), [found_group("G")])).refusals == (told,)
    assert plan_of([wanted("a")], [], allow=Allowances(empty=True)).refusals == ()


def test_blocked_deletes_are_not_counted() -> None:
    live = [*LIVE, *(found(f"p{number}", protected=True) for number in range(20))]
    assert plan_of(DESIRED, live).refusals == ()


def test_an_empty_state_has_nothing() -> None:
    assert live_state().segments == ()


def test_a_share_is_taken_of_a_single_object_too_when_the_configuration_asks_for_it() -> None:
    limits = Limits(min_existing=0)
    plan = plan_of([wanted("new")], [found("only"), found("x", owned=False)], limits=limits)
    assert plan.refusals == (
        Refusal(
            "too-many-deletes",
            "1 deletes are 100.0% of the 1 managed objects, and the limit is 10%",
            "--allow-deletes 1",
        ),
    )
