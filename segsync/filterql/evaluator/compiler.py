"""A tree as one function of a profile, built once and fast to call for thousands of profiles.

A condition returns True, False, or something else, which counts as undefined. No call raises: what
panics in the reference is undefined. No call recurses deeper than the tree is high, because what
INCLUDE refers to is evaluated first, each segment once.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, TypeAlias

from segsync.filterql.evaluator.dates import moment
from segsync.filterql.evaluator.functions import function
from segsync.filterql.evaluator.operators import operate
from segsync.filterql.evaluator.values import (
    MISSING,
    Map,
    Slice,
    Value,
    as_float,
    as_int,
    literal_number,
    milliseconds_of,
)
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
)
from segsync.filterql.reader import MAX_DEPTH

Values: TypeAlias = Mapping[str, Value]
Included: TypeAlias = Mapping[str, bool | None]
"""Who is a member of what INCLUDE refers to: None is undefined; a broken reference is not here."""

Check: TypeAlias = Callable[[Values, Included], Value]

MAX_LEVELS = MAX_DEPTH + 50
"""What is nested deeper is undefined; the parser reads no such tree."""

_SAME_OPERATOR = MappingProxyType({"==": "=", "<>": "!="})


class Compiler:
    """Builds the checks of trees whose dates count from one moment."""

    def __init__(self, now: datetime, sound: frozenset[str]) -> None:
        """Take the references that can be evaluated; INCLUDE of any other is undefined."""
        self._now = now
        self._sound = sound
        self._levels = 0

    def check(self, node: Node) -> Check:
        """Return the function that evaluates the tree."""
        if self._levels == MAX_LEVELS:
            return _constant(MISSING)
        self._levels += 1
        built = self._BUILDERS[type(node)](self, node)
        self._levels -= 1
        return built

    def _all(self, node: And) -> Check:
        if node.infix:
            return self._infix(node)
        members = tuple(map(self.check, node.members))

        def check(values: Values, included: Included) -> Value:
            for member in members:
                result = member(values, included)
                if result is not True:
                    return False if result is False else MISSING
            return True

        return check

    def _any(self, node: Or) -> Check:
        if node.infix:
            return self._infix(node)
        members = tuple(map(self.check, node.members))

        def check(values: Values, included: Included) -> Value:
            for member in members:  # noqa: SIM110  # any() would double the depth of the stack
                if member(values, included) is True:
                    return True
            return False

        return check

    def _infix(self, node: And | Or) -> Check:
        """Evaluate every member and join them from left to right, two at a time."""
        first, *others = map(self.check, node.members)
        operator, now = node.infix, self._now

        def check(values: Values, included: Included) -> Value:
            result = first(values, included)
            for other in others:
                result = operate(operator, result, other(values, included), now)
            return result

        return check

    def _not(self, node: Not) -> Check:
        operand = self.check(node.operand)
        if isinstance(node.operand, Include) and node.operand.reference in self._sound:
            return lambda values, included: operand(values, included) is not True

        def check(values: Values, included: Included) -> Value:
            result = operand(values, included)
            return not result if isinstance(result, bool) else MISSING

        return check

    def _include(self, node: Include) -> Check:
        reference = node.reference

        def check(_values: Values, included: Included) -> Value:
            result = included.get(reference)
            return MISSING if result is None else result

        return check

    def _operation(self, node: Comparison | Arithmetic) -> Check:
        operator = _SAME_OPERATOR.get(node.operator, node.operator)
        return self._operate(operator, self.check(node.left), self.check(node.right))

    def _operate(self, operator: str, left: Check, right: Check) -> Check:
        now = self._now

        def check(values: Values, included: Included) -> Value:
            return operate(operator, left(values, included), right(values, included), now)

        return check

    def _in(self, node: In) -> Check:
        return self._operate("in", self.check(node.left), self._values(node))

    def _intersects(self, node: Intersects) -> Check:
        return self._operate("intersects", self.check(node.left), self._values(node))

    def _values(self, node: In | Intersects) -> Check:
        """Return the values as a list, without those that are missing."""
        members = tuple(map(self.check, node.values))
        if not node.listed:
            return members[0]

        def check(values: Values, included: Included) -> Value:
            found = (member(values, included) for member in members)
            return Slice(tuple(value for value in found if value is not MISSING))

        if all(isinstance(value, Literal) for value in node.values):
            return _constant(check({}, {}))
        return check

    def _between(self, node: Between) -> Check:
        left, low, high = map(self.check, (node.left, node.low, node.high))
        now = self._now

        def check(values: Values, included: Included) -> Value:
            value = left(values, included)
            measure = _measure(value, now)
            lowest, highest = measure(low(values, included)), measure(high(values, included))
            number = measure(value)
            if number is None or lowest is None or highest is None:
                return MISSING
            return lowest < number < highest

        return check

    def _exists(self, node: Exists) -> Check:
        operand = self.check(node.operand)

        def check(values: Values, included: Included) -> Value:
            value = operand(values, included)
            return value is not MISSING and value is not None

        return check

    def _negative(self, node: Negative) -> Check:
        operand = self.check(node.operand)

        def check(values: Values, included: Included) -> Value:
            value = operand(values, included)
            if isinstance(value, datetime):
                return -float(milliseconds_of(value))
            return -float(value) if type(value) in {int, float} else MISSING  # type: ignore[arg-type]

        return check

    def _call(self, node: Call) -> Check:
        called = function(node.name)
        if called is None:
            return _constant(MISSING)
        arguments = tuple(map(self.check, node.arguments))
        now = self._now

        def check(values: Values, included: Included) -> Value:
            found = [argument(values, included) for argument in arguments]
            return called([None if value is MISSING else value for value in found], now)

        return check

    def _field(self, node: Field) -> Check:
        return _field(*names(node))

    def _literal(self, node: Literal) -> Check:
        return _constant(_literal(node))

    def _array(self, node: Array) -> Check:
        """Return the items; all their numbers have a point."""
        items = map(_literal, node.items)
        return _constant(Slice(tuple([float(i) if isinstance(i, int) else i for i in items])))

    def _everybody(self, _node: MatchAll) -> Check:
        return _constant(True)  # noqa: FBT003

    _BUILDERS: ClassVar[Mapping[type[Node], Callable[["Compiler", Any], Check]]] = MappingProxyType(
        {
            And: _all,
            Or: _any,
            Not: _not,
            Comparison: _operation,
            Arithmetic: _operation,
            In: _in,
            Intersects: _intersects,
            Between: _between,
            Exists: _exists,
            Include: _include,
            Call: _call,
            Field: _field,
            Literal: _literal,
            Array: _array,
            Negative: _negative,
            MatchAll: _everybody,
        }
    )


def names(field: Field) -> tuple[str, str, str]:
    """Return the name of a field as a whole, and of the map and the key that it can be."""
    if field.right is not None:
        return f"{field.left}.{field.right}", field.left, field.right
    left, _, right = field.left.partition(".")
    return field.left, left, right


def _field(whole: str, left: str, right: str) -> Check:
    """Look a field up by its whole name first, then as the key of a map."""

    def check(values: Values, _included: Included) -> Value:
        found = values.get(whole, MISSING)
        if found is MISSING and right:
            table = values.get(left)
            return table.entries.get(right, MISSING) if isinstance(table, Map) else MISSING
        return found

    return check


def _constant(value: Value) -> Check:
    return lambda _values, _included: value


def _literal(node: Literal) -> Value:
    if node.kind == "number":
        number = literal_number(node.text)
        return MISSING if number is None else number
    if node.kind == "boolean":
        return node.text.lower() == "true"
    return None if node.kind == "null" else node.text


def _measure(value: Value, now: datetime) -> Callable[[Value], float | None]:
    """Return how BETWEEN measures its bounds, which the type of the value decides."""
    if isinstance(value, datetime):
        return lambda bound: moment(bound, now)
    return {int: as_int, float: as_float}.get(type(value), _no_measure)


def _no_measure(_bound: Value) -> None:
    return None
