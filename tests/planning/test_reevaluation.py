"""What is evaluated anew at the end of a run."""

from segsync.plan import Plan, Reevaluate
from tests.planning.build import HERE, Values, found, hex_id, plan_of, told, wanted

LIVE = [
    found("root", "FILTER x = 1"),
    found("middle", "FILTER INCLUDE root"),
    found("leaf", "FILTER INCLUDE middle"),
    found("theirs", "FILTER INCLUDE root", owned=False),
    found("other", "FILTER z = 1"),
]


def changing(*, mode: Reevaluate | None, **values: Values) -> Plan:
    desired = [
        wanted("leaf", "FILTER INCLUDE middle"),
        wanted("middle", "FILTER INCLUDE root"),
        wanted("root", "FILTER x = 2", **values),
        wanted("other", "FILTER z = 1", name="New"),
    ]
    return plan_of(desired, LIVE, reevaluate=mode)


def test_without_a_wish_nothing_is_reevaluated() -> None:
    assert told(changing(mode=None)) == ["update root", "update other"]


def test_an_entry_may_wish_it_for_itself() -> None:
    plan = changing(mode=None, reevaluate_on_change=True)
    assert told(plan) == ["update root", "update other", "reevaluate root after 1"]
    last = plan.changes[-1]
    assert (last.id, last.reason) == (hex_id("root"), "its members move")
    assert last.source == HERE
    assert last.before == last.after == wanted("root", "FILTER x = 2").segment


def test_never_means_never() -> None:
    plan = changing(mode=Reevaluate.NEVER, reevaluate_on_change=True)
    assert told(plan) == ["update root", "update other"]


def test_changed_means_those_whose_definition_changed() -> None:
    plan = changing(mode=Reevaluate.CHANGED)
    assert told(plan) == ["update root", "update other", "reevaluate root after 1"]


def test_affected_means_all_of_ours_that_include_them_ancestors_first() -> None:
    plan = changing(mode=Reevaluate.AFFECTED)
    assert told(plan) == [
        "update root",
        "update other",
        "reevaluate root after 1",
        "reevaluate middle after 1, 3",
        "reevaluate leaf after 1, 3, 4",
    ]
    assert plan.changes[-1].reason == "an audience it includes moves"


def test_what_is_new_or_goes_needs_no_reevaluation() -> None:
    plan = plan_of(
        [wanted("new", "FILTER INCLUDE base"), wanted("base", "FILTER x = 2")],
        [found("old"), found("base", "FILTER x = 1")],
        reevaluate=Reevaluate.AFFECTED,
    )
    assert told(plan) == [
        "update base",
        "create new after 1",
        "delete old",
        "reevaluate base after 1",
    ]


def test_a_rename_moves_nobody() -> None:
    plan = plan_of(
        [wanted("new", previously=("old",), reevaluate_on_change=True)],
        [found("old")],
        reevaluate=Reevaluate.CHANGED,
    )
    assert told(plan) == ["rename new from old"]


def test_a_frozen_segment_of_ours_is_reevaluated_as_it_stands() -> None:
    plan = plan_of(
        [wanted("root", "FILTER x = 2")],
        [found("root", "FILTER x = 1"), found("user", "FILTER INCLUDE root")],
        reevaluate=Reevaluate.AFFECTED,
        prune=False,
    )
    assert told(plan) == ["update root", "reevaluate root after 1", "reevaluate user after 1, 2"]
    assert plan.changes[-1].after == found("user", "FILTER INCLUDE root").segment
