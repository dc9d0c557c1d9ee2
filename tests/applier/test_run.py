"""What one run knows of the account, and of its own doing."""

from collections.abc import Collection

import pytest
from msgspec.structs import replace

from segsync.applier.guards import Seen
from segsync.applier.run import Run
from segsync.errors import NotFoundError
from segsync.plan import Change, Managed
from segsync.sandbox.controls import set_switches
from segsync.segment import Group, LiveGroup
from tests.applier.account import Scene, a_segment, create, update

NOW = "2026-11-23T08:00:00.000Z"
ID = "a" * 32


@pytest.fixture
def scene() -> Scene:
    return Scene()


def a_run(scene: Scene, *changes: Change, known_ids: Collection[str] = ()) -> Run:
    return Run(scene.plan(*changes), scene.client, known_ids=known_ids, sleep=scene.slept.append)


def new(value: Managed) -> Seen:
    return Seen(ID, value, created=NOW, updated=NOW)


STRAYS = [
    (a_segment(), new(a_segment("buyers_1", name="Buyers"))),
    (Group("G", owned=True), new(Group("G_1", owned=True))),
]


@pytest.mark.parametrize(("sent", "stray"), STRAYS)
def test_a_new_copy_that_nobody_knows_was_made_by_the_run(
    scene: Scene, sent: Managed, stray: Seen
) -> None:
    assert a_run(scene).has_made(stray, sent=sent)


@pytest.mark.parametrize(("sent", "stray"), STRAYS)
def test_what_was_known_or_is_in_the_plan_was_not_made_by_the_run(
    scene: Scene, sent: Managed, stray: Seen
) -> None:
    other = a_segment("other")
    known = a_run(scene, known_ids=[ID])
    touched = a_run(scene, update(ID, other, other))
    planned = a_run(scene, create(stray.value))
    made_before = a_run(scene)
    made_before.record(create(other), stray)
    for run in (known, touched, planned, made_before):
        assert not run.has_made(stray, sent=sent)


def test_a_segment_that_is_looked_up_is_in_the_groups_that_name_it(scene: Scene) -> None:
    scene.has_group(Group("A"))
    segment = a_segment(groups=frozenset({"A"}))
    object_id = scene.has(segment)
    set_switches(scene.account.store, segments_hide_groups=True)
    run = a_run(scene)
    assert run.find(segment).groups == frozenset(scene.group_ids.values())
    assert run.read(object_id, segment, expecting=run.wanted(segment)).groups
    assert run.sides.segments_are_silent is True


def test_groups_that_both_sides_tell_alike_do_not_make_segments_silent(scene: Scene) -> None:
    scene.has_group(Group("A"))
    object_id = scene.has(a_segment(groups=frozenset({"A"})))
    run = a_run(scene)
    seen = run.read(object_id, a_segment())
    assert run.told_by_groups(seen) == seen
    assert run.sides.segments_are_silent is False


def test_who_is_put_into_one_group_is_no_member_of_another(scene: Scene) -> None:
    a, b = scene.has_group(Group("A")), scene.has_group(Group("B"))
    theirs = scene.has(a_segment("theirs", groups=frozenset({"A", "B"})))
    run = a_run(scene)
    segment = a_segment(groups=frozenset({"A"}))
    run.record(create(segment), Seen(ID, run.wanted(segment)))
    groups = {each.id: each for each in run.groups()}
    assert run.members(groups[a], groups.values()) == (theirs, ID)
    assert run.members(groups[b], groups.values()) == (theirs,)


def test_who_was_taken_out_stays_out_although_a_list_still_shows_them(scene: Scene) -> None:
    group = Group("A")
    group_id = scene.has_group(group)
    shown = LiveGroup(group_id, group, segment_ids=("x", "y", "z"))
    run = a_run(scene)
    run.write_members(shown, ["y", "z"])
    run.write_members(replace(shown, segment_ids=("y", "z")), ["z"])
    assert run.members(shown, [shown]) == ("z",)


def test_a_segment_of_another_table_is_also_looked_for_in_that_table(scene: Scene) -> None:
    of_content = a_segment(table="content")
    run = a_run(scene)
    with pytest.raises(NotFoundError):
        run.find(of_content)
    assert scene.account.log == ["GET /v2/segment/buyers"] * 2
    scene.account.log.clear()
    assert run.twins(of_content) == ()
    assert scene.account.log == ["GET /v2/segment"] * 2


def test_a_group_that_is_not_there_is_told_by_its_name(scene: Scene) -> None:
    with pytest.raises(NotFoundError, match='there is no group "Campaigns"'):
        a_run(scene).find(Group("Campaigns"))
