"""Which conditions of the tested audiences some profile was decided by, and which way."""

from collections.abc import Iterable, Iterator

from segsync.audience_tests.definitions import Definitions
from segsync.filterql import And, Include, Node, Not, Or, fields, print_filter
from segsync.filterql.evaluator import Trace
from segsync.filterql.nodes import Span
from segsync.suite import Check, Condition

Key = tuple[str, Span]


def coverage(checks: Iterable[Check], definitions: Definitions) -> tuple[Condition, ...]:
    """Return every condition of the audiences that the checks name, as far as it can decide.

    A condition counts where it is written: what an included audience says is credited to that one,
    whichever audience the profile was checked for.
    """
    told = tuple(checks)
    seen: set[tuple[Key, bool]] = set()
    for each in told:
        seen.update(_decided(each.trace, each.slug))
    return tuple(
        Condition(
            slug,
            print_filter(node),
            holds=((slug, node.span), True) in seen,
            fails=((slug, node.span), False) in seen,
        )
        for slug in dict.fromkeys(each.slug for each in told)
        for node in _conditions(definitions.trees[slug])
    )


def _conditions(node: Node) -> Iterator[Node]:
    """Yield what can decide: every leaf, but those that say the same of everybody."""
    if isinstance(node, (And, Or)):
        for member in node.members:
            yield from _conditions(member)
    elif isinstance(node, Not):
        yield from _conditions(node.operand)
    elif isinstance(node, Include) or fields(node):
        yield node


def _decided(trace: Trace, slug: str) -> Iterator[tuple[Key, bool]]:
    """Yield each condition without which the verdict could be another, and whether it held."""
    done: set[int] = set()
    waiting = [(trace, slug)]
    while waiting:
        current, owner = waiting.pop()
        if id(current) in done:
            continue
        done.add(id(current))
        node = current.node
        if isinstance(node, Include) or not current.members:
            yield (owner, node.span), current.verdict.match
        inside = node.reference if isinstance(node, Include) else owner
        waiting.extend((each, inside) for each in current.deciding)
