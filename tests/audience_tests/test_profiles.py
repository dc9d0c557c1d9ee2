"""Profiles and the types of their fields."""

import pytest

from tests.audience_tests.documents import checked, told

MISFITS = """\
schema: {orders: int, visits: number, last_visit: date, country: string}
profiles:
  ann: {orders: 1.5, visits: many, last_visit: soon, country: 49}
expect:
  buyers: {out: [ann]}
"""


def test_every_value_that_does_not_fit_is_told_with_its_place() -> None:
    assert told(MISFITS) == [
        "3:17: error: orders: 1.5 is not a whole number of 64 bits [wrong-value]",
        "3:30: error: visits: 'many' is not a number [wrong-value]",
        (
            "3:48: error: last_visit: 'soon' is not a date, such as 2026-01-31 or now-3d"
            " [wrong-value]"
        ),
        "3:63: error: country: 49 is not text; put it in quotes [wrong-value]",
    ]


def test_a_field_without_a_type_is_an_error_told_at_its_key() -> None:
    document = """\
    schema: {orders: int}
    profiles:
      ann: {order: 1, country: DE}
    expect:
      buyers: {out: [ann]}
    """
    assert told(document) == [
        (
            '3:9: error: the field "order" has no type [undeclared-field]\n'
            '    Did you mean "orders"?'
        ),
        (
            '3:19: error: the field "country" has no type [undeclared-field]\n'
            "    Declare it under schema:."
        ),
    ]


def test_a_type_that_there_is_not_is_an_error_even_if_no_profile_uses_it() -> None:
    document = """\
    schema: {orders: intger}
    profiles: {ann: {}}
    expect:
      buyers: {out: [ann]}
    """
    (problem,) = told(document)
    assert problem.startswith("1:18: error: orders: intger is no type; use one of string, int, ")
    assert problem.endswith(" [unknown-type]")


def test_a_field_that_no_audience_reads_is_only_told() -> None:
    document = """\
    schema: {order: int, first_name: string}
    profiles: {ann: {order: 1}}
    expect:
      buyers: {out: [ann]}
    """
    assert told(document) == [
        (
            '1:10: warning: no audience reads the field "order" [unread-field]\n'
            '    Did you mean "orders"?'
        ),
        '1:22: warning: no audience reads the field "first_name" [unread-field]',
    ]


@pytest.mark.parametrize(
    ("field", "inside"), [("{orders: null}", False), ("{}", False), ("{orders: 1}", True)]
)
def test_null_fits_every_type_and_a_field_may_be_missing(field: str, *, inside: bool) -> None:
    document = f"""\
    schema: {{orders: int}}
    profiles: {{ann: {field}}}
    expect:
      buyers: {{in: [ann]}}
    """
    (found,) = checked(document)
    assert found.is_member is inside
