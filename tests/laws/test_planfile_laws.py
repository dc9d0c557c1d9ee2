from hypothesis import given
from hypothesis import strategies as st

from segsync.diagnostics import Diagnostic, Location, Severity
from segsync.plan import Action, Blocked, Change, FieldChange, Kind, Plan, Refusal
from segsync.planfile import dump, load
from segsync.segment import Account, Definition, Group, Segment

_TEXTS = st.text(max_size=12)
_NUMBERS = st.integers(min_value=0, max_value=2**40)
_NAMES = st.frozensets(_TEXTS, max_size=3)
_LOCATIONS = st.builds(Location, _TEXTS, _NUMBERS, _NUMBERS)
_GROUPS = st.builds(Group, _TEXTS, _TEXTS, owned=st.booleans(), protected=st.booleans())
_SEGMENTS = st.builds(
    Segment,
    slug=_TEXTS,
    name=_TEXTS,
    definition=st.builds(Definition, _TEXTS),
    table=_TEXTS,
    kind=_TEXTS,
    description=_TEXTS,
    is_public=st.booleans(),
    tags=_NAMES,
    groups=_NAMES,
    save_hist=st.booleans(),
    schedule_exit=st.booleans(),
    emit_trigger=st.booleans(),
    expires_at=st.none() | _TEXTS,
    owned=st.booleans(),
    protected=st.booleans(),
)
_VALUES = st.none() | st.booleans() | _TEXTS | st.lists(_TEXTS, max_size=3).map(tuple)
_OBJECTS = st.none() | _GROUPS | _SEGMENTS
_CHANGES = st.builds(
    Change,
    number=_NUMBERS,
    kind=st.sampled_from(Kind),
    action=st.sampled_from(Action),
    key=_TEXTS,
    id=st.none() | _TEXTS,
    before=_OBJECTS,
    after=_OBJECTS,
    fields=st.lists(st.builds(FieldChange, _TEXTS, _VALUES, _VALUES), max_size=3).map(tuple),
    waits_for=st.frozensets(_NUMBERS, max_size=3),
    previous_key=st.none() | _TEXTS,
    bridge=st.booleans(),
    reason=_TEXTS,
    affects=st.lists(_TEXTS, max_size=3).map(tuple),
    exports=st.lists(_TEXTS, max_size=3).map(tuple),
    source=st.none() | _LOCATIONS,
)
_BLOCKED = st.builds(
    Blocked,
    kind=st.sampled_from(Kind),
    action=st.sampled_from(Action),
    key=_TEXTS,
    rule=_TEXTS,
    reason=_TEXTS,
    way_out=_TEXTS,
    holds=st.booleans(),
    source=st.none() | _LOCATIONS,
)
_DIAGNOSTICS = st.builds(
    Diagnostic, st.sampled_from(Severity), _TEXTS, _TEXTS, _TEXTS, st.none() | _LOCATIONS
)
_PLANS = st.builds(
    Plan,
    account=st.builds(Account, _NUMBERS, _TEXTS),
    tag=_TEXTS,
    changes=st.lists(_CHANGES, max_size=3).map(tuple),
    blocked=st.lists(_BLOCKED, max_size=2).map(tuple),
    refusals=st.lists(st.builds(Refusal, _TEXTS, _TEXTS, _TEXTS), max_size=2).map(tuple),
    diagnostics=st.lists(_DIAGNOSTICS, max_size=2).map(tuple),
    unchanged=_NUMBERS,
    unmanaged=_NUMBERS,
    live=_NUMBERS,
    group_ids=st.dictionaries(_TEXTS, _TEXTS, max_size=3),
    fingerprints=st.dictionaries(_TEXTS, _TEXTS, max_size=3),
)


@given(_PLANS)
def test_a_plan_that_is_saved_and_loaded_is_the_same_plan(plan: Plan) -> None:
    assert load(dump(plan)) == plan


@given(_PLANS)
def test_saving_is_stable(plan: Plan) -> None:
    assert dump(load(dump(plan))) == dump(plan)
