"""Rules about single values and the operators before them."""

import re

from segsync.filterql import tokens
from segsync.filterql.datemath import DATE_MATH
from segsync.filterql.includes import is_hex_id
from segsync.filterql.lint.findings import Hit, Hits
from segsync.filterql.lint.source import Source
from segsync.filterql.nodes import Between, Call, Comparison, Field, Include, Literal, Node
from segsync.filterql.tokens import Token

ORDER = frozenset({">", ">=", "<", "<="})
_MEANT_AS_DATE_MATH = re.compile(r"\s*now\s*[-+/]", re.IGNORECASE)
_PLAIN_NUMBER = re.compile(r"(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+\Z")
_STAR_IN_PATH = re.compile(r"(?<!\*)[*%](?!\*)")
_TIMES = frozenset({"1", "5", "10", "25", "50", "100"})
_DAYS = frozenset({"7", "30"})


def strings(source: Source) -> Hits:
    """Find texts that a rewrite by the server damages."""
    for token in source.tokens:
        if token.kind == tokens.STRING:
            yield from _string(source.text, token)


def _string(text: str, token: Token) -> Hits:
    span = (token.start, token.end)
    if token.text == "*":
        message = 'the server writes "*" back as a bare star, which is read as something else'
        yield Hit("literal-star", span, message)
    if any(not (character.isprintable() or character == "\xa0") for character in token.text):
        message = "this text has a character that the server writes back as a backslash sequence"
        yield Hit("control-character", span, message)
    raw = text[token.start + 1 : token.end - 1]
    # The reference un-escapes only what has an escaped quote, and then byte by byte.
    if raw != token.text and not (token.text.isascii() and "\\" not in token.text):
        message = "beside an escaped quote, backslashes vanish and other alphabets are damaged"
        yield Hit("escaped-quote-non-ascii", span, message)


def references(source: Source) -> Hits:
    """Find includes by id."""
    for node in source.nodes:
        if isinstance(node, Include) and is_hex_id(node.reference):
            message = f"{node.reference} is the id of a segment in one account"
            yield Hit("include-by-id", node.span, message)


def comparisons(source: Source) -> Hits:
    """Find values that their operator does not do with what it seems to."""
    for node in source.nodes:
        match node:
            case Comparison("like" | "contains", _, right):
                yield from _pattern(source.text, node.operator, right)
            case Comparison(operator, _, Literal("string", value) as right):
                yield from _date(right, value, in_order=operator in ORDER)
                if operator in ORDER:
                    yield from _order(right, value)
            case Between(_, low, high):
                yield from _between(node, low, high)
            case Call("timewindow", (_, Literal("number", times), Literal("number", days))):
                if times not in _TIMES or days not in _DAYS:
                    message = f"no time window counts to {times} in {days} days"
                    yield Hit("timewindow-values", node.span, message)


def _pattern(text: str, operator: str, right: Node) -> Hits:
    match right:
        case Literal("number" | "boolean", value):
            message = f"{operator.upper()} {value} compares with no text"
            yield Hit("unquoted-pattern", right.span, message)
        case Field():
            shown = text[slice(*right.span)]
            message = f"{shown} is a field; its name would be taken for the pattern"
            yield Hit("field-compared-with-field", right.span, message)
        case Literal("string", value) if operator == "like" and "/" in value:
            if _STAR_IN_PATH.search(value):
                message = "this star crosses slashes in the index and nowhere else"
                yield Hit("like-star-across-slash", right.span, message)


def _date(literal: Node, value: str, *, in_order: bool) -> Hits:
    if in_order and value.strip().lower() == "now":
        message = f'"{value}" is no date, so this is never true'
        yield Hit("bare-now", literal.span, message)
    elif _MEANT_AS_DATE_MATH.match(value) and not DATE_MATH.match(value):
        yield Hit("bad-date-math", literal.span, f'"{value}" is no date')


def _order(literal: Node, value: str) -> Hits:
    """Check the text that something is more or less than."""
    if _PLAIN_NUMBER.match(value):
        message = f'"{value}" is text; on a text field this is never true'
        yield Hit("number-in-quotes", literal.span, message)
    elif is_no_quantity(value):
        message = f'no value is more or less than the text "{value}"'
        yield Hit("text-ordering", literal.span, message)


def _between(node: Node, low: Node, high: Node) -> Hits:
    for bound in (low, high):
        if isinstance(bound, Literal) and bound.kind == "string":
            yield from _date(bound, bound.text, in_order=True)
            yield from _order(bound, bound.text)
    if isinstance(low, Literal) and isinstance(high, Literal):
        message = f"{low.text} and {high.text} themselves are left out"
        yield Hit("between-excludes-ends", node.span, message)


def is_no_quantity(value: str) -> bool:
    """Say whether a text can be neither a number nor a date: it has no digit in it."""
    return not any(character.isdigit() for character in value) and (
        not value.strip().lower().startswith("now")
    )
