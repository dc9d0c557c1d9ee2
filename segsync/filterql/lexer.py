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

from collections.abc import Callable
from typing import NoReturn, TypeAlias

from segsync.filterql import tokens
from segsync.filterql.errors import FilterQLSyntaxError
from segsync.filterql.tokens import Token

State: TypeAlias = "Callable[[Lexer], State | None]"

_STACK_LIMIT = 1000
"""The reference drops what is pushed above this; a list of 1,000 members gets here."""


class Lexer:
    """The text, the place in it, the stack of states and the tokens found so far."""

    __slots__ = ("position", "stack", "text", "tokens")

    def __init__(self, text: str, position: int) -> None:
        self.text = text
        self.position = position
        self.stack: list[State] = []
        self.tokens: list[Token] = []

    def push(self, state: State) -> None:
        """Remember the state that goes on after the present ones."""
        if len(self.stack) < _STACK_LIMIT:
            self.stack.append(state)

    def skip_space(self) -> str:
        """Skip white space and return the character that follows, or "" at the end."""
        self.position = tokens.space(self.text, self.position).end()
        return self.text[self.position : self.position + 1]

    def emit(self, kind: str, length: int) -> None:
        """Read a token of this kind and length."""
        start = self.position
        self.position = end = start + length
        self.tokens.append(Token(kind, self.text[start:end], start, end))

    def refuse(self, message: str, *, end: int | None = None, hint: str = "") -> NoReturn:
        """Raise the error that what comes next cannot stand here."""
        here = self.position
        stop = min(here + 1, len(self.text)) if end is None else end
        raise FilterQLSyntaxError(message, text=self.text, offset=here, end=stop, hint=hint)


def read_filter(text: str, position: int) -> tuple[list[Token], int]:
    """Return the tokens of the filter clause that starts here, and where the next clause starts."""
    lexer = Lexer(text, position)
    stack = lexer.stack
    state: State | None = in_filter
    while True:
        while state is not None:
            state = state(lexer)
        if not stack:
            break
        state = stack.pop()
    lexer.tokens.append(Token(tokens.END, "", lexer.position, lexer.position))
    return lexer.tokens, lexer.position


def in_filter(lexer: Lexer) -> State | None:
    """Read a newline, a comment, a connective or a separator; leave the rest to an expression.

    A comma or a closing parenthesis directly before a letter is no separator here. The comma then
    pushes nothing, and after the parenthesis nothing fits: `)FROM user` is an error.
    """
    found = tokens.lexeme(lexer.text, lexer.position)
    start = found.end(1)
    if "\n" in found[1]:
        lexer.tokens.append(Token(tokens.NEWLINE, "\n", lexer.position, start))
        lexer.push(in_filter)
    lexer.position = start
    kind = found.lastgroup
    if kind == "word":
        word = found["word"].lower()
        read = _filter_word if word in tokens.FILTER_WORDS else _expression_word
        return read(lexer, word)
    if kind == "symbol":
        return _symbol(lexer, found["symbol"])
    if kind == "separator":
        return _separator(lexer, found["separator"])
    if kind == "comment":
        _read_comment(lexer)
        return in_filter
    return _expression_mark(lexer)


def _separator(lexer: Lexer, separator: str) -> State | None:
    """Read a parenthesis or a comma of a list or a group."""
    lexer.emit(separator, 1)
    if separator == ")":
        return None
    lexer.push(in_filter)
    return in_filter


def _filter_word(lexer: Lexer, word: str) -> State | None:
    """Read a connective, or leave the clause that follows to the statement."""
    if word in tokens.RESERVED_STARTS:
        return None
    lexer.emit(word, len(word))
    if word == tokens.NOT:
        return in_filter
    lexer.push(in_filter)
    return in_reference if word == tokens.INCLUDE else in_filter


def in_expression(lexer: Lexer) -> State | None:
    """Read an operator, a predicate or what starts an operand."""
    found = tokens.lexeme(lexer.text, lexer.position)
    lexer.position = found.end(1)
    kind = found.lastgroup
    if kind == "symbol":
        return _symbol(lexer, found["symbol"])
    if kind == "word":
        return _expression_word(lexer, found["word"].lower())
    if kind == "comment":
        _read_comment(lexer)
        return in_expression
    return _expression_mark(lexer)


def _symbol(lexer: Lexer, symbol: str) -> State:
    """Read an operator; only a minus hands back to the filter, where newlines count again."""
    lexer.emit(symbol, len(symbol))
    return in_filter if symbol == "-" else in_expression


def _expression_mark(lexer: Lexer) -> State | None:
    """Read what starts with neither a letter nor an operator."""
    mark = lexer.text[lexer.position : lexer.position + 1]
    if mark in {"", ")", ";"}:
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


def _expression_word(lexer: Lexer, word: str) -> State | None:
    """Read a predicate or a keyword, or leave the word to an operand."""
    read = _KEYWORDS.get(word)
    if read is not None:
        return read(lexer)
    if word == "as" or word in tokens.RESERVED_STARTS:
        return None
    lexer.push(in_filter)
    return in_operand


