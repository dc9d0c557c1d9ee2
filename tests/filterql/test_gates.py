"""What the schema check and the index refuse, and why."""

import pytest

from segsync.filterql import parse
from segsync.filterql.gates import Cause, Gates, Refusal, gates
from segsync.filterql.schema import FieldType


def look(text: str) -> Gates:
    return gates(parse(f"FILTER {text}"), f"FILTER {text}")


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "match_all",
        "AND (match_all, true)",
        'AND (a = 1, b != "x", c > 0.5, d = true, e = t)',
        'a LIKE "x*"',
        "a LIKE 5",
        "a CONTAINS b",
        'a NOT IN ("x", 1, false)',
        "a INTERSECTS (1)",
        'a BETWEEN 1 AND "2"',
        "NOT EXISTS a",
        "EXISTS true",
        "INCLUDE other",
        "true = 1",
        "timewindow(a, 5, 0x1F)",
        'geodistance(a, "59.9, -10.7", 80)',
        'geodistance(a, "59,10", "8e1")',
    ],
)
def test_what_all_gates_take(text: str) -> None:
    assert look(text) == Gates()
    assert look(text).first is None


@pytest.mark.parametrize(
    ("text", "cause", "part", "reason"),
    [
        (
            "a = 1 OR b = 2",
            Cause.INFIX,
            "a = 1 OR b = 2",
            "OR between conditions is taken for a comparison whose left side is no field",
        ),
        ("a AND b AND c", Cause.INFIX, "a AND b AND c", None),
        ("5 < a", Cause.LEFT_SIDE, "5", "a comparison starts with a field"),
        ("f(a) = 1", Cause.LEFT_SIDE, "f(a)", None),
        ("NOT 5 IN (1)", Cause.LEFT_SIDE, "5", None),
        ("a + 1 INTERSECTS (1)", Cause.LEFT_SIDE, "a + 1", None),
        ("AND (a, 5 + 1)", Cause.LEFT_SIDE, "5", None),
        ("EXISTS f(a)", Cause.LEFT_SIDE, "f(a)", "EXISTS takes a field"),
        (
            "NOT f(a) = 1",
            Cause.NOT_BEFORE_CALL,
            "NOT f(a)",
            "this NOT belongs to f(...) only, and not to the comparison",
        ),
        ("NOT (*)", Cause.STAR, "*", "a star means everybody only right after FILTER"),
        ('OR (a = 1, "x")', Cause.VALUE, '"x"', "a value alone is no condition"),
        ("NULL", Cause.VALUE, "NULL", None),
    ],
)
def test_what_the_schema_check_refuses(
    text: str, cause: Cause, part: str, reason: str | None
) -> None:
    whole = f"FILTER {text}"
    found = look(text)
    first = found.schema[0]

    assert found.first is first
    assert (first.cause, whole[slice(*first.span)]) == (cause, part)
    assert reason is None or first.reason == reason


