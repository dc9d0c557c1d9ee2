"""The shape of an audience file."""

from pathlib import Path

import pytest

from segsync.loader import json_schema
from segsync.yamlfile import read_yaml
from tests.loader.conftest import Repository
from tests.schemas import committed, violations


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (
            "slug_name: Big Spenders!",
            ('"Big Spenders!" cannot be a slug: use a-z, 0-9, "_" and "-" [wrong-value]\n'
            '    The account would make something like "big_spenders" of it; write that.'),
        ),
        ("slug_name: '!'", '"!" cannot be a slug: use a-z, 0-9, "_" and "-" [wrong-value]'),
        (
            f"slug_name: {'x' * 65}",
            "a slug has at most 64 characters, this one has 65 [wrong-value]",
        ),
        (
            f"slug_name: {'a0' * 12}",
            f'"{"a0" * 12}" cannot be a slug: an INCLUDE would take it for an id [wrong-value]',
        ),
        (
            "tags: [crm, predefined]",
            (
                "the tag predefined marks what belongs to the account itself [wrong-value]\n"
                "    With it, the segment could not be changed any more. Choose another."
            ),
        ),
        (
            "slug_name: 2024",
            'expected text, found a number [wrong-type]\n    Write it in quotes: "2024".',
        ),
        (
            "expires_at: 2027-01-31",
            "expected a time with its zone, such as 2027-01-31T00:00:00Z [wrong-value]",
        ),
        ("freeze: {until: soon}", "expected a date such as 2027-01-31 [wrong-value]"),
        ("freeze: {until: 2027-02-30}", "expected a date such as 2027-01-31 [wrong-value]"),
        ("freeze: {untill: 2027-02-01}", '"until" is missing [missing-key]\n    Add until.'),
        (
            "guard: {}",
            ("an empty guard guards nothing [wrong-value]\n"
            "    Add min_size or max_shrink, or remove the guard."),
        ),
        ("guard: {max_shrink: 20}", "expected a share, such as 10% or 0.1 [wrong-value]"),
        ("guard: {max_shrink: 120%}", "expected a share, such as 10% or 0.1 [wrong-value]"),
        ("guard: {min_size: 0}", "input should be greater than or equal to 1 [wrong-value]"),
        (
            "guard: {min_sise: 5}",
            'unknown key "min_sise" [unknown-key]\n    Did you mean "min_size"?',
        ),
        (
            "is_public: yes",
            'expected true or false, found the text "yes" [wrong-type]\n    Write true.',
        ),
        ("tags: crm", 'expected a list, found the text "crm" [wrong-type]'),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_in_plain_words(
    repository: Repository, key: str, expected: str
) -> None:
    slug = "" if key.startswith("slug_name") else "slug_name: a, "
    found = repository.told(f"segments: [{{{slug}{key}, name: A, segment_ql: '*'}}]")

    assert found[0].split(": error: ")[1] == expected


def test_a_group_needs_a_name(repository: Repository) -> None:
    assert repository.told("groups: [{name: ' '}, {description: x}]") == [
        "1:17: error: a group needs a name [wrong-value]",
        '1:23: error: "name" is missing [missing-key]\n    Add name.',
    ]


def test_keys_of_every_level_are_compared_with_unknown_ones(repository: Repository) -> None:
    found = repository.told(
        "group: []\n"
        "groups: [{nmae: x, name: A}]\n"
        "defaults: {tag: [x], freeze: {until: 2027-01-01, reson: x}}\n"
        "segments: [{slug_name: a, accept_drift: {fields: [tags], until: 2027-01-01, reson: x}}]\n"
    )

    assert [each.split("\n    ")[1] for each in found] == [
        'Did you mean "groups"?',
        'Did you mean "name"?',
        'Did you mean "tags"?',
        'Did you mean "reason"?',
        'Did you mean "reason"?',
    ]


def test_the_published_schema_is_current() -> None:
    assert committed("audiences") == json_schema()


def test_the_audiences_of_this_repository_fit_the_published_schema() -> None:
    schema = committed("audiences")
    files = sorted((Path(__file__).parents[2] / "audiences").glob("*/*.yaml"))
    read = [
        read_yaml(each.read_bytes(), each.name) for each in files if each.parent.name != "tests"
    ]
    documents = [each.value for content in read for each in content.documents]
    assert len(documents) > 5
    assert [violations(each, schema) for each in documents] == [[]] * len(documents)
    wrong = {"segments": [{"guard": {"max_shrink": 2}, "name": 5}]}
    assert violations(wrong, schema) == [
        "$.segments[0].slug_name: missing",
        "$.segments[0].guard.max_shrink: none of the alternatives",
        "$.segments[0].name: 5",
    ]
