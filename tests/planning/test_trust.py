"""What a run believes: a list that agrees with itself, and a plan that segsync can have made."""

import pytest
from msgspec.structs import replace

from segsync.plan import Change, Plan, Refusal
from segsync.planning.trust import inconsistencies, unlisted
from tests.planning.build import found, live_state, plan_of, segment, wanted


def test_a_list_that_has_everything_is_believed() -> None:
    assert unlisted(live_state([found("a"), found("b")]), [found("b")]) == ()


def test_a_list_that_lacks_segments_is_no_ground_for_deletes() -> None:
    assert unlisted(live_state([found("a")]), [found("c"), found("a"), found("b")]) == (
        Refusal(
            "list-disagrees",
            "the account lists other segments when it is asked table by table, so what would be"
            " deleted may be in use; the list of all tables lacks b, c",
            "",
        ),
    )


def every_action() -> Plan:
    plan = plan_of(
        [
            wanted("new"),
            wanted("changed", "FILTER x = 2"),
            wanted("taken", "FILTER x = 2", adopt=True),
            wanted("equal", "FILTER x = 1"),
            wanted("named", previously=("was",)),
            wanted("user", "FILTER INCLUDE named"),
        ],
        [
            found("changed", "FILTER x = 1"),
            found("taken", "FILTER x = 1", owned=False),
            found("equal", "FILTER x = 1", owned=False),
            found("was"),
            found("user", "FILTER INCLUDE was"),
            found("gone", "FILTER gone = 1"),
        ],
    )
    assert {str(each.action) for each in plan.changes} == {
        "create",
        "update",
        "adopt",
        "rename",
        "delete",
    }
    return plan


def edited(key: str, **values: object) -> Plan:
    plan = every_action()

    def edit(change: Change) -> Change:
        is_meant = change.key == key and not change.bridge
        return replace(change, **values) if is_meant else change

    return replace(plan, changes=tuple(map(edit, plan.changes)))


def test_what_segsync_plans_is_consistent() -> None:
    assert inconsistencies(every_action()) == ()


@pytest.mark.parametrize(
    ("key", "values", "what"),
    [
        ("gone", {"before": segment("gone")}, "delete gone) deletes what is not managed here"),
        ("gone", {"id": "other"}, "delete gone) is about something that the plan has not seen"),
        ("changed", {"before": None}, "update changed) is about something that the plan has not"),
        ("changed", {"after": segment("changed")}, "update changed) writes what is not managed"),
        ("named", {"after": None}, "rename named) writes what is not managed here"),
        ("new", {"id": "1"}, "create new) is no creation of something new"),
        ("new", {"before": segment("new")}, "create new) is no creation of something new"),
        ("new", {"after": None}, "create new) is no creation of something new"),
    ],
)
def test_a_plan_that_segsync_cannot_have_made_is_found(
    key: str, values: dict[str, object], what: str
) -> None:
    (told,) = inconsistencies(edited(key, **values))
    assert what in told
