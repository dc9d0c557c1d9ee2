"""Rules about what the gates behind the parser refuse."""

from segsync.filterql.gates import Cause, Refusal
from segsync.filterql.lint.findings import Hit, Hits, TextEdit
from segsync.filterql.lint.source import COMMENTS, OPERAND_ENDS, Source
from segsync.filterql.nodes import And, Or
from segsync.filterql.printer import print_filter

RULE_OF = {
    Cause.NOT_BEFORE_CALL: "not-before-call",
    Cause.LEFT_SIDE: "field-first",
    Cause.STAR: "star-in-list",
    Cause.VALUE: "bare-value",
    Cause.BARE_FIELD: "bare-field",
    Cause.FIELD_AS_VALUE: "field-compared-with-field",
    Cause.NEGATIVE: "negative-number",
    Cause.NULL: "null-comparison",
    Cause.BOOLEAN: "odd-boolean",
    Cause.CALCULATION: "arithmetic",
    Cause.LIST: "list-needs-parentheses",
    Cause.FUNCTION: "function-not-indexed",
    Cause.ARGUMENTS: "function-arguments",
    Cause.UNKNOWN_FIELD: "unknown-field",
    Cause.WRONG_TYPE: "wrong-type-for-operator",
}
"""The rule that tells of each cause; the chains of AND and OR have a rule of their own."""


def refusals(source: Source) -> Hits:
    """Find what a gate refuses; what several gates refuse is told once."""
    found = source.gates
    for refusal in dict.fromkeys((*found.schema, *found.index, *found.fields)):
        if refusal.cause is not Cause.INFIX:
            rule = RULE_OF[refusal.cause]
            yield Hit(rule, refusal.span, refusal.reason, _fix(source, refusal))


def _fix(source: Source, refusal: Refusal) -> tuple[TextEdit, ...]:
    if refusal.cause is not Cause.BOOLEAN:
        return ()
    return (TextEdit(refusal.span, source.text[slice(*refusal.span)].lower()),)


def infix_chain(source: Source) -> Hits:
    """Find every AND and OR between conditions."""
    for node in source.chains:
        word = type(node).__name__.upper()
        message = f"{word} between conditions is refused when the segment is saved"
        yield Hit("infix-chain", node.span, message, _as_list(source, node))


def _as_list(source: Source, node: And | Or) -> tuple[TextEdit, ...]:
    """Write a chain as a list, unless a comment would go or what stands before it would join in."""
    whole = source.whole(node)
    words = source.tokens
    joined = whole.start > 0 and words[whole.start - 1].kind in OPERAND_ENDS
    if joined or any(words[index].kind in COMMENTS for index in whole):
        return ()
    span = (words[whole.start].start, words[whole.stop - 1].end)
    return (TextEdit(span, print_filter(node)),)
