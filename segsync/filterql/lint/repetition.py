"""Rules about what is said twice, and what says nothing beside something else."""

from collections.abc import Sequence

from segsync.filterql import tokens
from segsync.filterql.canonical import canonical
from segsync.filterql.lint.findings import Hit, Hits, TextEdit
from segsync.filterql.lint.sameness import Sameness
from segsync.filterql.lint.source import Source
from segsync.filterql.nodes import And, In, Intersects, Node, Not, Or

_NAMES = {And: "AND", Or: "OR"}
_BEHIND = frozenset({",", ")", tokens.NEWLINE})


def repetition(source: Source) -> Hits:
    """Find equal and redundant members, equal values, and double NOTs."""
    same = Sameness(source.filter)
    for node in source.nodes:
        match node:
            case And(members) | Or(members):
                yield from _equal_members(source, node, members, same)
                yield from _redundant_members(node, members, same)
            case In(_, values, True) | Intersects(_, values, True):
                yield from _equal_values(source, values)
            case Not(Not()):
                yield from _double_not(source, node)


def _equal_members(source: Source, node: And | Or, members: Sequence[Node], same: Sameness) -> Hits:
    seen: set[int] = set()
    for index, member in enumerate(members):
        if same.of(member) in seen:
            fix = () if node.infix else _deletion(source, members, index)
            message = "this condition already stands in the same list"
            yield Hit("duplicate-condition", member.span, message, fix)
        seen.add(same.of(member))


def _redundant_members(node: And | Or, members: Sequence[Node], same: Sameness) -> Hits:
    """Find lists of the other kind that contain a member of this one: `a OR (a AND b)` is `a`."""
    numbers = same.members(node)
    other = Or if isinstance(node, And) else And
    word = _NAMES[type(node)]
    for member in members:
        if isinstance(member, other) and not numbers.isdisjoint(same.members(member)):
            message = f"this {_NAMES[other]} says nothing: one of its members stands in the {word}"
            yield Hit(f"redundant-{word.lower()}-member", member.span, message)


def _equal_values(source: Source, values: Sequence[Node]) -> Hits:
    seen: set[Node] = set()
    for index, value in enumerate(values):
        found = canonical(value)
        if found in seen:
            fix = _deletion(source, values, index)
            message = "this value already stands in the same list"
            yield Hit("duplicate-value", value.span, message, fix)
        seen.add(found)


def _double_not(source: Source, node: Not) -> Hits:
    """Find two NOTs; they are deleted if they stand side by side in front of what they negate."""
    start = node.span[0]
    first = source.starts[start]
    words = source.tokens[first : first + 3]
    fix: tuple[TextEdit, ...] = ()
    inside = range(first, source.ends[node.span[1]] + 1)
    plain = [word.kind for word in words[:2]] == [tokens.NOT, tokens.NOT]
    if plain and source.moved_nots.isdisjoint(inside):
        fix = (TextEdit((start, words[2].start), ""),)
    yield Hit("double-not", node.span, "these two NOTs cancel each other", fix)


def _deletion(source: Source, members: Sequence[Node], index: int) -> tuple[TextEdit, ...]:
    """Return the edit that takes a member out of a list, or nothing if it is not that simple.

    It is if only a comma, and maybe a newline, stands before it, and a separator or the end of the
    list behind it.
    """
    member, words = members[index], source.tokens
    gap = list(source.between(members[index - 1], member))
    while gap and words[gap[0]].kind == ")":
        del gap[0]
    kinds = [words[each].kind for each in gap]
    following = words[source.ends[member.span[1]] + 1].kind
    if kinds not in ([","], [",", tokens.NEWLINE]) or following not in _BEHIND:
        return ()
    return (TextEdit((words[gap[0]].start, member.span[1]), ""),)