def _read_membership(lexer: Lexer) -> State:
    """IN '(' arguments ')' | IN operand."""
    lexer.emit(tokens.IN, len(tokens.IN))
    if lexer.skip_space() != "(":
        return in_operand
    lexer.emit("(", 1)
    lexer.push(at_closing)
    return in_arguments


def _read_intersects(lexer: Lexer) -> State:
    """INTERSECTS '(' arguments ')' | INTERSECTS operand."""
    lexer.emit(tokens.INTERSECTS, len(tokens.INTERSECTS))
    if lexer.skip_space() != "(":
        return in_operand
    lexer.push(at_closing)
    return in_arguments


def _read_like(lexer: Lexer) -> State:
    """LIKE operand."""
    lexer.emit(tokens.LIKE, len(tokens.LIKE))
    return in_operand


def _read_contains(lexer: Lexer) -> State:
    """CONTAINS operand, unless the parenthesis of a call follows at once."""
    if not lexer.text.startswith("(", lexer.position + len(tokens.CONTAINS)):
        lexer.emit(tokens.CONTAINS, len(tokens.CONTAINS))
        return in_operand
    lexer.emit(tokens.CALL, len(tokens.CONTAINS))
    lexer.push(in_filter)
    return _open_arguments(lexer)


def _read_between(lexer: Lexer) -> State:
    """BETWEEN operand AND operand."""
    lexer.emit(tokens.BETWEEN, len(tokens.BETWEEN))
    lexer.push(in_expression)
    return in_operand


def _read_include(lexer: Lexer) -> State:
    """INCLUDE reference, after an operator."""
    lexer.emit(tokens.INCLUDE, len(tokens.INCLUDE))
    return in_reference


def _read_exists(lexer: Lexer) -> State:
    """EXISTS operand; the reference takes `exists(` for a call that nothing can close."""
    if lexer.text.startswith("(", lexer.position + len(tokens.EXISTS)):
        lexer.refuse("EXISTS takes a field without parentheses", hint="write EXISTS field")
    lexer.emit(tokens.EXISTS, len(tokens.EXISTS))
    return in_expression


def _read_is(lexer: Lexer) -> State:
    """IS NOT operand."""
    lexer.emit(tokens.IS, len(tokens.IS))
    return in_expression


def _read_null(lexer: Lexer) -> State:
    """NULL, after which the expression goes on as if nothing had been read."""
    lexer.emit(tokens.NULL, len(tokens.NULL))
    return in_expression


def _read_not(lexer: Lexer) -> State:
    """NOT after an operator; the reference takes `not(` for a call that nothing can close."""
    if lexer.text.startswith("(", lexer.position + len(tokens.NOT)):
        lexer.refuse("NOT cannot stand here", end=lexer.position + len(tokens.NOT))
    lexer.emit(tokens.NOT, len(tokens.NOT))
    if lexer.skip_space() == "(":
        lexer.push(at_closing)
        lexer.emit("(", 1)
    return in_expression


def _read_connective(lexer: Lexer) -> State:
    """AND, OR after BETWEEN's first bound, after NULL and after an operator."""
    word = lexer.text[lexer.position : lexer.position + 3].lower()
    lexer.emit(tokens.AND if word == tokens.AND else tokens.OR, 3 if word == tokens.AND else 2)
    mark = lexer.skip_space()
    if mark == "(" or tokens.word(lexer.text, lexer.position)[0].lower() == tokens.NOT:
        lexer.push(in_filter)
    return in_expression


_KEYWORDS: dict[str, Callable[[Lexer], State]] = {
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
}


def _open_arguments(lexer: Lexer) -> State:
    """Read the parenthesis behind the name of a call."""
    lexer.emit("(", 1)
    lexer.push(at_closing)
    return in_arguments


def in_operand(lexer: Lexer) -> State | None:
    """Read `name(`, an identifier, a string, a number, or the start of an array."""
    found = tokens.operand(lexer.text, lexer.position)
    lexer.position = found.end(1)
    kind = found.lastgroup
    if kind is None:
        return _unusual_operand(lexer)
    if kind == "call":
        lexer.emit(tokens.CALL, found.end() - lexer.position)
        return _open_arguments(lexer)
    lexer.tokens.append(Token(_KINDS[kind], found[kind], lexer.position, found.end()))
    lexer.position = found.end()
    return None


_KINDS = {"bare": tokens.IDENTIFIER, "string": tokens.STRING, "number": tokens.NUMBER}


def _unusual_operand(lexer: Lexer) -> State | None:
    mark = lexer.text[lexer.position : lexer.position + 1]
    if mark == "(":
        lexer.emit("(", 1)
        lexer.push(at_closing)
        return in_operand
    if tokens.NAMELESS_CALL.match(lexer.text, lexer.position):
        lexer.refuse("the name of a function starts with a letter")
    if tokens.IDENTIFIER_START.match(lexer.text, lexer.position):
        _read_identifier(lexer, "a field")
        return None
    if mark == "[":
        lexer.emit("[", 1)
        if lexer.text[lexer.position : lexer.position + 1] in tokens.QUOTED:
            lexer.refuse("expected a string in double quotes")
        return in_array
    _read_value(lexer)
    return None


