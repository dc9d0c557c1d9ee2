"""A statement under the eye of the rules: its text, its tree, and the tokens that fit both.

The tree does not keep commas and parentheses, so rules about them look at the tokens between the
spans of two nodes.
"""

from dataclasses import dataclass
from functools import cached_property

from segsync.filterql import tokens
from segsync.filterql.gates import Gates, gates
from segsync.filterql.lexer import read_filter
from segsync.filterql.nodes import (
    And,
    Between,
    Comparison,
    In,
    Intersects,
    Node,
    Not,
    Or,
    Span,
    Statement,
    walk,
)
from segsync.filterql.schema import Fields
from segsync.filterql.tokens import Token

SEPARATORS = frozenset({",", tokens.NEWLINE, tokens.COMMENT, tokens.DASH_COMMENT})
COMMENTS = frozenset({tokens.COMMENT, tokens.DASH_COMMENT})
OPERAND_ENDS = frozenset(
    {tokens.IDENTIFIER, tokens.STRING, tokens.NUMBER, tokens.NULL, ")", "]", "*"}
)
_COMPARED = Comparison | In | Intersects | Between
_LINKS = tokens.COMPARISONS | {tokens.BETWEEN, tokens.IN, tokens.INTERSECTS}


@dataclass(frozen=True)
class Source:
    """What the rules look at."""

    text: str
    statement: Statement
    fields: Fields | None = None

    @property
    def filter(self) -> Node:
        """The tree of the filter."""
        return self.statement.filter

    @cached_property
    def gates(self) -> Gates:
        """What the gates behind the parser refuse."""
        return gates(self.statement, self.text, fields=self.fields)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node, depth first and left to right."""
        return tuple(walk(self.filter))

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens of the filter."""
        return tuple(read_filter(self.text, self.statement.filter_span[0])[0])

    @cached_property
    def starts(self) -> dict[int, int]:
        """The index of the token that starts at a place."""
        return {token.start: index for index, token in enumerate(self.tokens)}

    @cached_property
    def ends(self) -> dict[int, int]:
        """The index of the token that ends at a place; that of the end itself is left out."""
        return {token.end: index for index, token in enumerate(self.tokens[:-1])}

    @cached_property
    def lists(self) -> tuple[And | Or, ...]:
        """Every list, which is AND and OR but those between two conditions."""
        return tuple(node for node in self.nodes if isinstance(node, And | Or) and not node.infix)

    @cached_property
    def chains(self) -> tuple[And | Or, ...]:
        """Every AND and OR between conditions, those inside of another one left out."""
        found = []
        inner: set[int] = set()
        for node in self.nodes:
            if isinstance(node, And | Or) and node.infix:
                if id(node) not in inner:
                    found.append(node)
                inner.update(map(id, node.members))
        return tuple(found)

    @cached_property
    def moved_nots(self) -> frozenset[int]:
        """The indexes of the NOTs that negate what stands in front of them.

        Such a NOT is the end of a node, unless another NOT cancels it. What it can cancel against
        is no comparison, as behind one a NOT starts something new, or it is a BETWEEN.
        """
        words = self.tokens
        nots = {node.span for node in self.nodes if isinstance(node, Not)}
        ends = {end for _, end in nots}
        compared = {node.span[1] for node in self.nodes if isinstance(node, _COMPARED)}
        compared -= {end for start, end in self._negated_ranges if (start, end) not in nots}
        return frozenset(
            index
            for index in range(1, len(words) - 1)
            if words[index].kind == tokens.NOT
            and words[index - 1].kind in OPERAND_ENDS
            and words[index + 1].kind not in _LINKS
            and (words[index].end in ends or words[index - 1].end not in compared)
        )

    @property
    def _negated_ranges(self) -> list[Span]:
        """The part of the text of every BETWEEN behind a NOT, with the NOT."""
        found = []
        for node in self.nodes:
            if isinstance(node, Between):
                before = self.tokens[max(self.starts[node.span[0]] - 1, 0)]
                if before.kind == tokens.NOT:
                    found.append((before.start, node.span[1]))
        return found

    @cached_property
    def lost_ands(self) -> frozenset[int]:
        """The indexes of the ANDs that join nothing, as a parenthesis follows inside a list."""
        joining = {index for node in self.nodes for index in self._joints(node)}
        words = self.tokens
        return frozenset(
            index
            for index in range(1, len(words) - 1)
            if words[index].kind == tokens.AND
            and words[index + 1].kind == "("
            and words[index - 1].kind in OPERAND_ENDS
            and index not in joining
        )

    def _joints(self, node: Node) -> list[int]:
        """Return the indexes of what may be the ANDs between the members of a chain."""
        if not isinstance(node, And) or not node.infix:
            return []
        return [
            index
            for before, after in zip(node.members, node.members[1:], strict=False)
            for index in self.between(before, after)
        ]

    def between(self, before: Node, after: Node) -> range:
        """Return the indexes of the tokens between two nodes."""
        return range(self.ends[before.span[1]] + 1, self.starts[after.span[0]])

    def whole(self, node: Node) -> range:
        """Return the indexes of the tokens of a node, with the parentheses that open before it.

        The span of `(a = 1) AND b = 2` starts behind the parenthesis, that of `a = 1 AND (b = 2)`
        ends behind it. A list of one is nothing but a parenthesis with a word before it.
        """
        words = self.tokens
        first, last = self.starts[node.span[0]], self.ends[node.span[1]]
        kinds = [word.kind for word in words[first : last + 1]]
        opened = kinds.count(")") - kinds.count("(")
        while opened > 0:
            first -= 1
            opened -= words[first].kind == "("
            while opened == 0 and words[first - 1].kind in {tokens.AND, tokens.OR}:
                first -= 1
        return range(first, last + 1)
