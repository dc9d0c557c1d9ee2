"""FilterQL as a grammar for lark, to measure the parser against a generated one.

LALR cannot cover the language: separators in lists may be left out, and a NOT may stand behind its
operand. This is the part that is written with commas, which is nearly all that people write.
"""

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any

GRAMMAR = r"""
start: "FILTER"i phrase ["FROM"i NAME] ["LIMIT"i NUMBER] ["ALIAS"i NAME]
phrase: "*" -> everybody
      | _expression
_expression: conjunction | disjunction
disjunction: conjunction ("OR"i conjunction)+
?conjunction: _operand ("AND"i _operand)*
_operand: negation | list | exists | include | _condition
negation: "NOT"i _operand
list: (ALL | ANY) "(" _expression ("," _expression)* [","] ")"
exists: "EXISTS"i _value
include: "INCLUDE"i NAME
_condition: _value | comparison | membership | between | "(" _expression ")"
comparison: _value [NOT] OPERATOR _value
membership: _value [NOT] (IN | INTERSECTS) "(" _value ("," _value)* [","] ")"
between: _value [NOT] "BETWEEN"i _value "AND"i _value
_value: NAME | STRING | NUMBER | call
call: NAME "(" [_value ("," _value)*] ")"

NOT: "NOT"i
ALL: "AND"i
ANY: "OR"i
IN: "IN"i
INTERSECTS: "INTERSECTS"i
OPERATOR: "=" | "==" | "!=" | "<>" | ">=" | "<=" | ">" | "<" | "LIKE"i | "CONTAINS"i
NAME: /(?:[a-z_][\w.\-\/]*|`[^`]+`)(?:\.`[^`]+`)?/i
STRING: /"(?:[^"\\]|\\.|"")*"/
NUMBER: /[0-9]+(?:\.[0-9]+)?/
COMMENT: /(?:--|#|\/\/)[^\n]*/
%ignore /\s+/
%ignore COMMENT
"""


def lark_parser() -> Callable[[str], Any] | None:
    """Return a function that reads a statement or raises, or None without lark."""
    if importlib.util.find_spec("lark") is None:
        return None
    lark = importlib.import_module("lark")
    parser = lark.Lark(GRAMMAR, parser="lalr", lexer="contextual", maybe_placeholders=False)
    parse: Callable[[str], Any] = parser.parse
    return parse
