import pytest
from msgspec.structs import replace

from segsync.plan import Action, Change, FieldChange, Kind, Plan, Reevaluate
from segsync.planning.planner import build_plan
from segsync.planning.replanning import differences, forbidden_now, plan_again
from segsync.segment import Definition, Segment
from tests.planning.build import (
    OPTIONS,
    Values,
    desired_state,
    found,
    found_group,
    hex_id,
    live_state,
    told,
    wanted,
    wanted_group,
)

LIVE = live_state(
    [
        found("a"),
        found("b", "FILTER INCLUDE a"),
        found("old", groups=["Old"]),
        found("gone", "FILTER visits > 9"),
        found("theirs", owned=False),
        found("kept", "FILTER visits > 8", protected=True),
    ],
    [found_group("Old"), found_group("Other")],
    (),
)
DESIRED = desired_state(
    [
        wanted("a", "FILTER visits > 7"),
        wanted("b", "FILTER INCLUDE a", groups=["New"]),
        wanted("new", previously=("old",), groups=["New"]),
        wanted("theirs"),
        wanted("kept", "FILTER visits > 8", protected=True),
        wanted("fresh", "FILTER INCLUDE new"),
    ],
    [wanted_group("New", previously=("Old",)), wanted_group("Other")],
)
PLAN = build_plan(DESIRED, LIVE, replace(OPTIONS, reevaluate=Reevaluate.AFFECTED))


def _change(key: str, action: Action | None = None) -> Change:
    (found_one,) = (
        each
        for each in PLAN.changes
        if each.key == key and action in {None, each.action} and each.kind is Kind.SEGMENT
    )
    return found_one


def _with(key: str, action: Action | None = None, /, **values: Values) -> Plan:
    old = _change(key, action)
    new = replace(old, **values)
    return replace(PLAN, changes=tuple(new if each is old else each for each in PLAN.changes))


def _wrong(plan: Plan) -> tuple[str, ...]:
    return differences(plan, plan_again(plan, LIVE, OPTIONS))


def test_a_plan_of_every_action_is_made_again_as_it_is() -> None:
    assert {each.action for each in PLAN.changes} == set(Action)
    again = plan_again(PLAN, LIVE, OPTIONS)
    assert differences(PLAN, again) == ()
    assert forbidden_now(PLAN, again) == ()


def test_a_plan_that_takes_over_deletes_and_leaves_alone_is_made_again_as_it_is() -> None:
    live = live_state(
        [
            found("same", "FILTER visits > 3"),
            found("taken", name="Old", owned=False),
            found("theirs", owned=False),
        ],
        [
            found_group("Same"),
            found_group("Taken", owned=False),
            found_group("Gone"),
            found_group("Theirs", owned=False),
        ],
        (),
    )
    desired = desired_state(
        [
            wanted("same", "FILTER visits > 3"),
            wanted("taken", name="New", adopt=True),
            wanted("one", groups=["One"]),
            wanted("two", groups=["Two"]),
        ],
        [
            wanted_group("Same"),
            wanted_group("Taken", "New", adopt=True),
            wanted_group("One"),
            wanted_group("Two"),
        ],
    )
    plan = build_plan(desired, live, OPTIONS)
    assert sorted(told(plan)) == [
        "create group One",
        "create group Two",
        "create one after 2",
        "create two after 3",
        "delete group Gone",
        "update group Taken",
        "update taken",
    ]
    again = plan_again(plan, live, OPTIONS, files=desired)
    assert (differences(plan, again), forbidden_now(plan, again)) == ((), ())


def test_each_change_that_is_not_what_segsync_would_do_is_told() -> None:
    stranger = replace(_change("fresh"), key="stranger", number=len(PLAN.changes) + 1)
    another = replace(stranger, key="another", number=stranger.number + 1)
    plan = replace(PLAN, changes=(*PLAN.changes, stranger, another))
    assert differences(plan, PLAN) == (
        f"change {stranger.number} (create stranger) is not what segsync would do",
        f"change {another.number} (create another) is not what segsync would do",
    )


def test_a_write_that_was_left_out_is_told_although_its_segment_is_reevaluated() -> None:
    left_out = _change("a", Action.UPDATE)
    plan = replace(PLAN, changes=tuple(each for each in PLAN.changes if each is not left_out))
    wrong = differences(plan, PLAN)
    assert f"change {left_out.number} (update a) is missing" in wrong
    assert not [each for each in wrong if "another action" in each]


def test_an_order_that_lets_something_come_too_early_is_noticed() -> None:
    fresh = _change("fresh")
    assert _wrong(_with("fresh", waits_for=frozenset())) == (
        f"change {fresh.number} (create fresh) waits for other changes than it must",
    )


def test_numbers_out_of_order_are_noticed() -> None:
    number = _change("fresh").number
    for waits_for in (99, number, 0):
        wrong = _wrong(_with("fresh", waits_for=frozenset({waits_for})))
        assert f"change {number} (create fresh) waits for what does not come before it" in wrong
    assert "the changes are not numbered one after the other" in _wrong(_with("fresh", number=99))


