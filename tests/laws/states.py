"""Random pairs of what files declare and what an account has."""

from collections.abc import Sequence

from hypothesis import strategies as st
from msgspec.structs import replace

from segsync.plan import Allowances, Limits
from segsync.segment import DesiredSegment, DesiredState, LiveSegment, LiveState
from tests.planning.build import (
    OPTIONS,
    desired_state,
    found,
    found_group,
    hex_id,
    live_state,
    wanted,
    wanted_group,
)

NAMES = ("a", "b", "c", "d", "e", "f")
GROUPS = ("G1", "G2")
NO_LIMITS = replace(
    OPTIONS,
    limits=Limits(max_deletes=1, max_deletes_count=100, max_updates=1),
    allow=Allowances(empty=True, adopt=True),
)


def definition(threshold: int, included: Sequence[str]) -> str:
    conditions = [f"visits > {threshold}", *(f"INCLUDE {each}" for each in included)]
    return f"FILTER AND ({', '.join(conditions)})"


@st.composite
def live_states(draw: st.DrawFn) -> LiveState:
    order = draw(st.permutations(NAMES))
    there = [each for each in order if draw(st.booleans())]
    groups = [each for each in GROUPS if draw(st.booleans())]
    segments: list[LiveSegment] = []
    for index, slug in enumerate(there):
        included = draw(st.lists(st.sampled_from(there[:index]), max_size=2)) if index else []
        by_id = [hex_id(each) if draw(st.booleans()) else each for each in included]
        segments.append(
            found(
                slug,
                definition(draw(st.integers(0, 2)), by_id),
                owned=draw(st.sampled_from([True, True, True, False])),
                groups=[each for each in groups if draw(st.booleans())],
            )
        )
    return live_state(segments, [found_group(each, owned=draw(st.booleans())) for each in groups])


@st.composite
def desired_states(draw: st.DrawFn) -> DesiredState:
    order = draw(st.permutations(NAMES))
    there = [each for each in order if draw(st.booleans())]
    groups = [each for each in GROUPS if draw(st.booleans())]
    claimed: set[str] = set()
    segments: list[DesiredSegment] = []
    for index, slug in enumerate(there):
        included = draw(st.lists(st.sampled_from(there[:index]), max_size=2)) if index else []
        earlier = draw(st.sampled_from([None, None, *NAMES]))
        if earlier == slug or earlier in claimed:
            earlier = None
        claimed.add(earlier or "")
        segments.append(
            wanted(
                slug,
                definition(draw(st.integers(0, 2)), included),
                groups=[each for each in groups if draw(st.booleans())],
                previously=(earlier,) if earlier else (),
            )
        )
    return desired_state(segments, [wanted_group(each) for each in groups])