def in_reference(lexer: Lexer) -> None:
    """Read the identifier of INCLUDE, in which keywords are allowed."""
    lexer.skip_space()
    _read_identifier(lexer, "the slug or the id of a segment after INCLUDE")


def in_arguments(lexer: Lexer) -> State | None:
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


def in_array(lexer: Lexer) -> State | None:
    """Read a value, a comma or the closing bracket."""
    mark = lexer.skip_space()
    if mark == "]":
        lexer.emit("]", 1)
        return None
    if mark == ",":
        lexer.emit(",", 1)
        return in_array
    _read_value(lexer)
    return in_array


def at_closing(lexer: Lexer) -> None:
    """Read the closing parenthesis that has to stand here."""
    if lexer.skip_space() != ")":
        lexer.refuse("expected a closing parenthesis", hint=_CLOSING_HINT)
    lexer.emit(")", 1)


_UNCLOSED = "this string has no closing quote"
_CLOSING_HINT = (
    "quote negative numbers; do not put EXISTS, arithmetic or comparisons in parentheses; "
    "do not compare inside a call"
)


def _read_comment(lexer: Lexer) -> None:
    """Read a comment up to the end of its line."""
    start = lexer.position
    newline = lexer.text.find("\n", start)
    end = newline if newline >= 0 else len(lexer.text)
    kind = tokens.DASH_COMMENT if lexer.text[start] == "-" else tokens.COMMENT
    lexer.emit(kind, end - start)


def _read_identifier(lexer: Lexer, what: str) -> None:
    """Read a bare or quoted identifier, or a bare one that ends in a quoted part: a.`b c`."""
    text, start = lexer.text, lexer.position
    quote = text[start : start + 1]
    if quote in tokens.QUOTED:
        _read_quoted(lexer, start)
        return
    bare = tokens.BARE_IDENTIFIER.match(text, start)
    if bare is None:
        lexer.refuse(f"expected {what}")
    end = bare.end()
    if tokens.ALL_DIGITS.match(bare[0]):
        lexer.refuse(f"expected {what}, not a number", end=end, hint="back-tick the name")
    following = text[end : end + 1]
    if following in {"`", "["} and end - start > 1 and text[end - 1] == ".":
        lexer.position = end
        _read_quoted(lexer, start)
        return
    # The reference takes a star that follows directly into the name.
    end += following == "*"
    lexer.tokens.append(Token(tokens.IDENTIFIER, text[start:end], start, end))
    lexer.position = end


def _read_quoted(lexer: Lexer, start: int) -> None:
    """Read the quoted identifier here, as the end of the name that begins at `start`."""
    text, here = lexer.text, lexer.position
    quote = text[here]
    found = tokens.QUOTED[quote].match(text, here)
    if found is None:
        closing = "]" if quote == "[" else quote
        lexer.refuse(f"this name has no closing {closing}, or nothing in it", end=len(text))
    inner = found[1] if start == here else text[start : found.end() - 1]
    lexer.tokens.append(Token(tokens.IDENTIFIER, inner, start, found.end(), quote))
    lexer.position = found.end()


def _read_value(lexer: Lexer) -> None:
    """Read a string or a number."""
    quote = lexer.text[lexer.position : lexer.position + 1]
    if quote in tokens.STRINGS:
        _read_string(lexer)
    else:
        _read_number(lexer)


def _read_string(lexer: Lexer) -> None:
    """Read a string; unlike the reference, take nothing but the escapes out of it.

    As soon as a string has an escaped quote, the reference also deletes every other backslash and
    cuts every character to its low byte.
    """
    start = lexer.position
    content, lexer.position = read_string(lexer.text, start)
    lexer.tokens.append(Token(tokens.STRING, content, start, lexer.position))


def read_string(text: str, position: int) -> tuple[str, int]:
    """Return the content of the string that starts here, and where it ends."""
    quote = text[position]
    pattern, escaped = tokens.STRINGS[quote]
    found = pattern.match(text, position)
    if found is None:
        raise FilterQLSyntaxError(
            _UNCLOSED,
            text=text,
            offset=position,
            end=len(text),
            hint="a string cannot end in a backslash",
        )
    return escaped.sub(quote, found[1]), found.end()


def _read_number(lexer: Lexer) -> None:
    found = tokens.NUMERAL.match(lexer.text, lexer.position)
    if found is None:
        lexer.refuse("expected a value", hint='write text as "text", and numbers as 5 or 0.5')
    if tokens.DURATION_UNIT.match(lexer.text, found.end()):
        lexer.refuse("a duration is no value", end=found.end() + 1, hint='write a date as "now-3d"')
    lexer.emit(tokens.NUMBER, found.end() - found.start())
