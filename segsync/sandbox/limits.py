"""The documented limits of an account; each is off unless its switch is on.

What the API answers past a limit is not known of any: the status and the words are assumed.
"""

from segsync.filterql.nodes import And, Include, Node, Not, Or
from segsync.sandbox.calls import Call, is_predefined
from segsync.sandbox.definitions import Definition, read_definition
from segsync.sandbox.messages import Request, refuse
from segsync.sandbox.state import AccountState, Kind

SEGMENTS = 500
CONDITIONS = 1_000
NAME_LENGTH = 64
# That there is a limit is not known at all.
DESCRIPTION_LENGTH = 1_024
BODY_BYTES = 10 * 1024 * 1024


def check_room(call: Call) -> None:
    """Refuse one more segment in a full account; which ones count is not documented."""
    counts_all = call.switches.limit_segments_and_predefined
    if not (counts_all or call.switches.limit_segments):
        return
    counted = (
        each for each in call.state.all(Kind.SEGMENT) if counts_all or not is_predefined(each)
    )
    if sum(1 for _ in counted) >= SEGMENTS:
        refuse(f"Account has reached its limit of {SEGMENTS} audiences.")


def check_body(state: AccountState, request: Request) -> None:
    """Refuse a body of more than 10 MB, which is documented as the limit for uploads."""
    if state.switches.limit_bodies and len(request.body) > BODY_BYTES:
        refuse("Request body is larger than 10 MB.", status=413)


def check_name(call: Call, name: str) -> None:
    """Refuse a name that is too long to be shown."""
    if call.switches.limit_names and len(name) > NAME_LENGTH:
        refuse(f"Name is longer than {NAME_LENGTH} characters.")


def check_description(call: Call, description: str) -> None:
    """Refuse a description that is too long."""
    if call.switches.limit_descriptions and len(description) > DESCRIPTION_LENGTH:
        refuse(f"Description is longer than {DESCRIPTION_LENGTH} characters.")


def check_conditions(call: Call, definition: Definition, *, table: str) -> None:
    """Refuse a definition of too many conditions, those of what it includes counted too."""
    if not call.switches.limit_conditions:
        return
    if _conditions(call.state, definition, table, {}) > CONDITIONS:
        refuse(f"Segment has more than {CONDITIONS} conditions.")


def _conditions(
    state: AccountState, definition: Definition, table: str, known: dict[str, int]
) -> int:
    """Return how many conditions there are, with those of each segment that is included."""
    total = _leaves(definition.filter)
    for reference in definition.references:
        target = state.segment(reference, table)
        if target is not None:
            if target["id"] not in known:
                known[target["id"]] = 0  # for a segment that includes itself
                inner = read_definition(target["segment_ql"])
                known[target["id"]] = _conditions(state, inner, target["table"], known)
            total += known[target["id"]]
    return total


def _leaves(node: Node) -> int:
    """Return how many conditions a definition has of its own."""
    waiting, count = [node], 0
    while waiting:
        match waiting.pop():
            case And(members) | Or(members):
                waiting.extend(members)
            case Not(operand):
                waiting.append(operand)
            case Include():
                pass
            case _:
                count += 1
    return count
