"""What is wrong with one segment taken alone."""

from datetime import date

import pytest

from tests.loader.conftest import Repository


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (
            "name: A, segment_ql: '*', ast: {ident: '*'}",
            (
                "1:43: error: a segment has one definition, segment_ql or ast, not both"
                " [two-definitions]\n    Remove one."
            ),
        ),
        (
            "name: A",
            (
                '1:12: error: the segment "a" has no definition [missing-key]\n'
                "    Add segment_ql or ast."
            ),
        ),
        ("segment_ql: '*'", '1:12: error: "name" is missing [missing-key]\n    Add name.'),
        (
            "name: ' ', segment_ql: '*'",
            "1:32: error: the name is empty [empty-name]\n    Write one.",
        ),
        (
            f"name: {'x' * 65}, segment_ql: '*'",
            (
                "1:32: warning: the name has 65 characters; the UI shows 64 of them [long-name]\n"
                "    Shorten it."
            ),
        ),
        (
            "name: A, segment_ql: '*', kind: managed",
            (
                '1:58: error: segments of kind "managed" belong to the account and cannot be'
                " written [managed-kind]\n    Remove the segment."
            ),
        ),
    ],
)
def test_what_is_wrong_is_told(repository: Repository, keys: str, expected: str) -> None:
    found = repository.told(f"segments: [{{slug_name: a, {keys}}}]")

    assert [each.partition(": ")[2] for each in found] == [expected.partition(": ")[2]]


def test_an_ignored_field_is_not_managed_but_still_complete(repository: Repository) -> None:
    found = repository.segment(
        "segments: [{slug_name: a, name: A, ast: {ident: '*'}, ignore: [definition, name]}]"
    )

    assert found.managed == {"owned"}
    assert found.segment.name == "A"


@pytest.mark.parametrize("keys", ["", ", protect: true", ", protect: false"])
def test_protection_is_managed_only_where_the_file_says_something_about_it(
    repository: Repository, keys: str
) -> None:
    text = (
        f"groups: [{{name: G{keys}}}]\n"
        f"segments: [{{slug_name: a, name: A, segment_ql: '*'{keys}}}]\n"
    )
    desired = repository.load(text).desired

    marks = {"owned", "protected"} if keys else {"owned"}
    assert desired.segments["a"].managed == {"name", "definition", *marks}
    assert desired.groups["G"].managed == {"name", *marks}


def test_defaults_protect_every_segment(repository: Repository) -> None:
    text = "defaults: {protect: true}\nsegments: [{slug_name: a, name: A, segment_ql: '*'}]"
    found = repository.segment(text)

    assert found.segment.protected
    assert "protected" in found.managed


@pytest.mark.parametrize(
    ("expires", "told"),
    [
        (
            "2026-11-22T23:59:59Z",
            [
                (
                    "1:69: warning: expires_at 2026-11-22T23:59:59Z is in the past [expired]\n"
                    "    Choose a later time, or remove the segment."
                )
            ],
        ),
        ("2026-11-23t00:00:00.5z", []),
        ("null", []),
    ],
)
def test_a_segment_that_has_expired_is_told(
    repository: Repository, expires: str, told: list[str]
) -> None:
    text = f"segments: [{{slug_name: a, name: A, segment_ql: '*', expires_at: {expires}}}]"
    loaded = repository.load(text, today=date(2026, 11, 23))

    found = [str(each).removeprefix("audiences/a.yaml:") for each in loaded.diagnostics]
    assert [each.partition(": ")[2] for each in found] == [each.partition(": ")[2] for each in told]
    assert repository.told(text) == []
