"""Statements: the clauses around the filter, in their fixed order.

    statement := {comment} FILTER phrase [FROM name] [LIMIT integer] [WITH options] [ALIAS name]
                 [one character] [';' anything]

A single stray character at the end and everything after a semicolon are ignored, as by the
reference. SELECT statements are refused: they are no segments.
"""

import json
import re
from typing import NoReturn

from segsync.filterql import tokens
from segsync.filterql.errors import FilterQLSyntaxError
from segsync.filterql.lexer import read_filter
from segsync.filterql.nodes import MAX_SIZE, Statement
from segsync.filterql.parser import Parser
from segsync.filterql.reader import joining_hint
from segsync.filterql.scanner import read_string

_NAME = re.compile(
    r"`(?P<ticked>[^`]++)`|\[(?P<bracketed>[^\]`]++)\]|'(?P<single>[^'`]++)'"
    r"|(?P<bare>(?![0-9]++(?![\w.\-/]))[\w.@][\w.\-/]*+)"
)
_INTEGER = re.compile(r"[+-]?+[0-9]++(?![\w.])")
_COMMENT_STARTS = frozenset("-/#")
_OPTION_VALUE = re.compile(r"-?+[\w.]++(?:[\w.\-/]++)?+")


def parse(text: str) -> Statement:
    """Read a statement, or raise `FilterQLSyntaxError`."""
    if len(text) > MAX_SIZE:
        message = f"a statement is at most {MAX_SIZE} characters long, not {len(text)}"
        raise FilterQLSyntaxError(message, text=text, offset=MAX_SIZE)
    return _Clauses(text).statement()


class _Clauses:
    """Reads the clauses of one statement from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        # The word that comes next, and where it was looked for.
        self._found = ""
        self._looked_at = -1

    def statement(self) -> Statement:
        """Read `statement`."""
        comment = self._start()
        words, self._position = read_filter(self._text, self._position)
        node, span = Parser(self._text, words).filter()
        if self._position == len(self._text):
            return Statement(node, comment=comment, filter_span=span)
        table = self._name("FROM") if self._keyword("from") else None
        limit = self._limit() if self._keyword("limit") else None
        options = self._options() if self._keyword("with") else ()
        alias = self._name("ALIAS").lower() if self._keyword("alias") else None
        self._end()
        return Statement(node, table, limit, options, alias, comment, span)

    def _start(self) -> str:
        """Read `{comment} FILTER`, and return the text of the comments without separator."""
        comment = ""
        found = tokens.FILTER.match(self._text)
        if found is None:
            comment = self._comments()
            found = tokens.FILTER.match(self._text, self._position)
        if found is None:
            self._refuse("expected FILTER", hint=_FILTER_HINT)
        self._position = found.end()
        return comment

    def _comments(self) -> str:
        """Skip white space and comments, and return the text of the comments without separator."""
        if self._space() not in _COMMENT_STARTS:
            return ""
        found: list[str] = []
        while True:
            comment = tokens.LINE_COMMENT.match(
                self._text, self._position
            ) or tokens.BLOCK_COMMENT.match(self._text, self._position)
            if comment is None:
                return "".join(found)
            found.append(comment[1])
            self._position = comment.end()
            self._space()

    def _keyword(self, word: str) -> bool:
        """Read this keyword if it comes next."""
        if self._looked_at != self._position:
            self._comments()
            self._looked_at = self._position
            self._found = tokens.word(self._text, self._position)[0].lower()
        if self._found != word:
            return False
        self._position += len(word)
        return True

    def _name(self, clause: str) -> str:
        """Read `name := bare | ticked | bracketed | single-quoted`, in which bare is no number."""
        self._space()
        found = _NAME.match(self._text, self._position)
        if found is None:
            quoted = self._text.startswith('"', self._position)
            hint = "back-tick the name" if quoted else "back-tick a name of digits"
            self._refuse(f"expected a name after {clause}", hint=hint)
        self._position = found.end()
        return found[found.lastgroup or 0]

    def _limit(self) -> int | None:
        """Read the number of LIMIT; zero and less mean no limit."""
        self._space()
        found = _INTEGER.match(self._text, self._position)
        if found is None:
            self._refuse("expected a whole number after LIMIT")
        self._position = found.end()
        limit = int(found[0][:18])
        return limit if limit > 0 else None

    def _options(self) -> tuple[tuple[str, str], ...]:
        """Read `options := name '=' value {',' name '=' value} | JSON object`."""
        self._space()
        if self._text.startswith("{", self._position):
            return self._json_options()
        options = []
        while True:
            key = self._name("WITH")
            self._symbol("=")
            options.append((key, self._option_value()))
            self._space()
            if not self._text.startswith(",", self._position):
                return tuple(options)
            self._position += 1

    def _json_options(self) -> tuple[tuple[str, str], ...]:
        try:
            found, end = json.JSONDecoder().raw_decode(self._text, self._position)
        except (ValueError, RecursionError):
            self._refuse("this is no JSON object")
        self._position = end
        return tuple(
            (key, value if isinstance(value, str) else json.dumps(value))
            for key, value in found.items()
        )

    def _option_value(self) -> str:
        self._space()
        if self._text.startswith('"', self._position):
            value, self._position = read_string(self._text, self._position)
            return value
        found = _OPTION_VALUE.match(self._text, self._position)
        if found is None:
            self._refuse("expected a value", hint='write WITH name = "value"')
        self._position = found.end()
        return found[0]

    def _symbol(self, symbol: str) -> None:
        self._space()
        if not self._text.startswith(symbol, self._position):
            self._refuse(f"expected {symbol}")
        self._position += len(symbol)

    def _end(self) -> None:
        """Accept the end, one character before it, or a semicolon and whatever follows."""
        if self._position == len(self._text):
            return
        self._comments()
        rest = self._text[self._position :].rstrip()
        if len(rest) > 1 and not rest.startswith(";"):
            word = tokens.word(rest, 0)[0].upper()
            if word in {"AND", "OR"}:
                self._refuse(f"{word} cannot stand here", hint=joining_hint(word))
            self._refuse("expected the end of the statement", hint=_ORDER_HINT)

    def _space(self) -> str:
        """Skip white space and return the character that follows, or "" at the end."""
        self._position = tokens.space(self._text, self._position).end()
        return self._text[self._position : self._position + 1]

    def _refuse(self, message: str, hint: str = "") -> NoReturn:
        end = tokens.word(self._text, self._position).end()
        raise FilterQLSyntaxError(
            message, text=self._text, offset=self._position, end=end, hint=hint
        )


_FILTER_HINT = "a segment starts with FILTER; SELECT statements are no segments"
_ORDER_HINT = "the clauses are FILTER, FROM, LIMIT, WITH, ALIAS, in this order"
