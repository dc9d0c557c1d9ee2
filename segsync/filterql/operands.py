"""Operands: what stands between the operators of a filter.

    operand := NOT operand | '-' operand | EXISTS base | (AND | OR) list | base
    base    := literal | field | call | INCLUDE reference | array | '(' expression ')'

Each kind of token that can start an operand has one method that carries its production; the tables
at the end say which.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from math import isinf
from typing import ClassVar, NoReturn

from segsync.filterql import tokens
from segsync.filterql.nodes import (
    And,
    Arithmetic,
    Array,
    Call,
    Exists,
    Field,
    Include,
    Literal,
    Negative,
    Node,
    Or,
    negated,
)
from segsync.filterql.reader import NEWLINE_HINT, TokenReader
from segsync.filterql.tokens import Token

OR, AND, COMPARISON, POSTFIX, SUM, PRODUCT, TIGHTEST = range(7)
"""How tight operators bind, loosest first."""

_PLAIN = (Field, Literal, Call, Array)
_VALUES = (*_PLAIN, Arithmetic)
_BOOLEANS = frozenset({"true", "false"})

_STAR = Literal("star", "*")
_COMMENTS = frozenset({tokens.COMMENT, tokens.DASH_COMMENT})
_SINGLE = frozenset({tokens.IDENTIFIER, tokens.STRING, tokens.NUMBER})
_BEHIND_SINGLE = frozenset({",", ")", tokens.NEWLINE, tokens.END})
_BEFORE_VALUES = tokens.COMPARISONS | tokens.OPERATOR_STARTS | {tokens.BETWEEN, tokens.IN}
_LIST_ENDS = frozenset({")", tokens.END})
_SEPARATORS = frozenset({tokens.NEWLINE, ","})
_JOINTS = {"`": "`.`", "[": "].["}


class OperandParser(TokenReader, ABC):
    """Reads operands; how they are joined is up to the parser of expressions."""

    _in_list = False

    @abstractmethod
    def _expression(self, loosest: int) -> Node:
        """Read an expression of operators that bind at least as tight as `loosest`."""

    def _base(self) -> Node:
        """Read `base := literal | field | call | include | array | '(' expression ')'`."""
        token = self._tokens[self._index]
        read = self._BASES.get(token.kind)
        if read is None:
            self._refuse_operand(token)
        self._index += 1
        self._height = 1
        return read(self, token)

    def _refuse_operand(self, token: Token) -> NoReturn:
        before = self._tokens[self._index - 1]
        if self._index and before.text == "!":
            self._refuse(before, "an exclamation mark only stands in !=", hint="write NOT")
        if token.kind == tokens.END:
            wanted = "value" if self._index and before.kind in _BEFORE_VALUES else "condition"
            self._refuse(token, f"expected a {wanted}, but the filter ends here")
        if token.kind == tokens.NEWLINE:
            self._refuse(token, "a newline cannot stand here", hint=NEWLINE_HINT)
        self._refuse(token, f"expected a value or a condition, not {token.text.upper()}")

    def _prefix_not(self) -> Node:
        """Read `operand := NOT call | NOT comparison`."""
        start = self._next().start
        return self._negate(self._negated_operand(), start)

    def _prefix_minus(self) -> Node:
        """Read `operand := '-' call | '-' comparison`."""
        start = self._next().start
        operand = self._argument_of(self._negated_operand())
        self._grow()
        return Negative(operand, span=self._span(start))

    def _negated_operand(self) -> Node:
        """Read what NOT applies to: the whole comparison, but only the call if it is one.

        So `NOT f(x) = 1` is `(NOT f(x)) = 1`. The reference looks one word ahead, hence a call
        without arguments is no different.
        """
        if self._current.kind == tokens.CALL:
            return self._base()
        return self._expression(COMPARISON)

    def _argument(self) -> Node:
        """Read an argument or a list value: neither a condition nor a calculation."""
        return self._single() or self._argument_of(self._expression(OR))

    def _single(self) -> Node | None:
        """Read a name or a literal by itself, which is what nearly every value is."""
        words, here = self._tokens, self._index
        if words[here].kind in _SINGLE and words[here + 1].kind in _BEHIND_SINGLE:
            return self._base()
        return None

    def _argument_of(self, node: Node) -> Node:
        """Check that this is a plain value."""
        if not isinstance(node, _PLAIN):
            self._refuse_node(node, "expected a field, a value or a call")
        return node

    def _check_stars(self, values: list[Node]) -> None:
        """Check that a star comes last; behind one, the lexer does not find the next value."""
        for value in values[:-1]:
            if value == _STAR:
                self._refuse_node(value, "a star can only be the last value")

    def _check_value(self, node: Node) -> None:
        """Check that this can stand beside an operator."""
        if not isinstance(node, _VALUES):
            self._refuse_node(node, "a condition cannot be compared")

    def _refuse_node(self, node: Node, message: str) -> NoReturn:
        self._refuse(Token("", "", *node.span), message)

    def _prefix_exists(self) -> Node:
        """Read `operand := EXISTS base`."""
        start = self._next().start
        operand = self._argument_of(self._base())
        self._grow()
        return Exists(operand, span=self._span(start))

    def _list(self) -> Node:
        """Read `operand := (AND | OR) '(' [expression {[',' | newline] expression} [',']] ')'`.

        A list of one is its member.
        """
        word = self._next()
        self._skip_lines()
        if self._current.kind != "(":
            self._refuse(
                word,
                f"expected a list in parentheses after {word.text.upper()}",
                hint=f"write {word.text.upper()} (a = 1, b = 2)",
            )
        self._index += 1
        self._skip_lines()
        self._in_list = True
        members = self._members()
        self._expect(")", "expected a comma or the closing parenthesis of the list")
        # The reference clears the flag here and does not restore that of an outer list.
        self._in_list = False
        if len(members) == 1:
            return members[0]
        self._grow()
        build = And if word.kind == tokens.AND else Or
        return build(tuple(members), span=self._span(word.start))

    def _members(self) -> list[Node]:
        """Read the members up to the closing parenthesis, and leave the height of the highest."""
        words = self._tokens
        members: list[Node] = []
        height = 0
        while True:
            self._skip_lines()
            kind = words[self._index].kind
            if kind in _LIST_ENDS:
                break
            if kind == ",":
                self._index += 1
            members.append(self._expression(OR))
            height = max(height, self._height)
            while words[self._index].kind in _COMMENTS:
                self._index += 1
            if words[self._index].kind in _SEPARATORS:
                self._index += 1
        self._height = height
        return members

    def _group(self, _: Token) -> Node:
        """Read `base := '(' expression ')'`."""
        inner = self._expression(OR)
        self._expect(")", "expected a closing parenthesis")
        return inner

    def _call(self, name: Token) -> Node:
        """Read `base := name '(' [expression {',' expression} [',']] ')'`."""
        self._index += 1
        arguments: list[Node] = []
        height = 0
        while self._current.kind != ")":
            arguments.append(self._argument())
            height = max(height, self._height)
            if self._current.kind != ",":
                break
            self._index += 1
        self._check_stars(arguments)
        self._expect(")", "expected a comma or the closing parenthesis of the call")
        self._height = height
        self._grow()
        return Call(name.text, tuple(arguments), span=self._span(name.start))

    def _array(self, opening: Token) -> Node:
        """Read `base := '[' (string | number) {',' (string | number)} ']'`."""
        items: list[Literal] = []
        while True:
            token = self._next()
            if token.kind == tokens.STRING:
                items.append(Literal("string", token.text, span=token[2:4]))
            elif token.kind == tokens.NUMBER:
                items.append(self._number(token))
            else:
                self._refuse(token, "expected a string or a number")
            if self._current.kind != ",":
                break
            self._index += 1
        self._expect("]", "expected a comma or the closing bracket")
        self._height = 2
        return Array(tuple(items), span=self._span(opening.start))

    def _include(self, word: Token) -> Node:
        """Read `base := INCLUDE identifier`."""
        reference = self._next()
        if "`" in reference.text:
            self._refuse(reference, "a reference cannot contain a back-tick")
        return Include(reference.text, span=self._span(word.start))

    def _identifier(self, token: Token) -> Node:
        """Read `base := identifier, of which TRUE and FALSE are values`."""
        text = token.text
        if text.lower() in _BOOLEANS:
            return Literal("boolean", text, span=token[2:4])
        if "." not in text and not token.quote:
            return Field(text, span=token[2:4])
        left, right = field_parts(text, token.quote)
        if "`" in left or "`" in (right or "").replace("`.`", ""):
            self._refuse(token, "a field name cannot contain a back-tick")
        return Field(left, right, span=token[2:4])

    def _string(self, token: Token) -> Node:
        """Read `base := string`."""
        return Literal("string", token.text, span=token[2:4])

    def _number(self, token: Token) -> Literal:
        """Read `base := number`."""
        if "e" in token.text and isinf(float(token.text)):
            self._refuse(token, "this number is too large")
        return Literal("number", token.text, span=token[2:4])

    def _null(self, token: Token) -> Node:
        """Read `base := NULL`."""
        return Literal("null", token.text, span=token[2:4])

    def _star(self, token: Token) -> Node:
        """Read `base := '*', which is everybody only right after FILTER`."""
        return Literal("star", "*", span=token[2:4])

    def _negate(self, operand: Node, start: int) -> Node:
        """Put a NOT on top of what was read."""
        self._grow()
        return negated(operand, self._span(start))

    _PREFIXES: ClassVar[dict[str, Callable[["OperandParser"], Node]]] = {
        tokens.NOT: _prefix_not,
        "-": _prefix_minus,
        tokens.EXISTS: _prefix_exists,
        tokens.AND: _list,
        tokens.OR: _list,
    }

    _BASES: ClassVar[dict[str, Callable[["OperandParser", Token], Node]]] = {
        tokens.IDENTIFIER: _identifier,
        tokens.STRING: _string,
        tokens.NUMBER: _number,
        tokens.NULL: _null,
        tokens.CALL: _call,
        tokens.INCLUDE: _include,
        "*": _star,
        "[": _array,
        "(": _group,
    }


def field_parts(text: str, quote: str = "") -> tuple[str, str | None]:
    """Return map and key of a field name, or the name and None.

    A bare name splits at its first dot, a back-ticked one only between two quoted parts. In single
    quotes the reference splits with the quotes still on: 'a.b' is key `b'` of map `'a`.
    """
    if quote in _JOINTS:
        left, joint, right = text.partition(_JOINTS[quote])
        if joint:
            # The closing bracket of a second part is taken for an opening one, and stays.
            return left, right + "[" * (quote == "[")
        if ".`" not in text:
            return text, None
    if quote == "'" and "." in text:
        text = f"'{text}'"
    left, dot, right = text.partition(".")
    return (left, right.removeprefix("`")) if left and dot else (text, None)
