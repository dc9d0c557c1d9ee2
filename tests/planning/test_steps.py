"""The calls that a rename takes, so that nothing dangles at any moment."""

from segsync.plan import Action, FieldChange
from segsync.planning.matching import STEP_ASIDE, aside_slugs, matching_of
from segsync.planning.planner import build_plan
from tests.planning.build import (
    OPTIONS,
    desired_state,
    found,
    hex_id,
    live_state,
    plan_of,
    told,
    wanted,
)

X, Y, Z = "FILTER x = 1", "FILTER y = 1", "FILTER z = 1"
OLD = hex_id("old")


def test_a_rename_without_dependants_is_one_call_on_the_same_id() -> None:
    plan = plan_of([wanted("new", previously=("old",))], [found("old")])
    assert told(plan) == ["rename new from old"]
    (change,) = plan.changes
    assert (change.id, change.reason, change.follows) == (OLD, "", ())
    assert change.fields == (FieldChange("slug", "old", "new"), FieldChange("name", "Old", "New"))


def test_dependants_point_at_the_id_while_the_slug_changes() -> None:
    plan = plan_of(
        [wanted("new", previously=("old",)), wanted("user", "FILTER INCLUDE new")],
        [found("old"), found("user", "FILTER INCLUDE old")],
    )
    assert told(plan) == [
        "update user [bridge]",
        "rename new from old after 1",
        "update user after 1, 2",
    ]
    bridge, _, last = plan.changes
    assert bridge.reason == "points at the id while old is renamed"
    assert bridge.fields == (
        FieldChange("definition", "FILTER INCLUDE old", f"FILTER INCLUDE `{OLD}`"),
    )
    assert last.reason == "follows the rename of old to new"
    assert (last.follows, plan.counted(Action.UPDATE)) == (("new",), 0)
    assert last.fields == (FieldChange("definition", "FILTER INCLUDE old", "FILTER INCLUDE new"),)
    assert last.before == bridge.after


def test_a_dependant_that_names_the_id_needs_no_call() -> None:
    plan = plan_of(
        [wanted("new", previously=("old",)), wanted("user", "FILTER INCLUDE new")],
        [found("old"), found("user", f"FILTER INCLUDE `{OLD}`")],
    )
    assert told(plan) == ["rename new from old"]
    assert plan.unchanged == 1


def test_a_dependant_that_changes_anyway_gets_the_definition_of_the_file() -> None:
    plan = plan_of(
        [wanted("new", previously=("old",)), wanted("user", "FILTER AND (x = 1, INCLUDE new)")],
        [found("old"), found("user", "FILTER INCLUDE old")],
    )
    assert told(plan)[-1] == "update user after 1, 2"
    assert plan.changes[-1].reason == ""
    assert plan.changes[-1].fields == (
        FieldChange("definition", "FILTER INCLUDE old", "FILTER AND (x = 1, INCLUDE new)"),
    )


def test_a_dependant_that_changes_in_another_field_follows_as_well() -> None:
    plan = plan_of(
        [wanted("new", previously=("old",)), wanted("user", "FILTER INCLUDE new", name="U2")],
        [found("old"), found("user", "FILTER INCLUDE old")],
    )
    assert [each.field for each in plan.changes[-1].fields] == ["name", "definition"]
    assert (plan.changes[-1].follows, plan.counted(Action.UPDATE)) == ((), 1)
    assert plan.changes[-1].reason == "follows the rename of old to new"


def test_a_dependant_that_is_adopted_follows_as_well() -> None:
    plan = plan_of(
        [wanted("new", previously=("old",)), wanted("user", "FILTER INCLUDE new")],
        [found("old"), found("user", "FILTER INCLUDE old", owned=False)],
    )
    assert told(plan)[-1] == "update user after 1, 2"
    assert plan.changes[-1].reason == (
        "equal, and not yet marked as managed here; follows the rename of old to new"
    )
    bridge = plan.changes[0]
    assert bridge.before == found("user", "FILTER INCLUDE old", owned=False).segment
    assert bridge.after == found("user", f"FILTER INCLUDE `{OLD}`").segment


def test_a_dependant_that_is_deleted_is_pointed_at_the_id_first() -> None:
    plan = plan_of(
        [wanted("new", previously=("old",))], [found("old"), found("user", "FILTER INCLUDE old")]
    )
    assert told(plan) == [
        "update user [bridge]",
        "rename new from old after 1",
        "delete user after 1",
    ]


def test_a_dependant_of_two_renames_is_pointed_once() -> None:
    plan = plan_of(
        [
            wanted("c", X, previously=("a",)),
            wanted("d", Y, previously=("b",)),
            wanted("user", "FILTER AND (INCLUDE c, INCLUDE d)"),
        ],
        [found("a", X), found("b", Y), found("user", "FILTER AND (INCLUDE a, INCLUDE b)")],
    )
    assert told(plan) == [
        "update user [bridge]",
        "rename c from a after 1",
        "rename d from b after 1",
        "update user after 1, 2, 3",
    ]
    assert plan.changes[0].reason == "points at the id while a, b is renamed"
    assert plan.changes[-1].reason == "follows the rename of a to c, b to d"


def test_a_reference_in_another_case_follows_as_well() -> None:
    plan = plan_of(
        [wanted("new", previously=("old",)), wanted("user", "FILTER INCLUDE new")],
        [found("old"), found("user", "FILTER INCLUDE OLD")],
    )
    assert told(plan)[0] == "update user [bridge]"
    assert plan.changes[0].fields[0].after == f"FILTER INCLUDE `{OLD}`"


