"""Rules about conditions that everybody or nobody fulfills."""

from collections.abc import Iterable, Iterator, Sequence

from segsync.filterql.canonical import canonical
from segsync.filterql.datemath import DATE_MATH
from segsync.filterql.lint.findings import Hit, Hits
from segsync.filterql.lint.sameness import Sameness
from segsync.filterql.lint.source import Source
from segsync.filterql.lint.values import is_no_quantity
from segsync.filterql.nodes import (
    And,
    Between,
    Comparison,
    Exists,
    Field,
    In,
    Include,
    Intersects,
    Literal,
    Node,
    Not,
    Or,
    children,
)

Point = tuple[str, float]
"""A place on a line: the line, which is numbers or dates counted in one unit, and how far."""

_BOOLEAN_WORDS = frozenset({"true", "false", "t", "f", "yes", "no", "on", "off"})
_NUMBERS = ""


def extremes(source: Source) -> Hits:
    """Find what is always true and what is always false."""
    same = Sameness(source.filter)
    inner = {
        id(member)
        for node in source.nodes
        if isinstance(node, And)
        for member in node.members
        if isinstance(member, And)
    }
    for node in source.nodes:
        match node:
            case And(()):
                yield Hit("always-true", node.span, "an AND with nothing in it is about everybody")
            case Or(()):
                yield Hit("always-false", node.span, "an OR with nothing in it is about nobody")
            case And(members):
                yield from _contradiction(members, same)
                if id(node) not in inner:
                    yield from _empty_ranges(_all_members(node))
                yield from _constants(members, "false", "always-false", "nobody")
            case Or(members):
                yield from _tautology(members, same)
                yield from _constants(members, "true", "always-true", "everybody")
            case In(_, (), True) | Intersects(_, (), True):
                yield Hit("always-false", node.span, "no value is in an empty list")
            case Between(_, low, high) if _is_empty(low, high):
                yield Hit("always-false", node.span, "nothing lies between these bounds")


def _constants(members: Sequence[Node], word: str, rule: str, who: str) -> Hits:
    """Find the member that decides the whole list."""
    for member in members:
        match member:
            case Literal("boolean", text) if text.lower() == word:
                yield Hit(rule, member.span, f"with this member the list is about {who}")
            case Literal("star") | Field("match_all", None) if word == "true":
                yield Hit(rule, member.span, f"with this member the list is about {who}")


def _negations(members: Sequence[Node], same: Sameness) -> Iterator[Node]:
    """Yield the members that negate another one."""
    numbers = {same.of(member) for member in members}
    for member in members:
        if isinstance(member, Not) and same.operand(member) in numbers:
            yield member


def _tautology(members: Sequence[Node], same: Sameness) -> Hits:
    for member in _negations(members, same):
        if _is_decided(member):
            yield Hit("always-true", member.span, "the list also has what this member negates")


def _is_decided(node: Node) -> bool:
    """Say whether everybody fulfills a condition or its NOT, also those without a value."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, And | Or | Not):
            waiting += children(each)
        elif not isinstance(each, Comparison | In | Intersects | Exists | Include):
            return False
    return True


def _contradiction(members: Sequence[Node], same: Sameness) -> Hits:
    """Find members that negate one another."""
    for member in _negations(members, same):
        yield Hit("always-false", member.span, "the list also has what this member negates")


def _all_members(node: And) -> Iterator[Node]:
    """Yield what has to hold in an AND: its members, and those of an AND in it, in their order."""
    waiting = [*reversed(node.members)]
    while waiting:
        member = waiting.pop()
        if isinstance(member, And):
            waiting += reversed(member.members)
        else:
            yield member


def _empty_ranges(members: Iterable[Node]) -> Hits:
    """Find comparisons after which no value of a field is left."""
    ranges: dict[Node, _Range] = {}
    for member in members:
        match member:
            case Comparison(operator, Field() as field, Literal() as value):
                found = ranges.setdefault(canonical(field), _Range())
                reason = found.narrow(operator, value)
            case Between(Field() as field, Literal() as low, Literal() as high):
                found = ranges.setdefault(canonical(field), _Range())
                reason = found.narrow(">", low) or found.narrow("<", high)
            case _:
                continue
        if reason:
            yield Hit("always-false", member.span, f"no field with one value fulfills {reason}")


class _Range:
    """The values that one field can still have after some comparisons."""

    def __init__(self) -> None:
        self._text: str | None = None
        self._lowest: dict[str, tuple[float, bool]] = {}
        self._highest: dict[str, tuple[float, bool]] = {}

    def narrow(self, operator: str, value: Literal) -> str:
        """Add a comparison; return why no value is left, or nothing."""
        place = point(value)
        if place is not None:
            return self._bound(operator, *place)
        if operator in {"=", "=="} and _is_word(value):
            before, self._text = self._text, value.text
            if before is not None and before != value.text:
                return f"= {before} and = {value.text}"
        return ""

    def _bound(self, operator: str, line: str, place: float) -> str:
        """Move the bounds; a flag says that the bound itself is left out."""
        strict = operator in {">", "<"}
        if operator in {">", ">=", "=", "=="}:
            bound = (place, strict)
            self._lowest[line] = max(self._lowest.get(line, bound), bound)
        if operator in {"<", "<=", "=", "=="}:
            bound = (place, not strict)
            self._highest[line] = min(self._highest.get(line, bound), bound)
        return self._verdict(line)

    def _verdict(self, line: str) -> str:
        if line not in self._lowest or line not in self._highest:
            return ""
        (low, without_low), (high, with_high) = self._lowest[line], self._highest[line]
        if low < high or (low == high and with_high and not without_low):
            return ""
        return "both this and what stands before it"


def _is_word(value: Literal) -> bool:
    """Say whether a text equals no other text under any type of field."""
    return (
        value.kind == "string"
        and value.text.lower() not in _BOOLEAN_WORDS
        and is_no_quantity(value.text)
    )


def point(value: Node) -> Point | None:
    """Return where a value lies, or None if that depends on the type of the field."""
    match value:
        case Literal("number", text) if not text.startswith("0x"):
            return (_NUMBERS, float(text))
        case Literal("string", text):
            found = DATE_MATH.match(text)
            if found is not None:
                return (found[3], float(found[1] + found[2]))
    return None


def _is_empty(low: Node, high: Node) -> bool:
    """Say whether nothing lies between two bounds, which are left out themselves."""
    lowest, highest = point(low), point(high)
    if lowest is None or highest is None or lowest[0] != highest[0]:
        return False
    return lowest[1] >= highest[1]
