"""Types of fields: their names, and what cannot hold on them."""

import pytest

from segsync.filterql import Field, parse
from segsync.filterql.schema import FieldType, field_type, type_of, unknown_fields, wrong_types

FIELDS = {
    "text": FieldType.TEXT,
    "flag": FieldType.FLAG,
    "count": FieldType.INTEGER,
    "score": FieldType.NUMBER,
    "seen": FieldType.DATE,
    "tags": FieldType.TEXTS,
    "visits": FieldType.DATES,
    "counts": FieldType.INTEGER_MAP,
    "dotted.name": FieldType.FLAG,
    "place": FieldType.PLACE,
    "buckets": FieldType.TIME_BUCKETS,
    "odd": FieldType.OTHER,
}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("string", FieldType.TEXT),
        (" Int ", FieldType.INTEGER),
        ("float", FieldType.NUMBER),
        ("datetime", FieldType.DATE),
        ("[]timebucket", FieldType.TIME_BUCKETS),
        ("map[string]time", FieldType.DATE_MAP),
        ("embedding", FieldType.OTHER),
        ("", FieldType.OTHER),
    ],
)
def test_types_are_known_by_their_documented_names(name: str, kind: FieldType) -> None:
    assert field_type(name) is kind


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        (Field("text"), FieldType.TEXT),
        (Field("counts", "a.b"), FieldType.INTEGER),
        (Field("counts.a"), FieldType.INTEGER),
        (Field("dotted", "name"), FieldType.FLAG),
        (Field("text", "key"), FieldType.OTHER),
        (Field("nothing"), None),
        (Field("nothing", "text"), None),
    ],
)
def test_the_type_of_a_field_is_that_of_its_name_or_of_its_key(
    field: Field, kind: FieldType | None
) -> None:
    assert type_of(field, FIELDS) is kind


def wrong(text: str) -> list[str]:
    return [reason for _, reason in wrong_types(parse(f"FILTER {text}").filter, FIELDS)]


@pytest.mark.parametrize(
    "text",
    [
        'text = "x"',
        'text IN ("x")',
        "text > 5",
        "text = 5",
        "flag != true",
        "count BETWEEN 1 AND 5",
        'count > "-1"',
        'score = "$1,005.5"',
        'seen > "now-7d"',
        'seen BETWEEN "2024-01-01" AND "2024-02-01"',
        'tags INTERSECTS ("x")',
        'tags CONTAINS "x"',
        'visits > "now-7d"',
        "counts.a > 5",
        'counts IN ("a")',
        "EXISTS counts",
        "odd = 5",
        "unknown LIKE 5",
        "timewindow(buckets, 5, 7)",
        "timewindow(odd, 5, 7)",
        "timewindow(unknown, 5, 7)",
        "len(text)",
        "timewindow()",
        "5 < count",
        "count = other",
        "count = NULL",
    ],
)
def test_what_can_hold(text: str) -> None:
    assert wrong(text) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            'text BETWEEN "a" AND "b"',
            (
                'BETWEEN cannot hold on "text", which is string; '
                "text can be compared with =, LIKE, CONTAINS and IN"
            ),
        ),
        ('text > "5"', '"text" is string and cannot be compared with "5"'),
        ('flag = "yes"', '"flag" is bool and cannot be compared with "yes"'),
        (
            "flag > 5",
            '> cannot hold on "flag", which is bool; write = true or = false',
        ),
        ("count = true", '"count" is int and cannot be compared with true'),
        ('count > "many"', '"count" is int and cannot be compared with "many"'),
        (
            'count LIKE "5*"',
            (
                'LIKE cannot hold on "count", which is int; '
                "numbers can be compared with =, <, >, IN and BETWEEN"
            ),
        ),
        ('seen > "now"', '"seen" is date and cannot be compared with "now"'),
        ("seen = true", '"seen" is date and cannot be compared with true'),
        (
            'seen CONTAINS "2024"',
            (
                'CONTAINS cannot hold on "seen", which is date; '
                'dates can be compared with < and >, as in > "now-30d"'
            ),
        ),
        (
            "counts > 5",
            (
                '> cannot hold on "counts", which is map[string]int; '
                "it is a map: compare one key, as in field.key"
            ),
        ),
        (
            "place INTERSECTS (1)",
            (
                'INTERSECTS cannot hold on "place", which is geolocation; '
                'write geodistance(field, "latitude,longitude", kilometers)'
            ),
        ),
        ("counts.a IN (1, true)", '"counts.a" is int and cannot be compared with true'),
        (
            "timewindow(count, 5, 7)",
            'timewindow takes a field of type []timebucket, and "count" is int',
        ),
    ],
)
def test_what_cannot_hold(text: str, reason: str) -> None:
    assert wrong(text) == [reason]


def test_the_nearest_name_is_only_looked_up_for_the_first_unknown_ones() -> None:
    text = "FILTER AND (flg, " + ", ".join(f"cnt{index}" for index in range(30)) + ", scor)"

    found = [reason for _, reason in unknown_fields(parse(text).filter, FIELDS)]

    assert found[0] == 'there is no field "flg"; did you mean "flag"?'
    assert found[-1] == 'there is no field "scor"'
    assert len(found) == 32
