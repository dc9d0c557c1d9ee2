"""The lexer of the filter clause: a stack of continuations, as in the reference implementation.

FilterQL has no lexical grammar of its own. What a character means depends on what was read before:
a newline separates in one place, is skipped in another and is fatal in a third, and how many
predicates may follow each other depends on how many commas came first. All of that follows from
a few states that push each other on a stack, so the states are kept here and the accidents follow.

A *state* reads some tokens and returns the state that goes on, or None: then the one on top of the
stack does. The clause ends when the stack is empty.

    in_filter      where a predicate, a separator or the end may stand; sees newlines
    in_expression  after an operator; skips newlines
    in_operand     a value, a field or a call must stand here
    in_arguments   between the parentheses of a call, of IN and of INTERSECTS
    in_array       between brackets
    at_closing     a closing parenthesis must stand here

Deliberate differences: text on which the reference never answers (`a LIKE /`, `a IN ['x']`) is
refused, and the first lexical error ends the reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from segsync.filterql import tokens
from segsync.filterql.scanner import Scanner, State, read_comment, read_identifier, read_value
from segsync.filterql.tokens import Token

Keywords: TypeAlias = "dict[str, Callable[[Scanner], State | None]]"
"""What reads each keyword of a state."""


def read_filter(text: str, position: int) -> tuple[list[Token], int]:
    """Return the tokens of the filter clause that starts here, and where the next clause starts."""
    lexer = Scanner(text, position)
    stack = lexer.stack
    state: State | None = in_filter
    while True:
        while state is not None:
            state = state(lexer)
        if not stack:
            break
        state = stack.pop()
    lexer.emit(tokens.END, 0)
    return lexer.tokens, lexer.position


def in_filter(lexer: Scanner) -> State | None:
    """Read a newline, a comment, a connective or a separator; leave the rest to an expression.

    A comma or a closing parenthesis directly before a letter is no separator here. The comma then
    pushes nothing, and after the parenthesis nothing fits: `)FROM user` is an error.
    """
    state: State | None = in_filter
    while state is in_filter:
        found = tokens.lexeme(lexer.text, lexer.position)
        start = found.end(1)
        if start != lexer.position:
            if "\n" in found[1]:
                lexer.add(tokens.NEWLINE, "\n", lexer.position, start)
                lexer.push(in_filter)
            lexer.position = start
        kind = found.lastgroup
        if kind == "separator":
            separator = found["separator"]
            lexer.add(separator, separator, start, start + 1)
            if separator == ")":
                return None
            lexer.push(in_filter)
        elif kind == "comment":
            read_comment(lexer)
        else:
            state = _lexeme(lexer, found, _IN_FILTER)
    return state


def in_expression(lexer: Scanner) -> State | None:
    """Read an operator, a predicate or what starts an operand."""
    found = tokens.lexeme(lexer.text, lexer.position)
    lexer.position = found.end(1)
    if found.lastgroup == "comment":
        read_comment(lexer)
        return in_expression
    return _lexeme(lexer, found, _IN_EXPRESSION)


def _lexeme(lexer: Scanner, found: re.Match[str], keywords: Keywords) -> State | None:
    """Read what was found: an operator, one of the keywords, or an operand."""
    kind = found.lastgroup
    if kind is None or kind == "separator":
        return _mark(lexer)
    text = found[kind]
    if kind == "symbol":
        lexer.add(text, text, lexer.position, found.end())
        # Only a minus hands back to the filter, where newlines count again.
        return in_filter if text == "-" else in_expression
    if kind in _WORDS:
        read = keywords.get(text.lower())
        if read is not None:
            return read(lexer)
        if kind == "word":
            lexer.push(in_filter)
            return in_operand
    lexer.add(kind, text, lexer.position, found.end())
    return in_filter


def _mark(lexer: Scanner) -> State | None:
    """Read what starts with neither a letter nor an operator."""
    mark = lexer.text[lexer.position : lexer.position + 1]
    if mark == ")":
        return None
    if mark in {"", ";"}:
        _end(lexer)
        return None
    if mark == "(":
        # One more parenthesis has to close than was opened: `x > (y * 7)` is an error.
        lexer.push(at_closing)
        lexer.emit("(", 1)
        lexer.push(in_filter)
        return in_filter
    if mark == ",":
        lexer.emit(",", 1)
        return in_filter
    if mark == "!":
        lexer.emit(tokens.NOT, 1)
        return None
    lexer.push(in_filter)
    return in_operand


def _join(lexer: Scanner) -> State:
    """AND, OR where newlines count."""
    kind = tokens.OR if lexer.text[lexer.position] in "oO" else tokens.AND
    lexer.emit(kind, len(kind))
    lexer.push(in_filter)
    return in_filter


def _negate(lexer: Scanner) -> State:
    """NOT where newlines count."""
    lexer.emit(tokens.NOT, len(tokens.NOT))
    return in_filter


def _refer(lexer: Scanner) -> State:
    """INCLUDE reference."""
    lexer.push(in_filter)
    return _read_include(lexer)


def _read_as(_: Scanner) -> None:
    """AS, which no state reads."""


def _end(lexer: Scanner) -> None:
    """Leave every level of the filter: none of them could read the clause that follows."""
    stack = lexer.stack
    while stack and stack[-1] is in_filter:
        stack.pop()


def _read_membership(lexer: Scanner) -> State:
    """IN '(' arguments ')' | IN operand."""
    lexer.emit(tokens.IN, len(tokens.IN))
    if lexer.skip_space() != "(":
        return in_operand
    lexer.emit("(", 1)
    lexer.push(at_closing)
    return in_arguments


def _read_intersects(lexer: Scanner) -> State:
    """INTERSECTS '(' arguments ')' | INTERSECTS operand."""
    lexer.emit(tokens.INTERSECTS, len(tokens.INTERSECTS))
    if lexer.skip_space() != "(":
        return in_operand
    lexer.push(at_closing)
    return in_arguments


def _read_like(lexer: Scanner) -> State:
    """LIKE operand."""
    lexer.emit(tokens.LIKE, len(tokens.LIKE))
    return in_operand


def _read_contains(lexer: Scanner) -> State:
    """CONTAINS operand, unless the parenthesis of a call follows at once."""
    if not lexer.text.startswith("(", lexer.position + len(tokens.CONTAINS)):
        lexer.emit(tokens.CONTAINS, len(tokens.CONTAINS))
        return in_operand
    lexer.emit(tokens.CALL, len(tokens.CONTAINS))
    lexer.push(in_filter)
    return _open_arguments(lexer)


def _read_between(lexer: Scanner) -> State:
    """BETWEEN operand AND operand."""
    lexer.emit(tokens.BETWEEN, len(tokens.BETWEEN))
    lexer.push(in_expression)
    return in_operand


def _read_include(lexer: Scanner) -> State:
    """INCLUDE reference, after an operator."""
    lexer.emit(tokens.INCLUDE, len(tokens.INCLUDE))
    return in_reference


def _read_exists(lexer: Scanner) -> State:
    """EXISTS operand; the reference takes `exists(` for a call that nothing can close."""
    if lexer.text.startswith("(", lexer.position + len(tokens.EXISTS)):
        lexer.refuse("EXISTS takes a field without parentheses", hint="write EXISTS field")
    lexer.emit(tokens.EXISTS, len(tokens.EXISTS))
    return in_expression


def _read_is(lexer: Scanner) -> State:
    """IS NOT operand."""
    lexer.emit(tokens.IS, len(tokens.IS))
    return in_expression


def _read_null(lexer: Scanner) -> State:
    """NULL, after which the expression goes on as if nothing had been read."""
    lexer.emit(tokens.NULL, len(tokens.NULL))
    return in_expression


def _read_not(lexer: Scanner) -> State:
    """NOT after an operator; the reference takes `not(` for a call that nothing can close."""
    if lexer.text.startswith("(", lexer.position + len(tokens.NOT)):
        lexer.refuse("NOT cannot stand here", end=lexer.position + len(tokens.NOT))
    lexer.emit(tokens.NOT, len(tokens.NOT))
    if lexer.skip_space() == "(":
        lexer.push(at_closing)
        lexer.emit("(", 1)
    return in_expression


def _read_connective(lexer: Scanner) -> State:
    """AND, OR after BETWEEN's first bound, after NULL and after an operator."""
    word = lexer.text[lexer.position : lexer.position + 3].lower()
    lexer.emit(tokens.AND if word == tokens.AND else tokens.OR, 3 if word == tokens.AND else 2)
    mark = lexer.skip_space()
    if mark == "(" or tokens.word(lexer.text, lexer.position)[0].lower() == tokens.NOT:
        lexer.push(in_filter)
    return in_expression


