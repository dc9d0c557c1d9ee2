"""Whose members a change moves."""

from msgspec.structs import replace

from segsync.planning.impact import jobs_by_segment
from segsync.segment import Job
from tests.planning.build import found, found_group, hex_id, plan_of, wanted, wanted_group


def job(name: str, *slugs: str, status: str = "running") -> Job:
    return Job(name, name, "facebook", status, frozenset(map(hex_id, slugs)))


LIVE = [
    found("root", "FILTER x = 1"),
    found("middle", "FILTER INCLUDE root"),
    found("leaf", "FILTER AND (y = 1, NOT INCLUDE middle)", owned=False),
    found("other", "FILTER z = 1"),
]
MIDDLE = wanted("middle", "FILTER INCLUDE root")
OTHER = wanted("other", "FILTER z = 1")


def test_a_new_definition_affects_what_includes_it_at_any_distance() -> None:
    jobs = [
        job("Promo", "leaf"),
        job("Ads", "root", "middle"),
        job("Done", "leaf", status="completed"),
        job("Else", "other"),
    ]
    plan = plan_of([wanted("root", "FILTER x = 2"), MIDDLE, OTHER], LIVE, jobs=jobs)
    (change,) = plan.changes
    assert change.affects == ("middle", "leaf")
    assert change.exports == ('facebook "Ads"', 'facebook "Promo"')


def test_a_change_of_other_fields_affects_nobody() -> None:
    plan = plan_of([wanted("root", "FILTER x == 1", name="New"), MIDDLE, OTHER], LIVE)
    assert [(each.key, each.affects, each.exports) for each in plan.changes] == [("root", (), ())]


def test_a_change_of_other_fields_affects_nobody_beside_one_that_does() -> None:
    plan = plan_of(
        [wanted("root", "FILTER x = 1", name="New"), MIDDLE, wanted("other", "FILTER z = 2")], LIVE
    )
    assert {each.key: each.affects for each in plan.changes} == {"root": (), "other": ()}


def test_changes_of_both_kinds_stand_side_by_side() -> None:
    plan = plan_of(
        [wanted("root", "FILTER x = 2"), MIDDLE, wanted("other", "FILTER z = 1", name="New")],
        LIVE,
        groups=([wanted_group("G")], [found_group("H")]),
    )
    assert {each.key: each.affects for each in plan.changes} == {
        "G": (),
        "root": ("middle", "leaf"),
        "other": (),
        "H": (),
    }


def test_affected_audiences_are_called_by_their_new_slugs() -> None:
    plan = plan_of(
        [
            wanted("root", "FILTER x = 2"),
            wanted("centre", "FILTER INCLUDE root", previously=("middle",)),
            OTHER,
        ],
        LIVE[:2],
    )
    assert plan.changes[0].affects == ("centre",)


def test_new_audiences_are_affected_too() -> None:
    plan = plan_of([wanted("root", "FILTER x = 2"), wanted("new", "FILTER INCLUDE root")], LIVE[:1])
    assert plan.changes[0].affects == ("new",)


def test_what_stops_including_it_is_not_affected() -> None:
    plan = plan_of(
        [wanted("root", "FILTER x = 2"), wanted("middle", "FILTER y = 1")],
        LIVE[:2],
    )
    assert {each.key: each.affects for each in plan.changes} == {"root": (), "middle": ()}


def test_a_delete_tells_the_exports_that_it_does_not_wait_for() -> None:
    plan = plan_of([OTHER], LIVE[:1] + LIVE[3:], jobs=[job("Done", "root", status="failed")])
    (change,) = plan.changes
    assert (change.affects, change.exports) == ((), ())


def test_a_bridge_moves_nobody() -> None:
    plan = plan_of(
        [
            wanted("base", "FILTER x = 1", previously=("root",)),
            wanted("middle", "FILTER INCLUDE base"),
        ],
        LIVE[:2],
    )
    assert [each.affects for each in plan.changes] == [(), (), ()]


def test_jobs_are_found_by_each_segment_they_use() -> None:
    both, one = job("Both", "a", "b"), job("One", "a")
    segments = [found("a"), found("b"), found("c")]
    assert jobs_by_segment([both, one], segments) == {
        hex_id("a"): (both, one),
        hex_id("b"): (both,),
    }
    assert jobs_by_segment([], segments) == {}


def test_a_job_that_mentions_a_slug_or_an_id_uses_the_segment() -> None:
    slug = replace(job("Slug", "x"), mentions=frozenset({"mixed", "y"}))
    both = replace(job("Both"), mentions=frozenset({"mixed", hex_id("mixed")}))
    segments = [found("Mixed", id=hex_id("mixed").upper()), found("other")]
    assert jobs_by_segment([slug, both], segments) == {hex_id("mixed").upper(): (both, slug)}
