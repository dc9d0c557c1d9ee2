"""Laws of lint, gates and explain that hold for every text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from segsync.filterql import (
    And,
    FilterQLSyntaxError,
    Node,
    Not,
    Or,
    Statement,
    canonical,
    fields,
    includes,
    parse,
    print_filter,
    print_statement,
)
from segsync.filterql.explain import explain
from segsync.filterql.gates import gates
from segsync.filterql.lint import RULES, Severity, apply_fixes, lint
from segsync.filterql.nodes import walk

conditions = st.sampled_from(
    [
        "a = 1",
        "b == 2",
        'c <> "x"',
        'd LIKE "x*"',
        "a IN (1, 2, 1)",
        "EXISTS a",
        "INCLUDE s",
        "'q' = tRUE",
        "[r t] > 5",
        "f(a)",
        "NOT NOT a = 1",
        "b BETWEEN 1 AND 2",
        "a",
        "*",
    ]
)
joints = st.sampled_from([", ", " ", "\n", ",\n", " AND ", " OR ", " NOT ", ", NOT ", " -- c\n"])
filters = st.recursive(
    conditions,
    lambda inner: st.builds(
        lambda opening, first, rest: (
            opening + first + "".join(joint + part for joint, part in rest) + ")"
        ),
        st.sampled_from(["AND (", "OR (", "NOT AND (", "(", "NOT (", "AND ("]),
        inner,
        st.lists(st.tuples(joints, inner), max_size=4),
    ),
    max_leaves=10,
)
endings = st.sampled_from(["", " x", " FROM user", " FROM user ALIAS y;z", "; a", ";", " -- c"])
texts = st.builds("FILTER {}{}".format, filters, endings) | st.text()


def meaning(text: str) -> tuple[object, ...]:
    statement = parse(text)
    return (canonical(statement.filter), statement.table, statement.alias, statement.comment)


def readable(text: str) -> Statement | None:
    try:
        return parse(text)
    except FilterQLSyntaxError:
        return None


@settings(deadline=None)
@given(texts)
def test_fixes_keep_the_meaning(text: str) -> None:
    findings = lint(text)
    changed = apply_fixes(text, findings)
    if readable(text) is None:
        assert [each.rule for each in findings] in (["syntax-error"], ["all-digit-id"])
        assert changed == text
    else:
        assert meaning(changed) == meaning(text)


@settings(deadline=None)
@given(texts)
def test_each_fix_can_be_applied_alone(text: str) -> None:
    for finding in lint(text):
        if finding.fix and finding.rule != "infix-chain":
            assert apply_fixes(text, [finding]) != text


def has_twins(text: str) -> bool:
    """Say whether some list has the same member twice, with or without a NOT."""
    statement = readable(text)
    lists = (
        [each for each in walk(statement.filter) if isinstance(each, And | Or)] if statement else []
    )
    return any(len(set(map(bare, each.members))) < len(each.members) for each in lists)


def bare(node: Node) -> str:
    while isinstance(node, Not):
        node = node.operand
    return print_filter(node)


@settings(deadline=None)
@given(texts)
def test_a_comma_before_a_moved_not_gives_another_tree(text: str) -> None:
    # A NOT that moves from a condition to one of the same text leaves the same tree.
    for finding in () if has_twins(text) else lint(text):
        if finding.rule == "moved-not":
            start = finding.span[0]
            other = readable(f"{text[:start]}, {text[start:]}")
            assert other is None or other.filter != parse(text).filter


@settings(deadline=None)
@given(texts)
def test_findings_lie_in_the_text_and_have_the_severity_of_their_rule(text: str) -> None:
    for finding in lint(text):
        start, end = finding.span
        assert 0 <= start <= end <= max(len(text), 1)
        assert finding.severity is RULES[finding.rule].severity
        assert finding.message
        assert finding.way_out
        assert RULES[finding.rule].fixable or not finding.fix


@settings(deadline=None)
@given(texts)
def test_a_rule_that_is_off_says_nothing_and_hides_nothing_else(text: str) -> None:
    findings = lint(text)
    for rule in {each.rule for each in findings}:
        without = lint(text, severities={rule: Severity.OFF})
        assert without == tuple(each for each in findings if each.rule != rule)


@settings(deadline=None)
@given(texts)
def test_what_segsync_prints_has_no_trap_left(text: str) -> None:
    statement = readable(text)
    if statement is not None:
        traps = {"moved-not", "lost-and", "missing-comma", "infix-chain", "trailing-junk"}
        rules = {each.rule for each in lint(print_statement(statement))}
        assert rules.isdisjoint(traps | {"odd-name-quotes", "mixed-equality"})


@settings(deadline=None)
@given(texts)
def test_what_passes_the_gates_has_no_finding_about_them(text: str) -> None:
    statement = readable(text)
    if statement is not None and gates(statement).first is None:
        severe = {each.rule for each in lint(text) if each.severity is Severity.ERROR}
        assert severe <= {"moved-not", "lost-and", "field-compared-with-field"}


@settings(deadline=None)
@given(texts)
def test_an_explanation_names_every_field_and_every_include(text: str) -> None:
    statement = readable(text)
    if statement is not None:
        told = "\n".join(explain(statement))
        assert told
        assert all(
            field.left in told or field.left == "match_all" for field in fields(statement.filter)
        )
        assert all(include.reference in told for include in includes(statement.filter))
