"""The tokens of a filter as a parser walks over them, with the limits it has to keep."""

from typing import NoReturn

from segsync.filterql import tokens
from segsync.filterql.errors import FilterQLSyntaxError
from segsync.filterql.nodes import Span
from segsync.filterql.tokens import Token

MAX_DEPTH = 200
"""How deep conditions may nest; generous for people, and safe for every recursion over a tree."""

NEWLINE_HINT = "break lines only inside a list, after its parenthesis, a comma or a member"
_LINES = frozenset({tokens.NEWLINE, tokens.COMMENT, tokens.DASH_COMMENT})


def joining_hint(word: str) -> str:
    """Return how conditions are joined by AND or OR."""
    return f"write {word} (a = 1, b = 2)"


class TokenReader:
    """The tokens, the place in them, and how deep the parser and its last node are.

    `_depth` counts the calls that are open, `_height` the levels of the node that was read last: a
    chain such as `1 + 1 + 1` needs no depth and still becomes a high tree.
    """

    def __init__(self, text: str, words: list[Token]) -> None:
        self._text = text
        self._tokens = words
        self._index = 0
        self._depth = 0
        self._height = 0

    @property
    def _current(self) -> Token:
        """The token that is read next."""
        return self._tokens[self._index]

    def _next(self) -> Token:
        """Read a token."""
        token = self._tokens[self._index]
        self._index += 1
        return token

    def _expect(self, kind: str, message: str) -> None:
        """Read a token that has to be of this kind."""
        token = self._current
        if token.kind != kind:
            self._refuse(token, message, NEWLINE_HINT if token.kind == tokens.NEWLINE else "")
        self._index += 1

    def _skip_lines(self) -> None:
        """Skip newlines and comments."""
        while self._tokens[self._index].kind in _LINES:
            self._index += 1

    def _span(self, start: int) -> Span:
        """Return the span from here to the end of the last token that was read."""
        return start, self._tokens[self._index - 1].end

    def _grow(self, other: int = 0) -> None:
        """Count a node on top of the highest of its parts."""
        height = self._height
        self._height = height = (max(other, height)) + 1
        if height > MAX_DEPTH:
            self._refuse_depth()

    def _refuse_depth(self) -> NoReturn:
        self._refuse(self._current, f"conditions are nested more than {MAX_DEPTH} levels deep")

    def _refuse(self, token: Token, message: str, hint: str = "") -> NoReturn:
        """Raise the error that this token cannot stand here."""
        raise FilterQLSyntaxError(
            message, text=self._text, offset=token.start, end=token.end, hint=hint
        )
