"""The table of all rules, in the order of their pages: id, severity, summary, way out."""

from segsync.filterql.lint.findings import Rule, Severity

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

_TABLE = (
    # What is not read as it looks.
    Rule(
        "syntax-error",
        _ERROR,
        "The text cannot be read.",
        "correct the text at this place",
    ),
    Rule(
        "all-digit-id",
        _ERROR,
        "A bare id of nothing but digits is read as a number.",
        "put the id in back-ticks, or write the slug of the segment",
    ),
    Rule(
        "moved-not",
        _ERROR,
        "A NOT without a comma before it negates what stands in front of it.",
        "put a comma before the NOT",
    ),
    Rule(
        "lost-and",
        _ERROR,
        "Inside a list, an AND before a parenthesis is lost.",
        "write AND (a, b) around both conditions, or put a comma before the AND",
    ),
    Rule(
        "missing-comma",
        _WARNING,
        "Two members of a list have only a blank between them.",
        "put a comma between them",
        fixable=True,
    ),
    Rule(
        "trailing-junk",
        _WARNING,
        "What follows the statement is ignored without a word.",
        "delete it",
        fixable=True,
    ),
    # What the server or the index refuses.
    Rule(
        "infix-chain",
        _ERROR,
        "AND or OR between conditions is refused when the segment is saved.",
        "write a list: AND (a = 1, b = 2)",
        fixable=True,
    ),
    Rule(
        "not-before-call",
        _ERROR,
        "NOT before a call negates the call, not the comparison it starts.",
        "write NOT (f(x) = 1), or f(x) NOT IN (...)",
    ),
    Rule(
        "field-first",
        _ERROR,
        "A comparison or EXISTS does not start with a field.",
        "write the field first, then the operator and the value",
    ),
    Rule(
        "field-compared-with-field",
        _ERROR,
        "A field stands where a value belongs; single quotes make a field too.",
        "put text in double quotes",
    ),
    Rule(
        "bare-field",
        _ERROR,
        "A field alone is no condition.",
        "write field = true, or EXISTS field",
    ),
    Rule(
        "bare-value",
        _ERROR,
        "A value alone is no condition.",
        "write field = value",
    ),
    Rule(
        "star-in-list",
        _ERROR,
        "A star means everybody only right after FILTER.",
        "leave it out of an AND, and write FILTER * instead of an OR",
    ),
    Rule(
        "list-needs-parentheses",
        _ERROR,
        "IN and INTERSECTS without a list in parentheses cannot be indexed.",
        'write IN ("a", "b")',
    ),
    Rule(
        "negative-number",
        _ERROR,
        "The minus of a negative number is read as an operator.",
        'put the number in quotes: "-1"',
    ),
    Rule(
        "null-comparison",
        _ERROR,
        "NULL cannot be compared with.",
        "write EXISTS field, or NOT EXISTS field",
    ),
    Rule(
        "odd-boolean",
        _ERROR,
        "TRUE and FALSE are only known in three spellings.",
        "write true or false",
        fixable=True,
    ),
    Rule(
        "arithmetic",
        _ERROR,
        "The index cannot calculate.",
        "write the result",
    ),
    Rule(
        "function-not-indexed",
        _ERROR,
        "The index has no functions but timewindow and geodistance.",
        "compare a field with a value",
    ),
    Rule(
        "function-arguments",
        _ERROR,
        "A call of timewindow or geodistance has the wrong arguments.",
        'write timewindow(field, 5, 7) or geodistance(field, "59.9,10.7", 80)',
    ),
    Rule(
        "unknown-field",
        _ERROR,
        "The account has no such field.",
        "correct the name, or publish the field first",
    ),
    Rule(
        "wrong-type-for-operator",
        _ERROR,
        "The condition cannot hold on a field of this type.",
        "use an operator that fits the type of the field",
    ),
    Rule(
        "upper-case-ast-op",
        _ERROR,
        "An operator in capitals in a JSON tree makes a condition that never holds.",
        "write the operator in lower case",
    ),
    # What holds for other people than it seems.
    Rule(
        "always-true",
        _WARNING,
        "Everybody fulfills this.",
        "delete it, or correct it",
    ),
    Rule(
        "always-false",
        _WARNING,
        "Nobody can fulfill this.",
        "correct the values, or write OR instead of AND",
    ),
    Rule(
        "text-ordering",
        _WARNING,
        "Text has no order: a comparison with < or > is never true.",
        "compare with a number or a date, or use LIKE",
    ),
    Rule(
        "bare-now",
        _WARNING,
        '"now" alone is no date.',
        'write "now-0d"',
    ),
    Rule(
        "bad-date-math",
        _WARNING,
        "A date relative to now is misspelled, and then it is no date.",
        'write "now-3d" with one of the units y M w d h m s, and no spaces',
    ),
    Rule(
        "not-over-missing-field",
        _INFO,
        "A negated condition also holds for everybody without a value.",
        "add EXISTS field if only people with a value are meant",
    ),
    Rule(
        "between-excludes-ends",
        _INFO,
        "BETWEEN leaves out both of its bounds.",
        "move the bounds by one, or write AND (field >= 5, field <= 10)",
    ),
    Rule(
        "like-star-across-slash",
        _WARNING,
        "A star next to a slash matches more in the index than in the evaluation.",
        "write ** if any number of path parts is meant",
    ),
    Rule(
        "unquoted-pattern",
        _WARNING,
        "LIKE and CONTAINS with a number can fail when they are evaluated.",
        "put the pattern in double quotes",
    ),
    Rule(
        "number-in-quotes",
        _INFO,
        "A number in quotes is text: on a text field the order is never true.",
        "write the number without quotes",
    ),
    Rule(
        "timewindow-values",
        _WARNING,
        "timewindow only counts up to certain numbers, over 7 or 30 days.",
        "use 1, 5, 10, 25, 50 or 100 times, and 7 or 30 days",
    ),
    # What does not survive a copy.
    Rule(
        "literal-star",
        _WARNING,
        'The text "*" loses its quotes when the server writes the filter again.',
        "write EXISTS field, if any value is meant",
    ),
    Rule(
        "escaped-quote-non-ascii",
        _WARNING,
        "A text with an escaped quote loses backslashes and damages other characters.",
        "avoid the quote, for instance with LIKE and a question mark",
    ),
    Rule(
        "control-character",
        _WARNING,
        "A tab, a newline or the like in a text does not survive a rewrite.",
        "remove the character, or use LIKE and a question mark",
    ),
    Rule(
        "odd-name-quotes",
        _WARNING,
        "Single quotes and brackets around a name are easily taken for something else.",
        "put the name in back-ticks",
        fixable=True,
    ),
    Rule(
        "angle-not-equal",
        _WARNING,
        "<> has no form in the JSON tree.",
        "write !=",
        fixable=True,
    ),
    Rule(
        "mixed-equality",
        _INFO,
        "= and == are mixed in one filter.",
        "write =",
        fixable=True,
    ),
    Rule(
        "include-by-id",
        _INFO,
        "An id differs between accounts; a slug does not.",
        "write the slug of the segment",
    ),
    # What is said twice.
    Rule(
        "duplicate-condition",
        _WARNING,
        "A condition stands twice in one list.",
        "delete one of them",
        fixable=True,
    ),
    Rule(
        "duplicate-value",
        _INFO,
        "A value stands twice in IN or INTERSECTS.",
        "delete one of them",
        fixable=True,
    ),
    Rule(
        "redundant-or-member",
        _WARNING,
        "A member of an OR says nothing, as another member is wider.",
        "delete the narrower member, or write what was meant",
    ),
    Rule(
        "redundant-and-member",
        _WARNING,
        "A member of an AND says nothing, as another member is narrower.",
        "delete the wider member, or write what was meant",
    ),
    Rule(
        "double-not",
        _INFO,
        "Two NOTs cancel each other.",
        "delete both",
        fixable=True,
    ),
)

RULES = {rule.id: rule for rule in _TABLE}
"""Every rule by its id."""

REFUSED = frozenset(
    {
        "syntax-error",
        "all-digit-id",
        "upper-case-ast-op",
        "trailing-junk",
        "infix-chain",
        "not-before-call",
        "field-first",
        "field-compared-with-field",
        "bare-field",
        "bare-value",
        "star-in-list",
        "list-needs-parentheses",
        "negative-number",
        "null-comparison",
        "odd-boolean",
        "arithmetic",
        "function-not-indexed",
        "function-arguments",
    }
)
"""The rules about what cannot be read, what a gate refuses, and what is dropped without a word.

These are facts and no matter of taste: no setting makes a server take it.
"""
