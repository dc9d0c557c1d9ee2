"""Directed graphs: cycles, and what lies upstream or downstream of a node.

An edge leads from a segment to what it includes. All walks are iterative, so that a chain of any
length is fine.
"""

from collections.abc import Hashable, Iterable, Mapping
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
        stack = [(root, iter(edges.get(root, ())))]
        if root in done:
            continue
        done.add(root)
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


def find_cycles(edges: Mapping[Node, Iterable[Node]]) -> list[list[Node]]:
    """Return one cycle of each group of nodes that include each other, as `[a, b, a]`."""
    cycles: list[list[Node]] = []
    finished: set[Node] = set()
    for root in edges:
        if root in finished:
            continue
        path: list[Node] = []
        on_path: dict[Node, int] = {}
        stack = [(root, iter(edges.get(root, ())))]
        path.append(root)
        on_path[root] = 0
        while stack:
            node, targets = stack[-1]
            following = next((each for each in targets if each not in finished), None)
            if following is None:
                stack.pop()
                path.pop()
                del on_path[node]
                finished.add(node)
            elif following in on_path:
                cycles.append([*path[on_path[following] :], following])
                # One report for each group: what is on this cycle is not entered again.
                finished.add(following)
            else:
                on_path[following] = len(path)
                path.append(following)
                stack.append((following, iter(edges.get(following, ()))))
    return cycles


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