_IN_EXPRESSION: Keywords = {
    tokens.IN: _read_membership,
    tokens.INTERSECTS: _read_intersects,
    tokens.LIKE: _read_like,
    tokens.CONTAINS: _read_contains,
    tokens.BETWEEN: _read_between,
    tokens.INCLUDE: _read_include,
    tokens.EXISTS: _read_exists,
    tokens.IS: _read_is,
    tokens.NULL: _read_null,
    tokens.NOT: _read_not,
    tokens.AND: _read_connective,
    tokens.OR: _read_connective,
    "as": _read_as,
    **dict.fromkeys(tokens.RESERVED_STARTS, _end),
}
_IN_FILTER: Keywords = _IN_EXPRESSION | {
    tokens.AND: _join,
    tokens.OR: _join,
    tokens.NOT: _negate,
    tokens.INCLUDE: _refer,
}
_WORDS = frozenset({tokens.IDENTIFIER, "word"})


def _open_arguments(lexer: Scanner) -> State:
    """Read the parenthesis behind the name of a call."""
    lexer.emit("(", 1)
    lexer.push(at_closing)
    return in_arguments


def in_operand(lexer: Scanner) -> State | None:
    """Read `name(`, an identifier, a string, a number, or the start of an array."""
    found = tokens.usual_operand(lexer.text, lexer.position)
    lexer.position = found.end(1)
    kind = found.lastgroup
    if kind is not None:
        lexer.add(kind, found[kind], lexer.position, found.end())
        return None
    call = tokens.CALL_NAME.match(lexer.text, lexer.position)
    if call:
        lexer.emit(tokens.CALL, call.end() - call.start())
        return _open_arguments(lexer)
    return _unusual_operand(lexer)


