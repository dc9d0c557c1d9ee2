"""Rules about what stands between conditions: commas, NOT, AND, and the end of the statement."""

import re

from segsync.filterql import tokens
from segsync.filterql.errors import FilterQLSyntaxError
from segsync.filterql.gates import Cause
from segsync.filterql.lint.findings import Hit, Hits, TextEdit
from segsync.filterql.lint.source import SEPARATORS, Source
from segsync.filterql.nodes import Comparison, Field
from segsync.filterql.statement import parse


def moved_not(source: Source) -> Hits:
    """Find every NOT that negates what stands in front of it."""
    spans = {node.span[1]: node.span for node in reversed(source.nodes)}
    for index in sorted(source.moved_nots):
        before, word = source.tokens[index - 1 : index + 1]
        start, end = spans.get(before.end, (before.start, before.end))
        shown = f" ({source.text[start:end]})" if end - start in range(2, _LONGEST) else ""
        message = f"this NOT negates what stands before it{shown}, not what follows"
        yield Hit("moved-not", (word.start, word.end), message)


def lost_and(source: Source) -> Hits:
    """Find every AND that only starts a new member of the list around it."""
    for index in sorted(source.lost_ands):
        word = source.tokens[index]
        message = "this AND joins nothing: what follows is a new member of the list around it"
        yield Hit("lost-and", (word.start, word.end), message)


def missing_comma(source: Source) -> Hits:
    """Find members without a comma, a newline or a comment between them."""
    traps = source.moved_nots | source.lost_ands
    for node in source.lists:
        for before, after in zip(node.members, node.members[1:], strict=False):
            gap = source.between(before, after)
            closed = max((each for each in gap if source.tokens[each].kind == ")"), default=None)
            first = gap.start if closed is None else closed + 1
            separated = source.tokens[first].kind in SEPARATORS
            if separated or any(each in traps for each in (gap.start - 1, *gap)):
                continue
            place = source.tokens[first - 1].end
            message = "only a blank stands between two members of this list"
            fix = (TextEdit((place, place), ","),)
            yield Hit("missing-comma", (place, source.tokens[first].start), message, fix)


_LONGEST = 60
"""What is longer is not repeated in a message."""

# What can follow the filter: a comment, a semicolon, and pieces that hide either of them.
_TAIL = re.compile(
    r"""\s+|(?P<comment>--[^\n]*|//[^\n]*|\#[^\n]*)|(?P<end>;)"""
    r"""|(?P<piece>[\w.@\-/]+|`[^`]*`|'[^']*'|"(?:[^"\\]|\\.|"")*"|.)""",
    re.DOTALL,
)


def trailing_junk(source: Source) -> Hits:
    """Find what the reference drops: one character at the end, and all behind a semicolon."""
    last: tuple[int, int] | None = None
    for found in _TAIL.finditer(source.text, source.statement.filter_span[1]):
        if found.lastgroup == "piece":
            last = found.span()
        elif found.lastgroup == "end":
            yield from _behind(source, found.end())
            break
    if last is not None and last[1] - last[0] == 1 and _is_ignored(source, last):
        message = "a single character at the end is ignored"
        yield Hit("trailing-junk", last, message, (TextEdit(last, ""),))


def _behind(source: Source, start: int) -> Hits:
    """Find anything but comments behind the semicolon."""
    kinds = {found.lastgroup for found in _TAIL.finditer(source.text, start)}
    if kinds & {"piece", "end"}:
        span = (start, len(source.text))
        message = "everything after the semicolon is ignored"
        yield Hit("trailing-junk", span, message, (TextEdit(span, ""),))


def _is_ignored(source: Source, span: tuple[int, int]) -> bool:
    """Say whether the statement is the same without a part of its text."""
    rest = source.text[: span[0]] + " " + source.text[span[1] :]
    try:
        return parse(rest) == source.statement
    except FilterQLSyntaxError:
        return False


def mixed_equality(source: Source) -> Hits:
    """Find every `==` of a filter that also has `=`."""
    if any(token.kind == "=" for token in source.tokens):
        for token in source.tokens:
            if token.kind == "==":
                span = (token.start, token.end)
                message = "this filter has = as well; both mean the same"
                yield Hit("mixed-equality", span, message, (TextEdit(span, "="),))


def angle_not_equal(source: Source) -> Hits:
    """Find every `<>`."""
    for token in source.tokens:
        if token.kind == "<>":
            span = (token.start, token.end)
            message = "<> cannot be written in the JSON form of a filter; != is the same"
            yield Hit("angle-not-equal", span, message, (TextEdit(span, "!="),))


def odd_name_quotes(source: Source) -> Hits:
    """Find names in single quotes or brackets; those in the place of a value are told as such."""
    refused = {each.span for each in source.gates.index if each.cause is Cause.FIELD_AS_VALUE}
    values = refused | {
        node.right.span
        for node in source.nodes
        if isinstance(node, Comparison) and isinstance(node.right, Field)
    }
    for token in source.tokens:
        span = (token.start, token.end)
        if token.kind == tokens.IDENTIFIER and token.quote in {"'", "["} and span not in values:
            whole = source.text[token.start] == token.quote
            simple = whole and not set(token.text) & {".", "`", "\n"}
            fix = (TextEdit(span, f"`{token.text}`"),) if simple else ()
            message = f"{source.text[token.start : token.end]} is a name, and no text and no list"
            yield Hit("odd-name-quotes", span, message, fix)