def test_a_chain_frees_each_slug_before_it_is_taken() -> None:
    plan = plan_of(
        [wanted("b", X, previously=("a",)), wanted("c", Y, previously=("b",))],
        [found("a", X), found("b", Y)],
    )
    assert told(plan) == [
        f"rename c{STEP_ASIDE} from b [bridge]",
        "rename b from a after 1",
        "rename c from b after 1",
    ]
    assert plan.changes[0].reason == "steps aside, because its slug b is needed"
    assert [each.id for each in plan.changes] == [hex_id("b"), hex_id("a"), hex_id("b")]


def test_what_steps_aside_is_marked_as_ours_at_once() -> None:
    """A run that is cut short after this call finds it again by the mark."""
    plan = plan_of(
        [wanted("b", X, previously=("a",)), wanted("c", Y, previously=("b",), adopt=True)],
        [found("a", X), found("b", Y, owned=False)],
    )
    assert told(plan)[0] == f"rename c{STEP_ASIDE} from b [bridge]"
    assert plan.changes[0].before == found("b", Y, owned=False).segment
    assert plan.changes[0].after == found(f"c{STEP_ASIDE}", Y, name="B").segment


def test_a_swap_moves_both_aside() -> None:
    plan = plan_of(
        [wanted("a", X, previously=("b",)), wanted("b", Y, previously=("a",))],
        [found("a", Y), found("b", X)],
    )
    assert told(plan) == [
        f"rename a{STEP_ASIDE} from b [bridge]",
        f"rename b{STEP_ASIDE} from a [bridge]",
        "rename a from b after 1, 2",
        "rename b from a after 1, 2",
    ]
    assert [each.field for each in plan.changes[2].fields] == ["slug", "name"]


def test_a_segment_steps_aside_under_another_slug_when_its_own_is_taken() -> None:
    """So it is when half a swap is undone: each entry stands for a segment by its id."""
    usual, other = aside_slugs("a")
    one, two = found("b", X), found(usual, Y)
    plan = build_plan(
        desired_state([wanted("a", X), wanted("b", Y)]),
        live_state([one, two]),
        OPTIONS,
        matched=matching_of({"a": one, "b": two}, [one, two]),
    )
    assert told(plan) == [
        f"rename {other} from b [bridge]",
        "rename a from b after 1",
        f"rename b from {usual} after 1",
    ]


def test_a_segment_that_steps_aside_may_itself_have_to_follow() -> None:
    plan = plan_of(
        [
            wanted("a", "FILTER OR (x = 1, INCLUDE b)", previously=("b",)),
            wanted("b", Y, previously=("a",)),
        ],
        [found("a", Y), found("b", "FILTER OR (x = 1, INCLUDE a)")],
    )
    assert told(plan) == [
        "update b [bridge]",
        f"rename a{STEP_ASIDE} from b [bridge] after 1",
        f"rename b{STEP_ASIDE} from a [bridge] after 1",
        "rename b from a after 2, 3",
        "rename a from b after 1, 2, 3, 4",
    ]


def test_a_freed_slug_may_go_to_a_new_segment() -> None:
    plan = plan_of(
        [wanted("new", X, previously=("old",)), wanted("old", Y)],
        [found("old", X)],
    )
    assert told(plan) == [
        f"rename new{STEP_ASIDE} from old [bridge]",
        "rename new from old after 1",
        "create old after 1",
    ]


def test_an_include_that_reads_the_same_but_means_another_segment_is_a_change() -> None:
    plan = plan_of(
        [
            wanted("new", X, previously=("old",)),
            wanted("old", Y),
            wanted("user", "FILTER INCLUDE old"),
        ],
        [found("old", X), found("user", "FILTER INCLUDE old")],
    )
    assert told(plan) == [
        "update user [bridge]",
        f"rename new{STEP_ASIDE} from old [bridge] after 1",
        "rename new from old after 2",
        "create old after 2",
        "update user after 1, 4",
    ]
    last = plan.changes[-1]
    assert last.reason == "INCLUDE old: was the segment renamed to new, is now a new one"
    assert last.fields == (
        FieldChange("definition", f"FILTER INCLUDE `{OLD}`", "FILTER INCLUDE old"),
    )


def test_a_dependant_keeps_naming_what_was_renamed_when_the_file_does() -> None:
    plan = plan_of(
        [
            wanted("new", X, previously=("old",)),
            wanted("old", Y),
            wanted("user", "FILTER INCLUDE new"),
        ],
        [found("old", X), found("user", "FILTER INCLUDE old")],
    )
    last = plan.changes[-1]
    assert (last.key, last.reason) == ("user", "follows the rename of old to new")


CLAUSES = "FROM user ALIAS"


def test_a_swap_changes_what_an_untouched_include_means() -> None:
    user = "FILTER AND (INCLUDE a, w = 1)"
    plan = plan_of(
        [
            wanted("a", X, previously=("b",)),
            wanted("b", Y, previously=("a",)),
            wanted("user", user),
            wanted("reader", "FILTER INCLUDE user"),
        ],
        [
            found("a", f"{Y} {CLAUSES} a"),
            found("b", f"{X} {CLAUSES} b"),
            found("user", f"{user} {CLAUSES} user"),
            found("reader", f"FILTER INCLUDE user {CLAUSES} reader"),
        ],
    )
    last = plan.changes[-1]
    assert (last.key, last.moves_members, last.affects) == ("user", True, ("reader",))
    assert last.reason == "INCLUDE a: was the segment renamed to b, is now the one renamed from b"
    assert last.fields == (
        FieldChange("definition", f"FILTER AND (INCLUDE `{hex_id('a')}`, w = 1)", user),
    )
    assert [each.key for each in plan.changes if each.moves_members] == ["user"]
