"""What blocks a change because of its surroundings."""

import pytest

from segsync.plan import Allowances
from segsync.segment import Job
from tests.planning.build import found, found_group, hex_id, plan_of, told, wanted, why


def job(*slugs: str, name: str = "Promo", status: str = "running") -> Job:
    return Job(name, name, "export", status, frozenset(map(hex_id, slugs)))


def test_a_protected_segment_is_not_deleted() -> None:
    plan = plan_of([], [found("a", protected=True)], allow=Allowances(empty=True))
    assert told(plan) == []
    assert why(plan) == ["delete a: protected: it is protected"]
    assert plan.blocked[0].way_out == "put it back with protect: false, apply, then remove it"
    assert plan.is_refused


def test_lytics_own_segments_are_not_deleted_even_with_our_tag() -> None:
    plan = plan_of([], [found("all", untouchable="predefined by Lytics")])
    assert told(plan) == []
    assert why(plan) == ["delete all: untouchable: it is predefined by Lytics"]
    assert plan.blocked[0].way_out == "leave it to Lytics"


def test_what_an_interrupted_rename_left_without_a_place_is_told_with_a_way_out() -> None:
    plan = plan_of([wanted("a")], [found("b__segsync_moving")])
    assert [each.rule for each in plan.blocked] == ["half-renamed"]
    assert plan.blocked[0].way_out == (
        "run an interrupted rollback again, or rename or delete it by hand in the Lytics UI"
    )


def test_with_prune_off_deletes_are_told_and_hold_nothing() -> None:
    plan = plan_of([wanted("new")], [found("a"), found("b")], prune=False)
    assert told(plan) == ["create new"]
    assert why(plan) == [
        "delete a: prune-is-off: prune is off",
        "delete b: prune-is-off: prune is off",
    ]
    assert plan.blocked[0].way_out == "set prune: true"
    assert plan.blocked[0].holds is False
    assert not plan.is_refused


def test_with_prune_off_an_included_delete_holds_nothing_either() -> None:
    live = [found("a"), found("user", "FILTER INCLUDE a", owned=False)]
    plan = plan_of([wanted("new")], live, jobs=[job("a")], prune=False)
    assert [each.rule for each in plan.blocked] == ["prune-is-off"]
    assert not plan.is_refused


@pytest.mark.parametrize(
    "definition",
    [
        "FILTER INCLUDE a",
        "FILTER NOT INCLUDE a",
        "FILTER AND (x = 1, OR (y = 2, NOT INCLUDE `a`))",
        f"FILTER INCLUDE {hex_id('a')}",
        f"FILTER INCLUDE `{hex_id('a').upper()}`",
        "FILTER INCLUDE A",
        "FILTER AND (INCLUDE a",
        f"FILTER AND (INCLUDE '{hex_id('a')}'",
        "FILTER AND (INCLUDE A",
    ],
)
def test_what_a_remaining_segment_includes_is_not_deleted(definition: str) -> None:
    live = [found("a"), found("user", definition, owned=False)]
    plan = plan_of([wanted("b")], [*live, found("b")])
    assert told(plan) == []
    assert why(plan) == ["delete a: included: still included by user"]
    assert plan.blocked[0].way_out == "remove the INCLUDE first, or keep the segment"


@pytest.mark.parametrize(
    "definition",
    [
        "FILTER a > 5",
        'FILTER name = "INCLUDE a"',
        "FILTER AND (INCLUDE other.a",
        "FILTER AND (INCLUDE aa, a-b",
        "FILTER AND (a, b",
    ],
)
def test_a_mention_that_is_no_include_holds_nothing_back(definition: str) -> None:
    live = [found("a"), found("b"), found("user", definition, owned=False)]
    assert told(plan_of([wanted("b")], live)) == ["delete a"]


def test_a_slug_that_is_no_word_is_looked_for_in_what_cannot_be_read() -> None:
    live = [found("my slug"), found("user", "FILTER AND (INCLUDE `my slug`", owned=False)]
    plan = plan_of([wanted("b")], [*live, found("b")])
    assert why(plan) == ["delete my slug: included: still included by user"]


