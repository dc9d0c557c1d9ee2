"""The words of FilterQL: token kinds, the tables of keywords and symbols, and their patterns.

All patterns are possessive or have one way to match, so that hostile text costs linear time.
"""

import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias, cast


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

RESERVED_STARTS = frozenset(
    {"from", "limit", "with", "alias", "select", "insert", "update", "delete", "inner", "outer"}
)
"""Words that end the filter wherever an operand could start: never a bare field name."""

OPERATOR_STARTS = frozenset("!=><-+%&/|*")
"""What an argument of a call cannot start with, but an expression goes on with."""

RESERVED = RESERVED_STARTS | {
    AND, OR, NOT, IN, LIKE, BETWEEN, CONTAINS, INTERSECTS, INCLUDE, EXISTS, IS, NULL,
    "as", "true", "false", "match_all",
}  # fmt: skip
"""Words that have to be back-ticked to be a field name."""

# What the reference calls white space, which is less than what `\s` matches.
_SPACE = r"[ \t\n\v\f\r\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*+"

# A keyword is compared with the whole run of these, so `not_x` and `from@` are no keywords. Eleven
# are enough to know, and more would not be linear.
_WORD = r"[\w@.\-/]"

Always: TypeAlias = Callable[[str, int], re.Match[str]]
"""A match that cannot fail, as its pattern also matches nothing."""

space = cast("Always", re.compile(_SPACE).match)
word = cast("Always", re.compile(f"{_WORD}{{0,11}}+").match)

# The short forms of operands, which are nearly all that occurs; the name of the group is the kind
# of the token. What looks unusual is left to the patterns below.
_OPERAND = (
    r"(?P<identifier>(?:[^\W\d]|[.@])[\w.\-/]*+)(?![*`\[@(])"
    r'|"(?P<string>[^"\\\0]*+)"(?!")'
    r"|(?P<number>(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+)(?=[ ,)\n]|\Z)"
)

# What comes next in a filter: the name of the group tells, and no name means anything else.
# Group 1 is the white space before it. A keyword is an identifier here, or a word if no identifier
# could end where it ends. A comma or a closing parenthesis counts only if no letter follows.
lexeme = cast(
    "Always",
    re.compile(
        rf"({_SPACE})(?:(?P<comment>--|//|\#)"
        rf"|(?P<symbol>==|!=|>=|<=|<>|\|\||&&|\+[+=]|[=<>+\-*/%])"
        rf"|{_OPERAND}|(?P<word>{_WORD}{{1,11}}+)|(?P<separator>\(|[,)](?!{_WORD})))?+"
    ).match,
)

# The same where only an operand can stand.
usual_operand = cast("Always", re.compile(rf"({_SPACE})(?:{_OPERAND})?+").match)

# What a statement starts with, unless comments come first.
FILTER = re.compile(rf"{_SPACE}filter(?!{_WORD})", re.IGNORECASE)

LINE_COMMENT = re.compile(r"(?:--|//|#)([^\n]*+)")
BLOCK_COMMENT = re.compile(r"/\*((?:[^*]++|\*(?!/))*+)\*/")
_BEGINNING = re.compile(
    rf"(?:{_SPACE}(?:{LINE_COMMENT.pattern}|{BLOCK_COMMENT.pattern}))*+{FILTER.pattern}",
    re.IGNORECASE,
)


def begins_with_filter(text: str) -> bool:
    """Say whether a text is meant as a statement, and not only as the condition of one."""
    return _BEGINNING.match(text) is not None


BARE_IDENTIFIER = re.compile(r"(?:@@?+|[\w.])[\w.\-/]*+")
IDENTIFIER_START = re.compile(r"[^\W\d]|[.@`']|\[(?=[^\W\d]|[.@])")
ALL_DIGITS = re.compile(r"[0-9]++\Z")
CALL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]*+(?=\()")
NAMELESS_CALL = re.compile(r"[_.][A-Za-z0-9_.]*+\(")

# The quotation marks of identifiers. Two that are joined by a dot are one name: `a`.`b`.
QUOTED = {
    "`": re.compile(r"`([^`]++(?:`\.`[^`]*+)*+)`"),
    "[": re.compile(r"\[([^\]]++(?:\]\.\[[^\]]*+)*+)\]"),
    "'": re.compile(r"'([^']++)'"),
}

# A quote inside is written "" or \", and a backslash before anything else is a backslash. For each
# mark: the pattern of the string, and the pattern of an escaped mark in it.
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
