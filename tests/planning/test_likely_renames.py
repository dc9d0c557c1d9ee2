"""Deletes and creates that look like the two halves of a rename."""

from segsync.segment import DesiredSegment, LiveSegment
from tests.planning.build import found, hex_id, plan_of, told, wanted, why

X = "FILTER AND (x = 1, INCLUDE base)"
BASE = [found("base")]


def reasons(desired: list[DesiredSegment], live: list[LiveSegment]) -> dict[str, str]:
    plan = plan_of([wanted("base"), *desired], [*BASE, *live])
    assert plan.blocked == ()
    return {each.key: each.reason for each in plan.changes}


def test_a_delete_and_a_create_of_one_definition_and_name_are_not_taken_apart() -> None:
    live = [*BASE, found("old", f"FILTER AND (INCLUDE `{hex_id('base')}`, x == 1)", name="N")]
    plan = plan_of([wanted("base"), wanted("new", X, name="N")], live)
    assert told(plan) == ["create new"]
    assert why(plan) == [
        (
            "delete old: lost-rename: the new new has the same name and definition, so this looks"
            " like a rename"
        )
    ]
    assert plan.blocked[0].way_out == (
        "add previously: [old] to new, or declare old with state: absent"
    )
    assert plan.is_refused


def test_a_delete_that_a_file_asks_for_is_no_lost_rename() -> None:
    entries = [wanted("new", X, name="N"), wanted("old", X, name="N", absent=True)]
    assert set(reasons(entries, [found("old", X, name="N")])) == {"new", "old"}


def test_one_definition_under_another_name_is_told_on_both_rows() -> None:
    assert reasons([wanted("new", X), wanted("z", X)], [found("old", X), found("twin", X)]) == {
        "new": "not in the account; it has the definition of old, which goes",
        "old": "removed from the files; the new new has the same definition: if it is a rename,"
        " add previously: [old] to it",
        "z": "not in the account",
        "twin": "removed from the files",
    }


def test_another_definition_table_or_clause_is_no_rename() -> None:
    entries = [
        wanted("a", "FILTER x = 1", name="N"),
        wanted("b", "FILTER y = 1", name="N", table="content"),
        wanted("c", "FILTER z = 1 LIMIT 5", name="N"),
    ]
    live = [
        found("o", "FILTER x = 2", name="N"),
        found("p", "FILTER y = 1", name="N"),
        found("q", "FILTER z = 1", name="N"),
    ]
    assert set(reasons(entries, live).values()) == {"not in the account", "removed from the files"}


def test_what_nobody_can_read_is_compared_as_text() -> None:
    assert reasons([wanted("a", "FILTER (")], [found("o", "FILTER ( ")])["a"] == (
        "not in the account; it has the definition of o, which goes"
    )


def test_the_one_of_the_same_name_is_the_lost_one() -> None:
    live = [*BASE, found("other", X), found("old", X, name="N")]
    plan = plan_of([wanted("base"), wanted("new", X, name="N")], live)
    assert [(each.key, each.rule) for each in plan.blocked] == [("old", "lost-rename")]
