"""Why a filter says what it says: the verdict of every condition, and which of them decided."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from segsync.filterql.evaluator.compiler import Check, Compiler, Included, Values
from segsync.filterql.evaluator.profile import Profile
from segsync.filterql.evaluator.program import Lookup, Verdict, compile_program, verdict
from segsync.filterql.evaluator.values import MISSING, Map, Slice, Strings, Value, text_of
from segsync.filterql.includes import fields
from segsync.filterql.nodes import And, Include, Node, Not, Or
from segsync.filterql.printer import print_filter

_LONGEST = 120
_BROKEN = "no such segment, or it includes itself or one that is missing"


@dataclass(frozen=True, slots=True)
class Trace:
    """The verdict of one node: what was found for it, and the traces of what it is made of.

    `found` says the value of each field of a condition. `deciding` are those members without which
    the verdict could be another. A segment that is included twice is the same trace twice.
    """

    node: Node
    verdict: Verdict
    found: tuple[str, ...] = ()
    members: "tuple[Trace, ...]" = ()
    deciding: "tuple[Trace, ...]" = ()

    def conditions(self) -> "tuple[Trace, ...]":
        """Return the conditions that decided, in the order in which they are written."""
        return tuple(step.trace for step in self._steps() if step.decides and step.trace.found)

    def lines(self) -> tuple[str, ...]:
        """Return the tree as text: verdict, condition, values; `>` before what decided."""
        return tuple(step.line() for step in self._steps())

    def _steps(self) -> "Iterator[_Step]":
        """Go through the tree from top to bottom, into each included segment once."""
        shown: set[int] = set()
        waiting = [_Step(self, 0, decides=True)]
        while waiting:
            step = waiting.pop()
            current = step.trace
            if isinstance(current.node, Include) and current.members:
                segment = id(current.members[0])
                if segment in shown:
                    yield _Step(current, step.depth, decides=step.decides, again=True)
                    continue
                shown.add(segment)
            yield step
            decisive = set(map(id, current.deciding)) if step.decides else set()
            waiting.extend(
                _Step(member, step.depth + 1, decides=id(member) in decisive)
                for member in reversed(current.members)
            )


@dataclass(frozen=True, slots=True)
class _Step:
    """One line of a trace; `again` is a segment that an earlier line goes into."""

    trace: Trace
    depth: int
    decides: bool
    again: bool = False

    def line(self) -> str:
        trace = self.trace
        mark = ">" if self.decides and not trace.members else " "
        found = f"  ({', '.join(trace.found)})" if trace.found else ""
        end = "  (as above)" if self.again else found
        return f"{mark} {'  ' * self.depth}{trace.verdict.value:9}  {_title(trace.node)}{end}"


def trace(node: Node, profile: Profile, *, now: datetime, include: Lookup | None = None) -> Trace:
    """Return why the filter says what it says about the profile; takes what `evaluate` takes."""
    program = compile_program(node, now=now, include=include, build=_Recorder)
    included = program.included(profile)
    program.check(profile.values, included)
    tracer = _Tracer(program.compiler, profile.values, included)
    for reference, tree, _ in program.segments:
        tracer.add(reference, tree)
    return tracer.trace(node)


class _Recorder(Compiler):
    """Builds one check for each node, which evaluates it once and knows the result from then on.

    So a trace asks for the verdict of every node, and each is still evaluated a single time. Serves
    one profile; a node is told from others by its identity, as equal ones are equal in all.
    """

    def __init__(self, now: datetime, sound: frozenset[str]) -> None:
        super().__init__(now, sound)
        self._checks: dict[int, tuple[Node, Check]] = {}

    def check(self, node: Node) -> Check:
        known = self._checks.get(id(node))
        if known is None:
            # With the node, so that its identity is that of no other one.
            known = self._checks[id(node)] = (node, _once(super().check(node)))
        return known[1]


def _once(check: Check) -> Check:
    """Return a check that evaluates when it is asked first."""
    found: list[Value] = []

    def remembered(values: Values, included: Included) -> Value:
        if not found:
            found.append(check(values, included))
        return found[0]

    return remembered


class _Tracer:
    """Makes the traces of trees over one profile."""

    def __init__(self, compiler: Compiler, values: Values, included: Included) -> None:
        self._compiler = compiler
        self._values = values
        self._included = included
        self._segments: dict[str, Trace] = {}

    def add(self, reference: str, tree: Node) -> None:
        """Trace a segment that others include; those that it includes come first."""
        self._segments[reference] = self.trace(tree)

    def trace(self, node: Node) -> Trace:
        found = verdict(self._compiler.check(node)(self._values, self._included))
        members = self._members(node)
        deciding = _deciding(node, found, members)
        return Trace(node, found, self._found(node) if not members else (), members, deciding)

    def _members(self, node: Node) -> tuple[Trace, ...]:
        if isinstance(node, (And, Or)):
            return tuple(map(self.trace, node.members))
        if isinstance(node, Not):
            return (self.trace(node.operand),)
        segment = self._segments.get(node.reference) if isinstance(node, Include) else None
        return () if segment is None else (segment,)

    def _found(self, node: Node) -> tuple[str, ...]:
        """Say the value of each field of a condition, or what is wrong with an INCLUDE."""
        if isinstance(node, Include):
            return (_BROKEN,)
        checks = {print_filter(field): self._compiler.check(field) for field in fields(node)}
        return tuple(
            _said(name, check(self._values, self._included)) for name, check in checks.items()
        ) or ("the same for everybody",)


def _deciding(node: Node, found: Verdict, members: tuple[Trace, ...]) -> tuple[Trace, ...]:
    """Return the first member that ended the list, or all when all were needed."""
    if isinstance(node, And) and found is not Verdict.TRUE:
        return tuple([member for member in members if not member.verdict.match][:1])
    if isinstance(node, Or) and found is Verdict.TRUE:
        return tuple([member for member in members if member.verdict.match][:1])
    return members


def _title(node: Node) -> str:
    """Return the condition, or only the word of a node whose parts follow on lines of their own."""
    if isinstance(node, (And, Or)):
        return "AND" if isinstance(node, And) else "OR"
    return "NOT" if isinstance(node, Not) else print_filter(node)


def _said(name: str, value: Value) -> str:
    if value is MISSING:
        return f"{name} has no value"
    shown = _shown(value)
    return f"{name} is {shown if len(shown) <= _LONGEST else f'{shown[:_LONGEST]}...'}"


def _shown(value: Value) -> str:
    """Write a value as JSON would, and a date as text without quotes."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, (Strings, Slice)):
        return f"[{', '.join(map(_shown, value.items))}]"
    if isinstance(value, Map):
        entries = (f"{json.dumps(key)}: {_shown(entry)}" for key, entry in value.entries.items())
        return f"{{{', '.join(entries)}}}"
    return text_of(value)
