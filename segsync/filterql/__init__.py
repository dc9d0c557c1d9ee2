"""FilterQL, the language of Lytics audiences: read it, write it, compare it.

The package stands alone: it uses nothing of segsync and nothing outside the standard library.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from segsync.filterql.canonical import canonical, same_meaning
from segsync.filterql.errors import AstError, FilterQLSyntaxError
from segsync.filterql.includes import fields, includes, is_hex_id, replace_includes
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
    Not,
    Or,
    Statement,
)
from segsync.filterql.plain import PlainStatement, read_plain
from segsync.filterql.printer import (
    format_statement,
    print_clauses,
    print_filter,
    print_statement,
    quote_name,
    quote_string,
)
from segsync.filterql.tokens import begins_with_filter

__all__ = [
    "And",
    "Arithmetic",
    "Array",
    "AstError",
    "Between",
    "Call",
    "Comparison",
    "Edit",
    "Exists",
    "Field",
    "FilterQLSyntaxError",
    "In",
    "Include",
    "Intersects",
    "Literal",
    "MatchAll",
    "Negative",
    "Node",
    "Not",
    "Or",
    "PlainStatement",
    "Statement",
    "begins_with_filter",
    "canonical",
    "difference",
    "fields",
    "format_statement",
    "from_ast",
    "includes",
    "is_hex_id",
    "parse",
    "print_clauses",
    "print_filter",
    "print_statement",
    "quote_name",
    "quote_string",
    "read_plain",
    "replace_includes",
    "same_meaning",
    "to_ast",
]

# The parser, the AST and differences are imported when somebody first asks: a plan that finds the
# usual definitions unchanged needs none of them.
if TYPE_CHECKING:
    from segsync.filterql.astjson import from_ast, to_ast
    from segsync.filterql.statement import parse
    from segsync.filterql.treediff import Edit, difference
else:
    _LATER = {
        "Edit": "treediff",
        "difference": "treediff",
        "from_ast": "astjson",
        "parse": "statement",
        "to_ast": "astjson",
    }

    def __getattr__(name: str) -> object:
        if name not in _LATER:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        value = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
        globals()[name] = value
        return value
