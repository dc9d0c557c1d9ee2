"""Lint as a whole: order, severities, texts that cannot be read, and fixes."""

import pytest

from segsync.filterql.lint import RULES, Finding, Severity, TextEdit, apply_fixes, lint, lint_ast
from segsync.filterql.schema import FieldType


def rules(text: str) -> list[str]:
    return [finding.rule for finding in lint(text)]


def test_a_clean_statement_has_no_findings() -> None:
    text = 'FILTER AND (country = "US", NOT INCLUDE staff) FROM user ALIAS us_customers'

    assert lint(text) == ()
    assert apply_fixes(text, lint(text)) == text


def test_a_finding_says_what_where_and_the_way_out() -> None:
    assert lint("FILTER AND (INCLUDE buyers NOT INCLUDE staff)") == (
        Finding(
            rule="moved-not",
            severity=Severity.ERROR,
            span=(27, 30),
            message="this NOT negates what stands before it (INCLUDE buyers), not what follows",
            way_out="put a comma before the NOT",
        ),
    )


def test_findings_are_in_the_order_of_their_places_and_the_wider_one_comes_first() -> None:
    assert rules('FILTER AND (a == "*", b = 5 OR c > "5", d = e)') == [
        "mixed-equality",
        "literal-star",
        "infix-chain",
        "number-in-quotes",
        "field-compared-with-field",
    ]


def test_the_severity_of_a_rule_can_be_set_and_a_rule_switched_off() -> None:
    severities = {
        "literal-star": Severity.OFF,
        "bare-now": Severity.INFO,
        "unheard-of": Severity.OFF,
    }

    found = lint('FILTER AND (a = "*", b > "now")', severities=severities)

    assert [(finding.rule, finding.severity) for finding in found] == [("bare-now", Severity.INFO)]


def test_a_text_that_cannot_be_read_has_that_as_its_only_finding() -> None:
    assert lint("FILTER AND a = 1") == (
        Finding(
            rule="syntax-error",
            severity=Severity.ERROR,
            span=(7, 10),
            message="expected a list in parentheses after AND",
            way_out="write AND (a = 1, b = 2)",
        ),
    )


@pytest.mark.parametrize("text", ["", "FILTER", "\0", "FILTER a LIKE /", "x" * 70_000, "FILTER '"])
def test_no_text_raises(text: str) -> None:
    assert rules(text) == ["syntax-error"]
    assert apply_fixes(text, lint(text)) == text


def test_a_way_out_is_given_also_where_the_parser_has_no_hint() -> None:
    assert [finding.way_out for finding in lint("FILTER (a = 1")] != [""]


def test_an_id_of_digits_is_told_from_other_numbers() -> None:
    assert lint("FILTER NOT INCLUDE 12")[0].message == (
        "12 is read as a number, not as the id of a segment"
    )
    assert rules("FILTER AND (a = 1, include\n12)") == ["all-digit-id"]
    assert rules("FILTER a = 1 ALIAS 12") == ["syntax-error"]


def test_with_the_fields_of_the_account_names_and_types_are_checked() -> None:
    fields = {"country": FieldType.TEXT, "visits": FieldType.INTEGER}

    found = lint('FILTER AND (contry = "US", visits LIKE "5*")', fields=fields)

    assert [(finding.rule, finding.span) for finding in found] == [
        ("unknown-field", (12, 18)),
        ("wrong-type-for-operator", (27, 43)),
    ]
    assert rules('FILTER AND (contry = "US", visits LIKE "5*")') == []


def test_operators_of_the_json_form_are_found_with_their_path() -> None:
    value = {
        "op": "and",
        "args": [
            {"op": "NOT", "args": [{"op": "EXISTS", "args": [{"ident": "a"}]}]},
            {"op": "=", "args": [{"ident": "OR"}, {"val": "AND"}]},
            {"op": "Like", "args": None},
        ],
    }

    found = lint_ast(value)

    assert [finding.path for finding in found] == [
        ("args", 0, "op"),
        ("args", 0, "args", 0, "op"),
        ("args", 2, "op"),
    ]
    assert found[0].message == "NOT makes a condition that is refused or never holds"
    assert lint_ast(value, severities={"upper-case-ast-op": Severity.OFF}) == ()


def test_json_that_is_deeper_than_anything_that_can_be_read_is_looked_at_no_further() -> None:
    value: dict[str, object] = {"ident": "a"}
    for _ in range(300):
        value = {"op": "NOT", "args": [value]}

    assert len(lint_ast(value)) == 201


@pytest.mark.parametrize("value", [None, 5, [], {}, {"op": 5}, {"op": "FOO"}, {"args": [1, "x"]}])
def test_no_json_raises(value: object) -> None:
    assert lint_ast(value) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'FILTER AND (a == 1 b <> "x", b <> "x"\n-- why\nNOT NOT c = 2 )',
            'FILTER AND (a = 1, b != "x"\n-- why\nc = 2 )',
        ),
        (
            "FILTER (a = 1 OR b = 2) AND [c] = tRUE;junk",
            "FILTER AND (OR (a = 1, b = 2), c = tRUE);",
        ),
        (
            "FILTER AND (a = 1 b = 2 OR c = 3)",
            "FILTER AND (a = 1, b = 2 OR c = 3)",
        ),
    ],
)
def test_all_fixes_of_a_text_are_applied_at_once(before: str, after: str) -> None:
    assert apply_fixes(before, lint(before)) == after


def finding(span: tuple[int, int], text: str) -> Finding:
    edit = TextEdit(span, text)
    return Finding("mixed-equality", Severity.INFO, span, "", "", fix=(edit,))


def test_a_fix_that_would_change_the_meaning_is_left_out_and_the_others_are_applied() -> None:
    text = "FILTER AND (a == 1, b == 2, c == 3)"
    fixes = [finding((14, 16), "="), finding((22, 24), "!="), finding((30, 32), "= =")]

    assert apply_fixes(text, fixes) == "FILTER AND (a = 1, b == 2, c == 3)"


def test_of_fixes_that_overlap_the_first_is_applied() -> None:
    text = "FILTER a == 1"

    assert apply_fixes(text, [finding((8, 11), " = "), finding((9, 11), "=")]) == "FILTER a =  1"


def test_a_text_that_cannot_be_read_is_not_changed() -> None:
    assert apply_fixes("FILTER a ==", [finding((9, 11), "=")]) == "FILTER a =="


def test_every_rule_is_complete() -> None:
    for rule in RULES.values():
        assert rule.summary.endswith(".")
        assert rule.way_out
        assert not rule.way_out.endswith(".")
        assert rule.severity is not Severity.OFF
        assert rule.page == f"docs/lint/{rule.id}.md"
