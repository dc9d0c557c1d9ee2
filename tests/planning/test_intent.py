"""The decision table: what happens to one object by itself."""

from datetime import timedelta

import pytest

from segsync.plan import Action, Allowances, FieldChange, Kind
from segsync.segment import DesiredSegment, Freeze, LiveSegment
from tests.planning.build import (
    HERE,
    TODAY,
    Values,
    found,
    found_group,
    plan_of,
    told,
    wanted,
    wanted_group,
    why,
)

FULL: dict[str, Values] = {
    "description": "Spent a lot.",
    "tags": ("crm",),
    "is_public": True,
    "save_hist": False,
    "schedule_exit": True,
    "emit_trigger": True,
    "expires_at": "2027-01-01T00:00:00Z",
}


def test_what_the_account_lacks_is_created() -> None:
    plan = plan_of([wanted("a")], [found("other", owned=False)])
    assert told(plan) == ["create a"]
    (change,) = plan.changes
    assert (change.id, change.before, change.reason) == (None, None, "not in the account")
    assert change.after == wanted("a").segment
    assert change.source == HERE


def test_what_is_equal_is_unchanged() -> None:
    plan = plan_of([wanted("a", **FULL)], [found("a", **FULL)])
    assert (told(plan), why(plan), plan.unchanged) == ([], [], 1)


def test_a_field_that_differs_is_an_update_of_that_field() -> None:
    plan = plan_of([wanted("a", name="New")], [found("a", name="Old")])
    assert told(plan) == ["update a"]
    assert plan.changes[0].fields == (FieldChange("name", "Old", "New"),)
    assert plan.changes[0].source == HERE


def test_an_update_and_a_rename_need_no_reason() -> None:
    plan = plan_of(
        [wanted("a", name="New"), wanted("c", previously=("b",))], [found("a"), found("b")]
    )
    assert told(plan) == ["update a", "rename c from b"]
    assert [each.reason for each in plan.changes] == ["", ""]


def test_a_field_that_the_file_does_not_set_keeps_its_live_value() -> None:
    plan = plan_of([wanted("a", name="New")], [found("a", **FULL)])
    (change,) = plan.changes
    assert change.after == found("a", **{**FULL, "name": "New"}).segment
    assert [each.field for each in change.fields] == ["name"]


def test_a_definition_that_is_left_to_the_ui_makes_no_difference() -> None:
    entry = wanted("a", "FILTER visits > 1", ignore=["definition"])
    plan = plan_of([entry], [found("a", "FILTER visits > 2")])
    assert (told(plan), plan.unchanged) == ([], 1)


SWAP = [
    wanted("a", "FILTER x = 1", previously=("b",)),
    wanted("b", "FILTER y = 1", previously=("a",)),
]
SWAPPED = [found("a", "FILTER y = 1"), found("b", "FILTER x = 1")]


def test_a_segment_whose_includes_come_to_mean_others_is_redefined_and_tells_each() -> None:
    text = "FILTER AND (INCLUDE a, NOT INCLUDE b)"
    plan = plan_of([*SWAP, wanted("user", text)], [*SWAPPED, found("user", text)])
    last = plan.changes[-1]
    assert last.key == "user"
    assert last.reason == (
        "INCLUDE a: was the segment renamed to b, is now the one renamed from b;"
        " INCLUDE b: was the segment renamed to a, is now the one renamed from a"
    )


def test_a_segment_whose_include_comes_to_mean_another_is_not_adopted_silently() -> None:
    text = "FILTER AND (INCLUDE a, NOT INCLUDE b)"
    plan = plan_of([*SWAP, wanted("user", text)], [*SWAPPED, found("user", text, owned=False)])
    assert (
        "update user: not-owned: a segment of this slug exists, differs, and is not managed here"
    ) in why(plan)


def test_the_marks_are_put_back_when_somebody_removed_the_protection() -> None:
    plan = plan_of([wanted("a", protected=True)], [found("a")])
    assert told(plan) == ["update a"]
    assert plan.changes[0].fields == (FieldChange("protected", before=False, after=True),)


def test_an_equal_segment_that_is_not_ours_is_adopted_silently() -> None:
    plan = plan_of([wanted("a", protected=True)], [found("a", owned=False)])
    assert (told(plan), why(plan)) == (["adopt a"], [])
    assert plan.changes[0].reason == "equal, and not yet marked as managed here"
    assert plan.changes[0].after == found("a", protected=True).segment


