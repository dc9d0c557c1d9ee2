"""The place in the text, and the words that look the same wherever they stand.

These are comments, names, strings and numbers. What may stand where is up to the lexer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeAlias

from segsync.filterql import tokens
from segsync.filterql.errors import FilterQLSyntaxError
from segsync.filterql.tokens import Token

State: TypeAlias = "Callable[[Scanner], State | None]"
"""Reads some tokens and returns what goes on, or None for the state on top of the stack."""

_UNCLOSED = "this string has no closing quote"
_STACK_LIMIT = 1000
"""The reference drops what is pushed above this; a list of 1,000 members gets here."""


class Scanner:
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
        # The same as Token(...), at half the price; these two are where most tokens come from.
        start = self.position
        end = start + length
        self.tokens.append(tuple.__new__(Token, (kind, self.text[start:end], start, end, "")))
        self.position = end

    def add(self, kind: str, text: str, start: int, end: int) -> None:
        """Add a token that is read up to its end."""
        self.tokens.append(tuple.__new__(Token, (kind, text, start, end, "")))
        self.position = end

    def refuse(self, message: str, *, end: int | None = None, hint: str = "") -> NoReturn:
        """Raise the error that what comes next cannot stand here."""
        here = self.position
        stop = min(here + 1, len(self.text)) if end is None else end
        raise FilterQLSyntaxError(message, text=self.text, offset=here, end=stop, hint=hint)


def read_comment(scanner: Scanner) -> None:
    """Read a comment up to the end of its line."""
    start = scanner.position
    newline = scanner.text.find("\n", start)
    end = newline if newline >= 0 else len(scanner.text)
    kind = tokens.DASH_COMMENT if scanner.text[start] == "-" else tokens.COMMENT
    scanner.emit(kind, end - start)


def read_identifier(scanner: Scanner, what: str) -> None:
    """Read a bare or quoted identifier, or a bare one that ends in a quoted part: a.`b c`."""
    text, start = scanner.text, scanner.position
    quote = text[start : start + 1]
    if quote in tokens.QUOTED:
        _read_quoted(scanner, start)
        return
    bare = tokens.BARE_IDENTIFIER.match(text, start)
    if bare is None:
        scanner.refuse(f"expected {what}")
    end = bare.end()
    if tokens.ALL_DIGITS.match(bare[0]):
        scanner.refuse(f"expected {what}, not a number", end=end, hint="back-tick the name")
    following = text[end : end + 1]
    if following in {"`", "["} and end - start > 1 and text[end - 1] == ".":
        scanner.position = end
        _read_quoted(scanner, start)
        return
    # The reference takes a star that follows directly into the name.
    end += following == "*"
    scanner.tokens.append(Token(tokens.IDENTIFIER, text[start:end], start, end))
    scanner.position = end


def _read_quoted(scanner: Scanner, start: int) -> None:
    """Read the quoted identifier here, as the end of the name that begins at `start`."""
    text, here = scanner.text, scanner.position
    quote = text[here]
    found = tokens.QUOTED[quote].match(text, here)
    if found is None:
        closing = "]" if quote == "[" else quote
        scanner.refuse(f"this name has no closing {closing}, or nothing in it", end=len(text))
    inner = found[1] if start == here else text[start : found.end() - 1]
    scanner.tokens.append(Token(tokens.IDENTIFIER, inner, start, found.end(), quote))
    scanner.position = found.end()


def read_value(scanner: Scanner) -> None:
    """Read a string or a number."""
    quote = scanner.text[scanner.position : scanner.position + 1]
    if quote in tokens.STRINGS:
        _read_string(scanner)
    else:
        _read_number(scanner)


def _read_string(scanner: Scanner) -> None:
    """Read a string; unlike the reference, take nothing but the escapes out of it.

    As soon as a string has an escaped quote, the reference also deletes every other backslash and
    cuts every character to its low byte.
    """
    start = scanner.position
    content, scanner.position = read_string(scanner.text, start)
    scanner.tokens.append(Token(tokens.STRING, content, start, scanner.position))


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


def _read_number(scanner: Scanner) -> None:
    found = tokens.NUMERAL.match(scanner.text, scanner.position)
    if found is None:
        scanner.refuse("expected a value", hint='write text as "text", and numbers as 5 or 0.5')
    if tokens.DURATION_UNIT.match(scanner.text, found.end()):
        scanner.refuse(
            "a duration is no value", end=found.end() + 1, hint='write a date as "now-3d"'
        )
    scanner.emit(tokens.NUMBER, found.end() - found.start())
