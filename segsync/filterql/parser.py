"""Expressions: the operators of a filter, loosest first, and the filter as a whole.

    phrase     := '*' | MATCH_ALL | expression
    expression := expression OR expression | expression AND expression
                | expression comparison sum | expression BETWEEN sum AND sum
                | expression [NOT] (IN | INTERSECTS) values | expression IS NOT sum
                | sum (+ | -) product | product (* | / | %) operand | operand

Each kind of token that can follow an operand has one method that carries its production; the table
at the end says which, and how tight it binds.

Deliberate differences: what no server takes and the reference reads by accident is refused. That is
most conditions in the place of a value (`a LIKE b = c`), `a IS NULL` (it drops `a`), a filter that
ends after NOT or an operator (its tree is nil), and `exists(a)` (which no text prints back).
"""

from collections.abc import Callable
from typing import ClassVar, NoReturn

from segsync.filterql import tokens
from segsync.filterql.nodes import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Exists,
    Field,
    In,
    Intersects,
    Literal,
    MatchAll,
    Negative,
    Node,
    Not,
    Or,
    Span,
)
from segsync.filterql.operands import (
    AND,
    COMPARISON,
    OR,
    POSTFIX,
    PRODUCT,
    SUM,
    TIGHTEST,
    OperandParser,
)
from segsync.filterql.reader import MAX_DEPTH, joining_hint
from segsync.filterql.tokens import Token

_CONJUNCTIONS = frozenset({tokens.AND, "&&"})
_CLOSED = frozenset({tokens.IN, tokens.INTERSECTS, tokens.NOT, tokens.IS})
"""After these, nothing but AND and OR can follow."""

_STARTS = frozenset(
    {tokens.IDENTIFIER, tokens.CALL, tokens.EXISTS, tokens.INCLUDE, tokens.NOT, ",", tokens.NEWLINE}
)
"""What seems to start another condition where the filter has to end."""

_WORDS = frozenset({tokens.LIKE, tokens.CONTAINS})
_BARE_IN = frozenset({tokens.IDENTIFIER, tokens.STRING, tokens.CALL, "["})
_BARE_INTERSECTS = frozenset({tokens.IDENTIFIER, tokens.CALL})