def test_a_differing_segment_that_is_not_ours_is_blocked() -> None:
    plan = plan_of([wanted("a", name="New")], [found("a", name="Old", owned=False)])
    assert told(plan) == []
    assert why(plan) == [
        "update a: not-owned: a segment of this slug exists, differs, and is not managed here"
    ]
    assert plan.blocked[0].way_out == "pull it, or take it over with adopt: true or --adopt"
    assert plan.blocked[0].source == HERE
    assert plan.is_refused
    assert plan.unchanged == 0


@pytest.mark.parametrize(
    ("entry", "allow"),
    [
        (wanted("a", name="New", adopt=True), Allowances()),
        (wanted("a", name="New"), Allowances(adopt=True)),
    ],
)
def test_adoption_by_entry_or_flag_takes_a_differing_segment_over(
    entry: DesiredSegment, allow: Allowances
) -> None:
    plan = plan_of([entry], [found("a", name="Old", owned=False)], allow=allow)
    assert (told(plan), why(plan)) == (["update a"], [])
    assert plan.changes[0].after == found("a", name="New").segment


def test_predefined_and_managed_segments_are_never_touched() -> None:
    plan = plan_of(
        [wanted("all", adopt=True), wanted("big", adopt=True, name="New")],
        [
            found("all", owned=False, untouchable="predefined by Lytics"),
            found("big", untouchable="managed by Lytics"),
        ],
        allow=Allowances(adopt=True),
    )
    assert told(plan) == []
    assert why(plan) == [
        "adopt all: untouchable: it is predefined by Lytics",
        "update big: untouchable: it is managed by Lytics",
    ]
    assert plan.blocked[0].way_out == "give your segment another slug_name"


def test_a_predefined_segment_that_is_named_as_previous_is_not_renamed() -> None:
    plan = plan_of(
        [wanted("mine", previously=("all",), adopt=True)],
        [found("all", owned=False, untouchable="predefined by Lytics")],
    )
    assert told(plan) == []
    assert why(plan) == [
        "rename mine: untouchable: the segment all that it would rename is predefined by Lytics"
    ]
    assert plan.blocked[0].way_out == "remove it from previously"


def test_a_segment_that_is_not_ours_is_not_renamed() -> None:
    plan = plan_of([wanted("new", previously=("old",))], [found("old", owned=False)])
    assert told(plan) == []
    assert why(plan) == [
        "rename new: not-owned: the segment old that it would rename is not managed here"
    ]


@pytest.mark.parametrize(
    ("fixed", "text"),
    [
        (
            {"table": "content"},
            "it has kind segment and table user, and the file wants kind segment and table content",
        ),
        (
            {"kind": "aspect"},
            "it has kind segment and table user, and the file wants kind aspect and table user",
        ),
    ],
)
def test_table_and_kind_are_fixed(fixed: dict[str, str], text: str) -> None:
    plan = plan_of([wanted("a", **fixed)], [found("a")])
    assert told(plan) == []
    assert why(plan) == [f"update a: table-is-fixed: {text}, which no update can do"]
    assert plan.blocked[0].way_out == "use another slug_name, or delete the live segment first"


def test_a_live_definition_that_cannot_be_read_is_not_sent_back() -> None:
    entry = wanted("a", name="New", ignore=["definition"])
    plan = plan_of([entry], [found("a", "FILTER AND (", name="Old")])
    assert told(plan) == []
    assert why(plan) == [
        (
            "update a: unreadable-definition: its live definition cannot be read,"
            " so it cannot be sent back safely"
        )
    ]
    assert plan.blocked[0].way_out == (
        "set segment_ql in the file, or correct the definition in the Lytics UI"
    )


def test_a_live_definition_that_cannot_be_read_gives_way_to_the_files() -> None:
    plan = plan_of([wanted("a")], [found("a", "FILTER AND (")])
    assert told(plan) == ["update a"]
    assert plan.changes[0].fields == (
        FieldChange("definition", "FILTER AND (", "FILTER visits > 5"),
    )


FREEZE = Freeze(TODAY, "holiday campaign")


