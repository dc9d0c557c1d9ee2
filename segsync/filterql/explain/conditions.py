"""One condition in plain English, also when it is negated.

A missing value makes most negated conditions true, but not a negated BETWEEN; the words say so.
"""

from segsync.filterql.explain.words import Names, field, is_date, listed, moment, segment, value
from segsync.filterql.explain.words import window as date_window
from segsync.filterql.nodes import (
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
    Node,
)
from segsync.filterql.printer import print_filter

_NOT = " not"
_MISSING = ", or it has no value"
_UNCOUNTED = " (a missing value does not count)"
_ENDING = " (without a value: not in, unless one before it fails)"
_EVERYBODY = Field("match_all")
_SYMBOLS = {"==": "=", "<>": "!="}
_NUMBERS = {">": "more than", ">=": "at least", "<": "less than", "<=": "at most"}
_DATES = {">": "after", ">=": "at or after", "<": "before", "<=": "at or before"}
_WILDCARDS = {
    "*%?": "* and % are any text, ? is any character",
    "[": "[...] is any one of its characters",
    "\\": "a backslash takes what follows as it is",
}


def condition(node: Node, names: Names, *, negated: bool = False, ending: bool = False) -> str:
    """Return what a condition asks for; `negated` is for one below a NOT.

    `ending` is for a member of an AND below a NOT, which is not in where a member is undefined.
    """
    words = _condition(node, names, negated=negated)
    if not _can_be_undefined(node):
        return words
    return words + (_ENDING if ending else _UNCOUNTED * negated)


def _can_be_undefined(node: Node) -> bool:
    """Say whether a missing value makes a condition neither true nor false."""
    match node:
        case Between() | Call("timewindow" | "geodistance"):
            return True
        case _:
            return isinstance(node, Field) and node != _EVERYBODY


def _condition(node: Node, names: Names, *, negated: bool) -> str:
    match node:
        case Comparison():
            return _comparison(node, negated=negated)
        case In() | Intersects():
            return _membership(node, negated=negated)
        case Between():
            return _between(node, negated=negated)
        case Exists(operand):
            words = "has no value" if negated else "has a value, even an empty one"
            return f"{field(operand)} {words}"
        case Include(reference):
            return f"is{_NOT * negated} in the segment {segment(reference, names)}"
        case _:
            return _alone(node, negated=negated)


def _membership(node: In | Intersects, *, negated: bool) -> str:
    choice = listed(node.values)
    if isinstance(node, Intersects):
        words = f"has {'none' if negated else 'one or more'} of {choice}"
    else:
        words = f"is{_NOT * negated} {'one of ' * (len(node.values) != 1)}{choice}"
    return f"{field(node.left)} {words}{_MISSING * negated}"


def _comparison(node: Comparison, *, negated: bool) -> str:
    operator = _SYMBOLS.get(node.operator, node.operator)
    if operator == "!=":
        operator, negated = "=", not negated
    name, right = field(node.left), node.right
    if operator == "=":
        words = f"is{_NOT * negated} {value(right)}"
        if right == Literal("null", "NULL"):
            return f"{name} {words}"
    elif operator == "like":
        words = f"{'does not match' if negated else 'matches'} {_pattern(right)}"
    elif operator == "contains":
        words = f"{'does not contain' if negated else 'contains'} {_text(right)}"
    else:
        words = f"is{_NOT * negated} {_ordered(operator, right)}"
    return f"{name} {words}{_MISSING * negated}"


def _ordered(operator: str, right: Node) -> str:
    words = _DATES if is_date(right) else _NUMBERS
    return date_window(operator, right) or f"{words[operator]} {value(right)}"


def _pattern(node: Node) -> str:
    """Return a pattern, with what its wildcards stand for."""
    pattern = node.text if isinstance(node, Literal) else ""
    notes = [note for signs, note in _WILDCARDS.items() if not set(pattern).isdisjoint(signs)]
    return f"{_text(node)} ({', '.join(notes)})" if notes else _text(node)


def _text(node: Node) -> str:
    """Return a text in quotes, also if it looks like a date."""
    if isinstance(node, Literal) and node.kind == "string":
        return f'"{node.text}"'
    return value(node)


def _between(node: Between, *, negated: bool) -> str:
    name, low, high = field(node.left), value(node.low), value(node.high)
    if not negated:
        return f"{name} is between {low} and {high}, both excluded"
    before, after = ("before", "after") if is_date(node.low) else ("below", "above")
    return f"{name} is {low} or {before}, or {high} or {after}"


def _alone(node: Node, *, negated: bool) -> str:
    """Return what stands without an operator: a call, a flag, everybody, nobody."""
    match node:
        case Call("timewindow", (name, times, days)):
            words = "fewer than" if negated else "at least"
            result = f"{field(name)} has {words} {value(times)} in the last {value(days)} days"
        case Call("geodistance", (name, Literal(text=place), distance)):
            result = f"{field(name)} is{_NOT * negated} within {value(distance)} km of {place}"
        case Field("match_all", None) | MatchAll() | Literal("star"):
            result = _who(everybody=not negated)
        case Literal("boolean", text):
            result = _who(everybody=(text.lower() == "true") != negated)
        case Field():
            result = f"{field(node)} is {'false' if negated else 'true'}"
        case Literal():
            result = f"{value(node)}, which is no condition and never holds"
        case _:
            result = f"{print_filter(node)} is {'false' if negated else 'true'}"
    return result


def _who(*, everybody: bool) -> str:
    return "everybody" if everybody else "nobody"


def compares_text(node: Node) -> bool:
    """Say whether a condition compares text, in which capitals matter."""
    match node:
        case Comparison("=" | "==" | "!=" | "<>" | "like" | "contains", _, right):
            values: tuple[Node, ...] = (right,)
        case In(_, values) | Intersects(_, values):
            pass
        case _:
            return False
    return any(
        isinstance(each, Literal)
        and each.kind == "string"
        and each.text.lower() != each.text.upper()
        and not moment(each.text)
        for each in values
    )