class Parser(OperandParser):
    """Reads the tokens of one filter clause."""

    def filter(self) -> tuple[Node, Span]:
        """Read the whole clause, and return it with the part of the text that it is."""
        phrase = self._everybody()
        if phrase is None:
            self._skip_lines()
            start = self._current.start
            phrase = self._expression(OR)
        else:
            start = phrase.span[0]
        span = self._span(start)
        self._skip_lines()
        rest = self._current
        if rest.kind != tokens.END:
            self._refuse_rest(rest)
        return phrase, span

    def _everybody(self) -> Node | None:
        """Read `phrase := '*' | MATCH_ALL`.

        Only the very first token after FILTER means everybody, and no operator may follow it.
        """
        first = self._current
        if first.kind == "*":
            self._index += 1
            return MatchAll("*", span=first[2:4])
        if first.kind == tokens.IDENTIFIER and first.text.lower() == "match_all":
            self._index += 1
            return MatchAll("match_all", span=first[2:4])
        return None

    def _refuse_rest(self, token: Token) -> NoReturn:
        """Say why the filter cannot go on with this token."""
        if token.kind in {tokens.AND, tokens.OR}:
            word = token.text.upper()
            self._refuse(token, f"{word} cannot stand here", hint=joining_hint(word))
        if token.kind == tokens.EXISTS and self._tokens[self._index + 1].kind == tokens.END:
            self._refuse(token, "EXISTS stands in front of its field", hint="write EXISTS field")
        hint = joining_hint("AND") if token.kind in _STARTS else ""
        before = self._tokens[self._index - 1]
        joined = before.end == token.start
        if joined and before.kind == tokens.NUMBER and token.kind == tokens.IDENTIFIER:
            hint = "write numbers as 5, 0.5 or 1e5"
        self._refuse(token, "expected the end of the filter, or FROM, LIMIT, WITH or ALIAS", hint)

    def _expression(self, loosest: int) -> Node:
        """Read an operand and every operator behind it that binds at least as tight as `loosest`.

        An operator may never bind tighter than the one before it: nothing but AND and OR can
        follow `a IN (1)`.
        """
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._refuse_depth()
        words = self._tokens
        prefix = self._PREFIXES.get(words[self._index].kind)
        left = self._base() if prefix is None else prefix(self)
        tightest = TIGHTEST
        while True:
            token = words[self._index]
            kind = token.kind
            found = self._OPERATORS.get(kind)
            if found is None:
                if kind != tokens.DASH_COMMENT or loosest != OR:
                    break
                self._index += 1
                tightest = OR
                continue
            binding, read = found
            if not loosest <= binding <= tightest or (self._in_list and self._is_lost_and(token)):
                break
            left = read(self, left)
            tightest = AND if kind in _CLOSED else binding
        self._depth -= 1
        return left

    def _is_lost_and(self, token: Token) -> bool:
        """Say whether this AND starts a new member rather than joining two expressions.

        The reference has a flag "inside a list"; while it is set, `x AND (` is a member `x`, no
        comma, and a list. So `OR (a = 1 AND (b = 2))` loses its AND.
        """
        return (
            self._in_list
            and token.kind in _CONJUNCTIONS
            and self._tokens[self._index + 1].kind == "("
        )

    def _connective(self, left: Node) -> Node:
        """Read `expression := expression {(AND | '&&' | OR | '||') expression}`."""
        kind = self._current.kind
        conjunction = kind in _CONJUNCTIONS
        members = [left]
        height = self._height
        while self._current.kind == kind and not self._is_lost_and(self._current):
            self._index += 1
            members.append(self._expression(COMPARISON if conjunction else AND))
            height = max(height, self._height)
        self._grow(height)
        build = And if conjunction else Or
        return build(tuple(members), infix=kind, span=self._span(left.span[0]))

    def _comparison(self, left: Node) -> Node:
        """Read `expression := expression ('=' | '==' | ... | LIKE | CONTAINS) sum`."""
        if not isinstance(left, Field):
            self._check_left(left)
        operator = self._next().kind
        below = self._height
        right = self._side(SUM, signed=True)
        if operator in _WORDS:
            self._argument_of(right)
        self._grow(below)
        return Comparison(operator, left, right, span=self._span(left.span[0]))

    def _between(self, left: Node) -> Node:
        """Read `expression := expression BETWEEN sum AND sum`."""
        self._check_left(left)
        self._index += 1
        below = self._height
        low = self._side(SUM)
        below = max(below, self._height)
        self._expect(tokens.AND, "expected AND between the bounds of BETWEEN")
        high = self._side(SUM, signed=True)
        self._grow(below)
        return Between(left, low, high, span=self._span(left.span[0]))

    def _in(self, left: Node) -> Node:
        """Read `expression := expression IN (values | bare)`."""
        self._check_left(left)
        self._index += 1
        below = self._height
        listed = self._current.kind == "("
        values = self._values() if listed else (self._bare(_BARE_IN, "IN"),)
        self._grow(below)
        return In(left, values, listed=listed, span=self._span(left.span[0]))

    def _intersects(self, left: Node) -> Node:
        """Read `expression := expression INTERSECTS (values | bare)`."""
        self._check_left(left)
        self._index += 1
        below = self._height
        listed = self._current.kind == "("
        values = self._values() if listed else (self._bare(_BARE_INTERSECTS, "INTERSECTS"),)
        self._grow(below)
        return Intersects(left, values, listed=listed, span=self._span(left.span[0]))

    def _values(self) -> tuple[Node, ...]:
        """Read `values := '(' {expression | ','} ')'`; commas may be missing or too many."""
        self._index += 1
        values: list[Node] = []
        height = 0
        while self._current.kind != ")":
            if self._current.kind == ",":
                self._index += 1
                continue
            values.append(self._argument())
            height = max(height, self._height)
        self._check_stars(values)
        self._index += 1
        self._height = height
        return tuple(values)

    def _bare(self, allowed: frozenset[str], operator: str) -> Node:
        """Read `bare := identifier | call`, and for IN also a string or an array."""
        token = self._current
        bare = self._base() if token.kind in allowed else None
        if bare is None or (operator == "INTERSECTS" and isinstance(bare, Literal)):
            self._refuse(
                token, f"expected a list after {operator}", hint=f'write {operator} ("a", "b")'
            )
        return bare

    def _postfix_not(self, left: Node) -> Node:
        """Read `expression := expression NOT {comparison}`.

        Without an operator behind it, the NOT belongs to what stands before it.
        """
        self._index += 1
        start = left.span[0]
        while True:
            kind = self._current.kind
            found = self._OPERATORS.get(kind)
            if found is None or found[0] != COMPARISON:
                break
            left = found[1](self, left)
            if kind in _CLOSED:
                break
        return self._negate(left, start)

    def _is_not(self, left: Node) -> Node:
        """Read `expression := expression IS NOT sum, which is read as `!=``."""
        word = self._next()
        if self._current.kind != tokens.NOT:
            self._refuse(
                word,
                "IS is only understood in IS NOT",
                hint="write NOT EXISTS field for a field without a value",
            )
        self._check_left(left)
        self._index += 1
        below = self._height
        right = self._side(SUM, signed=True)
        self._grow(below)
        return Comparison("!=", left, right, span=self._span(left.span[0]))

    def _arithmetic(self, left: Node) -> Node:
        """Read `expression := expression ('+' | '-' | '*' | '/' | '%') expression`."""
        self._check_value(left)
        operator = self._next().kind
        below = self._height
        right = self._side(PRODUCT if operator in {"+", "-"} else TIGHTEST)
        self._grow(below)
        return Arithmetic(operator, left, right, span=self._span(left.span[0]))

    def _check_left(self, node: Node) -> None:
        """Check the left side of a comparison, which may be one of three conditions.

        `NOT f(x) = 1` negates the call only, `EXISTS a = 1` compares whether there is an `a`, and
        `1 < a < 5` compares what `1 < a` gives.
        """
        match node:
            case Field() | Exists() | Not(Call()):
                return
            case Comparison(operator) if operator not in _WORDS:
                return
            case _:
                self._check_value(node)

    def _side(self, loosest: int, *, signed: bool = False) -> Node:
        """Read one side of an operator, which is a value; `signed` allows a minus."""
        single = self._single()
        if single is not None:
            return single
        side = self._expression(loosest)
        if not (signed and isinstance(side, Negative)):
            self._check_value(side)
        return side

    _OPERATORS: ClassVar[dict[str, tuple[int, Callable[["Parser", Node], Node]]]] = {
        tokens.OR: (OR, _connective),
        "||": (OR, _connective),
        tokens.AND: (AND, _connective),
        "&&": (AND, _connective),
        **dict.fromkeys(tokens.COMPARISONS, (COMPARISON, _comparison)),
        tokens.BETWEEN: (COMPARISON, _between),
        tokens.IN: (COMPARISON, _in),
        tokens.INTERSECTS: (COMPARISON, _intersects),
        tokens.NOT: (POSTFIX, _postfix_not),
        tokens.IS: (POSTFIX, _is_not),
        "+": (SUM, _arithmetic),
        "-": (SUM, _arithmetic),
        "*": (PRODUCT, _arithmetic),
        "/": (PRODUCT, _arithmetic),
        "%": (PRODUCT, _arithmetic),
    }