def test_many_users_are_counted_and_not_all_listed() -> None:
    users = [found(f"user{each}", "FILTER INCLUDE a", owned=False) for each in range(7)]
    plan = plan_of([wanted("b")], [found("a"), found("b"), *users])
    assert why(plan) == [
        "delete a: included: still included by user0, user1, user2, user3, user4 and 2 more"
    ]


def test_a_delete_that_is_blocked_keeps_what_it_includes() -> None:
    live = [
        found("root"),
        found("middle", "FILTER INCLUDE root"),
        found("leaf", "FILTER INCLUDE middle", protected=True),
    ]
    plan = plan_of([wanted("b")], [*live, found("b")])
    assert told(plan) == []
    assert why(plan) == [
        "delete leaf: protected: it is protected",
        "delete middle: included: still included by leaf",
        "delete root: included: still included by middle",
    ]


def test_what_an_active_job_uses_is_not_deleted() -> None:
    plan = plan_of([wanted("b")], [found("a"), found("b")], jobs=[job("a")])
    assert told(plan) == []
    assert why(plan) == ['delete a: in-use: used by 1 active job: export "Promo"']
    assert plan.blocked[0].way_out == "stop the job first, or keep the segment"


def test_several_active_jobs_are_counted() -> None:
    jobs = [job("a", "b"), job("a", name="Ads", status="paused")]
    plan = plan_of([wanted("b")], [found("a"), found("b")], jobs=jobs)
    assert why(plan) == ['delete a: in-use: used by 2 active jobs: export "Promo", export "Ads"']


def test_a_finished_job_holds_nothing_back() -> None:
    plan = plan_of([wanted("b")], [found("a"), found("b")], jobs=[job("a", status="completed")])
    assert (told(plan), why(plan)) == (["delete a"], [])


def test_a_dependant_that_is_not_ours_blocks_a_rename_by_name() -> None:
    plan = plan_of(
        [wanted("new", previously=("old",))],
        [found("old"), found("theirs", "FILTER INCLUDE old", owned=False)],
    )
    assert told(plan) == []
    assert why(plan) == [
        (
            "rename new: dependant-cannot-follow:"
            " included by slug in theirs, which this run may not rewrite"
        )
    ]
    assert plan.blocked[0].way_out == (
        "bring it into the files or change its INCLUDE to the id, then rename"
    )


@pytest.mark.parametrize(
    "definition", ["FILTER INCLUDE OLD", "FILTER AND (INCLUDE old", "FILTER AND (INCLUDE Old"]
)
def test_a_dependant_that_may_name_the_old_slug_blocks_a_rename(definition: str) -> None:
    plan = plan_of(
        [wanted("new", previously=("old",))],
        [found("old"), found("theirs", definition, owned=False)],
    )
    assert [each.rule for each in plan.blocked] == ["dependant-cannot-follow"]


@pytest.mark.parametrize(
    "definition",
    [
        f"FILTER INCLUDE {hex_id('old')}",
        "FILTER old > 5",
        'FILTER name = "INCLUDE old"',
        "FILTER INCLUDE older",
        "FILTER INCLUDE new",
        "FILTER AND (INCLUDE older",
    ],
)
def test_a_dependant_that_does_not_name_the_old_slug_does_not(definition: str) -> None:
    plan = plan_of(
        [wanted("new", previously=("old",))],
        [found("old"), found("older"), found("theirs", definition, owned=False)],
        prune=False,
    )
    assert told(plan) == ["rename new from old"]


def test_lytics_own_segment_blocks_a_rename() -> None:
    dependant = found("smt_x", "FILTER INCLUDE old", untouchable="predefined by Lytics")
    plan = plan_of([wanted("new", previously=("old",))], [found("old"), dependant], prune=False)
    assert told(plan) == []


def test_a_blocked_dependant_blocks_a_rename() -> None:
    plan = plan_of(
        [wanted("new", previously=("old",)), wanted("user", "FILTER INCLUDE new", table="content")],
        [found("old"), found("user", "FILTER INCLUDE old")],
    )
    assert told(plan) == []
    assert [each.rule for each in plan.blocked] == ["table-is-fixed", "dependant-cannot-follow"]


