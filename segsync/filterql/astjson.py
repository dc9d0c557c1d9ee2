"""The JSON form of a tree, as the reference implementation and the API write and read it.

    expression := {"op"?: str, "args"?: [expression], "ident"?: str, "val"?: str}

Every value is a string there: the difference between 5 and "5" is lost, and so are quotes and
parentheses. Upper-case operators are accepted by the server and turn into conditions that are
always false, so they are refused here.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NoReturn, TypeAlias

from segsync.filterql.errors import AstError
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
from segsync.filterql.operands import field_parts
from segsync.filterql.reader import MAX_DEPTH

Leaf: TypeAlias = Include | Call | Field | Literal | Array | MatchAll
Path: TypeAlias = tuple[str | int, ...]


def to_ast(node: Node) -> dict[str, Any]:
    """Return the tree as the JSON that the reference writes for it."""
    match node:
        case And(members, infix) | Or(members, infix):
            result = _connective_ast(node, members, infix)
        case Not(operand):
            result = _operation("not", operand)
        case Comparison(operator, left, right) | Arithmetic(operator, left, right):
            result = _operation(operator, left, right)
        case In(left, values, listed):
            result = {"op": "in", "args": [to_ast(left), _values_ast(values, listed=listed)]}
        case Intersects(left, values, listed):
            result = {
                "op": "intersects",
                "args": [to_ast(left), _values_ast(values, listed=listed)],
            }
        case Between(left, low, high):
            result = _operation("between", left, low, high)
        case Exists(operand):
            result = _operation("exists", operand)
        case Negative(operand):
            result = _operation("-", operand)
        case _:
            result = _leaf_ast(node)
    return result


def _leaf_ast(node: Leaf) -> dict[str, Any]:
    match node:
        case Include(reference):
            result = {"op": "include", "args": [{"ident": reference}]}
        case Call(name, arguments):
            # The reference forgets the name of a call without arguments.
            named = [{"ident": name}, *map(to_ast, arguments)]
            result = {"op": "expr", "args": named} if arguments else {"op": "expr"}
        case Field(left, right):
            result = {"ident": left if right is None else f"{left}.{right}"}
        case Literal(kind, text):
            value = "NULL" if kind == "null" else text
            result = {"val": value} if value else {}
        case Array(items):
            value = ",".join(_array_item(item) for item in items)
            result = {"val": value} if value else {}
        case _:
            result = {"ident": node.text}
    return result


def _connective_ast(node: Node, members: tuple[Node, ...], infix: str) -> dict[str, Any]:
    """Write a list flat, and a chain of infix operators in pairs from the left."""
    if not infix:
        op = "and" if isinstance(node, And) else "or"
        return _operation(op, *members)
    result = to_ast(members[0])
    for member in members[1:]:
        result = {"op": infix, "args": [result, to_ast(member)]}
    return result


def _operation(op: str, *operands: Node) -> dict[str, Any]:
    return {"op": op, "args": list(map(to_ast, operands))} if operands else {"op": op}


def _values_ast(values: tuple[Node, ...], *, listed: bool) -> dict[str, Any]:
    if not listed:
        return to_ast(values[0])
    return {"args": list(map(to_ast, values))} if values else {}


def _array_item(item: Literal) -> str:
    """Write a number in an array as the float that the reference makes of it."""
    if item.kind == "string":
        return item.text
    number = float(int(item.text, 16)) if item.text.startswith("0x") else float(item.text)
    return str(int(number)) if number.is_integer() else str(number)


def from_ast(value: object) -> Node:
    """Read a tree from JSON, or raise `AstError` with the path to what is wrong."""
    return _read(value, ())


def _read(value: object, path: Path) -> Node:
    parts = _parts(value, path)
    op = parts.get("op")
    if op is not None:
        return _read_operation(str(op), parts, path)
    if parts.get("ident"):
        return _read_name(str(parts["ident"]), path)
    if parts.get("val"):
        text = str(parts["val"])
        return Literal("boolean" if text in {"true", "false"} else "string", text)
    if parts.get("args"):
        _refuse("a list of values can only stand right of in and intersects", path)
    return _refuse("expected one of op, ident, val", path)


def _refuse(message: str, path: Path) -> NoReturn:
    raise AstError(message, path=path)


def _parts(value: object, path: Path) -> Mapping[str, object]:
    """Check the shape of one expression: an object with known keys and the right types."""
    if len(path) > 2 * MAX_DEPTH:
        _refuse(f"expressions are nested more than {MAX_DEPTH} levels deep", ())
    if not isinstance(value, Mapping):
        _refuse("expected an object", path)
    for key, part in value.items():
        if key not in {"op", "ident", "val", "args"}:
            _refuse(f"unknown key {key!r}", path)
        if key == "args":
            if part is not None and not isinstance(part, list):
                _refuse("expected a list", (*path, "args"))
        elif part is not None and not isinstance(part, str):
            _refuse("expected a string", (*path, key))
    return value


def _read_name(name: str, path: Path) -> Node:
    """Read a field name, which is everybody if it is a star and all there is."""
    if not path and name in {"*", "match_all"}:
        return MatchAll("*" if name == "*" else "match_all")
    if "`" in name.partition(".")[0] or "`" in name.replace("`.`", ""):
        _refuse("a field name cannot contain a back-tick", (*path, "ident"))
    return Field(*field_parts(name))


def _read_operation(op: str, parts: Mapping[str, object], path: Path) -> Node:
    arguments = parts.get("args") or []
    assert isinstance(arguments, list)  # noqa: S101
    if op == "*" and not arguments and not path:
        return MatchAll()
    if op not in _ARITY:
        known = op.lower() in _ARITY
        _refuse(
            f"operators are written in lower case: {op.lower()}"
            if known
            else f"unknown operator {op!r}",
            (*path, "op"),
        )
    arity = _ARITY[op]
    if arity and len(arguments) != arity:
        _refuse(f"{op} takes {arity} arguments, not {len(arguments)}", (*path, "args"))
    if not arguments:
        _refuse(f"{op} needs arguments", (*path, "args"))
    read = _READERS.get(op)
    if read is not None:
        return read(arguments, (*path, "args"))
    operands = _read_all(arguments, (*path, "args"))
    return _BUILDERS[op](operands) if op in _BUILDERS else Comparison(op, *operands)


def _read_all(arguments: list[object], path: Path) -> tuple[Node, ...]:
    nodes = []
    for index, argument in enumerate(arguments):  # a comprehension would cost a frame per level
        nodes.append(_read(argument, (*path, index)))
    return tuple(nodes)


def _read_include(arguments: list[object], path: Path) -> Node:
    """Read the reference, also as `seg`, which one document shows and no server writes."""
    argument = arguments[0]
    name = None
    if isinstance(argument, Mapping) and len(argument) == 1:
        name = argument.get("ident", argument.get("seg"))
    if not isinstance(name, str) or not name or "`" in name:
        _refuse('include takes {"ident": reference}', (*path, 0))
    return Include(name)


def _read_call(arguments: list[object], path: Path) -> Node:
    first = _parts(arguments[0], (*path, 0))
    name = first.get("ident")
    if not isinstance(name, str) or not name or len(first) != 1:
        _refuse("expr starts with the name of a function", (*path, 0))
    rest = []
    for index, argument in enumerate(arguments[1:], start=1):
        rest.append(_read(argument, (*path, index)))
    return Call(name, tuple(rest))


def _read_membership(arguments: list[object], path: Path) -> tuple[Node, tuple[Node, ...], bool]:
    """Read the left side and the values, which are an expression of nothing but `args`."""
    left = _read(arguments[0], (*path, 0))
    right = _parts(arguments[1], (*path, 1))
    values = right.get("args")
    if right.keys() == {"args"} and isinstance(values, list) and values:
        return left, _read_all(values, (*path, 1, "args")), True
    return left, (_read(right, (*path, 1)),), False


def _read_in(arguments: list[object], path: Path) -> Node:
    return In(*_read_membership(arguments, path))


def _read_intersects(arguments: list[object], path: Path) -> Node:
    return Intersects(*_read_membership(arguments, path))


def _read_list(build: type[And | Or], members: tuple[Node, ...]) -> Node:
    """Build a list, of which one with a single member is that member."""
    return members[0] if len(members) == 1 else build(members)


def _read_arithmetic(op: str, operands: tuple[Node, ...]) -> Node:
    return Arithmetic(op, *operands)


_ARITY: dict[str, int | None] = {
    **dict.fromkeys(("and", "or", "expr")),
    **dict.fromkeys(("include", "not", "exists"), 1),
    **dict.fromkeys(("=", "==", "!=", ">", ">=", "<", "<=", "like", "contains"), 2),
    **dict.fromkeys(("in", "intersects", "+", "-", "*", "/", "%"), 2),
    "between": 3,
}
"""How many arguments each operator takes; the server does not check, and crashes."""

_READERS: dict[str, Callable[[list[object], Path], Node]] = {
    "include": _read_include,
    "expr": _read_call,
    "in": _read_in,
    "intersects": _read_intersects,
}

_BUILDERS: dict[str, Callable[[tuple[Node, ...]], Node]] = {
    "and": partial(_read_list, And),
    "or": partial(_read_list, Or),
    "not": lambda operands: Not(*operands),
    "exists": lambda operands: Exists(*operands),
    "between": lambda operands: Between(*operands),
    **{op: partial(_read_arithmetic, op) for op in "+-*/%"},
}
