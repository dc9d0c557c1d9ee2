"""What is wrong between segments and groups, across files."""

import pytest

from tests.loader.conftest import Repository


def segments(**definitions: str) -> str:
    """Return a file of segments, one line each: the slug, and FilterQL or `key: value` pairs."""
    lines = ["segments:"]
    for slug, text in definitions.items():
        keys = text if ":" in text else f"segment_ql: '{text}'"
        lines.append(f"  - {{slug_name: {slug}, name: N, {keys}}}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            segments(a="INCLUDE a"),
            '2:42: error: "a" includes itself [include-cycle]\n    Remove one of the INCLUDEs.',
        ),
        (
            segments(a="INCLUDE b", b="INCLUDE c", c="AND (INCLUDE all, INCLUDE b)"),
            (
                "3:42: error: these segments include each other: b -> c -> b [include-cycle]\n"
                "    Remove one of the INCLUDEs."
            ),
        ),
        (
            segments(a="INCLUDE b", b="state: absent"),
            (
                '2:42: error: INCLUDE of "b", which is to be deleted (state: absent)'
                " [include-absent]\n    It is declared at audiences/a.yaml:3:5."
            ),
        ),
        (
            segments(a="INCLUDE old", b="segment_ql: '*', previously: old"),
            (
                '2:42: error: INCLUDE of "old", which is renamed to "b" [include-renamed]\n'
                "    Write INCLUDE b."
            ),
        ),
        (
            segments(a="INCLUDE b", b="FILTER * FROM content"),
            (
                '2:42: warning: INCLUDE of "b" of table "content" in a segment of table "user"'
                " [include-across-tables]\n    A segment of another table has other members."
            ),
        ),
        (
            segments(a="INCLUDE buyer", buyers="*"),
            (
                '2:42: warning: INCLUDE of "buyer", which is not in the files'
                " [include-not-in-files]\n"
                '    Did you mean "buyers"?'
            ),
        ),
        (
            segments(a="INCLUDE zzz"),
            (
                '2:42: warning: INCLUDE of "zzz", which is not in the files'
                " [include-not-in-files]\n"
                "    The account must have it, and nothing here keeps it there."
            ),
        ),
        (
            segments(a="INCLUDE b", b="segment_ql: '*', accounts: [dev]"),
            (
                '2:42: warning: INCLUDE of "b", which is not in the files'
                " [include-not-in-files]\n"
                "    The files declare it for other accounts only."
            ),
        ),
        (
            segments(a="segment_ql: '*', previously: a"),
            '2:58: error: "a" cannot be its own previous slug [previously]\n    Remove it.',
        ),
        (
            segments(a="segment_ql: '*', previously: [x, y]", b="segment_ql: '*', previously: [y]"),
            (
                '3:59: error: "y" is the previous slug of "a" as well [previously]\n'
                "    That one is declared at audiences/a.yaml:2:5. Only one can be its successor."
            ),
        ),
        (
            (
                "groups: [{name: A, previously: A}, {name: B, previously: X},"
                " {name: C, previously: [X]}]\n"
            ),
            '1:32: error: "A" cannot be its own previous name [previously]\n    Remove it.',
        ),
        (
            "groups: [{name: Campaigns}]\n"
            + segments(a="segment_ql: '*', groups: [Campaigns, Campaign]"),
            (
                '3:66: error: no group "Campaign" is declared [unknown-group]\n'
                '    Did you mean "Campaigns"?'
            ),
        ),
        (
            "defaults: {groups: [G]}\n" + segments(a="*"),
            (
                '1:21: error: no group "G" is declared [unknown-group]\n'
                "    Declare it under groups:."
            ),
        ),
        (
            "groups: [{name: G, state: absent}]\n" + segments(a="segment_ql: '*', groups: [G]"),
            (
                '3:55: error: the group "G" is to be deleted (state: absent) [absent-group]\n'
                "    Leave it out here."
            ),
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place(
    repository: Repository, text: str, expected: str
) -> None:
    assert repository.told(text)[0] == expected


def test_two_groups_cannot_have_been_the_same_one(repository: Repository) -> None:
    assert repository.told("groups: [{name: B, previously: X}, {name: C, previously: X}]\n") == [
        (
            '1:58: error: "X" is the previous name of the group "B" as well [previously]\n'
            "    That one is declared at audiences/a.yaml:1:10. Only one can be its successor."
        )
    ]


@pytest.mark.parametrize(
    "reference",
    [
        "all",
        "ly_known_email",
        "smt_power",
        "anonymous_profiles_30_days",
        "`" + "0123abcd" * 4 + "`",
    ],
)
def test_segments_that_the_account_makes_itself_need_not_be_in_the_files(
    repository: Repository, reference: str
) -> None:
    assert repository.told(segments(a=f"INCLUDE {reference}")) == []


def test_slugs_that_change_places_are_fine(repository: Repository) -> None:
    text = segments(a="segment_ql: '*', previously: b", b="segment_ql: '*', previously: a")

    assert repository.told(text) == []


def test_an_absent_segment_may_include_what_it_likes(repository: Repository) -> None:
    assert repository.told(segments(a="state: absent, segment_ql: 'INCLUDE zzz'")) == []


def test_what_could_not_be_read_is_not_missed(repository: Repository) -> None:
    repository.write("z.yaml", "groups: [\n")
    text = segments(a="segment_ql: 'INCLUDE b', groups: [G]")

    assert [each.split(" [")[0] for each in repository.told(text)] == [
        "audiences/z.yaml:2:1: error: a value is missing here"
    ]


def test_an_entry_with_an_error_is_not_missed(repository: Repository) -> None:
    text = "groups: [{name: G, typo: 1}]\n" + segments(
        a="segment_ql: 'INCLUDE b', groups: [G]", b="segment_ql: '*', typo: 1"
    )

    assert [each.split(" [")[0] for each in repository.told(text)] == [
        '1:20: error: unknown key "typo"',
        '4:46: error: unknown key "typo"',
    ]


def test_hints_for_many_missing_segments_cost_little(repository: Repository) -> None:
    many = {f"s{number:04}": "INCLUDE t0001" for number in range(300)}
    found = repository.told(segments(**many))

    assert len(found) == 300
    assert sum("Did you mean" in each for each in found) == 10


def test_an_include_of_a_slug_that_another_segment_takes_is_fine(repository: Repository) -> None:
    text = segments(a="INCLUDE old", b="segment_ql: '*', previously: old", old="*")

    assert repository.told(text) == []


def test_a_rename_matters_only_where_the_definition_is_ours(repository: Repository) -> None:
    ignoring = "segment_ql: INCLUDE old, ignore: [definition]"
    text = segments(a=ignoring, b="segment_ql: '*', previously: old")

    assert [each.partition(": ")[2][:7] for each in repository.told(text)] == ["warning"]
