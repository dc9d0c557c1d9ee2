"""How people set up an account past the API: its fault rules, for tests, demos and the CLI.

What is set is kept in the account, and holds for every store on the same file.
"""

from segsync.sandbox.faults.decisions import Standing
from segsync.sandbox.faults.rules import parse_rule
from segsync.sandbox.state import AccountState, Kind
from segsync.sandbox.store import Store


def add_fault(store: Store, text: str) -> str:
    """Add a fault rule and return its id; raise FaultRuleError for a text that is none.

    Rules are tried in the order in which they were added.
    """
    rule = parse_rule(text)
    with store.edit() as state:
        rule_id = _next_id(state)
        state.put(Kind.FAULT, Standing(rule_id, rule).row())
    return rule_id


def faults(store: Store) -> tuple[Standing, ...]:
    """Return the rules with their counters, in the order in which they are tried."""
    with store.read() as state:
        return tuple(Standing.of(row) for row in state.all(Kind.FAULT))


def clear_faults(store: Store, *rule_ids: str) -> int:
    """Take these rules out, or all when none is named; return how many there were.

    Raises LookupError for an id that does not exist, and then takes none out.
    """
    with store.edit() as state:
        known = [row["id"] for row in state.all(Kind.FAULT)]
        for each in rule_ids:
            if each not in known:
                message = (
                    f"the sandbox has no fault rule {each!r}; it has {', '.join(known) or 'none'}"
                )
                raise LookupError(message)
        wanted = rule_ids or tuple(known)
        for each in wanted:
            state.remove(Kind.FAULT, each)
    return len(wanted)


def _next_id(state: AccountState) -> str:
    numbers = [int(row["id"]) for row in state.all(Kind.FAULT)]
    return str(max(numbers, default=0) + 1)
