"""Writes out what the account does not say yet: definitions that a plan makes or changes.

A size can only be asked of FilterQL that the account understands now. An INCLUDE of a segment that
the plan leaves as it is stays, under the slug of now; one whose members move is replaced by what
that segment will say.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from segsync.filterql import And, Include, MatchAll, Node, Not, Or, Statement, print_statement
from segsync.filterql.nodes import walk
from segsync.plan import Kind, Plan
from segsync.planning.identity import new_identity
from segsync.segment import LiveState, Segment
from segsync.value import Value

# Ten times what the account takes in one segment, with all that it includes (documented).
_MOST_NODES = 10_000


class CannotExpandError(ValueError):
    """A definition cannot be written out; the message says why."""


class Final(Value, frozen=True):
    """What a segment will be; its id, and the slug that it has now, are None for a new one."""

    segment: Segment
    id: str | None
    slug_now: str | None


class Definitions:
    """What each segment says when a plan was carried out, in words that the account knows now."""

    def __init__(self, plan: Plan, live: LiveState) -> None:
        self._live = {each.id: each for each in live.segments}
        self._final = {each.id: each.segment for each in live.segments}
        moved: set[str] = set()
        affected: set[str] = set()
        for change in (each for each in plan.changes if each.kind is Kind.SEGMENT):
            identity = change.id or new_identity(change.key)
            if isinstance(change.after, Segment):
                self._final[identity] = change.after
            else:
                self._final.pop(identity, None)
            if change.moves_members or change.before is None:
                moved.add(identity)
                affected.update(change.affects)
        self._slugs = {each.slug: identity for identity, each in self._final.items()}
        self._slugs_now = {each.key: each.id for each in live.segments}
        self._moved = moved | {self._slugs[each] for each in affected if each in self._slugs}
        self._known: dict[str, Node] = {}
        self._open: set[str] = set()

    def final(self, slug: str) -> Final:
        """Return what will have the slug."""
        identity = self._slugs[slug]
        live = self._live.get(identity)
        segment = self._final[identity]
        return Final(segment, live.id, live.key) if live else Final(segment, None, None)

    def written_out(self, slug: str) -> Node:
        """Return what the segment that will have the slug selects; raise `CannotExpandError`."""
        return self._expanded(self._slugs[slug])

    def _expanded(self, identity: str) -> Node:
        if identity in self._known:
            return self._known[identity]
        segment = self._final[identity]
        statement = segment.definition.statement
        if statement is None or statement.limit is not None:
            what = "cannot be read" if statement is None else "has a LIMIT"
            message = f"the definition of {segment.slug} {what}"
            raise CannotExpandError(message)
        if identity in self._open:
            message = f"{segment.slug} includes itself"
            raise CannotExpandError(message)
        self._open.add(identity)
        try:
            node = self._inlined(statement.filter, segment.table)
        finally:
            self._open.remove(identity)
        if next(islice(walk(node), _MOST_NODES, None), None) is not None:
            message = f"{segment.slug} is too long with all that it includes"
            raise CannotExpandError(message)
        self._known[identity] = node
        return node

    def _inlined(self, node: Node, table: str) -> Node:
        match node:
            case Include(reference):
                return self._stand_in(reference, table)
            case Not(Include(reference)):
                found = self._stand_in(reference, table)
                return Not(found) if isinstance(found, Include) else none_of(found)
            case Not(operand):
                return _not(self._inlined(operand, table))
            case And(members):
                return _all_of(node, [self._inlined(each, table) for each in members])
            case Or(members):
                return _any_of(node, [self._inlined(each, table) for each in members])
        # The parser reads an INCLUDE nowhere else.
        return node

    def _stand_in(self, reference: str, table: str) -> Node:
        """Return what means the same to the account now as the reference will mean."""
        identity = self._identity(reference)
        if identity is None:
            message = f"it includes {reference}, which is not known"
            raise CannotExpandError(message)
        if identity not in self._moved:
            return Include(self._live[identity].key)
        if self._final[identity].table != table:
            message = f"it includes {reference}, which changes and is of another table"
            raise CannotExpandError(message)
        return self._expanded(identity)

    def _identity(self, reference: str) -> str | None:
        """Return what a reference will point at, by id, by its slug then, or by its slug now."""
        for name in (reference, reference.lower()):
            for found in (name, self._slugs.get(name), self._slugs_now.get(name)):
                if found in self._final:
                    return found
        return None


def statement_of(node: Node, table: str) -> str:
    """Return the FilterQL that selects what a tree says of a table."""
    return print_statement(Statement(filter=node, table=table))


def both(*nodes: Node) -> Node:
    """Return what selects those for whom all of the trees are true."""
    return _all_of(And(()), nodes)


def none_of(node: Node) -> Node:
    """Return what selects everybody else: those for whom a tree is false, and undefined, too.

    A bare NOT would leave out whoever lacks a field. An OR is never undefined, and one member alone
    would be taken for that member.
    """
    return _not(node if isinstance(node, MatchAll) else Or((node, node)))


def _not(node: Node) -> Node:
    if isinstance(node, MatchAll):
        message = "it leaves out a segment that has everybody"
        raise CannotExpandError(message)
    return Not(node)


def _all_of(node: And, members: Sequence[Node]) -> Node:
    """Return the AND of the members; everybody is no member of a list, but a whole filter."""
    left = [each for each in members if not isinstance(each, MatchAll)]
    if not left:
        return members[0]
    return left[0] if len(left) == 1 else replace(node, members=tuple(left))


def _any_of(node: Or, members: Sequence[Node]) -> Node:
    """Return the OR of the members, which is everybody if one of them is."""
    everybody = next((each for each in members if isinstance(each, MatchAll)), None)
    return everybody or replace(node, members=tuple(members))
