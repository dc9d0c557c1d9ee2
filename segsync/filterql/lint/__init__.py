"""Lint for FilterQL: what a filter does otherwise than it looks, under stable rule ids."""

from segsync.filterql.lint.findings import Finding, Rule, Severity, TextEdit
from segsync.filterql.lint.rules import REFUSED, RULES
from segsync.filterql.lint.run import apply_fixes, lint, lint_ast

__all__ = [
    "REFUSED",
    "RULES",
    "Finding",
    "Rule",
    "Severity",
    "TextEdit",
    "apply_fixes",
    "lint",
    "lint_ast",
]