@pytest.mark.parametrize(
    ("key", "action", "values", "what"),
    [
        ("a", Action.UPDATE, {"bridge": True}, "bridge"),
        ("a", Action.UPDATE, {"follows": ("x",)}, "follows"),
        ("a", Action.UPDATE, {"action": Action.ADOPT}, "action"),
        ("a", Action.UPDATE, {"moves_members": False}, "moves_members"),
        ("a", Action.UPDATE, {"fields": (FieldChange("name", "A", "B"),)}, "fields"),
        ("gone", Action.DELETE, {"key": "other"}, "key"),
        ("new", Action.RENAME, {"previous_key": "x"}, "previous_key"),
    ],
)
def test_what_a_person_reads_of_a_change_is_what_it_does(
    key: str, action: Action, values: Values, what: str
) -> None:
    wrong = _wrong(_with(key, action, **values))
    assert any(each.endswith(f"has another {what} than segsync would give it") for each in wrong)


def test_a_change_that_starts_from_something_else_is_noticed() -> None:
    before = _change("a", Action.UPDATE).before
    assert before is not None
    wrong = _wrong(_with("a", Action.UPDATE, before=replace(before, name="Other")))
    assert any("has another before" in each for each in wrong)


def test_a_change_that_does_nothing_is_noticed() -> None:
    before = _change("a", Action.UPDATE).before
    wrong = _wrong(_with("a", Action.UPDATE, after=before))
    assert any(each.endswith("(update a) is not what segsync would do") for each in wrong)


def test_a_step_that_was_left_out_is_noticed() -> None:
    live = live_state([found("old"), found("b", "FILTER INCLUDE old")], (), ())
    desired = desired_state([wanted("new", previously=("old",)), wanted("b", "FILTER INCLUDE new")])
    plan = build_plan(desired, live, OPTIONS)
    bridge, rename, follow = plan.changes
    assert bridge.bridge
    cut = replace(
        plan,
        changes=(
            replace(rename, number=1, waits_for=frozenset()),
            replace(follow, number=2, waits_for=frozenset({1}), before=bridge.before),
        ),
    )
    assert "is missing" in " ".join(differences(cut, plan_again(cut, live, OPTIONS)))


def test_what_is_protected_used_or_included_stays_protected() -> None:
    live, plan = LIVE, PLAN
    kept = next(each for each in live.segments if each.key == "kept")
    more = Change(
        len(plan.changes) + 1, Kind.SEGMENT, Action.DELETE, "kept", kept.id, kept.segment, None
    )
    forged = replace(plan, changes=(*plan.changes, more))
    (forbidden,) = forbidden_now(forged, plan_again(forged, live, OPTIONS))
    assert (forbidden.key, forbidden.rule) == ("kept", "protected")


def test_a_delete_while_prune_is_off_is_forbidden() -> None:
    again = plan_again(PLAN, LIVE, replace(OPTIONS, prune=False))
    assert [each.rule for each in forbidden_now(PLAN, again)] == ["prune-is-off"]


@pytest.mark.parametrize(
    "change",
    [
        {"id": "0" * 32},
        {"id": hex_id("gone"), "key": "gone"},
        {"id": hex_id("kept"), "key": "kept"},
        {"key": "other"},
    ],
)
def test_only_what_moves_is_reevaluated(change: Values) -> None:
    wrong = _wrong(_with("b", Action.REEVALUATE, **change))
    assert wrong
    assert wrong[0].endswith(
        ("is not what segsync would do", "has another key than segsync would give it")
    )


def test_the_id_of_a_group_cannot_be_another_one() -> None:
    other = {**PLAN.group_ids, "New": hex_id("gOther")}
    assert _wrong(replace(PLAN, group_ids=other)) == ("group New has another id in the account",)


def test_nothing_that_matters_can_go_without_a_fingerprint() -> None:
    for left_out in PLAN.fingerprints:
        less = {key: each for key, each in PLAN.fingerprints.items() if key != left_out}
        wrong = _wrong(replace(PLAN, fingerprints=less))
        assert wrong == ("it has no fingerprint of something that it touches or includes",)


def test_two_live_segments_of_one_slug_are_no_reason_to_refuse_the_rest() -> None:
    twins = [found_group("G", id="3"), found_group("G", id="4")]
    live = live_state([found("a"), found("twin", id="1"), found("twin", id="2")], twins, ())
    desired = desired_state([wanted("a", "FILTER visits > 7")])
    plan = build_plan(desired, live, OPTIONS)
    assert [each.key for each in plan.changes] == ["a"]
    again = plan_again(plan, live, OPTIONS)
    assert (differences(plan, again), forbidden_now(plan, again)) == ((), ())


def test_an_edited_definition_is_another_plan_and_may_be_one_of_segsync() -> None:
    after = _change("fresh").after
    assert isinstance(after, Segment)
    after = replace(after, definition=Definition("FILTER visits > 1"))
    wrong = _wrong(_with("fresh", after=after))
    assert wrong == (
        f"change {_change('fresh').number} (create fresh) waits for other changes than it must",
    )