@pytest.mark.parametrize(
    ("entry", "live", "action"),
    [
        (wanted("a", name="New", freeze=FREEZE), [found("a")], "update"),
        (wanted("a", freeze=FREEZE), [], "create"),
        (wanted("a", freeze=FREEZE), [found("a", owned=False)], "adopt"),
        (wanted("a", previously=("b",), freeze=FREEZE), [found("b")], "rename"),
        (wanted("a", absent=True, freeze=FREEZE), [found("a")], "delete"),
    ],
)
def test_until_and_on_the_last_day_of_a_freeze_nothing_changes(
    entry: DesiredSegment, live: list[LiveSegment], action: str
) -> None:
    plan = plan_of([entry], live)
    assert told(plan) == []
    assert why(plan) == [f"{action} a: frozen: frozen until 2026-11-23: holiday campaign"]
    assert plan.blocked[0].way_out == "wait, or change the freeze in the file"
    assert plan.blocked[0].source == HERE


def test_after_a_freeze_changes_go_on() -> None:
    past = Freeze(TODAY - timedelta(days=1))
    assert told(plan_of([wanted("a", name="New", freeze=past)], [found("a")])) == ["update a"]


def test_a_freeze_without_a_reason_gives_none_and_an_equal_segment_is_not_blocked() -> None:
    plan = plan_of(
        [wanted("a", freeze=Freeze(TODAY)), wanted("b", freeze=Freeze(TODAY), name="New")],
        [found("a"), found("b")],
    )
    assert why(plan) == ["update b: frozen: frozen until 2026-11-23"]
    assert plan.unchanged == 1


def test_a_frozen_segment_does_not_follow_a_rename() -> None:
    plan = plan_of(
        [
            wanted("new", previously=("old",)),
            wanted("user", "FILTER INCLUDE new", freeze=Freeze(TODAY)),
        ],
        [found("old"), found("user", "FILTER INCLUDE old")],
    )
    assert told(plan) == []
    assert why(plan) == [
        (
            "rename new: dependant-cannot-follow:"
            " included by slug in user, which this run may not rewrite"
        )
    ]


def test_groups_are_created_updated_adopted_and_left_alone() -> None:
    plan = plan_of(
        groups=(
            [
                wanted_group("New"),
                wanted_group("Text", "b"),
                wanted_group("Twin"),
                wanted_group("="),
            ],
            [found_group("Text", "a"), found_group("Twin", owned=False), found_group("=")],
        )
    )
    assert told(plan) == ["create group New", "update group Text", "adopt group Twin"]
    assert plan.changes[0].reason == "not in the account"
    assert plan.changes[1].fields == (FieldChange("description", "a", "b"),)
    assert plan.changes[2].reason == "equal, and not yet marked as managed here"
    assert (plan.changes[2].before, plan.changes[2].after) == (
        found_group("Twin", owned=False).group,
        found_group("Twin").group,
    )
    assert [each.source for each in plan.changes] == [HERE] * 3
    assert plan.unchanged == 1


def test_a_differing_group_that_is_not_ours_is_blocked_until_adopted() -> None:
    live = [found_group("G", "theirs", owned=False)]
    plan = plan_of(groups=([wanted_group("G", "ours")], live))
    assert told(plan) == []
    assert why(plan) == [
        "update G: not-owned: a group of this name exists, differs, and is not managed here"
    ]
    assert plan.blocked[0].way_out == "take it over with adopt: true or --adopt"
    assert (plan.blocked[0].kind, plan.blocked[0].source) == (Kind.GROUP, HERE)
    adopted = plan_of(groups=([wanted_group("G", "ours", adopt=True)], live))
    assert told(adopted) == ["update group G"]
    allowed = plan_of(groups=([wanted_group("G", "ours")], live), allow=Allowances(adopt=True))
    assert told(allowed) == ["update group G"]


def test_an_equal_group_that_is_not_ours_is_adopted_with_its_protection() -> None:
    plan = plan_of(
        groups=([wanted_group("G", protected=True)], [found_group("G", owned=False)]),
    )
    assert (told(plan), why(plan)) == (["adopt group G"], [])
    assert plan.changes[0].after == found_group("G", protected=True).group


def test_a_group_that_is_not_ours_is_not_renamed() -> None:
    plan = plan_of(
        groups=([wanted_group("New", previously=("Old",))], [found_group("Old", owned=False)])
    )
    assert told(plan) == []
    assert why(plan) == [
        "rename New: not-owned: the group Old that it would rename is not managed here"
    ]


def test_the_action_of_a_change_is_one_of_the_enum() -> None:
    assert plan_of([wanted("a")], [found("a", owned=False)]).changes[0].action is Action.ADOPT