def _unusual_operand(lexer: Scanner) -> State | None:
    mark = lexer.text[lexer.position : lexer.position + 1]
    if mark == "(":
        lexer.emit("(", 1)
        lexer.push(at_closing)
        return in_operand
    if tokens.NAMELESS_CALL.match(lexer.text, lexer.position):
        lexer.refuse("the name of a function starts with a letter")
    if tokens.IDENTIFIER_START.match(lexer.text, lexer.position):
        read_identifier(lexer, "a field")
        return None
    if mark == "[":
        lexer.emit("[", 1)
        if lexer.text[lexer.position : lexer.position + 1] in tokens.QUOTED:
            lexer.refuse("expected a string in double quotes")
        return in_array
    read_value(lexer)
    return None


def in_reference(lexer: Scanner) -> None:
    """Read the identifier of INCLUDE, in which keywords are allowed."""
    lexer.skip_space()
    read_identifier(lexer, "the slug or the id of a segment after INCLUDE")


def in_arguments(lexer: Scanner) -> State | None:
    """Read an argument or a comma; leave the closing parenthesis to the state below."""
    mark = lexer.skip_space()
    if mark in {"", ")", ";", "]"}:
        return None
    if mark in {"(", ","}:
        lexer.emit(mark, 1)
        return in_arguments
    if mark == "*" and lexer.tokens[-1].kind == "(":
        lexer.emit("*", 1)
        return None
    if mark in tokens.OPERATOR_STARTS:
        return in_expression
    word = tokens.word(lexer.text, lexer.position)[0].lower()
    if word in tokens.RESERVED_STARTS:
        return None
    lexer.push(in_arguments)
    return in_operand


def in_array(lexer: Scanner) -> State | None:
    """Read a value, a comma or the closing bracket."""
    mark = lexer.skip_space()
    if mark == "]":
        lexer.emit("]", 1)
        return None
    if mark == ",":
        lexer.emit(",", 1)
        return in_array
    read_value(lexer)
    return in_array


def at_closing(lexer: Scanner) -> None:
    """Read the closing parenthesis that has to stand here."""
    if lexer.skip_space() != ")":
        lexer.refuse("expected a closing parenthesis", hint=_CLOSING_HINT)
    lexer.emit(")", 1)


_CLOSING_HINT = (
    "quote negative numbers; do not put EXISTS, arithmetic or comparisons in parentheses; "
    "do not compare inside a call"
)
