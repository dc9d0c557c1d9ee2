"""What a definition says about itself: its references, fields, date math, and its JSON tree."""

from dataclasses import dataclass
from functools import lru_cache

from segsync.filterql import fields, includes, parse, print_statement, to_ast
from segsync.filterql.datemath import DATE_MATH
from segsync.filterql.nodes import And, Field, Literal, Node, Or, Statement, walk
from segsync.sandbox.messages import JsonObject

_REMEMBERED = 65_536


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition and what the server computes from its text alone.

    `references` and `fields` are in order of first use, without repetitions.
    `is_infix` says that it has `a AND b`, which the parser reads and the API refuses on create
    (reported by practitioners).
    """

    text: str
    statement: Statement
    references: tuple[str, ...]
    fields: tuple[Field, ...]
    has_date_math: bool
    has_forward_date_math: bool
    is_infix: bool

    @property
    def filter(self) -> Node:
        """The condition."""
        return self.statement.filter

    @property
    def ast(self) -> JsonObject:
        """The condition as the JSON tree that the API shows."""
        return to_ast(self.filter)


@lru_cache(maxsize=_REMEMBERED)
def read_definition(text: str) -> Definition:
    """Read FilterQL; raise FilterQLSyntaxError."""
    statement = parse(text)
    nodes = tuple(walk(statement.filter))
    dates = [
        date for each in nodes if isinstance(each, Literal) and (date := DATE_MATH.match(each.text))
    ]
    return Definition(
        text=text,
        statement=statement,
        references=tuple(dict.fromkeys(each.reference for each in includes(statement.filter))),
        fields=tuple(dict.fromkeys(fields(statement.filter))),
        has_date_math=bool(dates),
        has_forward_date_math=any(date[1] != "-" for date in dates),
        is_infix=any(isinstance(each, And | Or) and each.infix for each in nodes),
    )


def field_name(field: Field) -> str:
    """Return the name of a field as the API lists it, with the key of a map field."""
    return field.left if field.right is None else f"{field.left}.{field.right}"


def definition_of(node: Node, *, table: str, alias: str) -> Definition:
    """Return the definition whose text is printed from a condition, with FROM and ALIAS."""
    return read_definition(print_statement(Statement(node, table=table, alias=alias)))
