"""A plan that segsync made is one that it makes again, whatever the states."""

from hypothesis import given
from msgspec.structs import replace

from segsync.plan import Reevaluate
from segsync.planfile import dump, load
from segsync.planning.planner import build_plan
from segsync.planning.replanning import differences, forbidden_now, plan_again
from segsync.segment import DesiredState, LiveState
from tests.laws.states import NO_LIMITS, desired_states, live_states


@given(desired_states(), live_states())
def test_a_saved_plan_is_made_again(desired: DesiredState, live: LiveState) -> None:
    options = replace(NO_LIMITS, reevaluate=Reevaluate.AFFECTED)
    plan = load(dump(build_plan(desired, live, options)))
    again = plan_again(plan, live, NO_LIMITS)
    assert differences(plan, again) == ()
    assert forbidden_now(plan, again) == ()
