"""The laws of an apply hold whichever way an open question about the API turns out.

The account and the two states of `unlike` take every kind of change. Each pair of switches is
tried in all four combinations; `make soak` tries each triple, and random states in random worlds.
"""

from collections.abc import Mapping

import pytest

from tests.laws.reached import assert_reached, failures, untouched
from tests.laws.unlike import FIRST, SECOND, SEED
from tests.laws.worlds import World, all_switches, covering

_NOBODY_MAY_WRITE = {"ip_not_listed", "writes_need_user_tokens"}
# Together they leave no way to clear the time.
_EXPIRY_STAYS = {"null_keeps_expiry", "merge_on_put", "only_null_clears_expiry"}
WRITABLE = sorted({*all_switches()} - _NOBODY_MAY_WRITE)
_LAGS = ("WRITE lag=1", "WRITE lag=3", "WRITE /v2/segment/group lag=4")


def possible(switches: Mapping[str, bool]) -> dict[str, bool]:
    """Return the switches with a way left to do all that the files want, and to see it done.

    Something must clear the time at which a segment expires; of a segment and its groups one must
    take, and one must show, who is in them. `test_group_worlds` has the worlds without.
    """
    left = dict(switches)
    if left.get("null_keeps_expiry"):
        left |= {"merge_on_put": False, "only_null_clears_expiry": False}
    if left.get("groups_only_by_group"):
        left |= {"group_takes_segments": True}
    if left.get("segments_hide_groups"):
        left |= {"groups_hide_segments": False}
    return left


PAIRS = [possible(each) for each in covering(WRITABLE, strength=2)]


def two_states_are_reached(world: World, *rules: str) -> None:
    theirs = untouched(world)
    for desired in (FIRST, SECOND):
        with world.struck_by(rules):
            plan = world.plan(desired)
            assert not plan.is_refused
            assert failures(world.apply(plan)) == []
        assert_reached(world, desired)
        written = len(world.store.writes)
        again = world.plan(desired)
        assert again.changes == ()
        assert world.apply(again) == []
        assert len(world.store.writes) == written
        assert untouched(world) == theirs


@pytest.mark.parametrize("switches", PAIRS, ids=range(len(PAIRS)))
def test_in_every_world_two_states_are_reached_and_nothing_else_is_touched(
    switches: dict[str, bool],
) -> None:
    two_states_are_reached(World.made(SEED, switches=switches))


@pytest.mark.soak
@pytest.mark.parametrize("name", WRITABLE)
def test_each_switch_alone_keeps_no_state_from_being_reached(name: str) -> None:
    two_states_are_reached(World.made(SEED, switches=possible({name: True})))


@pytest.mark.parametrize("rule", _LAGS)
def test_what_lags_behind_the_writes_keeps_no_state_from_being_reached(rule: str) -> None:
    two_states_are_reached(World.made(SEED), rule)


@pytest.mark.parametrize("other", ["merge_on_put", "only_null_clears_expiry"])
def test_a_time_that_nothing_clears_is_a_failure_that_is_told(other: str) -> None:
    world = World.made(SEED, switches={"null_keeps_expiry": True, other: True})
    found = failures(world.apply(world.plan(FIRST)))
    assert found == [("promo", "the account stored something else than was sent: expires_at")]


@pytest.mark.soak
@pytest.mark.parametrize("rule", ["", *_LAGS])
def test_three_switches_and_any_lag_keep_no_state_from_being_reached(rule: str) -> None:
    for switches in covering(WRITABLE, strength=3):
        two_states_are_reached(World.made(SEED, switches=possible(switches)), *filter(None, [rule]))
