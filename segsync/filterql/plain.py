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
from collections.abc import Mapping
from dataclasses import dataclass

from segsync.filterql.includes import is_hex_id
from segsync.filterql.tokens import RESERVED

# Far below what the lexer's stack and the limit on depth could notice.
_MAX_SIZE = 1500
_MAX_DEPTH = 20

_WORD = rf"(?!(?i:{'|'.join(sorted(RESERVED))})(?![\w-]))[A-Za-z]"
_FIELD = rf"{_WORD}\w*+(?:\.{_WORD}\w*+)?+"
_VALUE = r'(?:"[^"\\\0\n]*+"|(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+)'
_AFTER = r"(?=[ \n,)]|\Z)"

_START = re.compile(r"FILTER[ \n]+")
_END = re.compile(rf"(?: FROM ({_WORD}[\w-]*+))?+(?: ALIAS ({_WORD}[\w-]*+))?+[ \n]*+\Z", re.ASCII)
_OPENING = re.compile(r"((?:NOT )?+(?:AND|OR) \()[ \n]*+")
_SEPARATOR = re.compile(rf",[ \n]++|[ \n]*+(\)){_AFTER}")
_CONDITION = re.compile(
    rf"(NOT )?+(?:INCLUDE ({_WORD}[\w-]*+)|EXISTS {_FIELD}"
    rf"|({_FIELD}) (?:((?:!?=|[<>]=?+|LIKE|CONTAINS) {_VALUE})"
    rf"|(NOT )?+((?:IN|INTERSECTS) \({_VALUE}(?:, {_VALUE})*+\)|BETWEEN {_VALUE} AND {_VALUE})))"
    rf"{_AFTER}",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class PlainStatement:
    """What a plain statement says: its filter as it is printed, its references and clauses.

    `includes` maps each reference to where its first INCLUDE stands in the text. `table` and
    `alias` are as in a `Statement`.
    """

    printed: str
    includes: Mapping[str, int]
    table: str | None = None
    alias: str | None = None


def read_plain(text: str) -> PlainStatement | None:
    """Return what a plain statement says, or None for one that only the parser can read."""
    start = _START.match(text)
    if start is None or len(text) > _MAX_SIZE:
        return None
    includes: dict[str, int] = {}
    item = _item(text, start.end(), includes, 0)
    end = item and _END.match(text, item[1])
    if not item or not end:
        return None
    table, alias = end.groups()
    return PlainStatement(item[0], includes, table, alias and alias.lower())


def _item(text: str, position: int, includes: dict[str, int], depth: int) -> tuple[str, int] | None:
    """Return an item as it is printed, and where it ends; a list of one is not plain."""
    opening = _OPENING.match(text, position)
    if opening is None:
        return _condition(text, position, includes)
    if depth == _MAX_DEPTH:
        return None
    parts: list[str] = []
    position = opening.end()
    while True:
        item = _item(text, position, includes, depth + 1)
        separator = item and _SEPARATOR.match(text, item[1])
        if not item or not separator:
            return None
        parts.append(item[0])
        position = separator.end()
        if separator[1]:
            break
    return (f"{opening[1]}{', '.join(parts)})", position) if len(parts) > 1 else None


def _condition(text: str, position: int, includes: dict[str, int]) -> tuple[str, int] | None:
    found = _CONDITION.match(text, position)
    if found is None:
        return None
    negation, reference, field, comparison, inside, predicate = found.groups()
    printed = found[0]
    if reference:
        if is_hex_id(reference):
            return None
        includes.setdefault(reference, position + len(negation or ""))
    elif comparison and negation:
        printed = f"NOT ({field} {comparison})"
    elif predicate and negation:
        if inside:
            return None
        printed = f"{field} NOT {predicate}"
    return printed, found.end()
