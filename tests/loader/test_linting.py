"""Lint in files: what is told, where, and how it is silenced."""

import pytest

from tests.loader.conftest import Repository
from tests.loader.test_definitions import with_ql

ORDERED = with_ql("|\n      AND (\n        name > ${v},\n        INCLUDE all\n      )")
FINDING = (
    '6:16: warning: no value is more or less than the text "abc" [text-ordering]\n'
    "    Compare with a number or a date, or use LIKE."
)


def linted(repository: Repository, text: str, **severities: str) -> list[str]:
    """Return the problems of a file that is linted."""
    loaded = repository.load(text, variables={"v": "abc"}, lint=severities)
    return [str(each).removeprefix("audiences/a.yaml:") for each in loaded.diagnostics]


def test_findings_are_told_at_their_place(repository: Repository) -> None:
    assert linted(repository, ORDERED) == [FINDING]


def test_without_lint_nothing_is_found(repository: Repository) -> None:
    assert repository.told(ORDERED, v="abc") == []


@pytest.mark.parametrize("severity", ["error", "info"])
def test_a_severity_is_overridden(repository: Repository, severity: str) -> None:
    assert linted(repository, ORDERED, **{"text-ordering": severity}) == [
        FINDING.replace("warning", severity)
    ]


def test_a_rule_is_switched_off(repository: Repository) -> None:
    assert linted(repository, ORDERED, **{"text-ordering": "off"}) == []


def test_a_segment_silences_a_rule_for_a_reason(repository: Repository) -> None:
    text = f"{ORDERED}    lint: {{text-ordering: it is a code}}\n"

    assert linted(repository, text) == []
    assert linted(repository, text, **{"text-ordering": "error"}) == []


def test_what_is_refused_is_told_once_and_stays_an_error(repository: Repository) -> None:
    (found,) = linted(repository, with_ql("a = 1 AND b = 2"), **{"infix-chain": "off"})

    assert found.startswith("4:17: error: ")


def test_a_definition_that_cannot_be_read_is_told_once(repository: Repository) -> None:
    assert len(linted(repository, with_ql("a ="))) == 1
    assert len(linted(repository, with_ql("a = ${nope}"))) == 1


def test_an_ast_is_linted_at_its_place(repository: Repository) -> None:
    text = """\
        segments:
          - slug_name: buyers
            name: Buyers
            ast: {op: ">", args: [{ident: name}, {val: "abc"}]}
        """

    assert linted(repository, text) == [FINDING.replace("6:16", "4:10")]


@pytest.mark.parametrize(
    ("lint", "expected"),
    [
        (
            "{text-odering: why}",
            (
                '5:12: error: there is no lint rule "text-odering" [unknown-rule]\n'
                '    Did you mean "text-ordering"?'
            ),
        ),
        (
            "{xyz: why}",
            (
                '5:12: error: there is no lint rule "xyz" [unknown-rule]\n'
                "    docs/lint/README.md lists all rules."
            ),
        ),
        (
            "{text-ordering: ' '}",
            (
                '5:12: error: "text-ordering" is silenced without a reason [missing-reason]\n'
                "    Write why the rule is wrong here."
            ),
        ),
        (
            "{infix-chain: I like it}",
            (
                '5:12: error: "infix-chain" cannot be silenced: an apply would fail'
                " [silenced-refusal]\n    Correct the definition."
            ),
        ),
        (
            "{text-ordering: 5}",
            (
                "5:27: error: expected text, found a number [wrong-type]\n"
                '    Write it in quotes: "5".'
            ),
        ),
    ],
)
def test_what_is_wrong_with_a_silenced_rule_is_told(
    repository: Repository, lint: str, expected: str
) -> None:
    assert repository.told(with_ql("'*'", f"lint: {lint}")) == [expected]
