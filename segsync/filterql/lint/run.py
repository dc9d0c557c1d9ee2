"""Lint: run every rule over one text, and apply the fixes."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from segsync.filterql.canonical import canonical
from segsync.filterql.errors import FilterQLSyntaxError
from segsync.filterql.lint.absence import absence
from segsync.filterql.lint.extremes import extremes
from segsync.filterql.lint.findings import Finding, Hit, Hits, Severity, TextEdit
from segsync.filterql.lint.jsontree import upper_case_ast_op
from segsync.filterql.lint.refusals import infix_chain, refusals
from segsync.filterql.lint.repetition import repetition
from segsync.filterql.lint.rules import RULES
from segsync.filterql.lint.separators import (
    angle_not_equal,
    lost_and,
    missing_comma,
    mixed_equality,
    moved_not,
    odd_name_quotes,
    trailing_junk,
)
from segsync.filterql.lint.source import Source
from segsync.filterql.lint.values import comparisons, references, strings
from segsync.filterql.lint.widths import widths
from segsync.filterql.nodes import Statement
from segsync.filterql.schema import Fields
from segsync.filterql.statement import parse

_CHECKS: tuple[Callable[[Source], Hits], ...] = (
    moved_not,
    lost_and,
    missing_comma,
    trailing_junk,
    infix_chain,
    refusals,
    strings,
    references,
    comparisons,
    mixed_equality,
    angle_not_equal,
    odd_name_quotes,
    extremes,
    repetition,
    widths,
    absence,
)


def lint(
    text: str,
    *,
    severities: Mapping[str, Severity] | None = None,
    fields: Fields | None = None,
) -> tuple[Finding, ...]:
    """Return the findings of all rules in a statement, in the order of their places.

    `severities` overrides the severity of a rule by its id, and OFF silences it; exceptions for one
    segment are the caller's to add. With the account's `fields`, names and types are checked too.
    No text raises: one that cannot be read has that as its only finding.
    """
    try:
        source = Source(text, parse(text), fields)
    except FilterQLSyntaxError as error:
        return _findings([_unreadable(error)], severities or {})
    hits = [hit for check in _CHECKS for hit in check(source)]
    hits.sort(key=lambda hit: (hit.span[0], -hit.span[1], hit.rule))
    return _findings(hits, severities or {})


def lint_ast(
    value: object, *, severities: Mapping[str, Severity] | None = None
) -> tuple[Finding, ...]:
    """Return the findings in the JSON form of a filter, which have a path instead of a span."""
    return _findings(upper_case_ast_op(value), severities or {})


def _unreadable(error: FilterQLSyntaxError) -> Hit:
    span = (error.offset, max(error.offset, error.end))
    name = error.text[slice(*span)]
    if name.isdigit() and error.text[: span[0]].rstrip().lower().endswith("include"):
        return Hit("all-digit-id", span, f"{name} is read as a number, not as the id of a segment")
    return Hit("syntax-error", span, error.message, way_out=error.hint)


def _findings(hits: Iterable[Hit], severities: Mapping[str, Severity]) -> tuple[Finding, ...]:
    """Give each hit the severity and the way out of its rule, and leave out what is off."""
    findings = []
    for hit in dict.fromkeys(hits):
        rule = RULES[hit.rule]
        severity = severities.get(rule.id, rule.severity)
        if severity is not Severity.OFF:
            way_out = hit.way_out or rule.way_out
            findings.append(
                Finding(rule.id, severity, hit.span, hit.message, way_out, hit.fix, hit.path)
            )
    return tuple(findings)


def apply_fixes(text: str, findings: Iterable[Finding]) -> str:
    """Return the text with the fixes of the findings, or without those that would change it.

    The result has the same canonical filter and the same clauses. Of fixes that overlap the first
    is applied; run `lint` again for the others.
    """
    fixes = _apart(findings)
    if not fixes:
        return text
    try:
        meaning = _meaning(parse(text))
    except FilterQLSyntaxError:
        return text
    return _apply_safe(text, fixes, meaning)


def _apart(findings: Iterable[Finding]) -> list[tuple[TextEdit, ...]]:
    """Return the fixes that do not overlap, from left to right."""
    fixes = sorted((each.fix for each in findings if each.fix), key=lambda fix: fix[0].span)
    chosen: list[tuple[TextEdit, ...]] = []
    end = -1
    for fix in fixes:
        if fix[0].span[0] >= end:
            chosen.append(fix)
            end = max(fix[-1].span[1], fix[0].span[0] + 1)
    return chosen


def _apply_safe(text: str, fixes: Sequence[tuple[TextEdit, ...]], meaning: Statement) -> str:
    """Apply all fixes if that is safe, and otherwise those of each half that are."""
    changed = _edited(text, [edit for fix in fixes for edit in fix])
    if _is_same(changed, meaning):
        return changed
    if len(fixes) == 1:
        return text
    half = len(fixes) // 2
    # The right half first: it does not move what stands before it.
    return _apply_safe(_apply_safe(text, fixes[half:], meaning), fixes[:half], meaning)


def _edited(text: str, edits: Sequence[TextEdit]) -> str:
    parts = []
    place = 0
    for edit in edits:
        parts += [text[place : edit.span[0]], edit.text]
        place = edit.span[1]
    return "".join([*parts, text[place:]])


def _is_same(text: str, meaning: Statement) -> bool:
    try:
        return _meaning(parse(text)) == meaning
    except FilterQLSyntaxError:
        return False


def _meaning(statement: Statement) -> Statement:
    """Return the statement with its filter in canonical form."""
    return Statement(
        canonical(statement.filter),
        statement.table,
        statement.limit,
        statement.options,
        statement.alias,
        statement.comment,
    )
