"""Each rule at its edges: what it finds, what it lets pass, and what it fixes."""

import pytest

from segsync.filterql.gates import Cause
from segsync.filterql.lint import REFUSED, RULES, apply_fixes, lint
from segsync.filterql.lint.refusals import RULE_OF


def parts(rule: str, text: str) -> list[str]:
    """Return the parts of the text on which a rule has a finding."""
    return [text[slice(*each.span)] for each in lint(text) if each.rule == rule]


def fixed(rule: str, text: str) -> str:
    """Return the text after the fixes of one rule."""
    return apply_fixes(text, [each for each in lint(text) if each.rule == rule])


@pytest.mark.parametrize(
    ("rule", "text", "found"),
    [
        ("moved-not", "AND (EXISTS a NOT EXISTS b)", ["NOT"]),
        ("moved-not", "AND (NOT INCLUDE a NOT INCLUDE b)", ["NOT"]),
        ("moved-not", "AND ((a = 1) NOT b = 2)", ["NOT"]),
        ("moved-not", "AND (OR (a, b) NOT INCLUDE c)", ["NOT"]),
        ("moved-not", "AND (f(a) NOT f(b))", ["NOT"]),
        ("moved-not", "AND (a = 1 AND b NOT c)", ["NOT"]),
        ("moved-not", "AND (NOT a = 1 NOT b = 2)", ["NOT"]),
        ("moved-not", "AND (NOT a BETWEEN 1 AND 2 NOT b)", ["NOT"]),
        ("moved-not", "AND (b NOT BETWEEN 1 AND 2 NOT b)", []),
        ("moved-not", "AND (INCLUDE a NOT)", ["NOT"]),
        ("moved-not", "AND (a = 1 NOT INCLUDE b)", []),
        ("moved-not", 'AND (a LIKE "x" NOT b)', []),
        ("moved-not", "AND (a BETWEEN 1 AND 2 NOT b)", []),
        ("moved-not", "AND (a IN (1) NOT b, c INTERSECTS (1) NOT d)", []),
        ("moved-not", "AND (INCLUDE a, NOT INCLUDE b)", []),
        ("moved-not", "AND (INCLUDE a\nNOT INCLUDE b)", []),
        ("moved-not", "AND (INCLUDE a -- not\nNOT INCLUDE b)", []),
        ("moved-not", "a NOT IN (1)", []),
        ("moved-not", "AND (a NOT = 1, b NOT BETWEEN 1 AND 2)", []),
        ("lost-and", "OR (a = 1 AND (b = 2))", ["AND"]),
        ("lost-and", "AND (OR (a, b), c = 1 AND (d = 2))", []),
        ("lost-and", "a = 1 AND (b = 2)", []),
        ("lost-and", "(a = 1) AND AND (b = 2)", []),
        ("lost-and", "AND (a = 1, AND (b, c))", []),
        ("lost-and", "OR (a BETWEEN 1 AND 2)", []),
        ("missing-comma", "AND (a = 1 b = 2)", [" "]),
        ("missing-comma", "AND ((a = 1)   (b = 2))", ["   "]),
        ("missing-comma", "AND (a = 1 OR (b) d)", [" "]),
        ("missing-comma", "AND (AND (a,) b)", [" "]),
        ("missing-comma", "AND (a = 1, b = 2\nc = 3 # d\ne\n\nf)", []),
        ("missing-comma", "AND (INCLUDE a NOT INCLUDE b)", []),
        ("missing-comma", "OR (a = 1 AND (b = 2))", []),
        ("missing-comma", "a = 1 AND b = 2", []),
        ("trailing-junk", "a = 1; x", [" x"]),
        ("trailing-junk", "a = 1;;", [";"]),
        ("trailing-junk", "a = 1 FROM user x", ["x"]),
        ("trailing-junk", "a = 1 ALIAS `x`,", [","]),
        ("trailing-junk", "a = 1 FROM user # c\n .", ["."]),
        ("trailing-junk", "a = 1 ; -- note", []),
        ("trailing-junk", "a = 1 FROM x", []),
        ("trailing-junk", "a = 1 LIMIT 5", []),
        ("trailing-junk", "a = 1 LIMIT 0", []),
        ("trailing-junk", 'a = ";x"', []),
        ("trailing-junk", 'a = 1 WITH k = ";x"', []),
        ("trailing-junk", "a = 1 ALIAS `;x`", []),
        ("trailing-junk", "a = 1 -- ; x", []),
        ("infix-chain", "a = 1 OR b = 2 AND c = 3", ["a = 1 OR b = 2 AND c = 3"]),
        ("infix-chain", "AND (a = 1 OR b = 2, c)", ["a = 1 OR b = 2"]),
        ("not-before-call", "NOT f(a) IN (1)", ["NOT f(a)"]),
        ("not-before-call", "NOT timewindow(a, 5, 7)", []),
        ("field-first", "5 < a", ["5"]),
        ("field-compared-with-field", "AND (a = b, a IN (1, c))", ["b", "c"]),
        ("field-compared-with-field", "a LIKE b", ["b"]),
        ("field-compared-with-field", "a CONTAINS 'b'", ["'b'"]),
        ("field-compared-with-field", "5 < a", []),
        ("odd-name-quotes", "AND ('a' = 1, [b c] = 2)", ["'a'", "[b c]"]),
        ("odd-name-quotes", "INCLUDE 'a'", ["'a'"]),
        ("odd-name-quotes", "AND (a = 'b', a LIKE 'c', a BETWEEN 'd' AND 'e')", []),
        ("odd-name-quotes", '`a` IN ["x"]', []),
        ("odd-boolean", "AND (a = tRUE, b = True)", ["tRUE"]),
        ("literal-star", 'AND (a = "*", b IN ("*", "**"))', ['"*"', '"*"']),
        ("control-character", 'AND (a = "\t", b = "x\n", c = "é\xa0 x")', ['"\t"', '"x\n"']),
        ("include-by-id", "AND (INCLUDE abc, INCLUDE 8984a0)", []),
        ("like-star-across-slash", 'url LIKE "/a/*"', ['"/a/*"']),
        ("like-star-across-slash", 'url LIKE "/a%"', ['"/a%"']),
        ("like-star-across-slash", 'AND (url LIKE "/a/**", b LIKE "x*", c CONTAINS "/*")', []),
        ("unquoted-pattern", "AND (a LIKE 5, b CONTAINS true)", ["5", "true"]),
        ("bare-now", 'AND (a = "now", b > "now-0d")', []),
        ("bad-date-math", 'AND (a > "now-3d", b = "nowhere", c = "now+1M")', []),
        ("number-in-quotes", 'AND (a > "5", b <= "0.5")', ['"5"', '"0.5"']),
        ("number-in-quotes", 'a BETWEEN "1" AND 5', ['"1"']),
        ("number-in-quotes", 'AND (a > 5, b = "5", c > "-5", d > "007", e > "2024-01-31")', []),
        ("text-ordering", 'AND (a > "x", b BETWEEN "n" AND "z")', ['"x"', '"n"', '"z"']),
        ("text-ordering", 'AND (a = "x", b > "1 May", c > "now", d > "nowish")', []),
        ("timewindow-values", "AND (timewindow(a, 100, 30), other(a, 3, 3))", []),
        ("mixed-equality", "AND (a = 1, b == 2)", ["=="]),
        ("mixed-equality", "AND (a == 1, b == 2)", []),
        ("angle-not-equal", "AND (a <> 1, b != 2)", ["<>"]),
        ("always-true", "OR (a = 1, NOT (a = 1))", ["NOT (a = 1)"]),
        ("always-true", "OR (a = 1, *, true, match_all)", ["*", "true", "match_all"]),
        ("always-true", "AND (a = 1, true)", []),
        ("always-true", "OR (a BETWEEN 1 AND 2, a NOT BETWEEN 1 AND 2)", []),
        ("always-true", "OR (AND (a, b = 1), NOT AND (a, b = 1))", []),
        (
            "always-true",
            "OR (NOT OR (a IN (1), INCLUDE s), OR (a IN (1), INCLUDE s))",
            ["NOT OR (a IN (1), INCLUDE s)"],
        ),
        ("always-false", "AND (a = 1, NOT a = 1)", ["NOT a = 1"]),
        ("always-false", "AND (a = 1, FALSE)", ["FALSE"]),
        ("always-false", "AND (a = 1, b = 2, a == 2)", ["a == 2"]),
        ("always-false", 'AND (a = "x", a = "y")', ['a = "y"']),
        ("always-false", "AND (a > 5, a < 5)", ["a < 5"]),
        ("always-false", "AND (a > 5, a <= 5)", ["a <= 5"]),
        ("always-false", "AND (a >= 5, a < 5)", ["a < 5"]),
        ("always-false", "AND (a < 3, a BETWEEN 3 AND 9)", ["a BETWEEN 3 AND 9"]),
        ("always-false", 'AND (a > "now-1d", a < "now-2d")', ['a < "now-2d"']),
        ("always-false", "a BETWEEN 5 AND 5", ["a BETWEEN 5 AND 5"]),
        ("always-false", "AND (a >= 5, a <= 5, a > 0x5, a < 6)", []),
        ("always-false", "AND (a > 5, b < 5, a < 9)", []),
        ("always-false", 'AND (a = "x", a != "y", a = "x")', []),
        ("always-false", 'AND (a = "05", a = "5", b = "true", b = "yes")', []),
        ("always-false", 'AND (a > "now-2d", a < "now-1d", a < "now-1h", a = true)', []),
        ("always-false", 'a BETWEEN "now-1w" AND "now-8d"', []),
        ("always-false", "OR (a = 1, a = 2)", []),
        ("duplicate-condition", "AND (a = 1, b = 2, (a == 1))", ["a == 1"]),
        ("duplicate-condition", "OR (OR (a, b), c, OR (b, a))", ["OR (b, a)"]),
        ("duplicate-condition", "a = 1 AND a = 1", ["a = 1"]),
        ("duplicate-condition", "AND (AND (a, b), AND (b, a), a)", []),
        ("duplicate-condition", 'AND (a = 1, a = "1", NOT a = 1)', []),
        ("duplicate-value", 'a IN ("x", 1, "x", "1", 1)', ['"x"', "1"]),
        ("duplicate-value", 'a INTERSECTS ("x", "x")', ['"x"']),
        ("redundant-or-member", "OR (a, AND (a, b), AND (b, c))", ["AND (a, b)"]),
        ("redundant-or-member", "AND (a, OR (a, b))", []),
        ("redundant-or-member", "OR (a > 5, a > 3, a >= 3)", ["a > 5", "a > 3"]),
        ("redundant-or-member", "OR (a < 5, `a` <= 5, a > 1)", ["a < 5"]),
        ("redundant-or-member", 'OR (t > "now-7d", t > "now-30d")', ['t > "now-7d"']),
        ("redundant-or-member", 'OR (t > "now-7d", t > "now-1M", a > 5, b > 3)', []),
        ("redundant-or-member", 'OR (a > "x", a > "y", a > 5, a > 5)', []),
        ("redundant-or-member", 'OR (a IN ("x"), a IN ("x", "y"))', ['a IN ("x")']),
        ("redundant-or-member", 'OR (a IN (), a IN (b, "x"), a IN ("y"), b IN ("y", "x"))', []),
        ("redundant-or-member", 'OR (a IN ("x"), a INTERSECTS ("x", "y"))', []),
        ("redundant-and-member", "AND (a > 5, a > 3, b = 1)", ["a > 3"]),
        ("redundant-and-member", 'AND (a IN ("x"), a IN ("x", "y"))', ['a IN ("x", "y")']),
        ("always-true", "AND ()", ["AND ()"]),
        ("always-false", "AND (a = 1, OR ())", ["OR ()"]),
        ("always-false", "AND (a > 5, AND (b = 1, AND (a < 3, c = 1)))", ["a < 3"]),
        ("always-false", "AND (a > 5, OR (b = 1, AND (a < 3, c = 1)))", []),
        ("redundant-and-member", "AND (a, OR (b, a))", ["OR (b, a)"]),
        ("double-not", "NOT NOT a = 1", ["NOT NOT a = 1"]),
        ("double-not", "NOT (NOT a = 1)", ["NOT (NOT a = 1)"]),
        ("double-not", "NOT NOT INCLUDE a", []),
    ],
)
def test_what_a_rule_finds(rule: str, text: str, found: list[str]) -> None:
    assert parts(rule, f"FILTER {text}") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a != 1", ["a != 1"]),
        ("AND (a <> 1, NOT b = 1)", ["a <> 1", "b = 1"]),
        ("AND (a NOT IN (1), b NOT INTERSECTS (1))", ["a NOT IN (1)", "b NOT INTERSECTS (1)"]),
        ("NOT OR (a = 1, b > 5)", ["a = 1", "b > 5"]),
        ("NOT AND (a != 1, b LIKE c)", ["b LIKE c"]),
        ("AND (a != 1, EXISTS a)", []),
        ("AND (a != 1, NOT NOT EXISTS a)", []),
        ("AND (a.b != 1, EXISTS `a.b`)", []),
        ("AND (a != 1, a > 5)", []),
        ("AND (a != 1, a IN (1, 2))", []),
        ("AND (a != 1, a NOT BETWEEN 1 AND 5)", []),
        ("AND (EXISTS a, OR (a != 1, b != 1))", ["b != 1"]),
        ("AND (NOT EXISTS a, a != 1)", ["a != 1"]),
        ("AND (NOT OR (NOT EXISTS a, a = 1), b)", []),
        ("AND (NOT a NOT IN (1), a != 5)", []),
        ("AND (OR (EXISTS a, b = 1), a != 1)", ["a != 1"]),
        ("AND (a != NULL, 5 != 6, NOT f(a), NOT INCLUDE b)", []),
        ("NOT a BETWEEN 1 AND 2", []),
        ("AND (a = 1, b IN (1), EXISTS c)", []),
    ],
)
def test_negations_that_hold_without_a_value(text: str, found: list[str]) -> None:
    assert parts("not-over-missing-field", f"FILTER {text}") == found


