"""The whole plan, and what it remembers."""

from segsync.plan import Allowances, Plan
from segsync.planning.check import check
from segsync.planning.matching import match_segments
from segsync.planning.planner import build_plan
from segsync.segment import Account, Segment
from tests.planning.build import (
    OPTIONS,
    desired_state,
    found,
    found_group,
    hex_id,
    live_state,
    plan_of,
    told,
    wanted,
    wanted_group,
    why,
)


def test_nothing_to_do_is_an_empty_plan() -> None:
    plan = plan_of([wanted("a")], [found("a")])
    assert plan == Plan(Account(4242, "Fernwood"), "segsync", (), unchanged=1, managed=1, live=1)


def test_files_that_only_ask_for_deletes_want_nothing() -> None:
    plan = plan_of([wanted("a", absent=True)], [found("a"), found("theirs", owned=False)])
    assert told(plan) == ["delete a"]
    assert "files-are-empty" in [each.rule for each in plan.refusals]


def test_a_plan_remembers_what_was_allowed() -> None:
    allow = Allowances(adopt=True, deletes=3)
    assert plan_of([wanted("a")], [found("a")], allow=allow).allowed == allow


def test_what_is_deleted_is_told_in_its_group_by_the_new_name_too() -> None:
    plan = plan_of(
        [wanted("stays")],
        [found("stays"), found("goes", groups=["Old"])],
        groups=([wanted_group("New", previously=("Old",))], [found_group("Old")]),
    )
    (before,) = (each.before for each in plan.changes if each.key == "goes")
    assert isinstance(before, Segment)
    assert before.groups == {"New"}


def test_objects_are_counted_once_each() -> None:
    plan = plan_of(
        [
            wanted("same"),
            wanted("changed", name="New"),
            wanted("blocked", name="New"),
            wanted("gone", absent=True),
        ],
        [found("same"), found("changed"), found("blocked", owned=False), found("x", owned=False)],
        groups=(
            [wanted_group("Same"), wanted_group("Gone", absent=True)],
            [found_group("Same"), found_group("X", owned=False)],
        ),
    )
    assert (told(plan), len(why(plan))) == (["update changed"], 1)
    assert (plan.unchanged, plan.unmanaged, plan.live) == (2, 2, 6)


def test_a_segment_and_a_group_of_one_name_are_two_objects() -> None:
    plan = plan_of(
        [wanted("x", name="New")], [found("x")], groups=([wanted_group("x")], [found_group("x")])
    )
    assert (told(plan), plan.unchanged) == (["update x"], 1)


def test_fingerprints_are_of_what_is_touched_and_of_all_its_ancestors() -> None:
    plan = plan_of(
        [wanted("a", "FILTER INCLUDE new_root"), wanted("b", "FILTER INCLUDE middle")],
        [
            found("a", "FILTER INCLUDE old_root"),
            found("old_root", owned=False),
            found("new_root", "FILTER INCLUDE deep", owned=False),
            found("deep", owned=False),
            found("middle", "FILTER INCLUDE base", owned=False),
            found("base", owned=False),
            found("else", owned=False),
            found("user", "FILTER INCLUDE a", owned=False),
        ],
        groups=([wanted_group("G", "new")], [found_group("G"), found_group("H", owned=False)]),
    )
    assert told(plan) == ["update group G", "update a", "create b"]
    slugs = ["a", "old_root", "new_root", "deep", "middle", "base", "gG"]
    assert set(plan.fingerprints) == set(map(hex_id, slugs))


def test_group_ids_are_known_by_old_and_new_names_if_a_name_is_one_groups() -> None:
    plan = plan_of(
        groups=(
            [wanted_group("New", previously=("Old",)), wanted_group("Fresh")],
            [
                found_group("Old", id="1"),
                found_group("Twin", id="2", owned=False),
                found_group("Twin", id="3", owned=False),
                found_group("Theirs", id="4", owned=False),
            ],
        )
    )
    assert plan.group_ids == {"Old": "1", "New": "1", "Theirs": "4"}


def test_a_plan_is_the_same_each_time() -> None:
    desired = [wanted(slug, f"FILTER INCLUDE {other}") for slug, other in ("ab", "bc", "cd")]
    live = [found("d", owned=False), found("x"), found("y")]
    assert plan_of(desired, live) == plan_of(desired, live)


def test_what_is_yet_to_be_adopted_is_not_managed() -> None:
    plan = plan_of(
        [wanted("a"), wanted("b")],
        [found("a"), found("b", owned=False), found("c", owned=False)],
        groups=([], [found_group("G")]),
    )
    assert (plan.managed, plan.unmanaged, plan.live) == (2, 1, 4)


def test_a_matching_that_was_made_before_changes_nothing_but_the_time() -> None:
    renamed = wanted_group("New", previously=("Old",))
    desired = desired_state([wanted("a", groups=frozenset({"New"})), wanted("b")], [renamed])
    for groups in ([], [found_group("Old")]):
        live = live_state([found("a", groups=frozenset({"Old"})), found("b")], groups)
        matched = match_segments(desired.segments, live.segments)
        assert build_plan(desired, live, OPTIONS, matched=matched) == build_plan(
            desired, live, OPTIONS
        )
        assert check(desired, live, matched=matched) == check(desired, live)