@pytest.mark.parametrize(
    ("text", "cause", "part", "reason"),
    [
        (
            "a AND b",
            Cause.INFIX,
            "a AND b",
            "AND between conditions is taken for a comparison whose left side is no field",
        ),
        ("a", Cause.BARE_FIELD, "a", "a field alone is no condition"),
        ("match_all.x = 1 AND a", Cause.INFIX, "match_all.x = 1 AND a", None),
        ("AND (b = 1, false)", Cause.VALUE, "false", "a value alone is no condition"),
        ("- (5)", Cause.VALUE, "- (5)", "a value alone is no condition"),
        ("a + 1", Cause.CALCULATION, "a + 1", "a calculation is no condition"),
        (
            "a = b",
            Cause.FIELD_AS_VALUE,
            "b",
            "b is a field, and a field is compared with values only",
        ),
        (
            "a = 'b'",
            Cause.FIELD_AS_VALUE,
            "'b'",
            "'b' is the field b: single quotes make names",
        ),
        ("a IN (1, b.t)", Cause.FIELD_AS_VALUE, "b.t", None),
        (
            "a > -1",
            Cause.NEGATIVE,
            "-1",
            "the minus is an operator here, and no part of the number",
        ),
        ("a BETWEEN 1 AND -1", Cause.NEGATIVE, "-1", None),
        ("a IS NOT NULL", Cause.NULL, "NULL", "NULL is no value to compare with"),
        ("a = tRue", Cause.BOOLEAN, "tRue", "tRue is no value to compare with"),
        ("a = b * 2", Cause.CALCULATION, "b * 2", "the index cannot calculate"),
        ('a IN ["x"]', Cause.LIST, '["x"]', "IN takes a list in parentheses"),
        ("a INTERSECTS b", Cause.LIST, "b", "INTERSECTS takes a list in parentheses"),
        ('a LIKE ["x"]', Cause.LIST, '["x"]', "a list in brackets cannot be indexed"),
        ("a > now()", Cause.FUNCTION, "now()", "now(...) is no value to compare with"),
        (
            "len(a)",
            Cause.FUNCTION,
            "len(a)",
            "the index has no function len, only timewindow and geodistance",
        ),
        (
            'timewindow(a, "5", 7)',
            Cause.ARGUMENTS,
            'timewindow(a, "5", 7)',
            "write timewindow(field, times, days) with whole numbers",
        ),
        ("timewindow(a, 0.5, 7)", Cause.ARGUMENTS, "timewindow(a, 0.5, 7)", None),
        ("timewindow(1, 5, 7)", Cause.ARGUMENTS, "timewindow(1, 5, 7)", None),
        (
            'geodistance(a, "59", 80)',
            Cause.ARGUMENTS,
            'geodistance(a, "59", 80)',
            'write geodistance(field, "latitude,longitude", kilometers)',
        ),
        ('geodistance(a, "1,2")', Cause.ARGUMENTS, 'geodistance(a, "1,2")', None),
        ('geodistance(a, "1,2", "x")', Cause.ARGUMENTS, 'geodistance(a, "1,2", "x")', None),
        ('geodistance(a, "1,2", true)', Cause.ARGUMENTS, 'geodistance(a, "1,2", true)', None),
    ],
)
def test_what_only_the_index_refuses(
    text: str, cause: Cause, part: str, reason: str | None
) -> None:
    whole = f"FILTER {text}"
    found = look(text)
    first = found.index[0]

    assert (first.cause, whole[slice(*first.span)]) == (cause, part)
    assert reason is None or first.reason == reason
    if "match_all" not in text:
        assert found.schema == ()
        assert found.first is first


def test_the_refusals_stand_in_the_order_of_the_text() -> None:
    found = look("AND (a = b, 5 < c, OR (d, f(e)))")

    assert [each.cause for each in found.index] == [
        Cause.FIELD_AS_VALUE,
        Cause.LEFT_SIDE,
        Cause.BARE_FIELD,
        Cause.FUNCTION,
    ]
    assert [each.cause for each in found.schema] == [Cause.LEFT_SIDE]


def test_without_the_text_a_field_in_single_quotes_is_any_field() -> None:
    statement = parse("FILTER a = 'b'")

    assert [each.reason for each in gates(statement).index] == [
        "b is a field, and a field is compared with values only"
    ]


def test_fields_are_checked_where_they_are_known() -> None:
    statement = parse('FILTER AND (contry = "US", tags = "x")')
    fields = {"country": FieldType.TEXT, "tags": FieldType.TEXTS}

    found = gates(statement, fields=fields)

    assert found == Gates(
        fields=(
            Refusal(
                Cause.UNKNOWN_FIELD,
                (12, 18),
                'there is no field "contry"; did you mean "country"?',
            ),
            Refusal(
                Cause.WRONG_TYPE,
                (27, 37),
                '= cannot hold on "tags", which is []string; '
                'it holds many values: write INTERSECTS ("a", "b")',
            ),
        )
    )
    assert found.first is found.fields[0]
