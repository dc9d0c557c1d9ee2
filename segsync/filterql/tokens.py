"""The words of FilterQL: token kinds, the tables of keywords and symbols, and their patterns.

All patterns are possessive or have one way to match, so that hostile text costs linear time.
"""

import re
from typing import NamedTuple


class Token(NamedTuple):
    """One word of the text. `text` is without quotes; `start` and `end` are with them.

    `quote` is the quotation mark of an identifier, or "" when it was bare.
    """

    kind: str
    text: str
    start: int
    end: int
    quote: str = ""


IDENTIFIER = "identifier"
STRING = "string"
NUMBER = "number"
CALL = "call"
NEWLINE = "newline"
COMMENT = "comment"
DASH_COMMENT = "dash comment"
AND = "and"
OR = "or"
NOT = "not"
INCLUDE = "include"
EXISTS = "exists"
IN = "in"
INTERSECTS = "intersects"
LIKE = "like"
CONTAINS = "contains"
BETWEEN = "between"
IS = "is"
NULL = "null"
END = "end"
# The kind of every other symbol is the symbol itself: "(" ")" "[" "]" "," "=" "<=" and so on.

COMPARISONS = frozenset({"=", "==", "!=", "<>", ">", ">=", "<", "<=", LIKE, CONTAINS})
PREDICATES = frozenset({IN, INTERSECTS, LIKE, CONTAINS, BETWEEN})
"""The operators that a NOT may stand before as well as after their left side."""

CLAUSE_WORDS = frozenset({"from", "limit", "with", "alias"})
FILTER_WORDS = frozenset({AND, OR, NOT, INCLUDE, "from", "with"})
"""What the filter clause itself looks for; every other word is left to an expression."""

OPERATOR_STARTS = frozenset("!=><-+%&/|*")
RESERVED_STARTS = CLAUSE_WORDS | {"select", "insert", "update", "delete", "inner", "outer"}
"""Words that end the filter wherever an operand could start: never a bare field name."""

RESERVED = RESERVED_STARTS | {
    AND, OR, NOT, IN, LIKE, BETWEEN, CONTAINS, INTERSECTS, INCLUDE, EXISTS, IS, NULL,
    "as", "true", "false", "match_all",
}  # fmt: skip
"""Words that have to be back-ticked to be a field name."""

# What the reference calls white space, which is less than what `\s` matches.
_SPACE = r"[ \t\n\v\f\r\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"

SPACE = re.compile(f"{_SPACE}*+")
LINE_COMMENT = re.compile(r"(?:--|//|#)([^\n]*+)")
BLOCK_COMMENT = re.compile(r"/\*((?:[^*]++|\*(?!/))*+)\*/")

# A keyword is compared with the whole run of these, so `not_x` and `from@` are no keywords.
_WORD_CHARACTER = r"[\w@.\-/]"
WORD = re.compile(f"{_WORD_CHARACTER}*+")

# What the two main states of the lexer look at: the name of the group that matched tells which.
IN_FILTER = re.compile(
    rf"({_SPACE}*+)(?:(?P<comment>--|//|#)|(?P<word>{_WORD_CHARACTER}++)"
    rf"|(?P<separator>\(|[,)](?!{_WORD_CHARACTER})))?+"
)
IN_EXPRESSION = re.compile(
    rf"{_SPACE}*+(?:(?P<comment>--|//|#)|(?P<symbol>==|!=|>=|<=|<>|\|\||&&|\+[+=]|[=<>+\-*/%])"
    rf"|(?P<word>{_WORD_CHARACTER}++))?+"
)
BARE_IDENTIFIER = re.compile(r"(?:@@?+|[\w.])[\w.\-/]*+")
IDENTIFIER_START = re.compile(r"[^\W\d]|[.@`']|\[(?=[^\W\d]|[.@])")
ALL_DIGITS = re.compile(r"[0-9]++\Z")

# Only letters, digits, `_` and `.` may lead up to the parenthesis of a call.
CALL_NAME = re.compile(r"[^\W\d_][\w.]*+(?=\()")

# The quotation marks of identifiers. Two that are joined by a dot are one name: `a`.`b`.
QUOTED = {
    "`": re.compile(r"`([^`]++(?:`\.`[^`]*+)*+)`"),
    "[": re.compile(r"\[([^\]]++(?:\]\.\[[^\]]*+)*+)\]"),
    "'": re.compile(r"'([^']++)'"),
}

# A quote inside is written "" or \", and a backslash before anything else is a backslash. With each
# quotation mark: the pattern of the string, and the pattern of an escaped mark in it.
STRINGS = {
    '"': (re.compile(r'"((?:[^"\\\0]++|\\++"?+|"")*+)"'), re.compile(r'\\"|""')),
    "'": (re.compile(r"'((?:[^'\\\0]++|\\++'?+|'')*+)'"), re.compile(r"\\'|''")),
}

# No leading zero, digits on both sides of the dot, only a small `e`, only capital hex digits.
NUMERAL = re.compile(
    r"[+-]?+(?:\d++\.\d++(?:e[+-]?+\d++|(?!e))|[1-9]\d*+(?!\.)(?:e[+-]?+\d++|(?!e))"
    r"|0(?=[ \t\n,);]|\Z))|0x[0x]*+[0-9A-F]++(?!\.)",
    re.ASCII,
)
DURATION_UNIT = re.compile(r"[yYmMdDuUsSwW]")
