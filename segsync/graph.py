"""Directed graphs: cycles, and what lies upstream or downstream of a node.

An edge leads from a segment to what it includes. All walks are iterative, so that a chain of any
length is fine.
"""

from collections.abc import Collection, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def reversed_edges(edges: Mapping[Node, Iterable[Node]]) -> dict[Node, list[Node]]:
    """Return for each node the nodes that point at it."""
    sources: dict[Node, list[Node]] = {}
    for node, targets in edges.items():
        for target in targets:
            sources.setdefault(target, []).append(node)
    return sources


def reachable(edges: Mapping[Node, Iterable[Node]], start: Node) -> list[Node]:
    """Return every node that can be reached from the start, nearest first, without the start."""
    seen = {start}
    queue = [start]
    for node in queue:  # grows while it is walked
        for target in edges.get(node, ()):
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return queue[1:]


def ancestors_first(edges: Mapping[Node, Iterable[Node]]) -> list[Node]:
    """Return all nodes, each after everything that it points at; nodes of cycles come in any order.

    Ties keep the order of the mapping, so the result does not depend on hashing.
    """
    order: list[Node] = []
    done: set[Node] = set()
    for root in edges:
        if root in done:
            continue
        done.add(root)
        stack = [(root, iter(edges.get(root, ())))]
        while stack:
            node, targets = stack[-1]
            following = next((each for each in targets if each not in done), None)
            if following is None:
                order.append(node)
                stack.pop()
            else:
                done.add(following)
                stack.append((following, iter(edges.get(following, ()))))
    return order


def depths(edges: Mapping[Node, Iterable[Node]]) -> dict[Node, int]:
    """Return how many edges the longest way from each node has; there must be no cycle."""
    found: dict[Node, int] = {}
    for node in ancestors_first(edges):
        found[node] = max((found[target] + 1 for target in edges.get(node, ())), default=0)
    return found


def find_cycles(
    edges: Mapping[Node, Iterable[Node]], preferred: Container[Node] = ()
) -> list[list[Node]]:
    """Return one cycle of each group of nodes that lead to each other, as `[a, b, a]`.

    It is a shortest one through a preferred node, where the group has one.
    """
    order = ancestors_first(edges)
    place = {node: index for index, node in enumerate(order)}
    if all(place[target] < place[node] for node, targets in edges.items() for target in targets):
        return []  # nearly always, and in a quarter of the time
    cycles: list[list[Node]] = []
    for group in _components(edges, order):
        start = next((each for each in group if each in preferred), group[0])
        if len(group) > 1 or start in edges.get(start, ()):
            cycles.append(_way_back(edges, start, frozenset(group)))
    return cycles


def _components(
    edges: Mapping[Node, Iterable[Node]], order: Sequence[Node]
) -> Iterator[list[Node]]:
    """Return the groups of nodes that lead to each other, given the order ancestors first.

    That order reversed, and the edges walked backwards, are Kosaraju's way to find them.
    """
    sources = reversed_edges(edges)
    given = {node: index for index, node in enumerate(edges)}
    seen: set[Node] = set()
    for root in reversed(order):
        if root in seen:
            continue
        seen.add(root)
        group = [root]
        for node in group:  # grows while it is walked
            for source in sources.get(node, ()):
                if source not in seen:
                    seen.add(source)
                    group.append(source)
        yield sorted(group, key=given.__getitem__) if len(group) > 1 else group


def _way_back(
    edges: Mapping[Node, Iterable[Node]], start: Node, within: Collection[Node]
) -> list[Node]:
    """Return a shortest way from the start back to it; there must be one."""
    came_from: dict[Node, Node] = {}
    queue = [start]
    for node in queue:  # grows while it is walked
        for target in edges.get(node, ()):
            if target in within and target not in came_from:
                came_from[target] = node
                queue.append(target)
    way = [start]
    while len(way) == 1 or way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


def nearest_changed(
    edges: Mapping[Node, Iterable[Node]], changed: Mapping[Node, int]
) -> dict[Node, frozenset[int]]:
    """Return for each node the changes that it must follow: those among its ancestors.

    Unchanged nodes are looked through; behind a changed one nobody needs to look, because that one
    waits for what lies behind it.
    """
    upstream: dict[Node, frozenset[int]] = {}
    for node in ancestors_first(edges):
        waits: set[int] = set()
        for target in edges.get(node, ()):
            if target in changed:
                waits.add(changed[target])
            else:
                waits |= upstream.get(target, frozenset())
        upstream[node] = frozenset(waits)
    return upstream