def test_a_dependant_whose_delete_is_blocked_follows_because_it_is_ours() -> None:
    plan = plan_of(
        [wanted("new", previously=("old",))],
        [found("old"), found("user", "FILTER INCLUDE old", protected=True)],
    )
    assert told(plan) == [
        "update user [bridge]",
        "rename new from old after 1",
        "update user after 1, 2",
    ]


def test_a_new_segment_waits_for_its_slug_until_the_holder_may_leave() -> None:
    plan = plan_of(
        [wanted("new", "FILTER x = 1", previously=("old",)), wanted("old", "FILTER y = 1")],
        [found("old", "FILTER x = 1"), found("theirs", "FILTER INCLUDE old", owned=False)],
    )
    assert told(plan) == []
    assert [(each.key, each.rule) for each in plan.blocked] == [
        ("new", "dependant-cannot-follow"),
        ("old", "slug-taken"),
    ]
    assert why(plan)[1] == "create old: slug-taken: another segment keeps the slug old"
    assert plan.blocked[1].way_out == "unblock the other one first, or choose another slug_name"


def test_half_a_swap_is_no_swap() -> None:
    plan = plan_of(
        [
            wanted("a", "FILTER x = 1", previously=("b",)),
            wanted("b", "FILTER y = 1", previously=("a",)),
        ],
        [found("a", "FILTER y = 1", owned=False), found("b", "FILTER x = 1")],
    )
    assert told(plan) == []
    assert [(each.key, each.rule) for each in plan.blocked] == [
        ("b", "not-owned"),
        ("a", "slug-taken"),
    ]


def test_what_needs_something_blocked_is_blocked_all_the_way_down() -> None:
    plan = plan_of(
        [
            wanted("new", previously=("old",)),
            wanted("user", "FILTER INCLUDE new"),
            wanted("leaf", "FILTER INCLUDE user"),
            wanted("free", name="Changed"),
        ],
        [found("old", owned=False), found("free")],
    )
    assert told(plan) == ["update free"]
    assert why(plan)[1:] == [
        "create user: needs-blocked: it includes new, which will not be there",
        "create leaf: needs-blocked: it includes user, which will not be there",
    ]
    assert plan.blocked[1].way_out == "unblock new first"


def test_each_segment_that_needs_something_blocked_is_told() -> None:
    plan = plan_of(
        [
            wanted("new", previously=("old",)),
            wanted("named", name="New"),
            wanted("one", "FILTER INCLUDE new"),
            wanted("two", "FILTER NOT INCLUDE new"),
        ],
        [found("old", owned=False), found("named")],
    )
    assert told(plan) == ["update named"]
    assert why(plan)[1:] == [
        "create one: needs-blocked: it includes new, which will not be there",
        "create two: needs-blocked: it includes new, which will not be there",
    ]


def test_an_include_of_a_blocked_segment_that_is_there_is_fine() -> None:
    plan = plan_of(
        [wanted("base", "FILTER x = 1"), wanted("user", "FILTER INCLUDE base")],
        [found("base", "FILTER x = 2", owned=False)],
    )
    assert told(plan) == ["create user"]


def test_an_include_by_id_needs_no_slug() -> None:
    base = hex_id("base")
    plan = plan_of([wanted("user", f"FILTER INCLUDE {base}")], [found("base", owned=False)])
    assert told(plan) == ["create user"]


def test_an_include_of_what_would_be_deleted_keeps_it() -> None:
    plan = plan_of([wanted("user", "FILTER INCLUDE base")], [found("base")])
    assert told(plan) == ["create user"]
    assert why(plan) == ["delete base: included: still included by user"]


