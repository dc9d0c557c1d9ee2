"""The difference between two filters, as short as a reader of a plan wants it.

    AND
      ~ purchase_total > 100  ->  > 250
      + visits >= 3

Filters of the same meaning have no difference. Members are matched by meaning first; of what is
left over, conditions on the same field and lists that share most are paired and compared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from segsync.filterql.canonical import canonical
from segsync.filterql.nodes import (
    And,
    Between,
    Comparison,
    Exists,
    In,
    Intersects,
    Node,
    Not,
    Or,
    walk,
)
from segsync.filterql.printer import print_filter

List: TypeAlias = And | Or


@dataclass(frozen=True, slots=True)
class Edit:
    """One line of a difference; `context` names what the deeper lines below it are inside of."""

    depth: int
    kind: Literal["context", "added", "removed", "changed"]
    text: str


def difference(before: Node, after: Node) -> tuple[Edit, ...]:
    """Return the edits that lead from one filter to the other; none if they mean the same."""
    return tuple(_compare(canonical(before), canonical(after), 0))


def _compare(old: Node, new: Node, depth: int) -> Iterator[Edit]:
    if old == new:
        return
    match old, new:
        case (And() | Or(), And() | Or()):
            yield _heading(old, new, depth)
            yield from _compare_members(old.members, new.members, depth + 1)
        case (Not(And() | Or() as old_list), Not(And() | Or() as new_list)):
            yield Edit(depth, "context", "NOT")
            yield from _compare(old_list, new_list, depth + 1)
        case (Not(And() | Or() as old_list), And() | Or()):
            yield Edit(depth, "removed", "NOT")
            yield from _compare(old_list, new, depth + 1)
        case (And() | Or(), Not(And() | Or() as new_list)):
            yield Edit(depth, "added", "NOT")
            yield from _compare(old, new_list, depth + 1)
        case (And() | Or(), _) if new in old.members:
            yield _heading(old, old, depth)
            yield from _compare_members(old.members, (new,), depth + 1)
        case (_, And() | Or()) if old in new.members:
            yield _heading(new, new, depth)
            yield from _compare_members((old,), new.members, depth + 1)
        case _:
            yield from _compare_conditions(old, new, depth)


def _heading(old: List, new: List, depth: int) -> Edit:
    if type(old) is type(new):
        return Edit(depth, "context", _word(new))
    return Edit(depth, "changed", f"{_word(old)}  ->  {_word(new)}")


def _word(node: List) -> str:
    return "AND" if isinstance(node, And) else "OR"


def _compare_conditions(old: Node, new: Node, depth: int) -> Iterator[Edit]:
    """Compare two conditions, of which the new one only repeats what has changed."""
    subject = _subject(new)
    if subject is None or _subject(old) != subject:
        yield Edit(depth, "removed", print_filter(old))
        yield Edit(depth, "added", print_filter(new))
        return
    match old, new:
        case (In(_, before, True), In(left, after, True)):
            yield Edit(depth, "context", f"{print_filter(left)} IN")
            yield from _compare_members(before, after, depth + 1)
        case (Intersects(_, before, True), Intersects(left, after, True)):
            yield Edit(depth, "context", f"{print_filter(left)} INTERSECTS")
            yield from _compare_members(before, after, depth + 1)
        case _:
            text = print_filter(new)
            if not isinstance(old, Not):
                text = text.removeprefix(f"{print_filter(subject)} ")
            yield Edit(depth, "changed", f"{print_filter(old)}  ->  {text}")


def _subject(node: Node) -> Node | None:
    """Return what a condition is about, which is what makes two of them versions of one."""
    match node:
        case Not(operand) if not isinstance(operand, (And, Or)):
            return _subject(operand)
        case Comparison(left=left) | In(left=left) | Intersects(left=left) | Between(left=left):
            return left
        case Exists(operand):
            return operand
        case _:
            return None


def _compare_members(old: Sequence[Node], new: Sequence[Node], depth: int) -> Iterator[Edit]:
    """Compare members: equal ones drop out, versions of one are paired, the rest come and go."""
    kept = set(old) & set(new)
    gone = [member for member in old if member not in kept]
    come = [member for member in new if member not in kept]
    if not gone and not come and tuple(old) != tuple(new):
        yield Edit(depth, "changed", "the order of the conditions")
    for before, after in _pairs(gone, come):
        gone.remove(before)
        come.remove(after)
        yield from _compare(before, after, depth)
    for member in gone:
        yield Edit(depth, "removed", print_filter(member))
    for member in come:
        yield Edit(depth, "added", print_filter(member))


def _pairs(gone: Sequence[Node], come: Sequence[Node]) -> list[tuple[Node, Node]]:
    """Pair each member that is gone with the most similar new one that is still free."""
    free = list(come)
    pairs = []
    for before in gone:
        best = max(free, key=lambda after: _likeness(before, after), default=None)
        if best is not None and _likeness(before, best) > 0:
            free.remove(best)
            pairs.append((before, best))
    return pairs


def _likeness(old: Node, new: Node) -> float:
    """Return 0 for nothing in common, and up to 2 for conditions and up to 1 for lists."""
    subject = _subject(old)
    if subject is not None or _subject(new) is not None:
        return (1 + (type(old) is type(new))) * (subject == _subject(new))
    return _shared(old, new)


def _shared(old: Node, new: Node) -> float:
    """Return which part of all conditions two lists have in common."""
    if not (_is_list(old) and _is_list(new)):
        return 0
    ours, theirs = _conditions(old), _conditions(new)
    return len(ours & theirs) / len(ours | theirs)


def _is_list(node: Node) -> bool:
    return isinstance(node.operand if isinstance(node, Not) else node, (And, Or))


def _conditions(node: Node) -> set[Node]:
    return {each for each in walk(node) if not isinstance(each, (And, Or, Not))}
