"""The parser of the filter clause: tokens to a tree, loosest operator first.

    expression := expression OR expression | expression AND expression
                | expression comparison expression | expression BETWEEN sum AND sum
                | expression [NOT] (IN | INTERSECTS) values | expression IS NOT sum
                | expression (+ | -) expression | expression (* | / | %) expression | operand

Each kind of token that can start an operand has one method, and so has each kind that can follow
one; `_OPERANDS` and `_OPERATORS` are the tables. Every method carries its production.

What the reference reads and destroys is refused here: `a IS NULL` (it drops `a`), a filter that
ends after NOT or an operator (its tree is nil).
"""

from collections.abc import Callable
from math import isinf
from typing import NoReturn

from segsync.filterql import tokens
from segsync.filterql.errors import FilterQLSyntaxError
from segsync.filterql.nodes import (
    And,
    Arithmetic,
    Array,
    Between,
    Call,
    Comparison,
    Exists,
    Field,
    In,
    Include,
    Intersects,
    Literal,
    MatchAll,
    Negative,
    Node,
    Or,
    negated,
)
from segsync.filterql.tokens import Token

MAX_DEPTH = 200
"""How deep expressions may nest; generous for people, and safe for every recursion over a tree."""

_OR, _AND, _COMPARISON, _POSTFIX, _SUM, _PRODUCT, _TIGHTEST = range(7)


