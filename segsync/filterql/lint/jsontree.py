"""The rule about the JSON form of a filter."""

from collections.abc import Iterator, Mapping

from segsync.filterql.lint.findings import Hit, Hits
from segsync.filterql.reader import MAX_DEPTH

Path = tuple[str | int, ...]

# Each level has two steps.
_DEEPEST = 2 * MAX_DEPTH
_OPERATORS = frozenset(
    {"and", "or", "not", "include", "exists", "between", "expr", "like", "contains", "in"}
    | {"intersects"}
)


def upper_case_ast_op(value: object) -> Hits:
    """Find every operator that is not in lower case."""
    for expression, path in _expressions(value):
        operator = expression.get("op")
        if not isinstance(operator, str) or operator in _OPERATORS:
            continue
        if operator.lower() in _OPERATORS:
            message = f"{operator} makes a condition that is refused or never holds"
            yield Hit("upper-case-ast-op", message=message, path=(*path, "op"))


def _expressions(value: object) -> Iterator[tuple[Mapping[str, object], Path]]:
    """Yield every object in the tree, first to last, with the path to it.

    What is deeper than anything that can be read is left out.
    """
    waiting: list[tuple[object, Path]] = [(value, ())]
    while waiting:
        current, path = waiting.pop()
        if not isinstance(current, Mapping) or len(path) > _DEEPEST:
            continue
        yield current, path
        arguments = current.get("args")
        if isinstance(arguments, list):
            pairs = [(each, (*path, "args", index)) for index, each in enumerate(arguments)]
            waiting.extend(reversed(pairs))
