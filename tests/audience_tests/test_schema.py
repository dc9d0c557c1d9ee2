"""The shape of a document: what is wrong is told with its place, in words."""

from pathlib import Path

import pytest

from segsync.audience_tests.schema import json_schema
from segsync.yamlfile import read_yaml
from tests.audience_tests.documents import told
from tests.schemas import committed, violations

GOOD = """\
schema: {orders: int}
profiles:
  ann: {orders: 1}
expect:
  buyers: {in: [ann]}
"""


def test_a_good_document_has_no_problems() -> None:
    assert told(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "schema:",
            "shcema:",
            '1:1: error: unknown key "shcema" [unknown-key]\n    Did you mean "schema"?',
        ),
        (
            "{in:",
            "{inn: [ann], in:",
            '5:12: error: unknown key "inn" [unknown-key]\n    Did you mean "in"?',
        ),
        (
            "{in:",
            "{members: [ann], in:",
            '5:12: error: unknown key "members" [unknown-key]\n    Known keys: in, out.',
        ),
        (
            "{in: [ann]}",
            "{in: ann}",
            '5:16: error: expected a list, found the text "ann" [wrong-type]',
        ),
        ("{in: [ann]}", "[ann]", "5:11: error: expected a mapping, found a list [wrong-type]"),
        (
            "ann: {orders: 1}",
            "ann: 1",
            "3:8: error: expected a mapping, found a number [wrong-type]",
        ),
        (
            "orders: int",
            "orders: 1",
            '1:18: error: expected text, found a number [wrong-type]\n    Write it in quotes: "1".',
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(old: str, new: str, problem: str) -> None:
    assert told(GOOD.replace(old, new, 1))[0] == problem


def test_what_is_missing_is_told() -> None:
    assert told("schema: {}\n") == [
        '1:1: error: "profiles" is missing [missing-key]\n    Add profiles.',
        '1:1: error: "expect" is missing [missing-key]\n    Add expect.',
    ]


def test_a_document_is_a_mapping_that_expects_something() -> None:
    assert told("- a\n") == ["1:1: error: expected a mapping, found a list [wrong-type]"]
    (problem,) = told("profiles: {}\nexpect: {}\n")
    assert problem.startswith("2:9: error: dictionary should have at least 1 item")
    assert told("profiles: {}\nexpect: 5\n") == [
        "2:9: error: expected a mapping, found a number [wrong-type]"
    ]


@pytest.mark.parametrize("now", ["2026-13-01", "yesterday", "2026-01-31T12:00:00", "5", "[]"])
def test_now_is_a_day_or_a_time_with_its_zone(now: str) -> None:
    assert told(f"now: {now}\n{GOOD}") == [
        (
            "1:6: error: expected a day or a time with its zone, such as 2026-01-31T12:00:00Z"
            " [wrong-value]"
        )
    ]


@pytest.mark.parametrize("members", ["5", "{}", "[1]"])
def test_a_segment_from_outside_is_a_list_of_profiles_or_a_definition(members: str) -> None:
    assert told(f"includes: {{ly_known_email: {members}}}\n{GOOD}") == [
        "1:28: error: expected a list of profiles, or a definition [wrong-value]"
    ]


def test_the_published_schema_is_current() -> None:
    assert committed("audience-tests") == json_schema()


def test_the_tests_of_this_repository_fit_the_published_schema() -> None:
    schema = committed("audience-tests")
    files = sorted((Path(__file__).parents[2] / "audiences/tests").glob("*.yaml"))
    read = [read_yaml(file.read_bytes(), file.name) for file in files]
    assert len(files) > 1
    for document in (each for content in read for each in content.documents):
        assert violations(document.value, schema) == []
    assert violations({"profiles": {"ann": 5}, "expects": {}}, schema) == [
        "$.expect: missing",
        "$.profiles.ann: 5",
        "$.expects: unknown",
    ]
