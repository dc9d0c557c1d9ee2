"""Which members of two lists are versions of each other."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeAlias

from segsync.filterql.nodes import (
    And,
    Between,
    Call,
    Comparison,
    Exists,
    Field,
    In,
    Intersects,
    Node,
    Not,
    Or,
    children,
)
from segsync.filterql.treediff.edits import bare, is_list
from segsync.filterql.treediff.numbers import Numbers

Pair: TypeAlias = tuple[Node, Node]

# A condition that more lists share than these tells nothing about which of them belong together.
_COMMON = 50


def subject(node: Node) -> Node | None:
    """Return what a condition is about, which is what makes two of them versions of one."""
    match bare(node):
        case Comparison(left=left) | In(left=left) | Intersects(left=left) | Between(left=left):
            return left
        case Exists(operand):
            return operand
        case Call(name, arguments):
            return Call(name, arguments[:1])
        case Field() as field:
            return field
        case _:
            return None


def pairs(gone: Sequence[Node], come: Sequence[Node], numbers: Numbers) -> list[Pair]:
    """Return the versions among what one list lost and another has gained, as they came.

    First what is the same up to order or NOT, then conditions on the same subject, those of the
    same form before others, then lists by the share of conditions that they have in common.
    """
    place = {id(node): index for index, node in enumerate(gone)}
    found: list[Pair] = []
    for key in (numbers.of, lambda node: numbers.of(bare(node)), _form, subject):
        some = list(_matched(gone, come, key))
        found += some
        gone, come = _without(gone, some, 0), _without(come, some, 1)
    found += _most_alike([*filter(is_list, gone)], [*filter(is_list, come)], numbers)
    return sorted(found, key=lambda pair: place[id(pair[0])])


def _without(nodes: Sequence[Node], some: Sequence[Pair], side: int) -> list[Node]:
    taken = {id(pair[side]) for pair in some}
    return [node for node in nodes if id(node) not in taken]


def _form(node: Node) -> Hashable:
    """Return subject, kind and operator of a condition, and whether it is negated."""
    about, condition = subject(node), bare(node)
    operator = condition.operator if isinstance(condition, Comparison) else ""
    return about and (about, type(condition), operator, isinstance(node, Not))


def _matched(
    gone: Sequence[Node], come: Sequence[Node], key: Callable[[Node], Hashable]
) -> Iterator[Pair]:
    """Pair the nodes with the same key in their order; None is no key."""
    free: dict[Hashable, list[Node]] = {}
    for after in reversed(come):
        free.setdefault(key(after), []).append(after)
    free.pop(None, None)
    for before in gone:
        candidates = free.get(key(before))
        if candidates:
            yield before, candidates.pop()


def _most_alike(gone: Sequence[Node], come: Sequence[Node], numbers: Numbers) -> Iterator[Pair]:
    """Pair lists that have conditions in common, those with the largest share of all first."""
    left, right = set(range(len(gone))), set(range(len(come)))
    for _, old, new in sorted(_scores(gone, come, numbers), reverse=True):
        if -old in left and -new in right:
            left.remove(-old)
            right.remove(-new)
            yield gone[-old], come[-new]


def _scores(
    gone: Sequence[Node], come: Sequence[Node], numbers: Numbers
) -> Iterator[tuple[float, int, int]]:
    """Yield the share of conditions in common and the places, as negative numbers, of two lists."""
    theirs = [_conditions(after, numbers) for after in come]
    where: dict[int, list[int]] = {}
    for index, conditions in enumerate(theirs):
        for condition in conditions:
            where.setdefault(condition, []).append(index)
    for place, before in enumerate(gone):
        ours = _conditions(before, numbers)
        shared = Counter(index for each in ours for index in where.get(each, ())[:_COMMON])
        for index, number in shared.items():
            yield number / (len(ours) + len(theirs[index]) - number), -place, -index


def _conditions(node: Node, numbers: Numbers) -> set[int]:
    """Return the numbers of all conditions in a node, without the NOTs before them."""
    found: set[int] = set()
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, (And, Or, Not)):
            waiting.extend(children(current))
        else:
            found.add(numbers.of(current))
    return found
