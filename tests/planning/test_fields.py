from segsync.diagnostics import Location
from segsync.planning.fields import check_fields, definitions_to_send
from segsync.segment import DesiredSegment, LiveSegment
from tests.planning.build import HERE, Values, desired_state, found, plan_of, wanted

TYPES = {"visits": "int", "country": "string", "channels": "[]string", "scores": "map[string]int"}


def sent(desired: list[DesiredSegment], live: list[LiveSegment]) -> list[str]:
    plan = plan_of(desired, live)
    return sorted(each.key for each in definitions_to_send(plan, desired_state(desired)))


def problems(ql: str, severities: dict[str, str] | None = None, **entry: Values) -> list[str]:
    made = wanted("x", ql, **entry)
    return [str(each) for each in check_fields(made, TYPES, severities or {})]


def test_new_and_changed_definitions_are_sent() -> None:
    desired = [wanted("new"), wanted("same"), wanted("changed", "FILTER a = 1")]
    assert sent(desired, [found("same"), found("changed")]) == ["changed", "new"]


def test_a_definition_that_the_account_has_is_not_sent_whatever_else_changes() -> None:
    desired = [wanted("x", "FILTER gone = 1", tags=["crm"])]
    assert sent(desired, [found("x", "FILTER gone = 1")]) == []


def test_a_rename_sends_a_definition_only_when_that_changes_too() -> None:
    live = [found("old", "FILTER visits > 5")]
    assert sent([wanted("new", previously=("old",))], live) == []
    changed = wanted("new", "FILTER visits > 6", previously=("old",))
    assert sent([changed], live) == ["new"]


def test_what_only_follows_a_rename_is_not_judged() -> None:
    desired = [
        wanted("new", previously=("old",)),
        wanted("user", "FILTER AND (INCLUDE new, x = 1)"),
    ]
    live = [found("old"), found("user", "FILTER AND (INCLUDE old, x = 1)")]
    assert sent(desired, live) == []


def test_a_definition_without_fields_needs_no_schema() -> None:
    desired = [wanted("all", "FILTER *"), wanted("ref", "FILTER INCLUDE all")]
    assert sent(desired, []) == []


def test_deletes_and_unread_definitions_are_not_sent() -> None:
    desired = [wanted("odd", "FILTER (")]
    assert sent(desired, [found("gone")]) == []
    assert list(check_fields(desired[0], TYPES, {})) == []


def test_an_unknown_field_is_an_error_at_its_place_with_the_nearest_name() -> None:
    def place_of(offset: int) -> Location:
        return Location("audiences/a.yaml", 7, offset + 1)

    (told,) = problems("FILTER AND (visits > 1, contry = 5)", place_of=place_of)
    assert told == (
        'audiences/a.yaml:7:25: error: x: there is no field "contry"; did you mean "country"?'
        " [unknown-field]\n    Correct the name, or publish the field first."
    )


def test_without_a_place_the_segment_is_named() -> None:
    assert problems("FILTER y = 1", place_of=None)[0].startswith(f"{HERE}: error: x: ")


def test_an_operator_that_its_type_does_not_support_is_an_error() -> None:
    (told,) = problems('FILTER channels = "email"')
    assert told == (
        f'{HERE}: error: x: = cannot hold on "channels", which is []string; it holds many values:'
        ' write INTERSECTS ("a", "b") [wrong-type-for-operator]\n'
        "    Use an operator that fits the type of the field."
    )


def test_keys_of_a_map_and_types_that_nobody_documented_are_taken_as_they_are() -> None:
    assert problems("FILTER AND (scores.math > 3, EXISTS scores)") == []
    made = wanted("x", 'FILTER blob LIKE "x"')
    assert list(check_fields(made, {"blob": "membership"}, {})) == []


def test_settings_and_the_segment_itself_override_the_severity() -> None:
    unknown = "FILTER y = 1"
    assert ": warning: " in problems(unknown, {"unknown-field": "warning"})[0]
    assert problems(unknown, {"unknown-field": "off"}) == []
    assert problems(unknown, silenced=frozenset({"unknown-field"})) == []
    assert len(problems(unknown, silenced=frozenset({"wrong-type-for-operator"}))) == 1