def test_rules_with_several_findings_in_one_filter() -> None:
    counts = {
        "escaped-quote-non-ascii": (r'AND (a = "\"é", b = """\d", c = "\"x", d = "é")', 2),
        "include-by-id": ("INCLUDE 8984a0d225a3c9ad3b87e71cc76b9b93", 1),
        "bare-now": ('AND (a > "now", b < "NOW ", c BETWEEN "now" AND "now-1d")', 3),
        "bad-date-math": ('AND (a > "now-3x", b = "Now-3d", c < "now - 3d")', 3),
        "between-excludes-ends": ("AND (a BETWEEN 1 AND 2, b BETWEEN c AND 5)", 1),
        "timewindow-values": ("AND (timewindow(a, 3, 7), timewindow(b, 5, 8))", 2),
        "always-false": ("AND (a IN (), NOT b INTERSECTS ())", 2),
    }
    assert {rule: len(parts(rule, f"FILTER {text}")) for rule, (text, _) in counts.items()} == {
        rule: count for rule, (_, count) in counts.items()
    }


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("missing-comma", "AND ((a = 1) b = 2)", "AND ((a = 1), b = 2)"),
        ("missing-comma", "AND (a = 1 b = 2 c = 3)", "AND (a = 1, b = 2, c = 3)"),
        ("trailing-junk", "a = 1; FILTER b", "a = 1;"),
        ("trailing-junk", "a = 1 FROM user x", "a = 1 FROM user "),
        ("infix-chain", "a = 1 OR b = 2 AND c = 3", "OR (a = 1, AND (b = 2, c = 3))"),
        ("infix-chain", "((a = 1) OR (b = 2))", "(OR (a = 1, b = 2))"),
        ("infix-chain", "AND (AND (f(a)) OR b, c)", "AND (OR (f(a), b), c)"),
        ("infix-chain", "AND (a = 1\nOR (b = 2))", "AND (a = 1\nOR (b = 2))"),
        ("infix-chain", "AND (a b = 2 OR c = 3)", "AND (a b = 2 OR c = 3)"),
        (
            "infix-chain",
            "AND (a = 1 OR OR (b, -- why\nc), d)",
            "AND (a = 1 OR OR (b, -- why\nc), d)",
        ),
        ("odd-boolean", "a = tRUE", "a = true"),
        ("odd-name-quotes", "AND ('a' = 1, [b c] = 2)", "AND (`a` = 1, `b c` = 2)"),
        ("odd-name-quotes", "AND ('a.b' = 1, [a].[b] = 2)", "AND ('a.b' = 1, [a].[b] = 2)"),
        ("angle-not-equal", "a <> 1", "a != 1"),
        ("mixed-equality", "AND (a = 1, b == 2)", "AND (a = 1, b = 2)"),
        ("duplicate-condition", "AND (a, b, (a), c)", "AND (a, b, (a), c)"),
        ("duplicate-condition", "AND ((a), a,\n a\n)", "AND ((a)\n)"),
        ("duplicate-condition", "AND (a, a)", "AND (a)"),
        ("duplicate-condition", "AND (a, -- why\na)", "AND (a, -- why\na)"),
        ("duplicate-condition", "AND (a, a -- why\n)", "AND (a, a -- why\n)"),
        ("duplicate-condition", "a = 1 AND a = 1", "a = 1 AND a = 1"),
        ("duplicate-value", 'a IN ("x", "y", "x")', 'a IN ("x", "y")'),
        ("duplicate-value", 'a IN ("x" "x")', 'a IN ("x" "x")'),
        ("double-not", "NOT NOT (a = 1)", "(a = 1)"),
        ("double-not", "AND (NOT NOT a = 1 NOT b)", "AND (NOT NOT a = 1 NOT b)"),
        ("double-not", "NOT (NOT a = 1)", "NOT (NOT a = 1)"),
    ],
)
def test_what_a_fix_does(rule: str, before: str, after: str) -> None:
    assert fixed(rule, f"FILTER {before}") == f"FILTER {after}"


def test_a_long_condition_is_not_repeated_in_a_message() -> None:
    text = f"FILTER AND (INCLUDE {'x' * 100} NOT b, (a = 1) NOT c)"

    messages = [each.message for each in lint(text) if each.rule == "moved-not"]

    assert messages == ["this NOT negates what stands before it, not what follows"] * 2


def test_only_rules_of_the_table_are_fixable_that_have_fixes() -> None:
    assert [rule.id for rule in RULES.values() if rule.fixable] == [
        "missing-comma",
        "trailing-junk",
        "infix-chain",
        "odd-boolean",
        "odd-name-quotes",
        "angle-not-equal",
        "mixed-equality",
        "duplicate-condition",
        "duplicate-value",
        "double-not",
    ]


def test_what_a_gate_refuses_or_nobody_reads_is_no_matter_of_settings() -> None:
    of_accounts = {RULE_OF[Cause.UNKNOWN_FIELD], RULE_OF[Cause.WRONG_TYPE]}
    unread = {"syntax-error", "all-digit-id", "upper-case-ast-op", "trailing-junk", "infix-chain"}
    assert {*RULE_OF.values(), *unread} - of_accounts == REFUSED
