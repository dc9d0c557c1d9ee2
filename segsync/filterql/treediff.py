"""The difference between two filters, as short as a reader of a plan wants it.

    AND
      ~ purchase_total > 100  ->  > 250
      + visits >= 3

Filters of the same meaning have no difference. Members are matched by meaning first; of what is
left over, conditions on the same field and lists that share most are paired and compared.
"""

from collections import Counter
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
    children,
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
    pairs = [*_same_subject(gone, come), *_most_alike(gone, come)]
    for before, after in pairs:
        yield from _compare(before, after, depth)
    paired = {member for pair in pairs for member in pair}
    for member in gone:
        if member not in paired:
            yield Edit(depth, "removed", print_filter(member))
    for member in come:
        if member not in paired:
            yield Edit(depth, "added", print_filter(member))


Pair: TypeAlias = tuple[Node, Node]


def _same_subject(gone: Sequence[Node], come: Sequence[Node]) -> Iterator[Pair]:
    """Pair conditions on the same subject, those of the same kind before others."""
    free: dict[Node, list[Node]] = {}
    for after in come:
        subject = _subject(after)
        if subject is not None:
            free.setdefault(subject, []).append(after)
    for before in gone:
        subject = _subject(before)
        candidates = free.get(subject, []) if subject is not None else []
        if candidates:
            best = max(candidates, key=lambda after: type(after) is type(before))
            candidates.remove(best)
            yield before, best


def _most_alike(gone: Sequence[Node], come: Sequence[Node]) -> Iterator[Pair]:
    """Pair each list with the one that has the largest share of all conditions in common."""
    lists = [after for after in come if _is_list(after)]
    theirs = {index: _conditions(after) for index, after in enumerate(lists)}
    where: dict[Node, list[int]] = {}
    for index, conditions in theirs.items():
        for condition in conditions:
            where.setdefault(condition, []).append(index)
    for before in filter(_is_list, gone):
        ours = _conditions(before)
        shared = Counter(index for each in ours for index in where.get(each, ()) if index in theirs)
        if shared:
            best = max(shared, key=lambda index: shared[index] / len(ours | theirs[index]))
            del theirs[best]
            yield before, lists[best]


def _is_list(node: Node) -> bool:
    return isinstance(node.operand if isinstance(node, Not) else node, (And, Or))


def _conditions(node: Node) -> set[Node]:
    """Return the conditions that the lists of a node join."""
    found: set[Node] = set()
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, (And, Or, Not)):
            waiting.extend(children(current))
        else:
            found.add(current)
    return found