class Parser:
    """Reads the tokens of one filter clause."""

    def __init__(self, text: str, words: list[Token]) -> None:
        self._text = text
        self._tokens = words
        self._index = 0
        self._depth = 0
        self._height = 0
        self._in_list = False

    @property
    def _current(self) -> Token:
        """The token that is read next."""
        return self._tokens[self._index]

    def phrase(self) -> Node:
        """phrase := '*' | MATCH_ALL | expression

        Only the first two tokens after FILTER mean everybody, and nothing may follow them.
        """
        first = self._current
        if first.kind == "*":
            self._index += 1
            return MatchAll("*", span=first[2:4])
        if first.kind == tokens.IDENTIFIER and first.text.lower() == "match_all":
            self._index += 1
            return MatchAll("match_all", span=first[2:4])
        self.skip_lines()
        return self._expression(_OR)

    def finish(self) -> tuple[int, int]:
        """Check that nothing is left over, and return the span of what was read."""
        end = self._tokens[self._index - 1].end
        self.skip_lines()
        if self._current.kind != tokens.END:
            self._refuse_rest(self._current)
        return self._tokens[0].start, end

    def skip_lines(self) -> None:
        """Skip newlines and comments."""
        while self._current.kind in _LINES:
            self._index += 1

    def refuse(self, token: Token, message: str, hint: str = "") -> NoReturn:
        """Raise the error that this token cannot stand here."""
        raise FilterQLSyntaxError(
            message, text=self._text, offset=token.start, end=token.end, hint=hint
        )

    def _refuse_rest(self, token: Token) -> NoReturn:
        if token.kind in {tokens.AND, tokens.OR}:
            hint = f"write {token.text.upper()} (a = 1, b = 2)"
            self.refuse(token, f"{token.text.upper()} cannot stand here", hint)
        self.refuse(token, "expected the end of the filter, or FROM, LIMIT, WITH or ALIAS")

    # expressions

    def _expression(self, loosest: int) -> Node:
        """Read an operand and every operator behind it that binds at least as tight as `loosest`.

        An operator may never bind tighter than the one before it: nothing but AND and OR can
        follow `a IN (1)`.
        """
        self._descend()
        left = self._operand()
        tightest = _TIGHTEST
        while True:
            token = self._current
            if token.kind == tokens.DASH_COMMENT and loosest == _OR:
                self._index += 1
                tightest = _OR
                continue
            found = _OPERATORS.get(token.kind)
            if found is None or not loosest <= found[0] <= tightest or self._is_lost_and(token):
                break
            binding, read = found
            left = read(self, left)
            tightest = _AND if token.kind in _CLOSED else binding
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
        """expression := expression (AND | '&&' expression)+ | expression (OR | '||' expression)+"""
        kind = self._current.kind
        conjunction = kind in _CONJUNCTIONS
        members = [left]
        height = self._height
        while self._current.kind == kind and not self._is_lost_and(self._current):
            self._index += 1
            members.append(self._expression(_COMPARISON if conjunction else _AND))
            height = max(height, self._height)
        self._grow(height)
        build = And if conjunction else Or
        return build(tuple(members), infix=kind, span=self._span(left.span[0]))

    def _comparison(self, left: Node) -> Node:
        """expression := expression ('=' | '==' | ... | LIKE | CONTAINS) sum"""
        operator = self._next().kind
        below = self._height
        right = self._expression(_SUM)
        self._grow(below)
        return Comparison(operator, left, right, span=self._span(left.span[0]))

    def _between(self, left: Node) -> Node:
        """expression := expression BETWEEN sum AND sum"""
        self._index += 1
        below = self._height
        low = self._expression(_SUM)
        below = max(below, self._height)
        self._expect(tokens.AND, "expected AND between the bounds of BETWEEN")
        high = self._expression(_SUM)
        self._grow(below)
        return Between(left, low, high, span=self._span(left.span[0]))

    def _in(self, left: Node) -> Node:
        """expression := expression IN ('(' [expression {[','] expression}] ')' | bare)"""
        self._index += 1
        below = self._height
        listed = self._current.kind == "("
        values = self._values() if listed else (self._bare(_BARE_IN, "IN"),)
        self._grow(below)
        return In(left, values, listed=listed, span=self._span(left.span[0]))

    def _intersects(self, left: Node) -> Node:
        """expression := expression INTERSECTS ('(' [expression {[','] expression}] ')' | bare)"""
        self._index += 1
        below = self._height
        listed = self._current.kind == "("
        values = self._values() if listed else (self._bare(_BARE_INTERSECTS, "INTERSECTS"),)
        self._grow(below)
        return Intersects(left, values, listed=listed, span=self._span(left.span[0]))

    def _values(self) -> tuple[Node, ...]:
        """'(' [expression {[','] expression}] ')', where commas may be missing or too many"""
        self._index += 1
        values = []
        height = 0
        while self._current.kind != ")":
            if self._current.kind == ",":
                self._index += 1
                continue
            values.append(self._expression(_OR))
            height = max(height, self._height)
        self._index += 1
        self._height = height
        return tuple(values)

    def _bare(self, allowed: frozenset[str], operator: str) -> Node:
        """bare := identifier | call | (for IN also) string | array"""
        token = self._current
        bare = self._base() if token.kind in allowed else None
        if bare is None or (operator == "INTERSECTS" and isinstance(bare, Literal)):
            self.refuse(
                token, f"expected a list after {operator}", hint=f'write {operator} ("a", "b")'
            )
        return bare

    def _postfix_not(self, left: Node) -> Node:
        """expression := expression NOT {comparison}

        Without an operator behind it, the NOT belongs to what stands before it.
        """
        self._index += 1
        while True:
            kind = self._current.kind
            binding, read = _OPERATORS.get(kind, (_OR, Parser._connective))
            if binding != _COMPARISON:
                break
            left = read(self, left)
            if kind in _CLOSED:
                break
        return self._negate(left, left.span[0])

    def _is_not(self, left: Node) -> Node:
        """expression := expression IS NOT sum, which is read as `!=`"""
        word = self._next()
        if self._current.kind != tokens.NOT:
            self.refuse(
                word,
                "IS is only understood in IS NOT",
                hint="write NOT EXISTS field for a field without a value",
            )
        self._index += 1
        below = self._height
        right = self._expression(_SUM)
        self._grow(below)
        return Comparison("!=", left, right, span=self._span(left.span[0]))

    def _arithmetic(self, left: Node) -> Node:
        """expression := expression ('+' | '-') product | expression ('*' | '/' | '%') operand"""
        operator = self._next().kind
        below = self._height
        right = self._expression(_PRODUCT if operator in {"+", "-"} else _TIGHTEST)
        self._grow(below)
        return Arithmetic(operator, left, right, span=self._span(left.span[0]))

    # operands

    def _operand(self) -> Node:
        """operand := NOT ... | '-' ... | EXISTS base | (AND | OR) list | base"""
        prefix = _PREFIXES.get(self._current.kind)
        return self._base() if prefix is None else prefix(self)

    def _base(self) -> Node:
        """base := literal | field | call | INCLUDE reference | array | '(' expression ')'"""
        token = self._current
        read = _BASES.get(token.kind)
        if read is None:
            self._refuse_operand(token)
        self._index += 1
        self._height = 1
        return read(self, token)

    def _refuse_operand(self, token: Token) -> NoReturn:
        if token.kind == tokens.END:
            self.refuse(token, "expected a condition, but the filter ends here")
        if token.kind == tokens.NEWLINE:
            self.refuse(token, "a newline cannot stand here", hint=_NEWLINE_HINT)
        self.refuse(token, f"expected a value or a condition, not {token.text.upper()}")

    def _prefix_not(self) -> Node:
        """operand := NOT call | NOT comparison"""
        start = self._next().start
        return self._negate(self._prefixed(), start)

    def _prefix_minus(self) -> Node:
        """operand := '-' call | '-' comparison"""
        start = self._next().start
        operand = self._prefixed()
        self._grow()
        return Negative(operand, span=self._span(start))

    def _prefixed(self) -> Node:
        """Read what NOT applies to: the whole comparison, but only the call if it is one.

        So `NOT f(x) = 1` is `(NOT f(x)) = 1`. The reference looks one word ahead, hence a call
        without arguments is no different.
        """
        if self._current.kind == tokens.CALL:
            return self._base()
        return self._expression(_COMPARISON)

    def _prefix_exists(self) -> Node:
        """operand := EXISTS base"""
        start = self._next().start
        self._descend()
        operand = self._base()
        self._depth -= 1
        self._grow()
        return Exists(operand, span=self._span(start))

    def _list(self) -> Node:
        """operand := (AND | OR) '(' [expression {[',' | newline] expression} [',']] ')'

        A list of one is its member.
        """
        word = self._next()
        self.skip_lines()
        if self._current.kind != "(":
            self.refuse(
                word,
                f"expected a list in parentheses after {word.text.upper()}",
                hint=f"write {word.text.upper()} (a = 1, b = 2)",
            )
        self._index += 1
        self.skip_lines()
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
        members: list[Node] = []
        height = 0
        while True:
            self.skip_lines()
            if self._current.kind == ")":
                break
            if self._current.kind == ",":
                self._index += 1
            members.append(self._expression(_OR))
            height = max(height, self._height)
            while self._current.kind in _COMMENTS:
                self._index += 1
            if self._current.kind in {tokens.NEWLINE, ","}:
                self._index += 1
        self._height = height
        return members

    def _group(self, _: Token) -> Node:
        """base := '(' expression ')'"""
        inner = self._expression(_OR)
        self._expect(")", "expected a closing parenthesis")
        return inner

    def _call(self, name: Token) -> Node:
        """base := name '(' [expression {',' expression} [',']] ')'"""
        self._index += 1
        arguments: list[Node] = []
        height = 0
        while self._current.kind != ")":
            arguments.append(self._expression(_OR))
            height = max(height, self._height)
            if self._current.kind != ",":
                break
            self._index += 1
        self._expect(")", "expected a comma or the closing parenthesis of the call")
        self._height = height
        self._grow()
        return Call(name.text, tuple(arguments), span=self._span(name.start))

    def _array(self, opening: Token) -> Node:
        """base := '[' (string | number) {',' (string | number)} ']'"""
        items: list[Literal] = []
        while True:
            token = self._next()
            if token.kind == tokens.STRING:
                items.append(Literal("string", token.text, span=token[2:4]))
            elif token.kind == tokens.NUMBER:
                items.append(self._number(token))
            else:
                self.refuse(token, "expected a string or a number")
            if self._current.kind != ",":
                break
            self._index += 1
        self._expect("]", "expected a comma or the closing bracket")
        self._height = 2
        return Array(tuple(items), span=self._span(opening.start))

    def _include(self, word: Token) -> Node:
        """base := INCLUDE identifier"""
        reference = self._next()
        if "`" in reference.text:
            self.refuse(reference, "a reference cannot contain a back-tick")
        return Include(reference.text, span=self._span(word.start))

    def _identifier(self, token: Token) -> Node:
        """base := identifier, of which TRUE and FALSE are values"""
        if token.text.lower() in {"true", "false"}:
            return Literal("boolean", token.text, span=token[2:4])
        left, right = field_parts(token.text, token.quote)
        if "`" in left or "`" in (right or ""):
            self.refuse(token, "a field name cannot contain a back-tick or have three quoted parts")
        return Field(left, right, span=token[2:4])

    def _string(self, token: Token) -> Node:
        """base := string"""
        return Literal("string", token.text, span=token[2:4])

    def _number(self, token: Token) -> Literal:
        """base := number"""
        if "e" in token.text and isinf(float(token.text)):
            self.refuse(token, "this number is too large")
        return Literal("number", token.text, span=token[2:4])

    def _null(self, token: Token) -> Node:
        """base := NULL"""
        return Literal("null", token.text, span=token[2:4])

    def _star(self, token: Token) -> Node:
        """base := '*', which is everybody only right after FILTER"""
        return Literal("star", "*", span=token[2:4])

    # bookkeeping

    def _next(self) -> Token:
        token = self._tokens[self._index]
        self._index += 1
        return token

    def _expect(self, kind: str, message: str) -> None:
        token = self._current
        if token.kind != kind:
            hint = _NEWLINE_HINT if token.kind == tokens.NEWLINE else ""
            self.refuse(token, message, hint)
        self._index += 1

    def _span(self, start: int) -> tuple[int, int]:
        return start, self._tokens[self._index - 1].end

    def _negate(self, operand: Node, start: int) -> Node:
        self._grow()
        return negated(operand, self._span(start))

    def _descend(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._refuse_depth()

    def _grow(self, other: int = 0) -> None:
        """Count a node on top of the highest of its parts; a long chain nests as deep as it is."""
        self._height = max(self._height, other) + 1
        if self._height > MAX_DEPTH:
            self._refuse_depth()

    def _refuse_depth(self) -> NoReturn:
        self.refuse(self._current, f"conditions are nested more than {MAX_DEPTH} levels deep")


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


_JOINTS = {"`": "`.`", "[": "].["}
_LINES = frozenset({tokens.NEWLINE, tokens.COMMENT, tokens.DASH_COMMENT})
_COMMENTS = frozenset({tokens.COMMENT, tokens.DASH_COMMENT})
_CONJUNCTIONS = frozenset({tokens.AND, "&&"})
_CLOSED = frozenset({tokens.IN, tokens.INTERSECTS, tokens.NOT, tokens.IS})
"""After these, nothing but AND and OR can follow."""

_BARE_IN = frozenset({tokens.IDENTIFIER, tokens.STRING, tokens.CALL, "["})
_BARE_INTERSECTS = frozenset({tokens.IDENTIFIER, tokens.CALL})
_NEWLINE_HINT = "break lines only inside a list, after its parenthesis, a comma or a member"

_OPERATORS: dict[str, tuple[int, Callable[[Parser, Node], Node]]] = {
    tokens.OR: (_OR, Parser._connective),
    "||": (_OR, Parser._connective),
    tokens.AND: (_AND, Parser._connective),
    "&&": (_AND, Parser._connective),
    **dict.fromkeys(tokens.COMPARISONS, (_COMPARISON, Parser._comparison)),
    tokens.BETWEEN: (_COMPARISON, Parser._between),
    tokens.IN: (_COMPARISON, Parser._in),
    tokens.INTERSECTS: (_COMPARISON, Parser._intersects),
    tokens.NOT: (_POSTFIX, Parser._postfix_not),
    tokens.IS: (_POSTFIX, Parser._is_not),
    "+": (_SUM, Parser._arithmetic),
    "-": (_SUM, Parser._arithmetic),
    "*": (_PRODUCT, Parser._arithmetic),
    "/": (_PRODUCT, Parser._arithmetic),
    "%": (_PRODUCT, Parser._arithmetic),
}

_PREFIXES: dict[str, Callable[[Parser], Node]] = {
    tokens.NOT: Parser._prefix_not,
    "-": Parser._prefix_minus,
    tokens.EXISTS: Parser._prefix_exists,
    tokens.AND: Parser._list,
    tokens.OR: Parser._list,
}

_BASES: dict[str, Callable[[Parser, Token], Node]] = {
    tokens.IDENTIFIER: Parser._identifier,
    tokens.STRING: Parser._string,
    tokens.NUMBER: Parser._number,
    tokens.NULL: Parser._null,
    tokens.CALL: Parser._call,
    tokens.INCLUDE: Parser._include,
    "*": Parser._star,
    "[": Parser._array,
    "(": Parser._group,
}