def test_a_change_that_would_close_a_cycle_with_a_blocked_one_is_blocked() -> None:
    """The files turn the INCLUDE round; one half may not happen, so the other must not."""
    plan = plan_of(
        [wanted("a", "FILTER INCLUDE b"), wanted("b", "FILTER x = 1")],
        [found("a", "FILTER x = 1"), found("b", "FILTER INCLUDE a", owned=False)],
    )
    assert told(plan) == []
    assert why(plan) == [
        "update b: not-owned: a segment of this slug exists, differs, and is not managed here",
        "update a: cycle: with what stays as it is, it would close the cycle a -> b -> a",
    ]
    assert plan.blocked[1].way_out == "break the cycle, or unblock the others first"


def test_an_include_that_leads_nowhere_counts_once_its_slug_is_given() -> None:
    live = [found("theirs", "FILTER INCLUDE new", owned=False)]
    plan = plan_of([wanted("new", "FILTER INCLUDE theirs")], live)
    assert told(plan) == []
    assert why(plan) == [
        "create new: cycle: with what stays as it is, it would close the cycle new -> theirs -> new"
    ]


def test_a_cycle_among_others_holds_nothing_back() -> None:
    live = [
        found("x", "FILTER INCLUDE y", owned=False),
        found("y", "FILTER INCLUDE x", owned=False),
        found("a", name="Old"),
    ]
    plan = plan_of([wanted("a", "FILTER INCLUDE x")], live)
    assert (told(plan), why(plan)) == (["update a"], [])


def test_a_cycle_of_ours_through_a_cycle_of_others_is_seen() -> None:
    live = [
        found("r", "FILTER AND (INCLUDE x, INCLUDE ours)", owned=False),
        found("x", "FILTER INCLUDE y", owned=False),
        found("y", "FILTER INCLUDE r", owned=False),
        found("ours"),
    ]
    plan = plan_of([wanted("ours", "FILTER INCLUDE y")], live)
    assert why(plan) == [
        (
            "update ours: cycle: with what stays as it is, it would close the cycle"
            " ours -> y -> r -> ours"
        )
    ]


def test_a_cycle_of_ours_is_seen_beside_one_of_an_unchanged_segment() -> None:
    live = [
        found("x", "FILTER INCLUDE y"),
        found("y", "FILTER INCLUDE r", owned=False),
        found("r", "FILTER AND (INCLUDE x, INCLUDE ours)", owned=False),
        found("ours"),
    ]
    plan = plan_of([wanted("x", "FILTER INCLUDE y"), wanted("ours", "FILTER INCLUDE y")], live)
    assert why(plan) == [
        (
            "update ours: cycle: with what stays as it is, it would close the cycle"
            " ours -> y -> r -> ours"
        )
    ]


def test_all_that_would_close_a_cycle_together_are_blocked() -> None:
    live = [found("a"), found("b"), found("c", "FILTER INCLUDE a", owned=False)]
    plan = plan_of([wanted("a", "FILTER INCLUDE b"), wanted("b", "FILTER INCLUDE c")], live)
    assert told(plan) == []
    told_of = "cycle: with what stays as it is, it would close the cycle a -> b -> c -> a"
    assert why(plan) == [f"update b: {told_of}", f"update a: {told_of}"]


def test_groups_that_no_name_stands_for_are_left_as_they_are() -> None:
    live = [found("a", groups=["id:123"], name="Old"), found("b", owned=False)]
    plan = plan_of([wanted("a", name="New")], live, groups=((), [found_group("G", owned=False)]))
    assert told(plan) == ["update a"]


def test_with_prune_off_nothing_about_a_delete_holds_the_run() -> None:
    live = [
        found("shielded", "FILTER a = 1", protected=True),
        found("all", "FILTER a = 2", untouchable="predefined by Lytics"),
        found("x__segsync_moving", "FILTER a = 3"),
        found("lost", "FILTER a = 4", name="N"),
        found("twice", "FILTER a = 5", id="1"),
        found("twice", "FILTER a = 5", id="2"),
    ]
    groups = [found_group("G", id="1"), found_group("G", id="2"), found_group("H", protected=True)]
    plan = plan_of(
        [wanted("new", "FILTER a = 4", name="N")], live, groups=([], groups), prune=False
    )
    assert {each.rule for each in plan.blocked} == {"prune-is-off"}
    assert len(plan.blocked) == len(live) + len(groups)
    assert not plan.is_refused
