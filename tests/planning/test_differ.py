"""What counts as different, and how it is shown."""

from typing import Any

import pytest

from segsync.plan import FieldChange
from segsync.planning.differ import group_changes, segment_changes
from segsync.segment import Group
from tests.planning.build import found, hex_id, plan_of, segment, told, wanted

BASE = hex_id("base")


@pytest.mark.parametrize(
    "written",
    [
        'FILTER AND (visits > 5, name = "x", INCLUDE base)',
        'FILTER\n  AND (\n    visits > 5\n    name = "x"\n    INCLUDE base\n  )\n',
        'FILTER AND (visits > 5, name == "x", INCLUDE base)',
        'FILTER AND (visits > 5, AND (name = "x", INCLUDE base))',
        'FILTER AND (INCLUDE base, name = "x", visits > 5, visits > 5)',
        'FILTER AND (`visits` > 5, `name` = "x", INCLUDE `base`)',
        f'FILTER AND (visits > 5, name = "x", INCLUDE {BASE})',
        f'FILTER AND (visits > 5, name = "x", INCLUDE `{BASE}`)',
        'FILTER AND (visits > 5, name = "x", INCLUDE base) FROM user ALIAS a',
        'FILTER AND (visits > 5, name = "x", INCLUDE base) ALIAS default_anon_seg',
        'FILTER AND (visits > 5, name = "x", NOT NOT INCLUDE base)',
        '-- a comment\nFILTER AND (visits > 5, name = "x", INCLUDE base)',
    ],
)
def test_definitions_are_equal_by_meaning(written: str) -> None:
    text = 'FILTER AND (visits > 5, name = "x", INCLUDE base)'
    live = [found("base"), found("a", written)]
    plan = plan_of([wanted("base"), wanted("a", text)], live)
    assert (told(plan), plan.unchanged) == ([], 2)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("FILTER visits > 6", "FILTER visits > 6"),
        ("FILTER visits >= 5", "FILTER visits >= 5"),
        ('FILTER visits > "5"', 'FILTER visits > "5"'),
        ("FILTER NOT visits > 5", "FILTER NOT (visits > 5)"),
        ("FILTER visits > 5 LIMIT 10", "FILTER visits > 5 LIMIT 10"),
        ("FILTER visits > 5 WITH kind = aspect", 'FILTER visits > 5 WITH kind = "aspect"'),
    ],
)
def test_another_meaning_is_a_difference(written: str, shown: str) -> None:
    plan = plan_of([wanted("a", "FILTER visits > 5")], [found("a", written)])
    assert told(plan) == ["update a"]
    assert plan.changes[0].fields == (FieldChange("definition", shown, "FILTER visits > 5"),)


def test_what_cannot_be_read_is_compared_as_text() -> None:
    opaque = "FILTER AND ("
    plan = plan_of(
        [wanted("a", opaque), wanted("b", opaque + "x")],
        [found("a", f" {opaque}\n"), found("b", opaque)],
    )
    assert told(plan) == []
    assert [(each.key, each.rule) for each in plan.blocked] == [("b", "unreadable-definition")]


def test_what_cannot_be_read_blocks_nothing_that_does_not_touch_it() -> None:
    plan = plan_of(
        [wanted("a", name="New")],
        [found("a"), found("odd", "FILTER AND (", owned=False)],
    )
    assert (told(plan), plan.is_refused) == (["update a"], False)


def test_tags_and_groups_are_sets() -> None:
    plan = plan_of([wanted("a", tags=["y", "x", "x"])], [found("a", tags=["x", "y"])])
    assert told(plan) == []


def test_a_set_that_differs_is_shown_sorted() -> None:
    plan = plan_of([wanted("a", tags=["z", "b"])], [found("a", tags=["b", "a"])])
    assert plan.changes[0].fields == (FieldChange("tags", ("a", "b"), ("b", "z")),)


def test_every_field_that_a_client_can_set_is_compared() -> None:
    values: dict[str, Any] = {
        "name": "N",
        "table": "content",
        "kind": "aspect",
        "description": "D",
        "is_public": True,
        "tags": ["t"],
        "groups": ["g"],
        "save_hist": False,
        "schedule_exit": True,
        "emit_trigger": True,
        "expires_at": "2027-01-01T00:00:00Z",
        "protected": True,
    }
    changes = segment_changes(segment("a"), segment("b", "FILTER *", **values))
    assert changes == (
        FieldChange("slug", "a", "b"),
        FieldChange("name", "A", "N"),
        FieldChange("definition", "FILTER visits > 5", "FILTER *"),
        FieldChange("table", "user", "content"),
        FieldChange("kind", "segment", "aspect"),
        FieldChange("description", "", "D"),
        FieldChange("is_public", before=False, after=True),
        FieldChange("tags", (), ("t",)),
        FieldChange("groups", (), ("g",)),
        FieldChange("save_hist", before=True, after=False),
        FieldChange("schedule_exit", before=False, after=True),
        FieldChange("emit_trigger", before=False, after=True),
        FieldChange("expires_at", None, "2027-01-01T00:00:00Z"),
        FieldChange("protected", before=False, after=True),
    )


def test_the_mark_of_ownership_is_no_field_of_a_user() -> None:
    assert segment_changes(segment("a"), segment("a", owned=True)) == ()
    assert group_changes(Group("G"), Group("G", owned=True)) == ()


def test_a_group_is_compared_by_name_description_and_protection() -> None:
    assert group_changes(Group("A", "x"), Group("B", "y", protected=True)) == (
        FieldChange("name", "A", "B"),
        FieldChange("description", "x", "y"),
        FieldChange("protected", before=False, after=True),
    )


def test_a_value_that_is_no_field_value_is_a_bug_that_shows() -> None:
    broken = segment("a", expires_at=5)
    with pytest.raises(TypeError, match="a int is not a field value"):
        segment_changes(broken, segment("a"))
