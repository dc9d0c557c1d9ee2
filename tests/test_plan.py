import pytest

from segsync.plan import Action, Blocked, Change, Kind, Plan, Refusal, key_of, kind_of
from segsync.segment import Account, Definition, Group, Segment


def change(number: int, action: Action, *, bridge: bool = False) -> Change:
    return Change(number, Kind.SEGMENT, action, f"s{number}", None, None, None, bridge=bridge)


def blocked(key: str, *, holds: bool = True) -> Blocked:
    return Blocked(Kind.SEGMENT, Action.DELETE, key, "rule", "reason", holds=holds)


def plan(
    *changes: Change, blocked: tuple[Blocked, ...] = (), refusals: tuple[Refusal, ...] = ()
) -> Plan:
    return Plan(Account(1), "segsync", changes, blocked=blocked, refusals=refusals)


def test_a_segment_is_known_by_its_slug_and_a_group_by_its_name() -> None:
    segment, group = Segment("buyers", "Buyers", Definition("FILTER *")), Group("Shop")
    assert (key_of(segment), kind_of(segment)) == ("buyers", Kind.SEGMENT)
    assert (key_of(group), kind_of(group)) == ("Shop", Kind.GROUP)


def test_changes_are_counted_by_action_without_bridges() -> None:
    made = plan(
        change(1, Action.UPDATE, bridge=True),
        change(2, Action.UPDATE),
        change(3, Action.RENAME),
        change(4, Action.UPDATE),
    )
    assert made.counted(Action.UPDATE) == 2
    assert made.counted(Action.RENAME) == 1
    assert made.counted(Action.DELETE) == 0


def test_a_plan_is_refused_by_what_is_blocked_and_holds() -> None:
    made = plan(blocked=(blocked("a"), blocked("b", holds=False)))
    assert [each.key for each in made.holding] == ["a"]
    assert made.is_refused


def test_a_plan_is_refused_by_a_limit() -> None:
    assert plan(refusals=(Refusal("rule", "reason", "--allow"),)).is_refused


def test_what_is_only_told_refuses_nothing() -> None:
    assert not plan(change(1, Action.DELETE), blocked=(blocked("b", holds=False),)).is_refused


def test_a_plan_is_a_value() -> None:
    assert plan(change(1, Action.UPDATE)) == plan(change(1, Action.UPDATE))
    with pytest.raises(AttributeError, match="immutable"):
        plan().tag = "other"  # type: ignore[misc]
