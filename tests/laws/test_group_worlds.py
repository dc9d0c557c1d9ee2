"""Groups reach the state of the files whichever side says who is in them, and nobody else moves."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product

import pytest

from segsync.applier import apply_plan
from segsync.outcome import Outcome, Result
from segsync.sandbox.controls import set_switches
from segsync.sandbox.seed import Seed
from segsync.sandbox.state import Kind
from segsync.segment import DesiredState
from tests.laws.worlds import World
from tests.planning.build import desired_state, wanted, wanted_group

_MARK = "[segsync] managed by segsync"
_MATTER = (
    "groups_only_by_group",
    "group_takes_segments",
    "groups_hide_segments",
    "segments_hide_groups",
)
_WORLDS = [
    dict(zip(_MATTER, values, strict=True))
    for values in product((False, True), repeat=len(_MATTER))
]


def _live(slug: str, *groups: str, tags: Iterable[str] = ("segsync",)) -> dict[str, object]:
    return {
        "slug_name": slug,
        "name": slug.title(),
        "segment_ql": f"FILTER visits > 1 FROM user ALIAS {slug}",
        "tags": list(tags),
        "author_id": "ann",
        "save_hist": True,
        "groups": list(groups),
    }


SEED = Seed(
    account={"aid": 4242, "name": "Fernwood"},
    fields={"user": [{"id": "visits", "type": "int"}]},
    groups=(
        {"name": "Old", "description": _MARK},
        {"name": "New", "description": f"Before\n{_MARK}"},
        {"name": "Gone", "description": _MARK},
        {"name": "Shared", "description": "Theirs"},
    ),
    segments=(
        _live("mover", "Old"),
        _live("leaver", "Old", "Shared"),
        _live("joiner"),
        _live("keeper", "Old", "Shared"),
        _live("goer", "Gone"),
        _live("stayer", "Gone"),
        _live("foreign", "Shared", "Old", tags=["theirs"]),
    ),
    jobs=(),
)
CROWD = [f"crowd_{number}" for number in range(9)]
DESIRED = desired_state(
    [
        wanted("mover", "FILTER visits > 1", groups=["New"]),
        wanted("leaver", "FILTER visits > 1", groups=[]),
        wanted("joiner", "FILTER visits > 1", groups=["New", "Fresh", "Old"]),
        wanted("keeper", "FILTER visits > 2"),
        wanted("stayer", "FILTER visits > 1", groups=["Fresh"]),
        wanted("newcomer", "FILTER visits > 2", groups=["Fresh", "New"]),
        *(wanted(each, "FILTER visits > 3", groups=["Fresh", "Old"]) for each in CROWD),
    ],
    [wanted_group("Old"), wanted_group("New", "After"), wanted_group("Fresh")],
)
WANTED = {
    "mover": {"New"},
    "leaver": set(),
    "joiner": {"New", "Fresh", "Old"},
    "keeper": {"Old", "Shared"},
    "stayer": {"Fresh"},
    "newcomer": {"Fresh", "New"},
    "foreign": {"Shared", "Old"},
    **{each: {"Fresh", "Old"} for each in CROWD},
}


def apply(world: World, desired: DesiredState) -> list[Outcome]:
    plan = world.plan(desired)
    assert not plan.is_refused
    known = world.objects().keys()
    return list(apply_plan(plan, world.client, known_ids=known, sleep=world.clock.sleep))


def members(world: World) -> dict[str, set[str]]:
    """Return the groups of each segment, by name, whatever the account shows."""
    with world.store.read() as state:
        names = {each["id"]: each["name"] for each in state.all(Kind.GROUP)}
        found = list(state.all(Kind.SEGMENT))
        return {each["slug_name"]: {names[id_] for id_ in each["groups"] or ()} for each in found}


def descriptions(world: World) -> dict[str, str]:
    return {
        each["name"]: each["description"]
        for each in world.objects().values()
        if "slug_name" not in each
    }


def failed(outcomes: Iterable[Outcome]) -> dict[str, str]:
    return {each.change.key: each.reason for each in outcomes if each.result is Result.FAILED}


def can_be_said(switches: Mapping[str, bool]) -> bool:
    return not switches["groups_only_by_group"] or switches["group_takes_segments"]


def are_shown(switches: Mapping[str, bool]) -> bool:
    return not (switches["groups_hide_segments"] and switches["segments_hide_groups"])


def named(switches: Mapping[str, bool]) -> str:
    return " ".join(name for name, on in switches.items() if on) or "usual"


@pytest.mark.parametrize(
    "switches", [each for each in _WORLDS if can_be_said(each) and are_shown(each)], ids=named
)
def test_groups_are_as_the_files_say_and_the_second_plan_is_empty(
    switches: dict[str, bool],
) -> None:
    world = World.made(SEED, switches=switches)
    assert failed(apply(world, DESIRED)) == {}
    assert members(world) == WANTED
    assert descriptions(world) == {
        "Old": _MARK,
        "New": f"After\n{_MARK}",
        "Fresh": _MARK,
        "Shared": "Theirs",
    }
    written = len(world.store.writes)
    assert apply(world, DESIRED) == []
    assert len(world.store.writes) == written


@pytest.mark.parametrize(
    "switches",
    [each for each in _WORLDS if not can_be_said(each) or not are_shown(each)],
    ids=named,
)
def test_groups_that_cannot_be_said_or_seen_are_told_and_nobody_else_is_moved(
    switches: dict[str, bool],
) -> None:
    world = World.made(SEED, switches=switches)
    theirs = members(world)["foreign"]
    told = failed(apply(world, DESIRED))
    assert told.keys() >= {"joiner", "newcomer", *CROWD}
    assert all("it is not in " in told[each] for each in ("joiner", "newcomer", *CROWD))
    assert members(world)["foreign"] == theirs


@pytest.mark.parametrize("hidden", [False, True])
def test_a_segment_joins_the_first_group_that_anybody_is_in(hidden: bool) -> None:  # noqa: FBT001
    seed = replace(SEED, groups=SEED.groups[:1], segments=(_live("joiner"),))
    world = World.made(seed, switches={"groups_only_by_group": True, "group_takes_segments": True})
    set_switches(world.store, segments_hide_groups=hidden)
    fresh = wanted("joiner", "FILTER visits > 1", groups=["Fresh"])
    groups = [wanted_group("Old"), wanted_group("Fresh")]
    assert failed(apply(world, desired_state([fresh], groups))) == {}
    both = wanted("joiner", "FILTER visits > 1", groups=["Fresh", "Old"])
    assert failed(apply(world, desired_state([both], groups))) == {}
    assert members(world) == {"joiner": {"Fresh", "Old"}}
