"""Documents that are no audience files, in part or as a whole."""

import pytest

from tests.loader.conftest import Repository


@pytest.mark.parametrize(
    ("text", "found"),
    [("[]", "a list"), ("{}", "a mapping"), ("hello", 'the text "hello"'), ("5", "a number")],
)
def test_another_kind_of_document_is_told(repository: Repository, text: str, found: str) -> None:
    assert repository.told(text) == [
        f"1:1: error: expected groups:, defaults: or segments:, found {found} [wrong-type]"
    ]


def test_an_error_in_one_segment_does_not_hide_those_of_others(repository: Repository) -> None:
    found = repository.told(
        """\
        groups: 5
        segments:
          - {slug_name: a, name: A, segment_ql: '*', is_public: maybe}
          - {slug_name: b, name: B, segment_ql: 'x >'}
          - {slug_name: c, name: 7, segment_ql: '*'}
          - {slug_name: b, name: B, segment_ql: '*'}
        """
    )

    assert [each.split(" ")[0] for each in found] == ["1:9:", "3:57:", "4:45:", "5:26:", "6:17:"]


def test_an_error_in_one_group_does_not_hide_what_else_is_wrong(repository: Repository) -> None:
    found = repository.told(
        """\
        groups:
          - {name: A, protect: maybe, previously: [B]}
          - {name: B, descripton: x, previously: [B]}
          - {name: B}
        segments:
          - {slug_name: s, name: S, segment_ql: '*', groups: [A, C]}
        """
    )

    assert [each.partition("\n")[0] for each in found] == [
        '2:24: error: expected true or false, found the text "maybe" [wrong-type]',
        '3:15: error: unknown key "descripton" [unknown-key]',
        '3:43: error: "B" cannot be its own previous name [previously]',
        '4:12: error: the group "B" is declared twice [duplicate-group]',
        '6:58: error: no group "C" is declared [unknown-group]',
    ]


def test_a_group_without_a_name_leaves_open_what_groups_there_are(repository: Repository) -> None:
    found = repository.told(
        """\
        groups: [{name: 7}]
        segments:
          - {slug_name: s, name: S, segment_ql: '*', groups: [A]}
        """
    )

    assert len(found) == 1


def test_the_segments_without_errors_are_loaded(repository: Repository) -> None:
    loaded = repository.load(
        """\
        segments:
          - {slug_name: a, name: 7}
          - {slug_name: b, name: B, segment_ql: '*'}
        """
    )

    assert list(loaded.desired.segments) == ["b"]
    assert loaded.desired.segments["b"].source.line == 3


def test_variables_are_replaced_in_all_values_and_in_no_key(repository: Repository) -> None:
    found = repository.segment(
        """\
        groups: [{name: "Team ${team}"}]
        segments:
          - slug_name: ${team}_buyers
            name: $${team} of ${team}
            segment_ql: '*'
            tags: ["${team}"]
            groups: ["Team ${team}"]
        """,
        team="eu",
    )

    assert found.key == "eu_buyers"
    assert found.segment.name == "${team} of eu"
    assert found.segment.tags == {"eu"}
    assert found.segment.groups == {"Team eu"}


def test_a_variable_in_a_key_is_an_unknown_key(repository: Repository) -> None:
    assert repository.told('"${key}": 1', key="groups")[0].startswith(
        '1:1: error: unknown key "${key}"'
    )


def test_undefined_variables_are_told_at_their_place(repository: Repository) -> None:
    assert repository.told("groups:\n  - name: a ${b}\n    adopt: true\n") == [
        (
            '2:13: error: the variable "b" is not defined [variable]\n'
            "    Define it under vars of the account, or set SEGSYNC_VAR_B."
        )
    ]
