"""Each rule has a page, and the examples on it do what the page says."""

import json
import re
from pathlib import Path

import pytest

from segsync.filterql.lint import REFUSED, RULES, Finding, Rule, apply_fixes, lint, lint_ast
from segsync.filterql.schema import field_type

PAGES = Path(__file__).parents[3] / "docs" / "lint"


def section(rule: str, title: str) -> str:
    text = (PAGES / f"{rule}.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {title}\n\n(.*?)(?=\n## |\Z)", text, re.DOTALL | re.MULTILINE)
    return found[1].strip() if found else ""


def example(rule: str, title: str) -> tuple[str, tuple[Finding, ...]]:
    found = re.fullmatch(r"```(\w+)\n(.*)\n```", section(rule, title), re.DOTALL)
    assert found is not None
    language, text = found.groups()
    if language == "json":
        return text, lint_ast(json.loads(text))
    lines = section(rule, "Fields").strip("`\n").splitlines()
    fields = {name: field_type(kind) for name, kind in (line.split(": ") for line in lines)}
    return text, lint(text, fields=fields or None)


@pytest.mark.parametrize("rule", RULES)
def test_the_wrong_example_has_the_finding_and_the_right_one_has_none_of_any_rule(
    rule: str,
) -> None:
    _, wrong = example(rule, "Wrong")
    _, right = example(rule, "Right")

    assert rule in {finding.rule for finding in wrong}
    assert right == ()


@pytest.mark.parametrize("rule", RULES)
def test_the_page_says_whether_the_wrong_example_is_fixed(rule: str) -> None:
    text, wrong = example(rule, "Wrong")
    mine = [finding for finding in wrong if finding.rule == rule]
    fixable = RULES[rule].fixable

    assert section(rule, "Fix").startswith("Yes") == fixable
    assert all(bool(finding.fix) == fixable for finding in mine)
    assert (apply_fixes(text, mine) != text) == fixable


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_the_page_repeats_the_table(rule: Rule) -> None:
    page = Path(__file__).parents[3] / rule.page

    assert page.read_text(encoding="utf-8").startswith(
        f"# {rule.id}\n\n{rule.summary}\n\nSeverity: {rule.severity}\n"
    )


def test_the_index_lists_every_rule_in_the_order_of_the_table() -> None:
    rows = [
        f"| [{rule.id}]({rule.id}.md) | {rule.severity} "
        f"| {'never' if rule.id in REFUSED else 'yes'} | {'yes' if rule.fixable else 'no'} "
        f"| {rule.summary} |"
        for rule in RULES.values()
    ]
    index = (PAGES / "README.md").read_text(encoding="utf-8")

    assert [line for line in index.splitlines() if line.startswith("| [")] == rows


def test_there_is_no_page_without_a_rule() -> None:
    assert {page.stem for page in PAGES.glob("*.md")} == {"README", *RULES}
