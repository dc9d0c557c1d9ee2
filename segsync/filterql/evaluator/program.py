"""A filter together with all that it includes, ready to be asked about one profile after another.

INCLUDE is resolved here, before any profile is seen.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeAlias

from segsync.filterql.evaluator.compiler import Check, Compiler, Included
from segsync.filterql.evaluator.profile import Profile
from segsync.filterql.evaluator.values import Value
from segsync.filterql.includes import includes
from segsync.filterql.nodes import Node

Lookup: TypeAlias = Callable[[str], Node | None]


class Verdict(Enum):
    """What a filter says about a profile; only TRUE makes a member."""

    TRUE = "true"
    FALSE = "false"
    UNDEFINED = "undefined"

    @property
    def match(self) -> bool:
        """Say whether the profile is a member."""
        return self is Verdict.TRUE

    @property
    def defined(self) -> bool:
        """Say whether there is an answer at all; NOT makes no member of an undefined one."""
        return self is not Verdict.UNDEFINED


@dataclass(frozen=True, slots=True)
class Program:
    """The checks of a filter and of the segments that it includes, each after those it includes."""

    compiler: Compiler
    check: Check
    segments: tuple[tuple[str, Node, Check], ...]

    def included(self, profile: Profile) -> Included:
        """Return for each included segment whether the profile is a member."""
        found: dict[str, bool | None] = {}
        for reference, _, check in self.segments:
            result = check(profile.values, found)
            found[reference] = result if isinstance(result, bool) else None
        return found


def compile_program(
    node: Node,
    *,
    now: datetime,
    include: Lookup | None = None,
    build: type[Compiler] = Compiler,
) -> Program:
    """Compile the filter and everything that it includes; dates count from `now`.

    `include` returns the filter that a reference stands for, or None if there is none. What
    includes a missing segment, or itself, at any distance, is left out: INCLUDE of it is undefined,
    with or without NOT.
    """
    trees = _sound(_reachable(node, include)) if include else {}
    compiler = build(now, frozenset(trees))
    segments = [(reference, tree, compiler.check(tree)) for reference, tree in trees.items()]
    return Program(compiler, compiler.check(node), tuple(segments))


def compile_filter(
    node: Node, *, now: datetime, include: Lookup | None = None
) -> Callable[[Profile], Verdict]:
    """Return the filter as a function; see `evaluate`."""
    program = compile_program(node, now=now, include=include)
    check, included = program.check, program.included

    def verdict_on(profile: Profile) -> Verdict:
        return verdict(check(profile.values, included(profile)))

    return verdict_on


def evaluate(
    node: Node, profile: Profile, *, now: datetime, include: Lookup | None = None
) -> Verdict:
    """Return what the filter says about the profile, by the semantics of the reference.

    `now` is the moment that `now-3d` counts from. `include` returns the filter that a reference
    stands for, or None if there is no such segment. Nothing that the parser reads raises.
    """
    return compile_filter(node, now=now, include=include)(profile)


def verdict(result: Value) -> Verdict:
    """Return the verdict that a result stands for; what is no truth is undefined."""
    if result is True:
        return Verdict.TRUE
    return Verdict.FALSE if result is False else Verdict.UNDEFINED


def _reachable(node: Node, include: Lookup) -> Mapping[str, Node | None]:
    """Return every segment that the filter includes, at any distance."""
    found: dict[str, Node | None] = {}
    waiting = [node]
    while waiting:
        for reference in _references(waiting.pop()):
            if reference not in found:
                tree = found[reference] = include(reference)
                if tree is not None:
                    waiting.append(tree)
    return found


def _sound(trees: Mapping[str, Node | None]) -> Mapping[str, Node]:
    """Return the segments that are there and free of cycles, each after those it includes."""
    left: Counter[str] = Counter()
    dependants: dict[str, list[str]] = {reference: [] for reference in trees}
    ready = []
    for reference, tree in trees.items():
        if tree is not None:
            needed = _references(tree)
            left[reference] = len(needed)
            for other in needed:
                dependants[other].append(reference)
            if not needed:
                ready.append((reference, tree))
    sound: dict[str, Node] = {}
    while ready:
        reference, tree = ready.pop()
        sound[reference] = tree
        for dependant in dependants[reference]:
            left[dependant] -= 1
            following = trees[dependant]
            if not left[dependant] and following is not None:
                ready.append((dependant, following))
    return sound


def _references(node: Node) -> frozenset[str]:
    return frozenset(found.reference for found in includes(node))
