"""A stable, plausible size for every definition; no profile is evaluated yet.

Each condition holds for a share of the population that is derived from its text; AND multiplies
shares, OR adds what is left over, NOT takes the rest, INCLUDE is followed.
"""

from hashlib import blake2b

from segsync.filterql import print_filter
from segsync.filterql.nodes import And, Include, MatchAll, Node, Not, Or
from segsync.sandbox.definitions import read_definition
from segsync.sandbox.messages import JsonObject
from segsync.sandbox.state import AccountState

POPULATION = 184_203
_INCLUDE_DEPTH = 100


def size_of(state: AccountState, node: Node) -> int:
    """Return how many profiles a condition selects."""
    return round(POPULATION * _share(state, node, 0))


def segment_size(state: AccountState, segment: JsonObject) -> int:
    """Return how many profiles a segment has; an invalid one has none."""
    if segment["invalid"]:
        return 0
    return size_of(state, read_definition(segment["segment_ql"]).filter)


def _share(state: AccountState, node: Node, depth: int) -> float:
    match node:
        case MatchAll():
            return 1.0
        case Not(operand):
            return 1.0 - _share(state, operand, depth)
        case And(members):
            return _product([_share(state, each, depth) for each in members])
        case Or(members):
            return 1.0 - _product([1.0 - _share(state, each, depth) for each in members])
        case Include(reference):
            return _included_share(state, reference, depth)
        case _:
            digest = blake2b(print_filter(node).encode(errors="replace"), digest_size=4).digest()
            return 0.04 + 0.72 * int.from_bytes(digest) / 2**32


def _included_share(state: AccountState, reference: str, depth: int) -> float:
    target = state.segment(reference)
    if target is None or depth == _INCLUDE_DEPTH:
        return 0.0
    return _share(state, read_definition(target["segment_ql"]).filter, depth + 1)


def _product(shares: list[float]) -> float:
    result = 1.0
    for share in shares:
        result *= share
    return result
