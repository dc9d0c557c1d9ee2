"""A quick reading of filters in plain form, which is how people write nearly all of them.

A plan of thousands of unchanged segments needs no tree of each, but three answers: whether the
filter can be read, how it is printed, what it includes. For lists of simple conditions in the usual
spelling a few regular expressions give them ten times as fast as the parser. Everything else is
left to the parser. What is plain, the parser reads, prints and includes the same: a law, tested.

    statement := FILTER item [FROM name] [ALIAS name]
    item      := [NOT] (AND | OR) '(' item {',' item} ')' | [NOT] condition
    condition := INCLUDE name | EXISTS field | field operator value
               | field [NOT] (IN | INTERSECTS) '(' value {',' value} ')'
               | field [NOT] BETWEEN value AND value

Keywords are in capitals; lines are broken after `(` and `,` and before `)`, and nowhere else.
"""

import re
from typing import NamedTuple

from segsync.filterql.includes import is_hex_id
from segsync.filterql.tokens import RESERVED

# Far below what the lexer's stack and the limit on depth could notice.
_MAX_SIZE = 1500
_MAX_DEPTH = 20

# Keywords are told from names afterwards, all at once: a pattern that knows them takes twice as
# long.
_NAME = r"[A-Za-z][\w-]*+"
_FIELD = r"[A-Za-z]\w*+(?:\.[A-Za-z]\w*+)?+"
_VALUE = r'(?:"[^"\\\0\n]*+"|(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+)'

_START = re.compile(r"FILTER[ \n]+")
_END = re.compile(rf"(?: FROM ({_NAME}))?+(?: ALIAS ({_NAME}))?+[ \n]*+\Z", re.ASCII)
# The opening of a list, or a condition and what closes or continues its list, or all the rest.
_PIECE = re.compile(
    r"((?:NOT )?+(?:AND|OR) \()[ \n]*+"
    rf"|((NOT )?+(?:INCLUDE ({_NAME})|(EXISTS )?+({_FIELD})(?(5)|"
    rf" (?:((?:!?=|[<>]=?+|LIKE|CONTAINS) {_VALUE})|(?(3)|(?:NOT )?+)"
    rf"((?:IN|INTERSECTS) \({_VALUE}(?:, {_VALUE})*+\)|BETWEEN {_VALUE} AND {_VALUE})))))"
    r"((?:[ \n]*+\))*+)(?:(,)[ \n]++|(?=[ \n]|\Z))"
    r"|((?s:.++))",
    re.ASCII,
)
# Where in a piece stand the name that is included, and the field.
_INCLUDED, _FIELD_NAME = 3, 5


class PlainStatement(NamedTuple):
    """What a plain statement says: its filter as it is printed, its references and clauses.

    `includes` are the references in the order in which they stand, each once. `table` and `alias`
    are as in a `Statement`.
    """

    printed: str
    includes: tuple[str, ...]
    table: str | None = None
    alias: str | None = None


def read_plain(text: str) -> PlainStatement | None:
    """Return what a plain statement says, or None for one that only the parser can read."""
    start = _START.match(text)
    if start is None or len(text) > _MAX_SIZE:
        return None
    pieces = _PIECE.findall(text, start.end())
    rest = pieces[-1][-1] if pieces else ""
    if rest:
        pieces.pop()
    end = _END.match(rest)
    printed = _printed(pieces) if end else None
    if not end or not printed:
        return None
    table, alias = end.groups()
    references = tuple(dict.fromkeys([each[_INCLUDED] for each in pieces if each[_INCLUDED]]))
    fields = [each[_FIELD_NAME] for each in pieces]
    # A field may be two names that are joined by a dot.
    names = ".".join((table or "", alias or "", *references, *fields)).lower()
    if not RESERVED.isdisjoint(names.split(".")) or any(map(is_hex_id, references)):
        return None
    return PlainStatement(printed, references, table, alias and alias.lower())


def _printed(pieces: list[tuple[str, ...]]) -> str | None:
    """Return the one item that the pieces are, as it is printed; a list of one is not plain."""
    parts: list[str] = []
    # How many items each open list has; the first number stands for the statement itself.
    sizes = [1]
    for piece in pieces:
        opening, condition, negation, _, _, field, comparison, predicate, closings, comma, _ = piece
        if opening:
            if len(sizes) > _MAX_DEPTH:
                return None
            parts.append(opening)
            sizes.append(1)
            continue
        if negation and comparison:
            condition = f"NOT ({field} {comparison})"
        elif negation and predicate:
            condition = f"{field} NOT {predicate}"
        parts.append(condition)
        for _ in range(closings.count(")")) if closings else ():
            if sizes.pop() == 1 or not sizes:
                return None
            parts.append(")")
        if comma:
            parts.append(", ")
            sizes[-1] += 1
    return "".join(parts) if sizes == [1] and parts else None
